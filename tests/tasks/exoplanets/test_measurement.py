"""Catalogue numbers from noisy curves against what went in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrocore.tasks.exoplanets.curves import in_thousandths
from astrocore.tasks.exoplanets.folding import Ephemeris
from astrocore.tasks.exoplanets.measurement import Measured, apparent_impact, ephemeris, measure, measure_star
from astrocore.tasks.exoplanets.missions import KEPLER, TESS
from astrocore.tasks.exoplanets.noise import Noise, observe
from astrocore.tasks.exoplanets.signals import Signal, Star

SUN = Star(1.0, 1.0, 5772.0)
NOISE = Noise(2e-4, 0.0, 0.3, 0.0, 10.0)
PLANET = Signal("planet", SUN, 3.0, 1.0, 0.1, 0.3)
STAR = {"stellar_temp": 5772.0, "stellar_radius": 1.0, "stellar_logg": 4.4, "tmag": 10.0}


def seen(source: Signal, noise: Noise = NOISE, seed: int = 0) -> Measured | None:
    flux = in_thousandths(observe(np.random.default_rng(seed), TESS, [source], noise)[None])[0].astype(float)
    clock = Ephemeris(source.found_period, source.epoch, source.duration)
    return measure(np.random.default_rng(seed), source, clock, (), TESS.time, flux, STAR)


def depth_of(source: Signal, kind: str) -> float:
    """Depth [ppm] in the middle of one of its local views."""
    found = seen(source)
    assert found is not None
    view, mask = (getattr(found.views, f"{kind}_{part}")[28:33] for part in ("view", "mask"))
    return -float(view[mask].astype(float).mean()) * found.views.flux_scatter


def test_a_planet_comes_out_as_it_went_in() -> None:
    row = [found.row for s in range(12) if (found := seen(PLANET, seed=s))]
    assert len(row) == 12
    depth, radius, snr = (np.nanmedian([r[name] for r in row]) for name in ("depth", "planet_radius", "snr"))
    assert depth == pytest.approx(1.2e4, rel=0.1)  # a hundredth, deepened by limb darkening
    assert radius == pytest.approx(0.1 * 109.08, rel=0.12)
    points = 9 * PLANET.duration / TESS.cadence
    assert snr == pytest.approx(depth * 1e-6 / 2e-4 * np.sqrt(points), rel=0.25)
    assert row[0]["duration"] == pytest.approx(24 * PLANET.duration) and row[0]["period"] == 3.0


def test_a_dip_below_the_noise_is_lost() -> None:
    assert seen(replace(PLANET, ratio=0.005), replace(NOISE, white=2e-3)) is None


def test_twins_found_at_half_the_period_differ_in_the_views_of_odd_and_even_events() -> None:
    twins = Signal("binary", SUN, 6.05, 1.0, 0.9, 0.2, 0.9, 0.7, 1.0, True)
    odd, even = (depth_of(twins, kind) for kind in ("odd", "even"))
    assert even - odd == pytest.approx(1e6 * twins.odd_even, rel=0.6) and even > 1.1 * odd
    assert depth_of(PLANET, "even") == pytest.approx(depth_of(PLANET, "odd"), rel=0.05)


def test_the_secondary_view_shows_the_companions_eclipse() -> None:
    pair = Signal("binary", SUN, 4.03, 1.0, 0.5, 0.1, 0.5, 0.2)
    assert depth_of(pair, "secondary") == pytest.approx(1e6 * pair.secondary, rel=0.1)
    assert abs(depth_of(PLANET, "secondary")) < 0.01 * depth_of(PLANET, "local")


def test_the_fainter_the_vaguer() -> None:
    rng = np.random.default_rng(0)
    spread = {
        snr: np.std([ephemeris(rng, PLANET, TESS, snr).duration for _ in range(200)]) / PLANET.duration
        for snr in (7.0, 200.0)
    }
    assert spread[7.0] > 0.12 > 0.08 > spread[200.0]


def test_the_shape_tells_the_impact_parameter() -> None:
    for ratio, impact in ((0.05, 0.0), (0.1, 0.5), (0.02, 0.9)):
        planet = replace(PLANET, ratio=ratio, impact=impact)
        assert apparent_impact(ratio, planet.flatness) == pytest.approx(impact, abs=1e-6)
    assert apparent_impact(0.02, 0.5) > 0.8  # a diluted pair looks like a graze


def test_stars_have_errors_and_some_no_entry() -> None:
    rng = np.random.default_rng(0)
    rows = [measure_star(rng, KEPLER, SUN, 13.0) for _ in range(2000)]
    temp = np.array([row["stellar_temp"] for row in rows])
    assert 0.01 < np.isnan(temp).mean() < 0.04 and np.nanstd(temp) == pytest.approx(130, rel=0.1)
    radius, logg = (np.array([row[name] for row in rows]) for name in ("stellar_radius", "stellar_logg"))
    known = np.isfinite(radius)
    assert np.std(np.log(radius[known])) == pytest.approx(KEPLER.radius_error, rel=0.1)
    assert np.corrcoef(np.log(radius[known]), logg[known])[0, 1] < -0.8
    assert {row["kepmag"] for row in rows} == {13.0}
