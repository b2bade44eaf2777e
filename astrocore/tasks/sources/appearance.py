"""What objects look like before the atmosphere: colours, and the share of their light in an extended profile."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from astrocore.tasks.sources.bands import BANDS

NUMBER = len(BANDS)
R = list(BANDS).index("r")


@dataclass(frozen=True)
class Appearance:
    """N objects: a point and a Sersic profile at one place."""

    relative: np.ndarray
    """(N, 5): magnitude in each band minus that in r, outside the dust of our Galaxy."""
    share: np.ndarray
    """(N, 5): share of the light in the profile; 0 is a point."""
    index: np.ndarray
    """(N,): Sersic index of the profile."""
    radius: np.ndarray
    """(N,): its half-light radius [arcsec], along the mean of its axes."""
    shear: np.ndarray
    """(N, 2): its ellipticity."""


def relative(colours: np.ndarray) -> np.ndarray:
    """u-g, g-r, r-i, i-z (N, 4) -> magnitudes minus that in r (N, 5)."""
    steps = np.concatenate([np.zeros((len(colours), 1)), -np.cumsum(colours, axis=1)], axis=1)
    return np.asarray(steps - steps[:, [R]])


def points(colours: np.ndarray) -> Appearance:
    """Point sources of given colours (N, 4)."""
    n = len(colours)
    return Appearance(relative(colours), np.zeros((n, NUMBER)), np.ones(n), np.zeros(n), np.zeros((n, 2)))


def ellipticity(rng: np.random.Generator, axis_ratio: np.ndarray) -> np.ndarray:
    """Shear (N, 2) of profiles with that ratio of the axes (N,), turned anyhow."""
    size, angle = (1 - axis_ratio) / (1 + axis_ratio), rng.uniform(0, 2 * np.pi, len(axis_ratio))
    return np.stack([size * np.cos(angle), size * np.sin(angle)], axis=1)


def chosen(parts: list[Appearance], which: np.ndarray) -> Appearance:
    """Row i of parts[which[i]]; all parts have as many rows as `which` (N,)."""
    rows = np.arange(len(which))
    return Appearance(
        *(np.stack([getattr(part, field.name) for part in parts])[which, rows] for field in fields(Appearance))
    )
