"""evaluate with a decision: thresholds in all forms, temperature, abstaining; against the rules written out."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from astrocore.analysis.calibration import apply_temperature, fit_temperature
from astrocore.analysis.thresholds import gate, outcome, suggest
from astrocore.config import validated
from astrocore.data.dataset import Dataset
from astrocore.errors import BadValue, ConfigError, ForeignProfile, RunMissing
from astrocore.runs import Predictions, Profile, Run, read_thresholds, save_profile
from astrocore.runs.files import plain
from astrocore.verbs import evaluate, evaluate_charts
from astrocore.verbs.decided import worth
from astrocore.verbs.deciding import Decision, settle
from tests.verbs.conftest import guess

P = arrays(float, (12, 3), elements=st.floats(0.01, 1)).map(lambda x: x / x.sum(axis=1, keepdims=True))


def args(**changes: object) -> evaluate.Args:
    return evaluate.Args(run="toy/first", **changes)  # type: ignore[arg-type]


def part(run: Run, split: str) -> Predictions:
    return run.predictions().split(split).labelled()


def literally(p: list[float], thresholds: list[float], abstain: bool) -> int:
    """The rule "gate" for one object: the best of those that pass, else the best, or unknown."""
    passed = [c for c in range(len(p)) if p[c] >= thresholds[c]]
    if not passed and abstain:
        return len(p)
    best = -1
    for c in passed or range(len(p)):
        if best < 0 or p[c] > p[best]:
            best = c
    return best


def test_options_that_change_nothing_are_told(run: Run) -> None:
    def notes(thresholds: str | None, **given: object) -> tuple[str, ...]:
        return settle(run, args(**given), thresholds, lambda: part(run, "val")).notes

    assert notes("max_f1", abstain=True) == () == notes("coverage", target=0.9) == notes(None)
    assert "abstain changes nothing" in notes(None, abstain=True)[0]
    assert "abstain changes nothing" in notes("0", abstain=True, temperature="auto")[0]
    for thresholds in ("0.5", "max_f1"):
        assert "The target changes nothing" in notes(thresholds, target=0.9)[0]


@given(
    P, st.lists(st.integers(0, 2), min_size=12, max_size=12), st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.booleans(), st.floats(0.3, 3),
)  # fmt: skip
def test_coverage_and_both_accuracies_by_the_literal_rule(
    p: np.ndarray, label: list[int], thresholds: list[float], abstain: bool, temperature: float
) -> None:
    powers = [[x ** (1 / temperature) for x in row] for row in p.tolist()]
    soft = [[x / sum(row) for x in row] for row in powers]
    np.testing.assert_allclose(apply_temperature(p, temperature), soft, rtol=1e-9)
    soft = apply_temperature(p, temperature).tolist()  # the same to the last bit, for thresholds on the edge
    decided = [literally(row, thresholds, abstain) for row in soft]
    classes = ("a", "b", "c")
    table = pd.DataFrame({"object_id": range(12), "group": range(12), "split": "test", "label": label})
    profile = Profile(
        name="x", task="toy", classes=classes, thresholds=dict(zip(classes, thresholds, strict=True)), abstain=abstain
    )
    found = worth(Predictions(classes, table, np.array(soft)), Decision(profile, 3))
    known = [(d, y) for d, y in zip(decided, label, strict=True) if d < 3]
    value = {name: item["value"] for name, item in found["metrics"].items()}
    assert value["coverage"] == pytest.approx(len(known) / 12) and found["n_unknown"] == 12 - len(known)
    assert value["strict_accuracy"] == pytest.approx(sum(d == y for d, y in known) / 12)
    if known:
        assert value["accuracy_at_coverage"] == pytest.approx(sum(d == y for d, y in known) / len(known))
    for c, name in enumerate(classes):
        told, right = found["per_class"][name], sum(d == y == c for d, y in known)
        assert told["support"] == sum(y == c for _, y in known) and told["n"] == label.count(c)
        if told["support"]:
            assert told["recall"]["value"] == pytest.approx(right / told["support"])
        if known and (taken := sum(d == c for d, _ in known)):
            assert told["precision"]["value"] == pytest.approx(right / taken)
        assert found["confusion"][c][3] == sum(y == c for d, y in zip(decided, label, strict=True) if d == 3)


@pytest.mark.parametrize(
    "form",
    [
        "0.8,0.7", "[0.8, 0.7]", '{"blue": 0.7, "red": 0.8}', "sure", "file",
        '{"red": {"best_f1_threshold": 0.8, "best_f1": 0.9}, "blue": {"best_f1_threshold": 0.7}}',
    ],
)  # fmt: skip
def test_every_form_of_thresholds_gives_the_same(run: Run, form: str, tmp_path: Path) -> None:
    thresholds = {"red": 0.8, "blue": 0.7}
    save_profile(run, Profile(name="sure", task="toy", classes=("red", "blue"), thresholds=thresholds, abstain=True))
    (tmp_path / "t.json").write_text("[0.8, 0.7]")
    text = str(tmp_path / "t.json") if form == "file" else form
    found = evaluate.run(args(thresholds=text, abstain=None if form == "sure" else True))["decided"]
    test = part(run, "test")
    wanted = outcome(test.label, gate(test.p, np.array([0.8, 0.7]), abstain=True), test.classes)
    assert found["thresholds"] == thresholds and found["n"] == len(test) and found["rule"] == "gate"
    assert found["confusion"] == wanted.confusion.tolist() and found["confusion_columns"] == ["red", "blue", "unknown"]
    assert found["metrics"]["coverage"]["value"] == wanted.coverage < 1
    assert all(item["low"] <= item["value"] <= item["high"] for item in found["metrics"].values())
    assert json.loads(json.dumps(plain(found), allow_nan=False))["profile"] == ("sure" if form == "sure" else "given")


def test_thresholds_are_fitted_on_validation_and_reported_on_test(run: Run) -> None:
    val = part(run, "val")
    found = evaluate.run(args(thresholds="max_f1"))
    assert list(found["decided"]["thresholds"].values()) == suggest(val.label, val.p).tolist()
    assert found["decided"]["fitted_on"]["split"] == "val" and found["decided"]["fitted_on"]["n"] == len(val)
    assert found["decided"]["n"] == found["n"] == len(part(run, "test")) and "warning" not in found["decided"]


def test_a_target_precision_out_of_reach_falls_back_and_says_so(run: Run) -> None:
    val = part(run, "val")
    found = evaluate.run(args(thresholds="target_precision", target=0.9))["decided"]
    assert list(found["thresholds"].values()) == suggest(val.label, val.p, "target_precision", 0.9).tolist()
    assert found["objective"] == "target_precision 0.9" and found["fell_back"] == found["notes"] == []
    p = run.predictions()
    run.save_predictions(replace(p, p=np.full_like(p.p, 0.5)))
    found = evaluate.run(args(thresholds="target_precision", target=0.99))["decided"]
    assert found["fell_back"] == ["red", "blue"] and "highest F1" in found["notes"][0]


@pytest.mark.parametrize("split", ["val", "all"])
@pytest.mark.parametrize("what", [{"thresholds": "max_f1"}, {"temperature": "auto"}])
def test_what_is_reported_can_not_be_fitted_on(run: Run, split: str, what: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="--split test"):
        evaluate.run(args(split=split, **what))
    assert run.test_opened() == 0
    assert evaluate.run(args(split=split, thresholds="0.5"))["decided"]["n"] > 0


def test_another_data_set_is_decided_by_what_the_runs_own_validation_says(
    run: Run, network: list[object], tmp_path: Path
) -> None:
    from astrocore.data.dataset import write_dataset
    from tests.toy.simulate import simulate

    draft = simulate(60, 5)
    other = write_dataset(replace(draft, table=draft.table.assign(split="val")), tmp_path / "other")
    val = part(run, "val")
    found = evaluate.run(args(data=other.path, thresholds="max_f1", temperature="auto"))["decided"]
    temperature = fit_temperature(val.label, val.p)
    assert found["temperature"] == temperature and found["n"] == 54
    mild = apply_temperature(val.p, temperature)
    assert list(found["thresholds"].values()) == suggest(val.label, mild).tolist()
    judged = guess(other, other.indices("all"), ("red", "blue")).labelled()
    decided = gate(apply_temperature(judged.p, temperature), np.array(list(found["thresholds"].values())))
    assert found["confusion"] == outcome(judged.label, decided, judged.classes).confusion.tolist()


def test_a_temperature_changes_confidence_and_nothing_of_the_rest(run: Run) -> None:
    test = part(run, "test")
    found = evaluate.run(args(temperature=0.7))
    p = test.p.astype(float) ** (1 / 0.7)
    p /= p.sum(axis=1, keepdims=True)
    nll = -np.mean([math.log(max(row[y], 1e-15)) for row, y in zip(p, test.label, strict=True)])
    assert found["decided"]["argmax"]["nll"] == pytest.approx(nll) and found["decided"]["temperature"] == 0.7
    assert found["decided"]["metrics"]["coverage"]["value"] == 1
    assert found["decided"]["argmax"]["accuracy"] == found["metrics"]["accuracy"]["value"]
    fitted = evaluate.run(args(temperature="auto"))["decided"]
    val = part(run, "val")
    assert fitted["temperature"] == fit_temperature(val.label, val.p) and fitted["fitted_on"]["split"] == "val"


def test_a_profiles_own_temperature_holds_unless_another_is_given(run: Run) -> None:
    content = {"kind": "temperature", "parameters": {"temperature": 2.5}}
    thresholds = {"red": 0.8, "blue": 0.7}
    profile = {"name": "warm", "task": "toy", "classes": ("red", "blue"), "thresholds": thresholds}
    save_profile(run, Profile.model_validate({**profile, "calibration": content}))
    told = [evaluate.run(args(thresholds="warm", temperature=t))["decided"]["temperature"] for t in (None, "none", 0.5)]
    assert told == [2.5, 1.0, 0.5]


def test_a_profile_that_was_fitted_on_the_reported_objects_is_warned_of(run: Run) -> None:
    from astrocore.verbs import thresholds

    for split in ("test", "val"):
        thresholds.run(thresholds.Args(run="toy/first", split=split, name=f"of-{split}"))  # type: ignore[arg-type]
    assert "too good" in evaluate.run(args(thresholds="of-test"))["decided"]["warning"]
    assert "warning" not in evaluate.run(args(thresholds="of-val"))["decided"]
    assert "too good" in evaluate.run(args(thresholds="of-val", split="val"))["decided"]["warning"]


def test_unknown_is_no_class(run: Run) -> None:
    for number in (0, 1):
        with pytest.raises(ConfigError, match="for unknown is that of the class"):
            evaluate.run(args(unknown_id=number))
    found = [settle(run, args(unknown_id=n), None, lambda: part(run, "val")).unknown_id for n in (None, 2, 99, -1)]
    assert found == [2, 2, 99, -1]
    assert evaluate.run(args(abstain=True, unknown_id=-1))["decided"]["unknown_id"] == -1


def test_curves_are_those_of_the_decided_probabilities(run: Run, tmp_path: Path) -> None:
    found = evaluate.run(args(pr_out=tmp_path / "pr", temperature=2.0, thresholds="0.6", png=False))
    assert found["curves"]["files"] == ["pr-00-red.csv", "pr-01-blue.csv", "pr.html"]
    test = part(run, "test")
    p = apply_temperature(test.p, 2.0)[:, 1]
    table = pd.read_csv(tmp_path / "pr" / "pr-01-blue.csv")
    assert list(table) == ["threshold", "precision", "recall", "f1"] and len(table) == len(np.unique(p))
    for threshold, precision, recall, _ in table.itertuples(index=False):
        taken = p >= threshold - 1e-12
        assert precision == pytest.approx((test.label[taken] == 1).mean())
        assert recall == pytest.approx((taken & (test.label == 1)).sum() / (test.label == 1).sum())
    assert (tmp_path / "pr" / "pr.html").is_file()
    assert "decided" in found and "decided" not in evaluate.run(args(pr_out=tmp_path / "plain", png=False))


def test_suggestions_are_the_originals_and_can_be_read_again(run: Run, tmp_path: Path) -> None:
    file, val = tmp_path / "new" / "suggested.json", part(run, "val")
    assert evaluate.run(args(save_thresholds=file))["suggestions"] == str(file)
    content = json.loads(file.read_text())
    assert list(content) == ["red", "blue"]
    values = suggest(val.label, val.p)
    for c, name in enumerate(content):
        assert list(content[name]) == ["best_f1_threshold", "best_f1", "precision_at_best", "recall_at_best"]
        taken, true = val.p[:, c] >= values[c], val.label == c
        assert content[name]["precision_at_best"] == pytest.approx(true[taken].mean())
        assert content[name]["recall_at_best"] == pytest.approx(taken[true].mean())
        two = (content[name]["precision_at_best"], content[name]["recall_at_best"])
        assert content[name]["best_f1"] == pytest.approx(2 * two[0] * two[1] / sum(two))
    assert read_thresholds(str(file), val.classes) == dict(zip(val.classes, values.tolist(), strict=True))
    again = evaluate.run(args(thresholds=str(file)))["decided"]
    assert again["confusion"] == evaluate.run(args(thresholds="max_f1"))["decided"]["confusion"]


def test_what_can_not_be_done_is_said(run: Run, dataset: Dataset) -> None:
    with pytest.raises(ForeignProfile):
        evaluate.run(args(thresholds="0.5,0.5,0.5"))
    with pytest.raises(RunMissing, match="no weights"):
        evaluate.run(args(tta=True))
    for bad in ({"temperature": 0}, {"temperature": "hot"}, {"temperature": math.inf}, {"target": 0}):
        with pytest.raises(ConfigError, match=r"temperature|target"):
            validated(evaluate.Args, {"run": "toy/first", **bad})
    predictions = run.predictions()
    run.save_predictions(predictions.take((predictions.table["split"] == "test").to_numpy(bool)))
    with pytest.raises(BadValue, match="in val to fit on"):
        evaluate.run(args(thresholds="max_f1"))


def test_without_a_decision_nothing_of_it_is_told(run: Run) -> None:
    found = evaluate.run(args())
    assert "decided" not in found and "coarse" not in found and found["tta"] is False


def test_the_chart_of_a_decision_has_the_unknowns(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated = evaluate.gather(run, None, None)
    decided = evaluate.run(args(thresholds="0.9", abstain=True))["decided"]
    figure = evaluate_charts.decided_chart(evaluated, decided)
    assert figure.data[0].z.shape == (2, 3) and "thresholds given" in figure.layout.title.text
    monkeypatch.setattr(evaluate_charts, "charts", lambda evaluated: iter(()))
    found = evaluate.run(args(thresholds="0.9", abstain=True, out=tmp_path, png=False))
    assert found["charts"]["files"] == ["confusion-decided.html"]


def test_a_profile_with_a_mark_before_it_is_a_profile_still(run: Run, tmp_path: Path) -> None:
    thresholds = dict.fromkeys(run.read_info().classes, 0.7)
    kept = Profile(name="kept", task="toy", classes=run.read_info().classes, thresholds=thresholds, abstain=True)
    file = tmp_path / "kept.json"
    file.write_bytes(b"\xef\xbb\xbf" + save_profile(run, kept).read_bytes())
    assert settle(run, args(), str(file), lambda: part(run, "val")).profile == kept


def test_fewer_objects_than_asked_for_are_told(
    run: Run, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(evaluate, "mirrored", lambda run, kept: kept.take(np.arange(5)))
    found = evaluate.run(args(tta=True))
    assert found["n"] == 5 and f"Only 5 of the {len(part(run, 'test'))} objects of test" in found["notes"][0]
    assert evaluate.run(args())["notes"] == []
    few = settle(run, args(temperature="auto"), "max_f1", lambda: part(run, "val").take(np.arange(5)))
    assert "5 of the 40 objects of val" in few.notes[0] and few.notes[0].endswith("so the fit is of these alone.")
