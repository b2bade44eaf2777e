"""predict: a file of probabilities and decisions for any data set of the task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.draft import Defect
from astrocore.errors import ConfigError, ForeignProfile, NothingUsable, RunMissing, WrongTask
from astrocore.runs import Predictions, Profile, Run, read_predictions, save_profile
from astrocore.runs.profiles import Calibration
from astrocore.verbs import deciding, predict
from tests.toy.simulate import simulate


def profile(**changes: object) -> Profile:
    thresholds = {"red": 0.9, "blue": 0.6}
    return Profile(name="p", task="toy", classes=("red", "blue"), thresholds=thresholds, abstain=True).model_copy(
        update=changes
    )


def test_parquet_holds_everything(run: Run, dataset: Dataset, network: list, tmp_path: Path) -> None:
    out = tmp_path / "p.parquet"
    result = predict.run(predict.Args(run="toy/first", data=dataset.path, out=out))
    found, own = read_predictions(out), run.predictions()
    np.testing.assert_array_equal(found.p, own.p)
    assert found.hash == own.hash
    assert found.table["decision"].tolist() == [own.classes[c] for c in own.predicted]
    assert result["n"] == 300 and sum(result["decided"].values()) == 300 and result["decided"]["unknown"] == 0
    assert result["data"]["simulated"] == ["image", "photometry"] and result["data"]["path"] == "data/points"


def test_csv_holds_decisions_and_probabilities(run: Run, dataset: Dataset, network: list, tmp_path: Path) -> None:
    out = tmp_path / "p.csv"
    predict.run(predict.Args(run="first", data=dataset.path, out=out))
    table, own = pd.read_csv(out, keep_default_na=False), run.predictions()
    assert table.columns.tolist() == [
        "object_id", "decision", "confidence", "label", "p_red", "p_blue", "net_red", "net_blue", "image",
        "magnitude",
    ]  # fmt: skip
    assert table["object_id"].tolist() == own.table["object_id"].tolist()
    assert table["label"].tolist() == [("red", "blue", "")[c] for c in own.label]
    np.testing.assert_allclose(table[["p_red", "p_blue"]], own.p, rtol=1e-6)
    np.testing.assert_allclose(table[["net_red", "net_blue"]], own.p[:, ::-1], rtol=1e-6)
    np.testing.assert_allclose(table["confidence"], own.confidence, rtol=1e-6)
    np.testing.assert_allclose(table["magnitude"], dataset.table["magnitude"], rtol=1e-6)


def test_what_each_verdict_rests_on_is_told(
    run: Run, network: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = simulate(30, 2)
    there = np.arange(30) % 7 != 0
    draft.arrays["image"][~there] = np.nan
    data = write_dataset(replace(draft, table=draft.table.assign(split="test")), tmp_path / "holes")

    def blocks(run: Run, dataset: Dataset, network: SimpleNamespace) -> Iterator[Predictions]:
        return (network.predict(dataset, np.arange(start, start + 10)) for start in (0, 10, 20))

    monkeypatch.setattr(predict, "predicted_blocks", blocks)
    for name in ("p.csv", "p.parquet"):
        predict.run(predict.Args(run="first", data=data.path, out=tmp_path / name))
    told = [pd.read_csv(tmp_path / "p.csv"), read_predictions(tmp_path / "p.parquet").table]
    assert all((found["image"] == np.where(there, "measured", "none")).all() for found in told)


def test_simulated_knowledge_of_measured_objects_is_warned_of(
    run: Run, dataset: Dataset, network: list, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = predict.Args(run="first", data=dataset.path, out=tmp_path / "p.csv")
    assert predict.run(args)["warning"] is None and capsys.readouterr().err == ""
    table = tmp_path / "points.csv"
    table.write_text("id,label,magnitude,group\na,red,18,g1\n")
    found = predict.run(args.model_copy(update={"data": table}))
    assert "This run knows simulated objects only." in found["warning"]
    assert f"Warning: {found['warning']}" in capsys.readouterr().err


def test_a_run_that_can_not_judge_is_told_before_any_file_is_read(run: Run, tmp_path: Path) -> None:
    with pytest.raises(RunMissing, match="weights"):
        predict.run(predict.Args(run="first", data=tmp_path / "not there", out=tmp_path / "p.csv"))


def test_a_profile_decides(run: Run, dataset: Dataset, network: list, tmp_path: Path) -> None:
    save_profile(run, profile())
    by_name = predict.Args(run="first", data=dataset.path, out=tmp_path / "p.csv", profile="p")
    result = predict.run(by_name)
    p = run.predictions().p
    wanted = ["red" if r >= 0.9 else "blue" if b >= 0.6 else "unknown" for r, b in p]
    assert pd.read_csv(tmp_path / "p.csv")["decision"].tolist() == wanted
    assert result["decided"] == {name: wanted.count(name) for name in ("red", "blue", "unknown")}
    assert 0 < wanted.count("unknown") < 300
    by_file = by_name.model_copy(update={"profile": str(run.path / "thresholds" / "p.json")})
    assert predict.run(by_file)["decided"] == result["decided"]


def test_temperature_comes_before_the_rule() -> None:
    p = np.array([[0.2, 0.8], [0.95, 0.05]])
    hot = profile(calibration=Calibration(kind="temperature", parameters={"temperature": 4.0}))
    assert deciding.decide(p, profile()).tolist() == [1, 0]
    soft = p ** (1 / 4) / (p ** (1 / 4)).sum(axis=1, keepdims=True)
    assert soft[0, 1] < 0.6 and soft[1, 0] < 0.9
    assert deciding.decide(p, hot).tolist() == [2, 2]


def test_a_prior_is_not_ignored() -> None:
    with pytest.raises(ForeignProfile, match="prior"):
        deciding.decide(np.array([[0.2, 0.8]]), profile(prior={"red": 0.5, "blue": 0.5}))


def test_a_profile_of_other_classes_is_refused(run: Run, dataset: Dataset, network: list, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text(profile(classes=("blue", "red")).model_dump_json())
    args = predict.Args(run="first", data=dataset.path, out=tmp_path / "p.csv", profile=str(file))
    with pytest.raises(WrongTask, match="other classes"):
        predict.run(args)
    with pytest.raises(ForeignProfile):
        predict.run(args.model_copy(update={"profile": "nix"}))
    assert not (tmp_path / "p.csv").exists() and network == []


def test_wrong_requests_are_refused_before_any_work(run: Run, dataset: Dataset, network: list, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.parquet or \.csv"):
        predict.run(predict.Args(run="first", data=dataset.path, out=tmp_path / "p.xlsx"))
    with pytest.raises(RunMissing):
        predict.run(predict.Args(run="second", data=dataset.path, out=tmp_path / "p.csv"))
    draft = simulate(30, 0)
    draft = replace(draft, task="frames", table=draft.table.assign(split="test"))
    foreign = write_dataset(draft, tmp_path / "foreign")
    with pytest.raises(WrongTask, match="holds frames"):
        predict.run(predict.Args(run="first", data=foreign.path, out=tmp_path / "p.csv"))
    assert network == []


def test_where_no_file_can_be_used_each_is_told(
    run: Run, network: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*given: object) -> None:
        raise NothingUsable("None of 1 files is a frame.", (Defect("a.fits", "Truncated", "a.fits ends too early."),))

    monkeypatch.setattr(predict, "brought", nothing)
    result = predict.run(predict.Args(run="first", data=tmp_path))
    assert result["results"] == [] and result["n"] == 0 and result["meta"]["n_files"] == 1
    assert result["defects"] == [{"file": "a.fits", "error": "Truncated", "message": "a.fits ends too early."}]
    with pytest.raises(NothingUsable):
        predict.run(predict.Args(run="first", data=tmp_path, out=tmp_path / "p.csv"))
