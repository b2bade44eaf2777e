"""The set experiments of a task as one command: cells, tables, what is common, and that nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from astrocore.analysis.metrics import confusion
from astrocore.data.dataset import open_dataset, write_dataset
from astrocore.errors import BadValue, ConfigError, RunNotWritable, WrongTask
from astrocore.runs import DataRef, RunInfo, create_run, find_runs
from astrocore.runs.lock import held
from astrocore.verbs import trials
from astrocore.verbs.trials import Args, cells, run
from astrocore.verbs.trials.doing import keep
from astrocore.verbs.trials.readers import simple_models
from tests.synthetic import exoplanets_dataset
from tests.tasks.sources.toys import sources_draft

NET = {
    **{"d_model": 8, "heads": 2, "layers": 1, "projector": (8, 8), "photometry_widths": (8,), "numeric_bins": 0},
    **{"epochs": 1, "pretrain_epochs": 1, "patience": 1},
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    few = lambda seed, n: dict(list(simple_models(seed, n).items())[:2])  # noqa: E731
    monkeypatch.setattr("astrocore.verbs.trials.readers.simple_models", few)
    yield tmp_path / "home"


def draft_of(seed: int, n: int = 150) -> Any:
    draft = sources_draft(n, seed=seed)
    draft.table["object_id"] = [f"S{seed}-{i}" for i in range(n)]
    return draft


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Compact and faint toys, of which three faint test objects are compact training objects too."""
    folder = tmp_path_factory.mktemp("sets")
    compact, faint = draft_of(1), draft_of(2)
    train = compact.table.index[compact.table["split"] == "train"][:3]
    test = faint.table.index[faint.table["split"] == "test"][:3]
    faint.table.loc[test, "object_id"] = compact.table.loc[train, "object_id"].to_numpy()
    return {"compact": write_dataset(compact, folder / "c").path, "faint": write_dataset(faint, folder / "f").path}


def asked(sets: dict[str, Path], seeds: int = 1, shares: tuple[float, ...] = (0.1,), **more: Any) -> dict[str, Any]:
    return run(Args(task="sources", seeds=seeds, shares=shares, **more), {**NET, **sets})


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells that are done at once, with probabilities drawn at random: for what is not about training."""

    def play(bench: cells.Bench, cell: cells.Cell) -> str:
        if cell.row == cells.PRETRAIN:
            dataset = bench.dataset(cell.set_name, cell.labels)
            info = RunInfo(task="sources", classes=dataset.classes, status="done", data=DataRef.of(dataset))
            create_run(bench.run(cell).path, info)
            return "done"
        rng = np.random.default_rng(abs(hash(cell.name)) % 2**32)
        for test, dataset, rows in cells.tested(bench, cell):
            keep(bench.output(cell, test), p=rng.dirichlet(np.ones(len(dataset.classes)), len(rows)))
        return "done"

    monkeypatch.setattr(trials, "do", play)


def entry(result: dict[str, Any], experiment: str, labels: str) -> dict[str, Any]:
    return next(e for e in result["experiments"] if (e["experiment"], e["labels"]) == (experiment, labels))


def test_all_cells_make_one_table_and_nothing_is_done_twice(
    home: Path, sets: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = asked(sets, shares=())
    assert result["status"] == "done" and result["cells"] == {"done": 30, "total": 30}
    assert [(e["experiment"][-1], e["labels"]) for e in result["experiments"]] == [
        (n, labels) for n in "123" for labels in ("SG", "SGQ")
    ]
    rows = {"margformer", "finetuned", "probe", "photometry", "images", "images-finetuned", "simple"}
    for e in result["experiments"]:
        assert set(e["rows"]) == rows and not e["efficiency"]
        assert e["classes"] == (["STAR", "GALAXY"] if e["labels"] == "SG" else ["STAR", "GALAXY", "QSO"])
    _literal(home, sets, entry(result, "Experiment 3", "SGQ"))
    kept = json.loads((home / "checkpoints/sources/experiments.experiment/experiments.json").read_text())
    assert kept["experiments"] == json.loads(json.dumps(result["experiments"]))
    assert find_runs(home / "checkpoints") == []  # the cells' runs stay in the experiments' folder
    events = home / "checkpoints/sources/experiments.experiment/runs/compact-SGQ-margformer-0/events.jsonl"
    assert '"epoch"' in events.read_text()
    monkeypatch.setattr(trials, "do", lambda bench, cell: pytest.fail(f"{cell.name} is done again"))
    assert asked(sets, shares=())["experiments"] == result["experiments"]


def _literal(home: Path, sets: dict[str, Path], found: dict[str, Any]) -> None:
    """The entry's numbers from the kept outputs, object by object; common objects do not count."""
    faint, compact = (open_dataset(sets[name]).table for name in ("faint", "compact"))
    test = faint[(faint["split"] == "test") & faint["label"].notna()].reset_index(drop=True)
    keep = ~test["object_id"].isin(compact["object_id"])
    assert found["common"] == {"objects": 3, "groups": found["common"]["groups"], "removed": True}
    assert found["n_test"] == int(keep.sum()) == len(test) - 3
    folder = home / "checkpoints/sources/experiments.experiment/outputs"
    said = {row: np.load(folder / f"compact-SGQ-{row}-0-on-faint.npz")["p"].argmax(1) for row in found["rows"]}
    label = test["label"].to_numpy(int)
    for row, told in found["rows"].items():
        right = [said[row][i] == label[i] for i in range(len(test)) if keep[i]]
        assert told["accuracy"] == {"mean": pytest.approx(np.mean(right)), "sd": None}
        matrix = confusion(label[keep], said[row][keep], 3)
        assert told["recall"]["mean"] == pytest.approx(np.mean([matrix[c, c] / matrix[c].sum() for c in range(3)]))
        assert sum(b["n"] for b in told["bins"]) == found["n_test"]
    both = [(said["simple"][i] == label[i]) - 1.0 * (said["margformer"][i] == label[i]) for i in np.flatnonzero(keep)]
    assert found["rows"]["simple"]["minus"]["value"] == pytest.approx(np.mean(both))
    tuned, plain = (np.mean(said[row][keep] == label[keep]) for row in ("images-finetuned", "images"))
    assert found["rows"]["images-finetuned"]["pretrained_minus"]["value"] == pytest.approx(tuned - plain)
    assert "minus" not in found["rows"]["margformer"] and found["rows"]["simple"]["chosen"]["0"].startswith("logistic")


