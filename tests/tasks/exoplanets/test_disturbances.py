"""Dips that nothing makes by passing before a star."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrocore.tasks.exoplanets.disturbances import INSTRUMENT_SHAPES, Disturbance, Shape
from astrocore.tasks.exoplanets.folding import phase_of

TIME = np.arange(0, 60, 1 / 48)
WAVE = Disturbance("spots", "wave", 1.5, 0.4, 0.3, 1e-3, 3)
EVENTS = Disturbance("instrument", "drop", 10.0, 5.0, 0.5, 1e-3, 3)


def test_a_wave_is_deepest_in_phase_zero_and_highest_opposite() -> None:
    flux, phase = WAVE.flux(TIME, 1 / 48), phase_of(TIME, 1.5, 0.4)
    low, high = flux[np.abs(phase) < 0.05].mean(), flux[np.abs(phase) > 0.45].mean()
    assert high - low == pytest.approx(1e-3, rel=0.4) and flux.max() < 1 + 1e-3


@pytest.mark.parametrize("shape", INSTRUMENT_SHAPES)
def test_events_lie_where_they_should_and_scatter_in_height(shape: Shape) -> None:
    loss = 1 - replace(EVENTS, shape=shape).flux(TIME, 1 / 48)
    after = 2.2 if shape == "drop" else 0.5
    away = (phase_of(TIME, 10.0, 5.0) * 10.0 < -0.5) | (phase_of(TIME, 10.0, 5.0) * 10.0 > after)
    assert (loss[away] == 0).all() and (loss >= 0).all()
    heights = [loss[np.abs(TIME - 5 - 10 * n) < 1].max() for n in range(6)]
    assert np.std(heights) > 0.1e-3 and 0.2e-3 < np.median(heights) < 4e-3


def test_the_same_seed_gives_the_same_events() -> None:
    np.testing.assert_array_equal(EVENTS.flux(TIME, 0.02), EVENTS.flux(TIME, 0.02))
    assert not np.array_equal(EVENTS.flux(TIME, 0.02), replace(EVENTS, seed=4).flux(TIME, 0.02))


def test_what_vetting_may_see() -> None:
    assert WAVE.secondary == 0 and EVENTS.odd_even > WAVE.odd_even > 0
    assert WAVE.found_period == 1.5 and EVENTS.flatness == 0 < replace(EVENTS, shape="dump").flatness
