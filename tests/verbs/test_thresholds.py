"""thresholds: fitted on one split, reported on the others, kept as a profile."""

from __future__ import annotations

import json

import pytest

from astrocore.analysis.bootstrap import interval
from astrocore.analysis.calibration import apply_temperature, fit_temperature
from astrocore.analysis.thresholds import gate, outcome, suggest
from astrocore.errors import BadValue, ConfigError, ForeignProfile, RunNotWritable
from astrocore.runs import Run, load_profile, profiles
from astrocore.verbs import thresholds


def args(**changes: object) -> thresholds.Args:
    return thresholds.Args(**({"run": "toy/first"} | changes))


def test_fitted_on_validation_and_reported_on_both(run: Run) -> None:
    result = thresholds.run(args(abstain=True))
    predictions = run.predictions()
    val, test = (predictions.split(name).labelled() for name in ("val", "test"))
    values = suggest(val.label, val.p)
    assert list(result["thresholds"].values()) == values.tolist()
    assert result["fitted_on"] == {"run": "toy/first", "split": "val", "n": len(val), "predictions": predictions.hash}
    for split, part in (("val", val), ("test", test)):
        wanted = outcome(part.label, gate(part.p, values, abstain=True), part.classes)
        found = result["report"][split]
        assert {name: item["value"] for name, item in found["metrics"].items()} == pytest.approx(wanted.numbers())
        assert found["confusion"] == wanted.confusion.tolist()
        assert found["confusion_columns"] == ["red", "blue", "unknown"]
        assert found["n"] == len(part) and found["n_groups"] == len(set(part.group))
        assert all(item["low"] <= item["value"] <= item["high"] for item in found["metrics"].values())
        right = gate(part.p, values, abstain=True) == part.label
        ends = interval(lambda index, right=right: right[index].mean(), part.group)  # groups, not objects, are drawn
        assert (found["metrics"]["accuracy"]["low"], found["metrics"]["accuracy"]["high"]) == pytest.approx(ends)
    assert "warning" not in result and result["file"] is None


def test_target_precision(run: Run) -> None:
    result = thresholds.run(args(objective="target_precision", target=0.9))
    val = run.predictions().split("val").labelled()
    assert list(result["thresholds"].values()) == suggest(val.label, val.p, "target_precision", 0.9).tolist()
    assert result["objective"] == "target_precision 0.9" and result["fell_back"] == []
    for c, name in enumerate(val.classes):
        taken = val.p[:, c] >= result["thresholds"][name]
        assert (val.label[taken] == c).mean() >= 0.9


def test_given_thresholds_are_only_reported(run: Run) -> None:
    result = thresholds.run(args(thresholds="0.99,0.9", abstain=True))
    assert result["thresholds"] == {"red": 0.99, "blue": 0.9} and result["objective"] == "given"
    assert result["fitted_on"]["split"] == "" and result["report"]["test"]["metrics"]["coverage"]["value"] < 1
    with pytest.raises(ForeignProfile):
        thresholds.run(args(thresholds="0.5,0.5,0.5"))


def test_a_profile_is_saved_and_can_be_taken_again(run: Run) -> None:
    result = thresholds.run(args(name="best", abstain=True))
    profile = load_profile(result["file"])
    assert profile == profiles(run)[0]
    assert profile.thresholds == result["thresholds"] and profile.abstain and profile.classes == ("red", "blue")
    assert profile.objective == "max_f1" and profile.fitted_on.predictions == run.predictions().hash
    assert profile.metrics["test"]["accuracy"] == result["report"]["test"]["metrics"]["accuracy"]
    again = thresholds.run(args(thresholds=str(result["file"]), abstain=True))
    assert again["report"] == result["report"]


def test_tuning_on_test_is_said_and_looks_are_counted(run: Run) -> None:
    assert [thresholds.run(args(split=split))["test_opened"] for split in ("val", "test", "all")] == [1, 2, 3]
    assert run.test_opened() == 3
    for split in ("test", "all"):
        assert "too good" in thresholds.run(args(split=split))["warning"]
    assert "warning" not in thresholds.run(args(split="train"))


def test_a_run_that_can_only_be_read_keeps_its_count(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Run) -> int:
        raise RunNotWritable("no")

    monkeypatch.setattr(Run, "count_test_opening", refuse)
    assert thresholds.run(args())["test_opened"] == 0


def test_a_split_without_labels_can_not_be_fitted_on(run: Run) -> None:
    predictions = run.predictions()
    run.save_predictions(predictions.take((predictions.table["split"] == "test").to_numpy(bool)))
    with pytest.raises(BadValue, match=r"in val.*--split"):
        thresholds.run(args())
    result = thresholds.run(args(split="test"))
    assert list(result["report"]) == ["test"]


def test_a_bad_name_is_refused_before_any_work(run: Run) -> None:
    with pytest.raises(ConfigError):
        thresholds.run(args(name="../x"))
    assert run.test_opened() == 0


def test_the_result_is_json(run: Run) -> None:
    from astrocore.runs.files import plain

    result = thresholds.run(args(name="best"))
    assert json.loads(json.dumps(plain(result), allow_nan=False))["profile"] == "best"


def test_a_profile_for_one_voice_says_so(run: Run) -> None:
    result = thresholds.run(thresholds.Args(run="toy/first", voice="net", name="nets"))
    part = run.predictions().voice("net").split("val").labelled()
    assert list(result["thresholds"].values()) == pytest.approx(suggest(part.label, part.p).tolist())
    profile = load_profile(run.path / "thresholds" / "nets.json")
    assert result["voice"] == "net" and profile.voice == "net"
    assert profile.fitted_on.predictions == run.predictions().hash
    with pytest.raises(ConfigError, match="no voice 'choir'"):
        thresholds.run(thresholds.Args(run="toy/first", voice="choir"))


def test_a_temperature_is_fitted_kept_in_the_profile_and_applied_again(run: Run) -> None:
    val, test = (run.predictions().split(name).labelled() for name in ("val", "test"))
    result = thresholds.run(args(temperature="auto", name="warm", abstain=True))
    temperature = fit_temperature(val.label, val.p)
    values = suggest(val.label, apply_temperature(val.p, temperature))
    assert result["temperature"] == temperature and list(result["thresholds"].values()) == values.tolist()
    decided = gate(apply_temperature(test.p, temperature), values, abstain=True)
    assert result["report"]["test"]["confusion"] == outcome(test.label, decided, test.classes).confusion.tolist()
    profile = load_profile(result["file"])
    assert profile.calibration.parameters == {"temperature": temperature}
    again = thresholds.run(args(thresholds="warm", abstain=True))
    assert again["temperature"] == temperature and again["report"] == result["report"]
    assert thresholds.run(args(thresholds="warm", temperature="none"))["temperature"] == 1
    assert thresholds.run(args(temperature=0.7))["temperature"] == 0.7
