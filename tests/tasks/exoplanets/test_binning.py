"""Averages over bins against slow, literal ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.exoplanets.binning import (
    bin_points,
    level_and_scatter,
    level_of_points,
    masked_median,
    overlap,
    resample,
)


def literal(values: np.ndarray, mask: np.ndarray, bins: int) -> tuple[list[float], list[bool]]:
    """Overlap-weighted means, bin by bin."""
    n, out, found = len(values), [], []
    for j in range(bins):
        total = cover = 0.0
        for i in range(n):
            share = max(0.0, min((j + 1) / bins, (i + 1) / n) - max(j / bins, i / n)) * bins
            total, cover = (total + share * values[i], cover + share) if mask[i] else (total, cover)
        out.append(total / cover if cover > 1e-6 else 0.0)
        found.append(cover > 1e-6)
    return out, found


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 10_000))
def test_resampling_is_the_overlap_weighted_mean(n: int, bins: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, mask = rng.normal(size=(3, n)), rng.random((3, n)) > 0.3
    got, found = resample(np.where(mask, values, np.nan), mask, bins)
    for row in range(3):
        want, kept = literal(values[row], mask[row], bins)
        np.testing.assert_allclose(got[row], want, atol=1e-9)
        assert found[row].tolist() == kept


@pytest.mark.parametrize(("n", "bins"), [(512, 201), (201, 61), (51, 61), (61, 201)])
def test_a_constant_stays_and_the_mean_is_kept(n: int, bins: int) -> None:
    mask = np.ones((1, n), dtype=bool)
    np.testing.assert_allclose(resample(np.full((1, n), 3.0), mask, bins)[0], 3.0)
    values = np.random.default_rng(0).normal(size=(1, n))
    assert resample(values, mask, bins)[0].mean() == pytest.approx(values.mean())


def test_the_same_number_of_bins_changes_nothing() -> None:
    values, mask = np.arange(6.0).reshape(2, 3), np.array([[True, False, True], [True, True, True]])
    got, found = resample(values, mask, 3)
    assert got.tolist() == [[0, 0, 2], [3, 4, 5]] and (found == mask).all()


def test_overlap_of_a_window_inside_and_beyond() -> None:
    weights = overlap(np.array([0.0, 1.0, 2.0]), np.array([-1.0, 0.5, 1.5, 3.5]))
    np.testing.assert_allclose(weights, [[1 / 3, 0], [0.5, 0.5], [0, 0.25]])


@given(st.integers(1, 12), st.integers(0, 10_000))
def test_median_of_what_is_not_masked(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, mask = rng.normal(size=(4, n)), rng.random((4, n)) > 0.4
    want = [np.median(v[m]) if m.any() else 0.0 for v, m in zip(values, mask, strict=True)]
    np.testing.assert_allclose(masked_median(values, mask)[:, 0], want)


def test_level_and_scatter_of_the_quiet_part() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(5, 2, (1, 4000)), np.full((1, 500), -90.0)], axis=1)
    quiet = np.arange(4500)[None] < 4000
    level, scatter = level_and_scatter(values, np.ones_like(quiet), quiet)
    assert level[0, 0] == pytest.approx(5, abs=0.2) and scatter[0, 0] == pytest.approx(2, abs=0.1)


def test_scatter_is_never_zero() -> None:
    model = np.array([[0.0, 0.0, 0.0, -50.0, 0.0], [0.0] * 5, [7.0] * 5])
    mask = np.array([[True] * 5, [False] * 5, [True] * 5])
    level, scatter = level_and_scatter(model, mask, np.array([[True, True, False, False, True]]))
    assert level[:, 0].tolist() == [0, 0, 7] and scatter[:, 0].tolist() == [0.05, 1, 1]


@given(st.integers(0, 400), st.integers(1, 20), st.integers(0, 10_000))
def test_points_in_bins_are_the_literal_quantiles(n: int, bins: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    place, values = rng.uniform(-1, 1, n), np.sort(rng.normal(size=n).round(1))
    found = bin_points(place, values, 0.7, bins)
    number = np.floor((place + 0.7) * (bins / 1.4))
    for i in range(bins):
        inside = values[number == i]
        assert found.mask[i] == (len(inside) > 0)
        assert found.median[i] == pytest.approx(np.median(inside) if len(inside) else 0)
        scatter = 0.7413 * np.subtract(*np.percentile(inside, [75, 25])) if len(inside) >= 3 else 0
        assert found.scatter[i] == pytest.approx(scatter)


@given(st.integers(1, 300), st.integers(0, 10_000))
def test_level_of_points_is_that_of_a_row(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, quiet = rng.normal(3, 2, n), rng.random(n) > 0.3
    level, scatter = level_and_scatter(values[None], np.ones((1, n), dtype=bool), quiet[None])
    assert level_of_points(values, quiet) == pytest.approx((level[0, 0], scatter[0, 0]))
