"""Simulated dips against known geometry."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from astrocore.tasks.exoplanets.folding import phase_of
from astrocore.tasks.exoplanets.signals import EARTH_IN_SUN, Signal, Star, main_sequence

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


def whole_in_transit(planet: Signal) -> np.ndarray:
    """Times within a period at which a tiny exposure sees any light missing."""
    fine = np.arange(-0.5, 0.5, 1e-5) * planet.period
    return fine[planet.flux(fine + planet.epoch, 1e-6) < 1 - 1e-9]


@pytest.mark.parametrize(("period", "ratio", "impact"), [(3.0, 0.1, 0.0), (3.0, 0.1, 0.7), (40.0, 0.02, 0.3)])
def test_the_duration_is_that_of_the_light_curve(period: float, ratio: float, impact: float) -> None:
    planet = Signal("planet", SUN, period, 0.7, ratio, impact)
    assert np.ptp(whole_in_transit(planet)) == pytest.approx(planet.duration, rel=2e-3)


@pytest.mark.parametrize("ratio", [0.02, 0.05, 0.12])
def test_the_depth_is_the_ratio_squared_within_limb_darkening(ratio: float) -> None:
    planet = Signal("planet", SUN, 5.0, 1.0, ratio, 0.2)
    assert 1.0 < (1 - planet.flux(np.array([1.0]), 1e-4)[0]) / ratio**2 < 1.35
    grazing = replace(planet, impact=1.0)
    assert 0.2 < (1 - grazing.flux(np.array([1.0]), 1e-4)[0]) / ratio**2 < 0.6  # half a disc before the dark limb


def test_a_shape_that_is_read_off_is_the_one_that_is_computed() -> None:
    few = TIME[:150] - 0.3  # fewer points in eclipse than the grid has: each is computed
    many = np.concatenate([few + 4.0 * i for i in range(400)])
    np.testing.assert_allclose(BINARY.flux(many, 1 / 48)[: len(few)], BINARY.flux(few, 1 / 48), atol=2e-4)


def test_flat_bottoms() -> None:
    box, vee = replace(EARTH, ratio=0.05), replace(EARTH, ratio=0.05, impact=0.97)
    assert box.flatness == pytest.approx(0.95 / 1.05) and vee.flatness == 0 and vee.covered < 1 == box.covered


def test_twins_differ_between_odd_and_even_events() -> None:
    twins = replace(BINARY, ratio=0.95, surface=0.85, folded_at_half=True)
    flux, _ = twins.flux(TIME, 1 / 48), None
    even, odd = (1 - flux[np.abs(TIME - 1.0 - 2 * n) < 0.02].min() for n in (0, 1))
    assert even - odd == pytest.approx(twins.odd_even, rel=0.6) and even > odd + 0.02
    assert twins.secondary == 0 and replace(twins, folded_at_half=False).secondary == pytest.approx(0.85 * twins.depth)


def test_the_secondary_of_an_eccentric_pair_comes_early_or_late() -> None:
    late = replace(BINARY, secondary_phase=0.6)
    flux, phase = late.flux(TIME, 1 / 48), phase_of(TIME, 4.0, 1.0)
    assert flux[np.abs(phase - -0.4) < 0.01].min() < 0.9 < flux[np.abs(phase) > 0.49].min()
    assert late.secondary == 0 < late.companion_depth


def test_gravity() -> None:
    assert SUN.logg == pytest.approx(4.438) and Star(1.0, 10.0, 4800.0).logg == pytest.approx(2.438)


def test_the_main_sequence_rises() -> None:
    masses = (0.1, 0.5, 0.99, 1.01, 1.6)
    stars = [main_sequence(m) for m in masses]
    assert all(a.radius < b.radius and a.temp < b.temp for a, b in pairwise(stars))
    assert main_sequence(1.0) == SUN