def test_seeds_and_shares_may_grow_but_not_the_settings(played: None, sets: dict[str, Path]) -> None:
    one = asked(sets, labels=("SG",), shares=(1.0,))
    two = asked(sets, labels=("SG",), shares=(1.0,), seeds=2)
    row = entry(two, "Experiment 1", "SG")["rows"]["photometry"]
    assert row["seeds"] == 2 and row["accuracy"]["sd"] is not None and one["cells"]["done"] == 16
    with pytest.raises(ConfigError, match=r"\(lr\); give these another --name"):
        run(Args(task="sources", seeds=1, labels=("SG",)), {**NET, **sets, "lr": 0.1})


def test_a_smaller_question_keeps_the_larger_table(played: None, sets: dict[str, Path]) -> None:
    large = asked(sets, seeds=2)
    for entry in large["experiments"]:
        assert set(entry["efficiency"]) == (set(large["rows"]) if entry["labels"] == "SGQ" else set())
        assert all([p["share"] for p in points] == [0.1, 1.0] for points in entry["efficiency"].values())
    small = asked(sets, seeds=1, shares=(), labels=("SG",))
    assert small["experiments"] == large["experiments"] and small["seeds"] == [0, 1]
    assert small["cells"] == large["cells"] == {"done": 88, "total": 88}


