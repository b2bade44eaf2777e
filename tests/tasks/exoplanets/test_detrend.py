"""The slow trend, with transits left alone."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.detrend import is_absolute, relative, spread


def test_points_in_transit_do_not_pull_the_trend() -> None:
    time = np.arange(0, 20, 0.02)
    inside = np.abs(time - 10) < 0.4
    flux = 5000 * (1 + 0.01 * np.sin(time / 8)) * (1 - 0.02 * inside)
    left = relative(time, flux, inside, 1.0)
    pulled = relative(time, flux, np.zeros(time.shape, dtype=bool), 1.0)
    assert np.median(left[inside]) == pytest.approx(-0.02, abs=3e-4) and np.median(pulled[inside]) > -0.015
    assert np.abs(left[~inside]).max() < 5e-4


def test_spread_and_what_is_a_brightness() -> None:
    values = np.random.default_rng(0).normal(7, 2, 20_000)
    assert spread(values) == pytest.approx(2, rel=0.03) and spread(np.zeros(0)) == 0
    assert is_absolute(np.float64(7), np.float64(2)) and not is_absolute(np.float64(7), np.float64(3))


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
