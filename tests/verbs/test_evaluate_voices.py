"""evaluate on a run with voices: each one's metrics, the verdict's gain, calibration, and whose weights they are."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from astrocore.analysis.blend import blended
from astrocore.analysis.bootstrap import interval
from astrocore.analysis.metrics import scores
from astrocore.errors import ConfigError, ForeignProfile, WrongTask
from astrocore.runs import Predictions, Profile, Run, Verdict
from astrocore.runs.files import plain
from astrocore.verbs import evaluate, evaluate_charts, predicted, thresholds

VERDICT = Verdict(weights={"net": 0.5, "companion": 0.5}, temperature=1.7, n=60)


@pytest.fixture
def spoken(run: Run) -> Run:
    """The run with two voices and a verdict of both."""
    p = run.predictions()
    other = np.random.default_rng(0).dirichlet(np.ones(2), len(p)).astype(np.float32)
    voices = {"net": p.p, "companion": other}
    run.save_predictions(replace(p, p=blended(voices, VERDICT.weights, 1.7).astype(np.float32), voices=voices))
    run.update(verdict=VERDICT)
    return run


def part(run: Run) -> Predictions:
    return run.predictions().split("test").labelled()


def test_each_voice_has_its_metrics(spoken: Run) -> None:
    result = evaluate.run(evaluate.Args(run="toy/first"))
    p = part(spoken)
    for name, found in {"net": p.voice("net"), "companion": p.voice("companion")}.items():
        told = {score: item["value"] for score, item in result["voices"][name]["metrics"].items()}
        assert told == pytest.approx(scores(found.label, found.predicted, found.p))
    assert json.loads(json.dumps(plain(result), allow_nan=False))["voices"].keys() == {"net", "companion"}


def test_the_verdict_s_gain_is_paired(spoken: Run) -> None:
    p = part(spoken)
    other = p.voice("companion")
    gain = evaluate.run(evaluate.Args(run="toy/first"))["voices"]["companion"]["verdict_minus"]
    assert set(gain) == {"accuracy", "macro_f1", "nll"}
    right = (p.predicted == p.label).astype(float) - (other.predicted == other.label)
    low, high = interval(lambda index: right[index].mean(), p.group)
    assert gain["accuracy"] == pytest.approx({"value": right.mean(), "low": low, "high": high})
    apart = [scores(x.label, x.predicted, x.p)["nll"] for x in (p, other)]
    assert gain["nll"]["value"] == pytest.approx(apart[0] - apart[1])


def test_calibration_before_and_after(spoken: Run) -> None:
    found, p = evaluate.run(evaluate.Args(run="toy/first"))["calibration"], part(spoken)
    mean = np.sqrt(p.voices["net"].astype(float) * p.voices["companion"])
    mean /= mean.sum(axis=1, keepdims=True)
    for name, probabilities in (("before", mean), ("after", p.p)):
        expected = scores(p.label, mean.argmax(1), probabilities)
        assert found[name] == pytest.approx({key: expected[key] for key in ("nll", "ece")}, rel=1e-5)
    assert (found["temperature"], found["n"]) == (1.7, 60)


def test_without_voices_there_is_nothing_to_tell(run: Run) -> None:
    run.save_predictions(replace(run.predictions(), voices={}))
    result = evaluate.run(evaluate.Args(run="toy/first"))
    assert result["voices"] == {} and result["calibration"] is None


def test_a_verdict_that_was_not_fitted_is_not_told_as_calibration(spoken: Run) -> None:
    spoken.update(verdict=Verdict(weights={"net": 1.0, "companion": 0.0}))
    assert evaluate.run(evaluate.Args(run="toy/first"))["calibration"] is None
    figures = dict(evaluate_charts.charts(evaluate.gather(spoken, None, None)))
    assert not [trace.name for trace in figures["reliability"].data if trace.name]


def test_a_profile_decides_on_the_voice_it_was_fitted_to(run: Run) -> None:
    p = run.predictions()
    p = replace(p, voices={"net": p.p[:, ::-1]})
    sure = dict.fromkeys(p.classes, 0.0)
    of_net = Profile(name="x", task="toy", classes=p.classes, thresholds=sure, voice="net")
    of_all = Profile(name="x", task="toy", classes=p.classes, thresholds=sure)
    names = np.array(p.classes)
    assert list(predicted.decisions(p, of_all)) == list(names[p.predicted])
    assert list(predicted.decisions(p, of_net)) == list(names[1 - p.predicted])
    with pytest.raises(ForeignProfile, match="the voice net"):
        predicted.decisions(replace(p, voices={}), of_net)


def test_the_reliability_chart_shows_both(spoken: Run) -> None:
    figures = dict(evaluate_charts.charts(evaluate.gather(spoken, None, None)))
    names = [trace.name for trace in figures["reliability"].data if trace.name]
    assert "before calibration" in names and "after, temperature 1.70" in names
    assert " %" in figures["pca"].layout.xaxis.title.text  # a space before the sign


@pytest.mark.parametrize(
    "metadata", [{"task": "frames", "classes": ["red", "blue"]}, {"task": "toy", "classes": ["a"]}]
)
def test_weights_of_something_else_are_noticed(run: Run, metadata: dict[str, object]) -> None:
    run.save_weights({"w": np.zeros(1, np.float32)}, {**metadata, "config": {}})
    with pytest.raises(WrongTask, match="weights"):
        evaluate.run(evaluate.Args(run="toy/first"))


def test_weights_of_its_own_pass(run: Run, tmp_path: Path) -> None:
    run.save_weights({"w": np.zeros(1, np.float32)}, {"task": "toy", "classes": ["red", "blue"], "config": {}})
    assert evaluate.run(evaluate.Args(run="toy/first"))["n"] > 0


def test_a_part_of_the_input_is_judged_on_the_objects_that_have_it(spoken: Run) -> None:
    p = spoken.predictions()
    said = np.random.default_rng(1).dirichlet(np.ones(2), len(p)).astype(np.float32)
    said[::3] = np.nan
    spoken.save_predictions(
        replace(p, voices={**p.voices, "image only": said, "header only": np.full_like(said, np.nan)})
    )
    found, p = evaluate.run(evaluate.Args(run="toy/first")), part(spoken)
    seen = np.isfinite(p.voices["image only"]).all(axis=1)
    told = found["voices"]["image only"]
    right = p.voices["image only"][seen].argmax(axis=1) == p.label[seen]
    assert told["n"] == seen.sum() and told["metrics"]["accuracy"]["value"] == pytest.approx(right.mean())
    gain = (p.predicted == p.label)[seen].mean() - right.mean()
    assert told["verdict_minus"]["accuracy"]["value"] == pytest.approx(gain)
    assert "header only" not in found["voices"] and found["voices"]["net"]["n"] == len(p)
    with pytest.raises(ConfigError, match="one part of each object"):
        thresholds.run(thresholds.Args(run="toy/first", voice="image only"))
