"""What can be told is told, what can't is a candidate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrocore.tasks.exoplanets.disturbances import Disturbance
from astrocore.tasks.exoplanets.missions import KEPLER, TESS
from astrocore.tasks.exoplanets.noise import Noise
from astrocore.tasks.exoplanets.signals import Signal, Star
from astrocore.tasks.exoplanets.verdicts import (
    MISTAKEN,
    SHARES,
    VETTING,
    confirmation,
    events_within,
    expected_snr,
    exposure,
    verdict,
)

SUN = Star(1.0, 1.0, 5772.0)
NOISE = Noise(1e-4, 0.0, 0.3, 0.0, 10.0)
PLANET = Signal("planet", SUN, 5.0, 1.0, 0.03, 0.2)
BINARY = Signal("binary", SUN, 5.0, 1.0, 0.5, 0.2, 0.5, 0.3)


def shares(source: Signal | Disturbance, noise: Noise = NOISE, magnitude: float = 13.0) -> dict[str | None, float]:
    rng = np.random.default_rng(0)
    words = [verdict(rng, source, noise, KEPLER, 1.0, magnitude, False) for _ in range(1000)]
    return {word: words.count(word) / 1000 for word in ("CONFIRMED", "CANDIDATE", "FALSE POSITIVE", None)}


def test_signal_to_noise_is_depth_over_the_error_of_the_points_in_transit() -> None:
    points = 0.9 * events_within(PLANET, KEPLER) * PLANET.duration / KEPLER.cadence
    assert events_within(PLANET, KEPLER) == 73
    assert expected_snr(PLANET, NOISE, KEPLER) == pytest.approx(9e-4 / (1e-4 / np.sqrt(points)))
    assert expected_snr(PLANET, NOISE, KEPLER, 4.5e-4) == pytest.approx(expected_snr(PLANET, NOISE, KEPLER) / 2)
    assert expected_snr(PLANET, replace(NOISE, red=1e-4), KEPLER) < expected_snr(PLANET, NOISE, KEPLER) / 2


def test_clear_planets_are_confirmed_and_faint_ones_candidates() -> None:
    clear, faint = shares(PLANET), shares(PLANET, replace(NOISE, white=3e-3))
    assert clear["CONFIRMED"] > 0.85 and faint["CANDIDATE"] > 0.9
    assert 0 < clear["FALSE POSITIVE"] < 3 * MISTAKEN


def test_what_shows_itself_is_a_false_positive() -> None:
    assert shares(BINARY)["FALSE POSITIVE"] > 0.85
    hidden = replace(BINARY, kind="blend", light=1e-3, surface=0.0)
    assert shares(hidden)["FALSE POSITIVE"] < shares(replace(hidden, surface=0.5))["FALSE POSITIVE"]
    assert shares(hidden, replace(NOISE, white=1e-2))["CANDIDATE"] > 0.3
    assert shares(Disturbance("instrument", "ramp", 30.0, 5.0, 0.3, 1e-3, 0))["FALSE POSITIVE"] > 0.6


def test_tess_leaves_the_obvious_out_of_its_list() -> None:
    rng = np.random.default_rng(0)
    words = [verdict(rng, BINARY, NOISE, TESS, 1.0, 10.0, False) for _ in range(500)]
    assert words.count(None) > 400
    assert None not in {verdict(rng, PLANET, NOISE, TESS, 1.0, 10.0, False) for _ in range(200)}


def test_a_tests_chance_grows_with_what_it_looks_for() -> None:
    faint = replace(BINARY, kind="blend", light=3e-3)
    for better in (
        replace(faint, surface=0.6),
        replace(faint, light=0.3),
        replace(faint, surface=0.5, folded_at_half=True),
    ):
        assert exposure(better, NOISE, KEPLER, 5.0) > exposure(replace(faint, surface=0.0), NOISE, KEPLER, 5.0)
    assert exposure(faint, NOISE, KEPLER, 60.0) > 0.95


def test_who_is_confirmed() -> None:
    kepler, tess = VETTING["kepler"], VETTING["tess"]
    base = confirmation(PLANET, kepler, 15.0, 2.0, 14.0, False)
    assert base < confirmation(PLANET, kepler, 15.0, 2.0, 14.0, True)
    assert base > confirmation(replace(PLANET, period=150.0), kepler, 15.0, 2.0, 14.0, False)
    assert base > confirmation(PLANET, kepler, 9.0, 2.0, 14.0, False)
    assert confirmation(PLANET, tess, 30.0, 12.0, 10.0, False) > confirmation(PLANET, tess, 30.0, 2.0, 10.0, False)
    assert confirmation(PLANET, tess, 30.0, 12.0, 10.0, False) > confirmation(PLANET, tess, 30.0, 12.0, 13.0, False)


def test_shares_add_up() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)
