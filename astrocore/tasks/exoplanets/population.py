"""Which stars, planets, pairs and disturbances there are: distributions whose quartiles are those of archive tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from astrocore.tasks.exoplanets.disturbances import INSTRUMENT_SHAPES, Disturbance
from astrocore.tasks.exoplanets.missions import Mission
from astrocore.tasks.exoplanets.signals import EARTH_IN_SUN, Kind, Signal, Star, main_sequence

Source = Signal | Disturbance
SHORTEST = 0.35
LEAST_AXIS = 2.0
"""Stellar radii within which no planet is put."""
ALIKE = 0.7
"""Light of the companion over its host's, from which on their eclipses pass for one another."""
TWIN_CHANCE = 0.8
SLOWEST_TURN = 2.5
"""Days that a spotted star may take to turn and still pass for a signal."""


@dataclass(frozen=True)
class Population:
    """Shares of kinds among what a mission's search finds, and their periods [d] and sizes.

    Periods are log-normal (median, spread of the natural logarithm); sizes of planets are (share, least, largest)
    [R_Earth], `radius_slope` the power with which they grow rarer within each; `faint` the magnitudes by which
    other light in the aperture may outshine a blended or a scattered pair.
    """

    kinds: Mapping[Kind, float]
    periods: Mapping[Kind, tuple[float, float]]
    planets: tuple[tuple[float, float, float], ...]
    radius_slope: float
    faint: Mapping[Kind, tuple[float, float]]
    host_mass: Mapping[Kind, float]
    """Factor on the mass of the star: pairs are found among hotter stars than planets."""


POPULATIONS: Mapping[str, Population] = {
    "kepler": Population(
        kinds={"planet": 0.56, "binary": 0.085, "blend": 0.05, "scattered": 0.15, "spots": 0.03, "instrument": 0.12},
        periods={
            "planet": (15.0, 1.35),
            "binary": (5.0, 1.5),
            "blend": (5.0, 1.3),
            "scattered": (2.0, 1.3),
            "spots": (0.9, 0.6),
            "instrument": (110.0, 0.8),
        },
        planets=((0.92, 0.8, 4.0), (0.04, 4.0, 8.0), (0.04, 8.0, 16.0)),
        radius_slope=-0.6,
        faint={"blend": (2.0, 7.5), "scattered": (6.5, 12.0)},
        host_mass={"binary": 1.04, "blend": 1.04, "spots": 1.1},
    ),
    "tess": Population(
        kinds={"planet": 0.6, "binary": 0.12, "blend": 0.18, "scattered": 0.04, "spots": 0.03, "instrument": 0.03},
        periods={
            "planet": (6.0, 0.95),
            "binary": (4.0, 0.9),
            "blend": (4.5, 1.0),
            "scattered": (2.0, 0.9),
            "spots": (0.9, 0.6),
            "instrument": (6.0, 0.6),
        },
        planets=((0.6, 1.0, 4.0), (0.15, 4.0, 9.0), (0.25, 9.0, 17.0)),
        radius_slope=0.0,
        faint={"blend": (2.5, 7.5), "scattered": (5.0, 9.0)},
        host_mass={"binary": 1.2, "blend": 1.12, "scattered": 1.1, "spots": 1.2},
    ),
}


def draw_kind(rng: np.random.Generator, mission: Mission) -> Kind:
    """What the next signal is."""
    kinds = POPULATIONS[mission.name].kinds
    names: list[Kind] = list(kinds)
    return names[rng.choice(len(names), p=np.array(list(kinds.values())) / sum(kinds.values()))]


def draw_star(rng: np.random.Generator, mission: Mission, kind: Kind) -> Star:
    """A star of the kind that the mission looks at: dwarfs, some that leave the main sequence, a few giants."""
    median, spread = mission.star_mass
    factor = POPULATIONS[mission.name].host_mass.get(kind, 1.0)
    mass = float(np.clip(factor * median * np.exp(spread * rng.standard_normal() - 0.1 * rng.exponential()), 0.3, 2.4))
    star = main_sequence(mass)
    if mass < 0.75 or rng.random() > mission.evolved:
        return replace(star, radius=star.radius * rng.uniform(0.88, 1.15))
    swell = float(rng.uniform(1.3, 2.6) * (rng.uniform(1.5, 5.0) if rng.random() < 0.12 else 1.0))
    return Star(mass, star.radius * swell, star.temp * swell**-0.12)


