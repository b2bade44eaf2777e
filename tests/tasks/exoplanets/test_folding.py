"""Folding, detrending and binning of light curves whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.folding import (
    GLOBAL_BINS,
    LOCAL_BINS,
    bin_median,
    expected_duration,
    fold,
    folded_views,
    no_curve,
    phase_of,
    relative,
    spread,
    view,
)

PERIOD, EPOCH, DURATION, DEPTH = 3.3, 101.2, 0.15, 0.01


def box(time: np.ndarray, noise: float = 2e-4, seed: int = 0) -> np.ndarray:
    """Flux of one with box-shaped transits and white noise."""
    inside = np.abs(phase_of(time, PERIOD, EPOCH)) * PERIOD < DURATION / 2
    return 1 - DEPTH * inside + noise * np.random.default_rng(seed).normal(size=time.shape)


def test_phase_is_zero_in_mid_transit_and_wraps_at_half() -> None:
    time = np.array([EPOCH, EPOCH + 5 * PERIOD, EPOCH + PERIOD / 4, EPOCH - PERIOD / 4, EPOCH + PERIOD / 2])
    np.testing.assert_allclose(phase_of(time, PERIOD, EPOCH), [0, 0, 0.25, -0.25, -0.5], atol=1e-9)


def test_expected_duration_of_the_earth_and_of_an_unknown_star() -> None:
    hours = expected_duration(np.array([365.25, 365.25, 365.25 / 8]), np.array([1.0, np.nan, 8.0]))
    np.testing.assert_allclose(hours, [13, 13, 26])


def test_bins_hold_the_median_of_their_points() -> None:
    rng = np.random.default_rng(0)
    phase, flux = rng.uniform(-0.5, 0.5, 700), rng.normal(size=700)
    values, mask = bin_median(phase, flux, 0.2, 30)
    for i in range(30):
        low = -0.2 + 0.4 * i / 30
        inside = (phase >= low) & (phase < low + 0.4 / 30)
        assert mask[i] == inside.any()
        assert values[i] == pytest.approx(np.median(flux[inside]) if mask[i] else 0.0, abs=2e-3)


def test_trend_goes_and_transit_stays() -> None:
    time = 100 + np.arange(1300) / 48
    trend = 1 + 0.02 * np.sin(2 * np.pi * time / 9) + 0.01 * (time - 110) / 27
    phase, deviation = fold(time, 25_000 * trend * box(time), PERIOD, EPOCH, DURATION)
    inside = np.abs(phase) * PERIOD < 0.4 * DURATION
    assert np.median(deviation[inside]) == pytest.approx(-DEPTH, abs=5e-4)
    assert spread(deviation[~inside]) < 3e-4


def test_each_segment_has_its_own_level_and_bad_points_stay_bad() -> None:
    time = np.concatenate([np.arange(0, 10, 0.02), np.arange(12, 22, 0.02)])
    flux = np.where(time < 11, 8000.0, 9000.0)
    flux[[3, 700]] = np.nan
    deviation = relative(time, flux, np.zeros(time.shape, dtype=bool), 1.0)
    assert np.isnan(deviation).sum() == 2 and np.nanmax(np.abs(deviation)) == 0


def test_flux_about_zero_only_loses_its_trend() -> None:
    time = np.arange(0, 20, 0.02)
    flux = 3.0 * (time > 10) + np.random.default_rng(0).normal(0, 0.1, time.shape)
    deviation = relative(time, flux - flux.mean(), np.zeros(time.shape, dtype=bool), 1.0)
    assert np.abs(np.nanmedian(deviation)) < 0.05 and spread(deviation) == pytest.approx(0.1, abs=0.03)


def test_a_stretch_without_level_gives_nothing() -> None:
    time = np.array([0.0, 0.02, 0.04, 5.0, 5.02])
    assert np.isnan(relative(time, np.full(5, 9.0), np.zeros(5, dtype=bool), 1.0)).all()
    assert np.isnan(relative(time, np.full(5, np.nan), np.zeros(5, dtype=bool), 1.0)).all()


def test_views_show_the_dip_in_units_of_scatter() -> None:
    time = 100 + np.arange(4000) / 48
    views = folded_views(time, box(time), PERIOD, EPOCH, DURATION)
    assert views.global_view.shape == (GLOBAL_BINS,) and views.local_view.shape == (LOCAL_BINS,)
    assert views.global_view.dtype == np.float16 and views.global_mask.all() and views.local_mask.all()
    sigma = DEPTH / 2e-4
    assert views.global_view[GLOBAL_BINS // 2] == pytest.approx(-sigma, rel=0.1)
    assert np.abs(views.global_view[:80]).max() < 3
    # The window is four durations wide, so the transit fills the middle quarter.
    dip = np.flatnonzero(views.local_view < -sigma / 2)
    assert (dip.min(), dip.max()) == (pytest.approx(23, abs=1), pytest.approx(37, abs=1))


def test_gaps_are_masked() -> None:
    time = 100 + np.arange(1300) / 48
    away = np.abs(phase_of(time, PERIOD, EPOCH) - 0.3) > 0.05
    views = folded_views(time[away], box(time[away]), PERIOD, EPOCH, DURATION)
    centre = round((0.3 + 0.5) * GLOBAL_BINS)
    assert not views.global_mask[centre - 8 : centre + 8].any() and views.global_mask[: centre - 12].mean() > 0.9
    assert (views.global_view[~views.global_mask] == 0).all()


def test_the_order_of_the_points_does_not_matter() -> None:
    time = 100 + np.arange(600) / 48
    flux = box(time)
    order = np.random.default_rng(1).permutation(600)
    first = folded_views(time, flux, PERIOD, EPOCH, DURATION)
    second = folded_views(time[order], flux[order], PERIOD, EPOCH, DURATION)
    np.testing.assert_array_equal(first.global_view, second.global_view)


def test_a_transit_longer_than_the_orbit_allows_still_folds() -> None:
    time = 100 + np.arange(600) / 48
    views = folded_views(time, box(time), 0.3, EPOCH, 0.5)
    assert views.global_mask.any() and np.isfinite(views.local_view).all()


def test_nothing_to_fold() -> None:
    for views in (no_curve(), view(np.array([0.1]), np.array([np.nan]), PERIOD, DURATION)):
        assert not views.global_mask.any() and not views.local_mask.any() and not views.local_view.any()
