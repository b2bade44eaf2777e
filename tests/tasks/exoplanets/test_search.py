"""Signals searched in curves whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.lightcurves import LightCurve
from astrocore.tasks.exoplanets.search import planet_radius, search

from .curve_files import DEPTH, DURATION, flux_of, times


@pytest.mark.parametrize(("period", "days"), [(0.83, 27.0), (3.1, 27.0), (9.4, 27.0), (11.27, 90.0), (21.3, 400.0)])
def test_period_epoch_depth_and_duration(period: float, days: float) -> None:
    time = times(days=days)
    found = search(LightCurve(time, 4000 * flux_of(time, period, 132.4)))
    # Over the whole span the transits stay where they are.
    assert abs(found["period"] - period) * days / period < 0.05
    late = (found["epoch_time"] - 132.4) / period
    assert abs(late - round(late)) * period < 0.03
    assert found["depth"] == pytest.approx(1e6 * DEPTH, rel=0.15) and 1.5 < found["duration"] < 6
    assert found["snr"] == pytest.approx(DEPTH / 3e-4 * np.sqrt(0.8 * DURATION * 48 * days / period), rel=0.4)


def test_short_cadence_is_searched_in_its_means() -> None:
    time = times(days=10, minutes=2)
    found = search(LightCurve(time, flux_of(time, 2.2, 132.4)))
    assert found["period"] == pytest.approx(2.2, abs=0.01)


def test_noise_has_little_significance_and_too_little_has_nothing() -> None:
    time = times()
    found = search(LightCurve(time, flux_of(time, depth=0.0)))
    assert not found or found["snr"] < 8
    assert search(LightCurve(time[:30], flux_of(time[:30]))) == {}
    assert search(LightCurve(time, np.full(time.shape, np.nan))) == {}


def test_flux_in_a_unit_of_its_own_has_no_depth() -> None:
    time = times()
    found = search(LightCurve(time, 1e6 * (flux_of(time) - 1)))
    assert found["period"] == pytest.approx(3.1, abs=0.01) and found["snr"] > 50
    assert "depth" not in found and "planet_radius" not in found


def test_radius_of_the_planet_needs_that_of_the_star() -> None:
    assert planet_radius(1e4, {"stellar_radius": 1.0})["planet_radius"] == pytest.approx(10.908)
    assert planet_radius(1e4, {"stellar_temp": 5000.0}) == {"stellar_temp": 5000.0}
