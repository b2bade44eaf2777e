"""The verdict: net alone or the mean, by calibrated likelihood, held against a literal search."""

import numpy as np
import pytest

from astrocore.analysis.blend import LEAST, blended, calibration_of, fit_blend
from astrocore.analysis.calibration import apply_temperature
from astrocore.analysis.metrics import nll_each, scores
from astrocore.errors import InputError


def voice(label, skill, noise, seed):
    """Probabilities (N, 3) of a model that gives the true class `skill` more logit, over noise of its own."""
    rng = np.random.default_rng(seed)
    logit = noise * rng.normal(size=(len(label), 3)) + skill * np.eye(3)[label]
    p = np.exp(logit)
    return p / p.sum(axis=1, keepdims=True)


LABEL = np.random.default_rng(0).integers(0, 3, 600)
NET, GOOD, POOR = voice(LABEL, 1.5, 1.5, 1), voice(LABEL, 1.5, 1.5, 2), voice(LABEL, -0.5, 3, 3)


def pooled(voices, weight):
    """The product of the voices to the power of their weights, row by row."""
    rows = []
    for i in range(len(next(iter(voices.values())))):
        product = [np.prod([voices[name][i, c] ** weight[name] for name in voices]) for c in range(3)]
        rows.append(np.array(product) / sum(product))
    return np.array(rows)


def literal(label, voices):
    """Every candidate, every temperature of a fine grid."""
    grid = np.exp(np.linspace(np.log(0.05), np.log(20), 600))
    weights = [{name: float(name == "net") for name in voices}, dict.fromkeys(voices, 1 / len(voices))]
    found = []
    for weight in weights:
        p = pooled(voices, weight)
        for t in grid:
            q = p ** (1 / t)
            q = q / q.sum(axis=1, keepdims=True)
            found.append((-np.log(q[np.arange(len(label)), label]).mean(), t, weight))
    return min(found, key=lambda item: item[0])


@pytest.mark.parametrize(("other", "share"), [(GOOD, 0.5), (POOR, 1.0)])
def test_the_mean_is_taken_where_it_is_better_and_only_there(other, share):
    voices = {"net": NET, "companion": other}
    blend, (nll, temperature, weights) = fit_blend(LABEL, voices), literal(LABEL, voices)
    assert blend.weights == weights and blend.weights["net"] == share
    assert blend.nll["calibrated"] == pytest.approx(nll, abs=1e-5) and blend.nll["calibrated"] <= nll + 1e-9
    assert blend.temperature == pytest.approx(temperature, rel=0.02)
    assert blend.n == len(LABEL)


def test_both_are_recorded():
    blend = fit_blend(LABEL, {"net": NET, "companion": GOOD})
    for name, p in {"net": NET, "companion": GOOD, "mean": pooled({"a": NET, "b": GOOD}, {"a": 0.5, "b": 0.5})}.items():
        expected = scores(LABEL, p.argmax(axis=1), p)
        assert blend.nll[name] == pytest.approx(expected["nll"])
        assert blend.macro_f1[name] == pytest.approx(expected["macro_f1"])
    assert blend.macro_f1["mean"] > max(blend.macro_f1["net"], blend.macro_f1["companion"])


def test_too_few_objects_decide_nothing():
    few = slice(0, LEAST - 1)
    blend = fit_blend(LABEL[few], {"net": NET[few], "companion": GOOD[few]})
    assert (blend.weights, blend.temperature, blend.n) == ({"net": 1.0, "companion": 0.0}, 1.0, 0) and not blend.nll
    assert fit_blend(LABEL[:LEAST], {"net": NET[:LEAST], "companion": GOOD[:LEAST]}).n == LEAST
    assert fit_blend(np.empty(0, int), {"net": np.empty((0, 3))}).n == 0


def test_a_net_without_companion_is_calibrated():
    sharp = apply_temperature(NET, 0.3)
    blend = fit_blend(LABEL, {"net": sharp})
    assert blend.weights == {"net": 1.0} and "mean" not in blend.nll and blend.temperature > 1
    assert blend.nll["calibrated"] < blend.nll["net"]


def test_blended_is_the_weighted_mean_to_a_power():
    p = blended({"net": NET, "companion": GOOD}, {"net": 0.75, "companion": 0.25}, 2.0)
    root = np.sqrt(pooled({"net": NET, "companion": GOOD}, {"net": 0.75, "companion": 0.25}))
    np.testing.assert_allclose(p, root / root.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(blended({"net": NET}, {"net": 1.0, "companion": 0.0}), NET)


def test_a_class_that_the_companion_never_saw_is_no_obstacle():
    blind = GOOD.copy()
    blind[:, 2] = 0
    blend = fit_blend(LABEL, {"net": NET, "companion": blind / blind.sum(axis=1, keepdims=True)})
    assert np.isfinite(list(blend.nll.values())).all() and blend.n == len(LABEL)


def test_what_the_temperature_does():
    voices, weights = {"net": apply_temperature(NET, 0.3)}, {"net": 1.0}
    found = calibration_of(LABEL, voices, weights, 3.0)
    after = apply_temperature(voices["net"], 3.0)
    assert found["before"]["nll"] == pytest.approx(nll_each(LABEL, voices["net"]).mean())
    assert found["after"]["nll"] == pytest.approx(nll_each(LABEL, after).mean())
    assert found["after"]["ece"] < found["before"]["ece"]


def test_refusals():
    with pytest.raises(InputError, match="no voice 'net'"):
        fit_blend(LABEL, {"companion": NET})
    with pytest.raises(InputError, match="voices companion, which are not there"):
        blended({"net": NET}, {"net": 0.5, "companion": 0.5})
    with pytest.raises(InputError, match="no label"):
        fit_blend(np.full(len(LABEL), -1), {"net": NET})
