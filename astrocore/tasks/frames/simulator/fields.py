"""Fields of stars, galaxies and nebulae that a telescope points at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.simulator.names import draw_target
from astrocore.tasks.frames.simulator.smooth import Shape, clouds, drawn_log
from astrocore.tasks.frames.simulator.stamps import add

MOST = 300
"""Stars of a field at most."""


@dataclass(frozen=True, eq=False)
class Field:
    """A target with what is around it; fluxes are relative to the brightest star."""

    name: str
    shape: Shape
    stars: np.ndarray
    """(stars, 3) row, column, flux."""
    galaxies: np.ndarray
    """(galaxies, 4) row, column, flux, which stamp."""
    nebula: np.ndarray | None
    """(y, x) surface brightness, 1 at most."""

    def light(self, rng: np.random.Generator, stars: np.ndarray, galaxies: tuple[np.ndarray, ...]) -> np.ndarray:
        """Image (y, x) with a flux of 1 from the brightest star, pointed a little differently each time.

        `stars` are images of a star (n, n, s, s) at steps within a pixel.
        """
        image = np.zeros(self.shape, dtype=np.float32)
        off = rng.normal(0, 0.01, 2) * self.shape
        steps = len(stars)
        for row, column, flux in self.stars:
            (y, i), (x, j) = (divmod(int(place * steps), steps) for place in (row + off[0], column + off[1]))
            add(image, stars[i, j], y, x, flux)
        for row, column, flux, which in self.galaxies:
            add(image, galaxies[int(which)], int(row + off[0]), int(column + off[1]), flux)
        return image


def draw_field(rng: np.random.Generator, shape: Shape, few: bool = False) -> Field:
    """A field: few or many stars, strewn or in a cluster, galaxies, and now and then a nebula."""
    number = int(rng.integers(1, 8)) if few else int(drawn_log(rng, 8, MOST))
    places = rng.uniform(-0.03, 1.03, (number, 2))
    if rng.random() < 0.12 and not few:
        places = 0.5 + 0.12 * rng.standard_t(2.5, (number, 2))
    if few:
        places[0] = rng.uniform(0.3, 0.7, 2)
    flux = (1 + np.arange(number)) ** -rng.uniform(0.7, 1.5) * np.exp(0.3 * rng.standard_normal(number))
    size = 0 if few else int(rng.choice([0, 2, 8, 20]))
    kinds = rng.choice(4, size, p=[0.5, 0.3, 0.15, 0.05])
    galaxies = np.column_stack([rng.uniform(0, 1, (size, 2)) * shape, drawn_fluxes(rng, kinds), kinds])
    if rng.random() < 0.3 and not few:
        galaxies = np.vstack([galaxies, [shape[0] / 2, shape[1] / 2, drawn_log(rng, 0.5, 10), 3]])
    nebula = None
    if rng.random() < 0.15 and not few:
        nebula = np.exp(1.2 * clouds(rng, shape, 5) + 0.3 * clouds(rng, shape, 25))
        nebula = np.asarray(nebula / np.percentile(nebula, 99), dtype=np.float32)
    stars = np.column_stack([places * shape, flux / flux.max()])
    return Field(draw_target(rng, "star" if few else "field"), shape, stars, galaxies, nebula)


def drawn_fluxes(rng: np.random.Generator, kinds: np.ndarray) -> np.ndarray:
    """Fluxes (N,) of galaxies: the larger the brighter."""
    return np.asarray(0.02 * 4.0**kinds * np.exp(rng.standard_normal(len(kinds))))


def satellite(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """The straight trail (y, x) of a satellite, 1 high."""
    angle = rng.uniform(0, np.pi)
    y = np.arange(shape[0])[:, None] - rng.uniform(0.2, 0.8) * shape[0]
    x = np.arange(shape[1]) - rng.uniform(0.2, 0.8) * shape[1]
    away = np.sin(angle) * x - np.cos(angle) * y
    return np.asarray(np.exp(-0.5 * (away / rng.uniform(0.8, 2)) ** 2), dtype=np.float32)
