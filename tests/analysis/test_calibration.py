"""Reliability against counting, temperature against the power it stands for."""

import numpy as np
import pytest

from astrocore.analysis.calibration import TEMPERATURES, apply_temperature, fit_temperature, reliability
from astrocore.analysis.metrics import ece, nll_each
from astrocore.errors import InputError


def test_reliability_bin_by_bin():
    rng = np.random.default_rng(0)
    label, p = rng.integers(0, 3, 400), rng.dirichlet(np.ones(3), 400)
    table = reliability(label, p, bins=7)
    confidence, right = p.max(axis=1), p.argmax(axis=1) == label
    for _, row in table.iterrows():
        inside = (confidence >= row["low"]) & (confidence < row["high"])
        assert row["count"] == inside.sum()
        if inside.any():
            assert row["confidence"] == pytest.approx(confidence[inside].mean())
            assert row["accuracy"] == pytest.approx(right[inside].mean())
        else:
            assert np.isnan(row["confidence"])
    gap = (table["count"] * (table["accuracy"] - table["confidence"]).abs()).sum() / 400
    assert gap == pytest.approx(ece(label, p, bins=7))


def test_the_last_bin_holds_one():
    assert reliability(np.array([0]), np.array([[1.0, 0.0]]))["count"].tolist() == [0] * 9 + [1]


def test_no_bins():
    with pytest.raises(InputError, match="0 bins"):
        reliability(np.array([0]), np.array([[1.0]]), bins=0)


@pytest.mark.parametrize("temperature", [0.3, 0.7, 1, 2.5])
def test_temperature_is_a_power(temperature):
    p = np.random.default_rng(0).dirichlet(np.ones(4), 50)
    power = p ** (1 / temperature)
    np.testing.assert_allclose(apply_temperature(p, temperature), power / power.sum(axis=1, keepdims=True))


def test_temperature_softens_or_sharpens_and_keeps_the_order():
    p = np.array([[0.7, 0.2, 0.1]])
    sharp, soft = apply_temperature(p, 0.5), apply_temperature(p, 2)
    assert sharp[0, 0] > 0.7 > soft[0, 0]
    assert np.argsort(sharp).tolist() == np.argsort(soft).tolist()


def test_temperature_at_the_edges():
    np.testing.assert_array_equal(apply_temperature(np.array([[1.0, 0.0]]), 0.1), [[1, 0]])
    almost = apply_temperature(np.array([[1e-30, 1e-31]], np.float32), 0.01)
    np.testing.assert_allclose(almost, [[1, 0]], atol=1e-12)


@pytest.mark.parametrize("temperature", [0, -1, np.nan, np.inf])
def test_temperature_refuses(temperature):
    with pytest.raises(InputError, match="temperature of"):
        apply_temperature(np.array([[1.0]]), temperature)


def drawn(temperature, n=4000):
    """Labels drawn from probabilities, and these at another temperature, which fitting should undo."""
    rng = np.random.default_rng(1)
    true = rng.dirichlet(np.ones(3), n)
    label = (rng.random((n, 1)) > true.cumsum(axis=1)).sum(axis=1).clip(max=2)
    return label, apply_temperature(true, 1 / temperature)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_a_fitted_temperature_is_that_of_a_literal_search(temperature):
    label, p = drawn(temperature, 500)
    grid = np.exp(np.linspace(*np.log(TEMPERATURES), 3000))
    losses = [nll_each(label, apply_temperature(p, t)).mean() for t in grid]
    assert fit_temperature(label, p) == pytest.approx(grid[np.argmin(losses)], rel=0.005)


def test_over_confident_probabilities_are_softened_timid_ones_sharpened():
    assert fit_temperature(*drawn(2.5)) == pytest.approx(2.5, rel=0.1)
    assert fit_temperature(*drawn(0.4)) == pytest.approx(0.4, rel=0.1)
    assert fit_temperature(*drawn(1)) == pytest.approx(1, rel=0.1)


def test_a_fitted_temperature_stays_within_bounds():
    right = np.array([[0.6, 0.4]] * 60)
    assert fit_temperature(np.zeros(60, int), right) == pytest.approx(TEMPERATURES[0], rel=0.01)
    assert fit_temperature(np.ones(60, int), right) == pytest.approx(TEMPERATURES[1], rel=0.01)
    sure = np.array([[1.0, 0.0]] * 60)
    assert TEMPERATURES[0] <= fit_temperature(np.ones(60, int), sure) <= TEMPERATURES[1]


def test_fitting_wants_labels():
    with pytest.raises(InputError, match="no label"):
        fit_temperature(np.array([-1]), np.array([[1.0, 0.0]]))
