"""What is drawn is possible, and spread as the tables say."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.missions import KEPLER, MISSIONS, TESS, Mission
from astrocore.tasks.exoplanets.population import (
    LEAST_AXIS,
    POPULATIONS,
    SHORTEST,
    SLOWEST_TURN,
    draw_kind,
    draw_source,
    draw_star,
    planet_radius,
)
from astrocore.tasks.exoplanets.signals import EARTH_IN_SUN, Kind, Signal

KINDS: tuple[Kind, ...] = ("planet", "binary", "blend", "scattered", "spots", "instrument")


@pytest.mark.parametrize("mission", MISSIONS, ids=lambda m: m.name)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_drawn_is_possible(kind: Kind, mission: Mission) -> None:
    for seed in range(150):
        rng = np.random.default_rng(seed)
        star = draw_star(rng, mission, kind)
        source = draw_source(rng, mission, star, kind)
        assert 0.2 < star.mass <= 2.4 and 0.2 < star.radius < 40 and 2500 < star.temp < 10_000
        assert source.period >= SHORTEST and 0 <= source.epoch <= mission.longest * 1.01
        assert 0 < source.duration < source.period and 0 <= source.depth < 1 and 0 <= source.flatness < 1
        assert source.kind == kind and 0 <= source.odd_even < 1 and 0 <= source.secondary < 1
        assert np.isfinite(source.flux(mission.time[::400], mission.cadence)).all()
        if isinstance(source, Signal):
            assert source.axis >= (LEAST_AXIS if kind == "planet" else 2.0) * 0.999
            assert source.impact <= 1 + source.ratio and (source.light < 0.3) == (kind in ("blend", "scattered"))
        elif kind == "spots":
            assert source.period <= SLOWEST_TURN


def test_every_kind_comes_with_its_share() -> None:
    rng = np.random.default_rng(0)
    for mission in MISSIONS:
        drawn = [draw_kind(rng, mission) for _ in range(4000)]
        kinds = POPULATIONS[mission.name].kinds
        for kind, share in kinds.items():
            assert drawn.count(kind) / 4000 == pytest.approx(share / sum(kinds.values()), abs=0.03)


@pytest.mark.parametrize("name", ["kepler", "tess"])
def test_planets_have_the_sizes_of_their_groups(name: str) -> None:
    rng, population = np.random.default_rng(0), POPULATIONS[name]
    radius = np.array([planet_radius(rng, population) for _ in range(4000)])
    for share, low, high in population.planets:
        assert np.mean((radius >= low) & (radius < high)) == pytest.approx(share, abs=0.03)
    assert radius.min() * EARTH_IN_SUN > 0.005 and radius.max() < 20


def test_stars_are_those_of_the_tables() -> None:
    rng = np.random.default_rng(0)
    for mission, temp in ((KEPLER, 5611), (TESS, 5790)):
        stars = [draw_star(rng, mission, "planet") for _ in range(2000)]
        assert np.median([star.temp for star in stars]) == pytest.approx(temp, rel=0.04)
        assert 0.1 < np.mean([star.logg < 4.1 for star in stars]) < 0.35


def test_hosts_of_pairs_are_hotter() -> None:
    rng = np.random.default_rng(0)
    planet, binary = (np.mean([draw_star(rng, TESS, kind).temp for _ in range(600)]) for kind in ("planet", "binary"))
    assert binary > planet + 150
