"""Simulated dips against known geometry."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from astrocore.tasks.exoplanets.folding import phase_of
from astrocore.tasks.exoplanets.signals import (
    EARTH_IN_SUN,
    LEAST_AXIS,
    PERIODS,
    Kind,
    Signal,
    Star,
    draw_signal,
    draw_star,
    main_sequence,
)

SUN = Star(1.0, 1.0, 5772.0)
TIME = np.arange(0, 27.4, 1 / 240)
EARTH = Signal("planet", SUN, 365.25, 10.0, EARTH_IN_SUN, 0.0)
BINARY = Signal("binary", SUN, 4.0, 1.0, 0.7, 0.1, companion_mass=0.65, surface=0.3)


def test_the_earth_before_the_sun() -> None:
    assert EARTH.axis == pytest.approx(215, rel=1e-3)
    assert 24 * EARTH.duration == pytest.approx(13, rel=0.02)
    assert EARTH.depth == pytest.approx(84e-6, rel=0.01)
    flux = EARTH.flux(TIME, 1 / 48)
    assert 1 - flux.min() == pytest.approx(84e-6, rel=0.3)  # limb darkening deepens the middle
    assert (flux < 1).sum() / 240 == pytest.approx(EARTH.duration, rel=0.1)


def test_planets_only_take_light_away_and_only_in_transit() -> None:
    planet = replace(EARTH, period=3.0, ratio=0.1, impact=0.4)
    flux = planet.flux(TIME, 1 / 48)
    away = np.abs(phase_of(TIME, 3.0, 10.0)) * 3.0 > planet.duration / 2 + 1 / 48
    assert (flux[away] == 1).all() and 0.009 < 1 - flux.min() < 0.014


def test_a_binary_has_two_unequal_eclipses() -> None:
    flux, phase = BINARY.flux(TIME, 1 / 48), phase_of(TIME, 4.0, 1.0)
    primary, secondary = 1 - flux[np.abs(phase) < 0.01].min(), 1 - flux[np.abs(phase) > 0.49].min()
    companion = 0.3 * 0.49
    assert primary == pytest.approx(0.49 / (1 + companion), rel=0.35)
    assert secondary == pytest.approx(companion / (1 + companion), rel=0.05)


def test_a_close_pair_is_bulged() -> None:
    close = replace(BINARY, period=1.0, impact=3.0)  # no eclipse at this inclination
    phase = phase_of(TIME, 1.0, 1.0)
    flux = close.flux(TIME, 1 / 48)
    quarter, conjunction = flux[np.abs(np.abs(phase) - 0.25) < 0.02].mean(), flux[np.abs(phase) < 0.02].mean()
    assert quarter - conjunction > 1e-3
    far = replace(close, period=20.0).flux(TIME, 1 / 48)
    assert np.ptp(far) < 0.05 * np.ptp(flux)


def test_a_brighter_star_dilutes() -> None:
    alone, blended = BINARY.flux(TIME, 1 / 48), replace(BINARY, kind="blend", light=0.02).flux(TIME, 1 / 48)
    np.testing.assert_allclose(blended - 1, 0.02 * (alone - 1), atol=1e-12)
    assert replace(BINARY, light=0.02).depth == pytest.approx(0.02 * BINARY.depth)


def test_twins_are_found_at_half_their_period() -> None:
    assert BINARY.found_period == 4.0 and replace(BINARY, folded_at_half=True).found_period == 2.0


@pytest.mark.parametrize("kind", ["planet", "binary", "blend"])
def test_what_is_drawn_is_possible(kind: Kind) -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        star = draw_star(rng)
        signal = draw_signal(rng, star, kind, 27.4)
        assert 0.4 < star.mass < 1.9 and 0.4 < star.radius < 6 and 3000 < star.temp < 9000
        assert PERIODS[0] <= signal.period and signal.axis >= (LEAST_AXIS if kind == "planet" else 2.0) * 0.999
        assert 0 <= signal.epoch <= 27.4 and signal.impact <= 1 + signal.ratio and 0 < signal.duration < signal.period
        assert np.isfinite(signal.flux(TIME[::40], 1 / 48)).all()


def test_the_main_sequence_rises() -> None:
    masses = (0.1, 0.5, 0.99, 1.01, 1.6)
    stars = [main_sequence(m) for m in masses]
    assert all(a.radius < b.radius and a.temp < b.temp for a, b in pairwise(stars))
    assert main_sequence(1.0) == SUN
