"""evaluate: numbers with intervals for the run's own objects and for any others of the task."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from astrocore.analysis.bootstrap import interval
from astrocore.analysis.metrics import scores
from astrocore.data.dataset import Dataset, Draft, open_dataset, write_dataset
from astrocore.errors import BadValue, RunMissing, RunNotWritable, WrongTask
from astrocore.runs import Run
from astrocore.runs.files import plain
from astrocore.verbs import evaluate
from tests.toy.simulate import simulate

CHARTS = ("confusion", "pr", "roc", "reliability", "pca", "tsne")


def args(**changes: object) -> evaluate.Args:
    return evaluate.Args(**({"run": "toy/first"} | changes))


def written(draft: Draft, path: Path) -> Dataset:
    return write_dataset(replace(draft, table=draft.table.assign(split="test")), path)


def test_its_own_test_split_by_default(run: Run) -> None:
    result = evaluate.run(args())
    part = run.predictions().split("test").labelled()
    wanted = scores(part.label, part.predicted, part.p)
    assert {name: item["value"] for name, item in result["metrics"].items()} == pytest.approx(wanted)
    assert (result["split"], result["n"], result["n_groups"]) == ("test", len(part), len(set(part.group)))
    assert (result["run"], result["task"], result["classes"]) == ("toy/first", "toy", ["red", "blue"])
    assert result["data"]["simulated"] == ["image", "photometry"] and result["data"]["path"] == "data/points"


def test_intervals_resample_groups(run: Run) -> None:
    result = evaluate.run(args())
    part = run.predictions().split("test").labelled()
    low, high = interval(lambda index: (part.predicted == part.label)[index].mean(), part.group)
    found = result["metrics"]["accuracy"]
    assert (found["low"], found["high"]) == pytest.approx((low, high)) and low < found["value"] < high


def test_each_class_and_the_confusion(run: Run) -> None:
    result = evaluate.run(args(split="all"))
    part = run.predictions().labelled()
    matrix = [[int(((part.label == i) & (part.predicted == j)).sum()) for j in (0, 1)] for i in (0, 1)]
    assert result["confusion"] == matrix
    for c, name in enumerate(part.classes):
        entry = result["per_class"][name]
        assert entry["n"] == sum(matrix[c])
        assert entry["recall"]["value"] == pytest.approx(matrix[c][c] / sum(matrix[c]))
        assert entry["precision"]["value"] == pytest.approx(matrix[c][c] / (matrix[0][c] + matrix[1][c]))
        assert entry["recall"]["low"] < entry["recall"]["value"] < entry["recall"]["high"]


def test_looks_at_test_are_counted(run: Run) -> None:
    opened = [evaluate.run(args(split=split)).get("test_opened") for split in ("val", "train", None, "test", "all")]
    assert opened == [None, None, 1, 2, 3]


def test_looking_at_training_objects_is_said(run: Run) -> None:
    warned = {
        split: "too good" in evaluate.run(args(split=split)).get("warning", "")
        for split in ("train", "val", "test", "all")
    }
    assert warned == {"train": True, "val": False, "test": False, "all": True}


def test_a_run_that_can_only_be_read_keeps_its_count(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Run) -> int:
        raise RunNotWritable("no")

    monkeypatch.setattr(Run, "count_test_opening", refuse)
    assert evaluate.run(args())["test_opened"] == 0


def test_the_run_s_own_data_set_means_its_test_split(run: Run, dataset: Dataset, network: list) -> None:
    result = evaluate.run(args(data=dataset.path))
    own = evaluate.run(args())
    assert result["split"] == "test"
    assert result["metrics"] == own["metrics"] and result["confusion"] == own["confusion"]
    table = dataset.table.iloc[network[0]]
    assert (table["split"] == "test").all() and table["label"].notna().all()


def test_any_other_data_set_is_evaluated_whole(run: Run, network: list, tmp_path: Path) -> None:
    other = written(simulate(60, 9), tmp_path / "other")
    result = evaluate.run(args(data=other.path))
    assert result["split"] == "all" and result["n"] == 54 == len(network[0])
    assert result["data"]["fingerprint"] == other.fingerprint and "test_opened" not in result
    assert evaluate.run(args(data=other.path, split="test"))["n"] == 54
    with pytest.raises(BadValue, match="in train"):
        evaluate.run(args(data=other.path, split="train"))


def test_classes_in_another_order_are_mapped(run: Run, network: list, tmp_path: Path) -> None:
    draft = simulate(60, 9)
    turned = replace(draft, classes=("blue", "red"), table=draft.table.assign(label=1 - draft.table["label"]))
    straight = evaluate.run(args(data=written(draft, tmp_path / "a").path))
    mapped = evaluate.run(args(data=written(turned, tmp_path / "b").path))
    assert mapped["classes"] == ["red", "blue"]
    assert mapped["metrics"] == straight["metrics"] and mapped["confusion"] == straight["confusion"]


def test_a_class_of_which_there_are_no_objects_does_not_matter(run: Run, network: list, tmp_path: Path) -> None:
    draft = replace(simulate(60, 9), classes=("red", "blue", "green"))
    assert evaluate.run(args(data=written(draft, tmp_path / "a").path))["n"] == 54


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"task": "frames"}, "holds frames"),
        ({"classes": ("red", "green")}, "objects of green"),
        ({"classes": ("x", "y")}, "x, y"),
    ],
)
def test_other_tasks_and_classes_are_refused(
    run: Run, network: list, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    foreign = written(replace(simulate(60, 9), **changes), tmp_path / "foreign")
    with pytest.raises(WrongTask, match=message):
        evaluate.run(args(data=foreign.path))
    assert network == []


def test_objects_without_labels_are_left_out_or_named(run: Run, network: list, tmp_path: Path) -> None:
    predictions = run.predictions()
    run.save_predictions(predictions.take(predictions.label < 0))
    with pytest.raises(BadValue, match="no labelled objects in test"):
        evaluate.run(args())
    run.predictions_file.unlink()
    with pytest.raises(RunMissing, match="no predictions yet"):
        evaluate.run(args())


def test_the_result_is_json(run: Run) -> None:
    result = evaluate.run(args())
    assert json.loads(json.dumps(plain(result), allow_nan=False))["n"] == result["n"]


def test_without_data_no_torch_is_imported(run: Run, toy: Path) -> None:
    code = (
        "import sys; from astrocore.__main__ import main; assert main(['evaluate', 'first']) == 0;"
        "assert not {'torch', 'lightning_fabric', 'streamlit', 'plotly'} & set(sys.modules)"
    )
    environment = {"PYTHONPATH": ".", "ASTROCORE_HOME": str(toy), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run"] == "toy/first"


def test_charts(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from astrocore.verbs import evaluate_charts

    pictures = []
    monkeypatch.setattr(evaluate_charts, "browser_found", lambda: True)
    monkeypatch.setattr(evaluate_charts, "save_png", lambda figure, path: pictures.append(path.name))
    for epoch in (1, 2):
        scores = {"train": {"loss": 1}, "val": {"loss": 1, "accuracy": 0.5, "macro_f1": 0.4}}
        run.log({"event": "epoch", "stage": "finetune", "epoch": epoch, **scores})
    result = evaluate.run(args(out=tmp_path / "charts"))
    names = [*CHARTS, "loss", "accuracy"]
    assert result["charts"]["files"] == [f"{name}.{kind}" for name in names for kind in ("html", "png")]
    assert pictures == [f"{name}.png" for name in names]
    for name in names:
        page = (tmp_path / "charts" / f"{name}.html").read_text(encoding="utf-8")
        assert "first" in page and "plotly" in page and "simulated data" in page
    assert "note" not in result


def test_charts_of_what_there_is(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from astrocore.verbs import evaluate_charts

    monkeypatch.setattr(evaluate_charts, "browser_found", lambda: False)
    predictions = run.predictions()
    run.save_predictions(replace(predictions, embeddings={}))
    result = evaluate.run(args(out=tmp_path / "charts"))
    assert result["charts"]["files"] == ["confusion.html", "pr.html", "roc.html", "reliability.html"]
    assert "PNG files are missing" in result["note"]
    assert "note" not in evaluate.run(args(out=tmp_path / "charts", png=False))


def test_a_browser_that_does_not_start_costs_only_the_pictures(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from astrocore.charts.export import NoBrowser
    from astrocore.verbs import evaluate_charts

    tries = []

    def fail(figure: object, path: Path) -> None:
        tries.append(path)
        raise NoBrowser("no")

    monkeypatch.setattr(evaluate_charts, "browser_found", lambda: True)
    monkeypatch.setattr(evaluate_charts, "save_png", fail)
    result = evaluate.run(args(out=tmp_path / "charts"))
    assert result["charts"]["files"] == [f"{name}.html" for name in CHARTS]
    assert "PNG files are missing" in result["note"] and len(tries) == 1


def test_charts_say_what_they_show(run: Run, network: list, tmp_path: Path) -> None:
    own, other = evaluate.gather(run, None, None), written(simulate(60, 9), tmp_path / "night")
    assert own.title == "toy/first, test, simulated data"
    assert evaluate.gather(run, other.path, None).title == "toy/first, night, all, simulated data"


def test_maps_show_some_of_many_objects(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from astrocore.verbs import evaluate_charts

    monkeypatch.setattr(evaluate_charts, "MAPPED", 20)
    found = evaluate.gather(run, None, "all")
    found.predictions.embeddings["fused"][:5] = np.nan
    figures = dict(evaluate_charts.charts(found))
    for name in ("pca", "tsne"):
        assert sum(len(trace.customdata) for trace in figures[name].data if trace.customdata is not None) == 20


def test_opened_data_sets_stay_as_they_are(run: Run, dataset: Dataset, network: list) -> None:
    evaluate.run(args(data=dataset.path))
    assert open_dataset(dataset.path).fingerprint == dataset.fingerprint


def test_measured_objects_judged_by_simulated_knowledge_bring_a_warning(
    run: Run, network: list, tmp_path: Path
) -> None:
    draft = simulate(60, 5)
    same, other = written(draft, tmp_path / "same"), replace(draft, origin=dict.fromkeys(draft.origin, "measured"))
    assert "warning" not in evaluate.run(args(data=same.path))
    found = evaluate.run(args(data=written(other, tmp_path / "other").path))
    assert found["warning"].startswith("This run knows simulated objects only.")
