"""Ranges of the flux axis: shallow dips fill them, outliers do not."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.ranges import deepest, folded_range, series_range

RNG = np.random.default_rng(0)


def test_outliers_do_not_set_the_range_of_a_series_but_transits_do() -> None:
    flux, event = RNG.normal(0, 0.3, 20_000), np.zeros(20_000, dtype=bool)
    event[5_000:5_020] = True  # a tenth of a percent
    flux[event] -= 8
    flux[[7, 11_000]] = -40, 30
    flux[::9] = np.nan
    low, high = series_range(flux, event) or (0, 0)
    assert -12 < low < -8 and 0.5 < high < 2.5


def test_a_shallow_dip_takes_a_good_part_of_the_height() -> None:
    line, scatter = RNG.normal(0, 0.02, 201), np.full(201, 0.4)
    line[99:102] = -0.6
    behind = RNG.normal(0, 0.4, 60_000)
    behind[:20] = 30
    low, high = folded_range(line, scatter, behind) or (0, 0)
    assert low < line.min() and high > 0.2 and 0.6 / (high - low) > 0.3
    alone = folded_range(line, scatter, np.zeros(0)) or (0, 0)
    assert alone[0] < -0.6 and alone[1] < 1


def test_a_bin_of_one_wild_point_does_not_set_the_range() -> None:
    line, scatter = np.zeros(61), np.full(61, 0.1)
    line[30], line[7], scatter[7] = -1, -50, np.nan
    low, _ = folded_range(line, scatter, np.zeros(0)) or (0, 0)
    assert -2 < low < -1


def test_odd_and_even_share_the_range_of_the_deeper() -> None:
    flat, deep = np.tile([-0.1, 0.1], 30), np.concatenate([np.zeros(50), np.full(10, -3.0)])
    low, high = deepest((-0.5, 0.5), flat, deep) or (0, 0)
    assert low < -3 and high == pytest.approx(0.5)


def test_nothing_has_no_range() -> None:
    nothing = np.full(3, np.nan)
    assert series_range(nothing, nothing > 0) is None and folded_range(nothing, None, nothing) is None
    assert deepest(None, nothing) is None and folded_range(np.ones(5), None, np.zeros(0)) is None