def test_an_interruption_leaves_a_table_of_what_is_done(
    home: Path, played: None, sets: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    play, left = trials.do, iter([True] * 12)

    def interrupted(bench: cells.Bench, cell: cells.Cell) -> str:
        if next(left, False):
            return play(bench, cell)
        raise KeyboardInterrupt

    monkeypatch.setattr(trials, "do", interrupted)
    with pytest.raises(KeyboardInterrupt):
        asked(sets, shares=())
    kept = json.loads((home / "checkpoints/sources/experiments.experiment/experiments.json").read_text())
    assert kept["status"] == "stopped" and kept["cells"] == {"done": 12, "total": 30}


def test_two_at_a_time_do_not_meet(home: Path, played: None, sets: dict[str, Path]) -> None:
    lock = home / "checkpoints/sources/experiments.experiment" / trials.LOCK
    with held(lock), pytest.raises(RunNotWritable, match="in use"):
        asked(sets, shares=())


def test_common_objects_stay_where_that_is_asked(played: None, sets: dict[str, Path]) -> None:
    found = entry(asked(sets, labels=("SG",), shares=(), keep_common=True), "Experiment 3", "SG")
    assert not found["common"]["removed"] and found["common"]["objects"] > 0


def test_classes_that_a_set_lacks_are_told(played: None, sets: dict[str, Path], tmp_path: Path) -> None:
    draft = draft_of(3)
    draft.table = draft.table[draft.table["label"] != 2].reset_index(drop=True)
    keep = draft.table["object_id"].str.split("-").str[1].astype(int).to_numpy()
    draft.arrays = {name: array[keep] for name, array in draft.arrays.items()}
    less = {**sets, "faint": write_dataset(draft, tmp_path / "two").path}
    result = asked(less, shares=())
    assert {e["labels"] for e in result["experiments"]} == {"SG"} and "faint has no QSO" in result["left_out"]["SGQ"]
    with pytest.raises(ConfigError, match="No choice of classes is left"):
        asked(less, labels=("SGQ",), name="other")


def test_the_cost_is_told_before_anything_is_trained(
    home: Path, sets: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    result = asked(sets, estimate_only=True, seeds=3)
    assert result["estimate"]["cells"] == 132 and result["estimate"]["seconds"] > 0
    assert result["cells"] == {"done": 0, "total": 132} and "132 cells, 0 of them done" in capsys.readouterr().err
    assert not (home / "checkpoints").exists()  # nothing is settled, nothing is written


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"labels": ("SQ",)}, ConfigError, "no labels SQ"),
        ({"shares": (0.0,)}, ConfigError, "above 0"),
        ({"labels": ("SG", "SG"), "name": "../x"}, ConfigError, "can't be used"),
        ({"task": "exoplanets"}, ConfigError, "no set experiments"),
    ],
)
def test_what_can_not_be_asked(sets: dict[str, Path], change: dict[str, Any], error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        run(Args(**{"task": "sources", "seeds": 1, **change}), {**NET, **sets})


def test_sets_must_fit(sets: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(WrongTask, match="--faint"):
        asked({**sets, "faint": exoplanets_dataset(tmp_path / "stars", n=60).path})
    whole = draft_of(5)
    whole.table["split"] = "train"
    with pytest.raises(BadValue, match="test, val"):
        asked({**sets, "faint": write_dataset(whole, tmp_path / "whole").path})
    with pytest.raises(ConfigError, match="compact"):
        run(Args(task="sources"), {**NET, "faint": sets["faint"]})
    for name, value in (("pretrain_epochs", 0), ("epochs", 0), ("label_share", 0.5)):
        with pytest.raises(ConfigError, match=name if not value else "--shares"):
            run(Args(task="sources"), {**NET, **sets, name: value})


def test_a_stop_ends_all_processes_and_the_same_command_goes_on(home: Path, sets: dict[str, Path]) -> None:
    words = ["experiment", "sources", "--compact", str(sets["compact"]), "--faint", str(sets["faint"])]
    words += ["--seeds", "1", "--labels", "SG", "--shares", "1", "--jobs", "2", "--epochs", "2", "--patience", "0"]
    words += ["--pretrain-epochs", "40"]
    for name, value in NET.items():
        if name not in ("epochs", "patience", "pretrain_epochs"):
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words += [f"--{name.replace('_', '-')}", text]
    process = subprocess.Popen([sys.executable, "-m", "astrocore", *words], env={**os.environ}, start_new_session=True)
    runs = home / "checkpoints/sources/experiments.experiment/runs"
    deadline = time.monotonic() + 200
    while (
        not any('"epoch"' in file.read_text() for file in runs.glob("*/events.jsonl")) and time.monotonic() < deadline
    ):
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(120) != 0
    states = {run.parent.name: json.loads(run.read_text())["status"] for run in runs.glob("*/run.json")}
    assert "running" not in states.values() and "stopped" in states.values()
    settings = {**NET, **sets, "epochs": 2, "patience": 0, "pretrain_epochs": 40}
    result = run(Args(task="sources", seeds=1, labels=("SG",), shares=(1.0,)), settings)
    assert result["status"] == "done" and result["cells"] == {"done": 16, "total": 16}


def test_a_derived_set_keeps_rows_pixels_and_splits(played: None, home: Path, sets: dict[str, Path]) -> None:
    asked(sets, labels=("SG",), shares=())
    whole = open_dataset(sets["compact"])
    part = open_dataset(home / "checkpoints/sources/experiments.experiment/sets/compact-SG")
    rows = np.flatnonzero(whole.table["label"].ne(2).to_numpy(bool))
    assert (
        part.classes == ("STAR", "GALAXY")
        and part.table["object_id"].tolist() == whole.table["object_id"][rows].tolist()
    )
    pd.testing.assert_series_equal(part.table["split"], whole.table["split"].iloc[rows].reset_index(drop=True))
    for name, array in whole.arrays.items():
        np.testing.assert_array_equal(part.arrays[name], array[rows])


def test_the_originals_arrays_serve_as_they_are(played: None, sets: dict[str, Path], tmp_path: Path) -> None:
    rng, n = np.random.default_rng(0), 90
    folder = tmp_path / "arrays"
    folder.mkdir()
    np.save(folder / "X_exp1.npy", rng.normal(size=(n, 32, 32, 5)).astype(np.float32))
    np.save(folder / "dnnx_exp1.npy", rng.uniform(15, 20, (n, 24)))
    np.save(folder / "y_exp1.npy", np.array(["GALAXY", "QSO", "STAR"] * (n // 3)))
    np.save(folder / "objlist_exp1.npy", 1237645876861272065 + np.arange(n) * 2**20)
    result = asked({**sets, "compact": folder}, shares=())
    assert result["sets"]["compact"]["n"] == n and result["cells"]["total"] == 30
    assert asked({**sets, "compact": folder}, shares=())["sets"] == result["sets"]
    np.save(folder / "y_exp1.npy", np.array(["STAR", "QSO", "GALAXY"] * (n // 3)))
    with pytest.raises(ConfigError, match="other sets"):
        asked({**sets, "compact": folder}, shares=())