def draw_source(rng: np.random.Generator, mission: Mission, star: Star, kind: Kind) -> Source:
    """Something of that kind on or near the star, with an event within the span."""
    population = POPULATIONS[mission.name]
    median, spread = population.periods[kind]
    period = float(np.clip(median * np.exp(spread * rng.standard_normal()), SHORTEST, mission.longest))
    epoch = float(rng.uniform(0, period))
    if kind == "planet":
        return _planet(rng, population, star, period, epoch)
    if kind in ("spots", "instrument"):
        return _disturbance(rng, kind, period, epoch)
    return _pair(rng, mission, star, kind, period, epoch)


def planet_radius(rng: np.random.Generator, population: Population) -> float:
    """Radius [R_Earth]: small planets, Neptunes, giants."""
    shares = [share for share, *_ in population.planets]
    _, low, high = population.planets[rng.choice(len(shares), p=shares)]
    slope, u = population.radius_slope, float(rng.random())
    if slope == 0:
        return float(low * (high / low) ** u)
    return float((low**slope + u * (high**slope - low**slope)) ** (1 / slope))


def _planet(rng: np.random.Generator, population: Population, star: Star, period: float, epoch: float) -> Signal:
    """A planet on a circular orbit, its inclination drawn so that every line across the disc is as likely."""
    ratio = planet_radius(rng, population) * EARTH_IN_SUN / star.radius
    longer = max(period, (LEAST_AXIS / star.scaled_axis(1.0)) ** 1.5)
    return Signal("planet", star, longer, epoch, ratio, float(rng.uniform(0, 1) * (1 + 0.7 * ratio)))


def _pair(rng: np.random.Generator, mission: Mission, star: Star, kind: Kind, period: float, epoch: float) -> Signal:
    """Two stars: the target itself, behind it, or a neighbour whose light strays into the aperture."""
    host = star if kind == "binary" else main_sequence(float(np.clip(rng.normal(0.95, 0.2), 0.5, 1.6)))
    # Companions of all masses, twins more often.
    mass_ratio = float(rng.uniform(0.9, 1.0) if rng.random() < 0.2 else rng.uniform(0.1, 0.95))
    companion = main_sequence(max(mass_ratio * host.mass, 0.1))
    ratio = min(companion.radius / host.radius, 1.0)
    surface = (companion.temp / host.temp) ** 4
    faint = POPULATIONS[mission.name].faint.get(kind)
    light = 1.0 if faint is None else float(10 ** (-0.4 * rng.uniform(*faint)))
    period = max(period, _closest(host, companion))
    half = bool(surface * ratio**2 > ALIKE and rng.random() < TWIN_CHANCE)
    # Beyond a week most orbits are eccentric: the secondary moves away from the middle (e cos w of 0.3 at most).
    later = 0.5 if half or rng.random() > period / 12 else 0.5 + rng.uniform(-0.2, 0.2)
    impact = float(rng.uniform(0, 1 + 0.95 * ratio))
    return Signal(kind, host, period, epoch, ratio, impact, companion.mass, surface, light, half, later)


def _closest(host: Star, companion: Star) -> float:
    """Period [d] below which two stars would all but touch."""
    return float((2.2 * (1 + companion.radius / host.radius) / host.scaled_axis(1.0, companion.mass)) ** 1.5)


def _disturbance(rng: np.random.Generator, kind: Kind, period: float, epoch: float) -> Disturbance:
    """A turning star or the instrument; shallow ones are many."""
    seed = int(rng.integers(2**31))
    if kind == "spots":
        # Slower turning is taken out with the trend.
        depth, turn = float(np.exp(rng.normal(np.log(5e-4), 1.3))), min(period, SLOWEST_TURN)
        return Disturbance(kind, "wave", turn, epoch % turn, float(rng.uniform(0.15, 0.3) * turn), depth, seed)
    depth = float(np.exp(rng.normal(np.log(1.5e-4), 1.1)))
    duration = float(np.exp(rng.normal(np.log(0.3), 0.6)))
    shape = INSTRUMENT_SHAPES[rng.choice(len(INSTRUMENT_SHAPES))]
    return Disturbance(kind, shape, period, epoch, min(duration, 0.1 * period), depth, seed)
