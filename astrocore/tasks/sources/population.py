"""What stands in a field: classes in equal numbers, magnitudes, and faint neighbours now and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.sources.appearance import Appearance, chosen
from astrocore.tasks.sources.bands import PIXEL_ARCSEC
from astrocore.tasks.sources.galaxies import MOST, draw_galaxies
from astrocore.tasks.sources.quasars import draw_quasars
from astrocore.tasks.sources.stars import draw_stars

BRIGHTEST, FAINTEST = 15.0, 22.5
"""Limits of the r magnitude, as observed."""
RISE, TURN, FALL = 0.16, 21.4, 0.30
"""Number of objects: as 10^(0.16 r) up to the turn, then as 10^(-0.30 r): flatter than the sky, so that bright and
faint sets can both be cut, and fewer where spectra are hard to get."""
NEIGHBOURS = 0.2
"""Mean number of neighbours in a cutout (that of the field 3900-6-269 is 0.23)."""
NEAREST, FARTHEST = 2.8, 9.0
"""How far they are [arcsec]; nearer ones a catalogue does not tell apart."""
NEIGHBOUR_MAGNITUDES = (19.0, 23.5)
"""Their r magnitudes."""
NEIGHBOUR_RISE = 0.25
"""Their number goes as 10^(0.25 r)."""


@dataclass(frozen=True)
class Limits:
    """What is left out before anything is drawn, where only compact or only faint objects are wanted."""

    mix: tuple[int, ...] = (13, 13, 13)
    """Objects of each class in a field."""
    brightest: float = BRIGHTEST
    largest: float = MOST
    """Half-light radius of galaxies [arcsec]."""


@dataclass(frozen=True)
class Neighbours:
    """M faint objects beside others: whose neighbour each is, how far along x and y [pixel], what it looks like."""

    host: np.ndarray
    away: np.ndarray
    seen: Appearance
    r: np.ndarray


def draw_magnitudes(rng: np.random.Generator, n: int, brightest: float = BRIGHTEST) -> np.ndarray:
    """Magnitudes in r (n,)."""
    grid = np.linspace(brightest, FAINTEST, 500)
    number = 10 ** np.where(grid < TURN, RISE * (grid - TURN), -FALL * (grid - TURN))
    sums = np.cumsum(number)
    return np.interp(rng.uniform(sums[0], sums[-1], n), sums, grid)


def draw_objects(rng: np.random.Generator, limits: Limits) -> tuple[np.ndarray, np.ndarray, Appearance]:
    """Label, r magnitude and appearance of a field's objects, shuffled."""
    label = rng.permutation(np.repeat(np.arange(len(limits.mix)), limits.mix))
    r = draw_magnitudes(rng, len(label), limits.brightest)
    kinds = [draw_stars(rng, r), draw_galaxies(rng, r, limits.largest), draw_quasars(rng, r)]
    return label, r, chosen(kinds, label)


def draw_neighbours(rng: np.random.Generator, n: int) -> Neighbours:
    """Neighbours of `n` objects: a third stars, the rest galaxies, evenly over the sky around each."""
    m = int(rng.poisson(NEIGHBOURS * n))
    low, high = (10 ** (NEIGHBOUR_RISE * limit) for limit in NEIGHBOUR_MAGNITUDES)
    r = np.log10(rng.uniform(low, high, m)) / NEIGHBOUR_RISE
    distance = np.sqrt(rng.uniform(NEAREST**2, FARTHEST**2, m)) / PIXEL_ARCSEC
    angle = rng.uniform(0, 2 * np.pi, m)
    away = np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)
    kinds = [draw_stars(rng, r), draw_galaxies(rng, r, 1.5)]
    return Neighbours(rng.integers(0, n, m), away, chosen(kinds, (rng.random(m) > 1 / 3).astype(int)), r)
