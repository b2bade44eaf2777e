"""Folding, detrending and binning of light curves whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.folding import (
    GLOBAL_BINS,
    LOCAL_BINS,
    Ephemeris,
    expected_duration,
    fold,
    folded_views,
    no_curve,
    phase_of,
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


def test_trend_goes_and_transit_stays() -> None:
    time = 100 + np.arange(1300) / 48
    trend = 1 + 0.02 * np.sin(2 * np.pi * time / 9) + 0.01 * (time - 110) / 27
    phase, deviation = fold(time, 25_000 * trend * box(time), PERIOD, EPOCH, DURATION)
    inside = np.abs(phase) * PERIOD < 0.4 * DURATION
    assert np.median(deviation[inside]) == pytest.approx(-DEPTH, abs=5e-4)
    assert spread(deviation[~inside]) < 3e-4


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


def literal(phase: np.ndarray, flux: np.ndarray, half_width: float, bins: int) -> list[tuple[float, bool, float]]:
    """Median, mask and scatter bin by bin."""
    rows = []
    for i in range(bins):
        number = np.floor((phase + half_width) * (bins / (2 * half_width)))
        inside = flux[number == i]
        quartiles = np.percentile(inside, [25, 75]) if len(inside) >= 3 else np.zeros(2)
        rows.append((float(np.median(inside)) if len(inside) else 0.0, len(inside) > 0, 0.7413 * np.ptp(quartiles)))
    return rows


def test_every_view_is_the_literal_one() -> None:
    rng = np.random.default_rng(3)
    time = np.sort(rng.uniform(100, 127, 3000))
    flux = rng.normal(0, 1e-3, 3000) - 0.01 * (np.abs(phase_of(time, PERIOD, EPOCH)) * PERIOD < DURATION / 2)
    turns = (time - EPOCH) / PERIOD
    phase, number = turns - np.floor(turns + 0.5), np.floor(turns + 0.5)
    quiet = flux[np.abs(phase) > 0.75 * DURATION / PERIOD]
    scatter = 1.4826 * np.median(np.abs(quiet - np.median(quiet)))
    views = view(phase, flux, PERIOD, DURATION, number, 1e6)
    unit, width, far = (flux - np.median(quiet)) / scatter, 2 * DURATION / PERIOD, np.mod(phase, 1.0) - 0.5
    assert views.flux_scatter == pytest.approx(1e6 * scatter)
    assert views.events == len(set(number[np.abs(phase) * PERIOD <= DURATION / 2]))
    odd, even = number % 2 == 1, number % 2 == 0
    for kind, place, rows, half, bins in (
        ("global", phase, slice(None), 0.5, GLOBAL_BINS),
        ("local", phase, slice(None), width, LOCAL_BINS),
        ("odd", phase, odd, width, LOCAL_BINS),
        ("even", phase, even, width, LOCAL_BINS),
        ("secondary", far, slice(None), width, LOCAL_BINS),
    ):
        want = literal(place[rows], unit[rows], half, bins)
        np.testing.assert_allclose(getattr(views, f"{kind}_view"), [row[0] for row in want], rtol=1e-3, atol=1e-3)
        assert getattr(views, f"{kind}_mask").tolist() == [row[1] for row in want]
        if kind in ("global", "local"):
            spreads = [row[2] for row in want]
            np.testing.assert_allclose(getattr(views, f"{kind}_scatter"), spreads, rtol=1e-3, atol=1e-3)


def test_depth_is_the_views_depth_times_its_unit() -> None:
    time = 100 + np.arange(4000) / 48
    for scale, zero, ppm in ((25_000, 25_000, 1e6), (1e3, 0, 1e3)):
        views = folded_views(time, scale * (box(time) - 1) + zero, PERIOD, EPOCH, DURATION, ppm=ppm)
        assert views.flux_scatter == pytest.approx(200, rel=0.1)
        assert -views.local_view[28:33].mean() * views.flux_scatter == pytest.approx(1e6 * DEPTH, rel=0.05)
    sigmas = np.random.default_rng(0).normal(size=time.shape) * 3
    assert np.isnan(folded_views(time, sigmas, PERIOD, EPOCH, DURATION).flux_scatter)


def test_odd_even_and_secondary_eclipses_show_apart() -> None:
    time = 100 + np.arange(4000) / 48
    turns = np.floor((time - EPOCH) / PERIOD + 0.5)
    flux = box(time) - DEPTH * (np.abs(phase_of(time, PERIOD, EPOCH)) * PERIOD < DURATION / 2) * (turns % 2)
    flux = flux - 0.3 * DEPTH * (np.abs(phase_of(time, PERIOD, EPOCH + PERIOD / 2)) * PERIOD < DURATION / 2)
    views = folded_views(time, flux, PERIOD, EPOCH, DURATION)
    odd, even, opposite = (
        -np.median(getattr(views, f"{kind}_view")[28:33].astype(float)) * views.flux_scatter
        for kind in ("odd", "even", "secondary")
    )
    assert (odd, even, opposite) == pytest.approx((2e4, 1e4, 3e3), rel=0.1)
    assert views.local_scatter[30] > 3 * views.local_scatter[5]
    assert views.events == 25


def test_transits_of_other_signals_are_left_out() -> None:
    time = 100 + np.arange(4000) / 48
    other = Ephemeris(5.71, 103.0, 0.2)
    theirs = np.abs(phase_of(time, other.period, other.epoch)) * other.period < 0.1
    flux = box(time) - 0.03 * theirs
    assert np.nanmin(fold(time, flux, PERIOD, EPOCH, DURATION)[1]) < -0.028
    left = fold(time, flux, PERIOD, EPOCH, DURATION, [other])[1]
    assert np.nanmin(left) > -0.012 and np.isnan(left[theirs]).all() and np.isnan(left).sum() < 2 * theirs.sum()
    assert folded_views(time, flux, PERIOD, EPOCH, DURATION, [other]).flux_scatter == pytest.approx(200, rel=0.1)
    # The same signal under another name, or at twice the period, takes nothing away.
    for twin in (Ephemeris(PERIOD, EPOCH, DURATION), Ephemeris(2 * PERIOD, EPOCH, DURATION)):
        same = folded_views(time, flux, PERIOD, EPOCH, DURATION, [twin])
        depth = -same.local_view[28:33].mean() * same.flux_scatter
        assert depth == pytest.approx(1e6 * DEPTH, rel=0.1)


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
