"""Galaxies: red and blue, colours by redshift, sizes by magnitude, some so compact that they look like stars."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from astrocore.tasks.sources.appearance import NUMBER, Appearance, ellipticity, relative

REDSHIFT = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
TYPES = ("E", "Sbc", "Scd", "Im")
TRACKS = np.array(
    [
        [[1.89, 0.74, 0.37, 0.31], [1.92, 0.93, 0.45, 0.27], [2.04, 1.25, 0.51, 0.30], [2.33, 1.54, 0.59, 0.36],
         [2.66, 1.77, 0.69, 0.42], [2.74, 1.67, 0.96, 0.45], [2.40, 1.61, 1.23, 0.51], [2.00, 1.70, 1.41, 0.57],
         [1.64, 1.93, 1.40, 0.77], [1.32, 2.19, 1.25, 1.03], [1.05, 2.32, 1.19, 1.20]],
        [[1.19, 0.47, 0.36, 0.32], [1.47, 0.55, 0.35, 0.31], [1.53, 0.73, 0.33, 0.31], [1.39, 0.94, 0.37, 0.29],
         [1.15, 1.18, 0.41, 0.28], [0.94, 1.30, 0.52, 0.28], [0.78, 1.30, 0.68, 0.31], [0.65, 1.22, 0.85, 0.34],
         [0.58, 1.06, 1.00, 0.41], [0.55, 0.89, 1.07, 0.55], [0.54, 0.75, 1.08, 0.66]],
        [[1.01, 0.35, 0.21, 0.15], [1.13, 0.43, 0.23, 0.17], [1.08, 0.63, 0.24, 0.18], [0.98, 0.81, 0.27, 0.19],
         [0.80, 0.96, 0.33, 0.20], [0.61, 1.01, 0.45, 0.21], [0.47, 0.94, 0.60, 0.22], [0.34, 0.83, 0.73, 0.27],
         [0.25, 0.71, 0.81, 0.37], [0.22, 0.59, 0.83, 0.49], [0.22, 0.51, 0.76, 0.57]],
        [[0.65, 0.18, 0.23, 0.22], [0.81, 0.21, 0.21, 0.21], [0.71, 0.40, 0.12, 0.19], [0.57, 0.55, 0.09, 0.19],
         [0.40, 0.64, 0.19, 0.12], [0.23, 0.70, 0.29, 0.07], [0.17, 0.64, 0.40, 0.04], [0.14, 0.52, 0.47, 0.17],
         [0.14, 0.39, 0.53, 0.28], [0.15, 0.23, 0.62, 0.34], [0.18, 0.18, 0.55, 0.34]],
    ]
)  # fmt: skip
"""(type, redshift, 4): u-g, g-r, r-i, i-z of the spectra of Coleman, Wu & Weedman 1980, ApJS 43, 393, as galsim ships
them, in bands of the centres and widths of Fukugita et al. 1996, table 2a (a test works them out again)."""
SCATTER = np.array([0.14, 0.07, 0.05, 0.05])
"""Scatter of the colours about the tracks [mag]."""
MAGNITUDE = np.array([15.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.5])
MEDIAN_REDSHIFT = np.array([0.05, 0.09, 0.12, 0.22, 0.42, 0.52, 0.60])
"""Median redshift by r magnitude, as spectroscopic samples have it: luminous red galaxies from r = 19 on."""
RED_SHARE = np.array([0.5, 0.45, 0.45, 0.55, 0.60, 0.58, 0.50])
"""Share of galaxies on the red sequence."""
SIZE = np.array([3.4, 2.4, 1.7, 1.2, 0.9, 0.75, 0.65])
"""Median half-light radius [arcsec] by r magnitude, and its scatter in ln below."""
SIZE_SCATTER = 0.45
COMPACT = (0.05, 0.4)
"""Half-light radii of compact galaxies [arcsec], evenly in the logarithm."""
COMPACT_SHARE = ([15.0, 22.0], [0.02, 0.07])
"""Their share, by r magnitude."""
LEAST, MOST = 0.03, 6.0
"""Limits of half-light radii [arcsec]."""


def track(kind: np.ndarray, redshift: np.ndarray) -> np.ndarray:
    """Colours u-g, g-r, r-i, i-z (N, 4); `kind` (N,) runs from 0 (E) to 3 (Im), in between linearly."""
    last = len(TYPES) - 1
    first = np.clip(np.floor(kind), 0, last - 1).astype(int)
    part = np.clip(kind, 0, last) - first
    at = np.clip(np.searchsorted(REDSHIFT, redshift) - 1, 0, len(REDSHIFT) - 2)
    step = np.clip((redshift - REDSHIFT[at]) / (REDSHIFT[at + 1] - REDSHIFT[at]), 0, 1)[:, None]
    ends = [(1 - step) * TRACKS[one, at] + step * TRACKS[one, at + 1] for one in (first, first + 1)]
    return np.asarray((1 - part[:, None]) * ends[0] + part[:, None] * ends[1])


def draw_redshift(rng: np.random.Generator, r: np.ndarray) -> np.ndarray:
    """Redshifts (N,) of galaxies of magnitudes r (N,): z^2 exp(-(z/z0)^1.5) about a median."""
    median = np.interp(r, MAGNITUDE, MEDIAN_REDSHIFT)
    return np.asarray(np.clip(median / 1.41 * rng.gamma(2.0, 1.0, len(r)) ** (2 / 3), 0.004, REDSHIFT[-1]))


def draw_galaxies(rng: np.random.Generator, r: np.ndarray, largest: float = MOST) -> Appearance:
    """Galaxies of magnitudes r (N,), half-light radii up to `largest` [arcsec]."""
    n = len(r)
    red = rng.random(n) < np.interp(r, MAGNITUDE, RED_SHARE)
    indices = np.where(red, rng.choice([2.5, 3.0, 4.0, 4.0], n), rng.choice([1.0, 1.0, 1.5, 2.0], n))
    ratio = np.where(red, rng.uniform(0.5, 1, n), rng.uniform(0.25, 1, n))
    colours, radius = draw_colours(rng, r, red), draw_radius(rng, r, largest)
    return Appearance(relative(colours), np.ones((n, NUMBER)), indices, radius, ellipticity(rng, ratio))


def draw_colours(rng: np.random.Generator, r: np.ndarray, red: np.ndarray) -> np.ndarray:
    """Colours (N, 4) of galaxies of magnitudes r (N,), on the red sequence or not (N,).

    Faint blue ones are of later types, and scatter more, as some have strong lines.
    """
    n, faint = len(r), np.clip((r - 17) / 3, 0, 1)
    blue_kind = rng.uniform(0.7, 2.2, n) + faint * rng.uniform(0.5, 1.1, n)
    kind = np.where(red, np.abs(0.15 * rng.standard_normal(n)), blue_kind)
    scatter = SCATTER * np.where(red, 1.0, 1.0 + 0.8 * faint)[:, None]
    return track(kind, draw_redshift(rng, r)) + scatter * rng.standard_normal((n, 4))


def draw_radius(rng: np.random.Generator, r: np.ndarray, largest: float = MOST) -> np.ndarray:
    """Half-light radii (N,) [arcsec]: log-normal about a median that falls with r (N,), a share of compact ones.

    Those above `largest` are left out, which must not be below the compact ones.
    """
    n, (low, high) = len(r), np.log(COMPACT)
    median = np.log(np.interp(r, MAGNITUDE, SIZE))
    below = ndtr((np.log(largest) - median) / SIZE_SCATTER)
    ordinary = np.exp(median + SIZE_SCATTER * ndtri(below * rng.random(n)))
    share = np.interp(r, *COMPACT_SHARE)
    is_compact = rng.random(n) < share / (share + (1 - share) * below)
    return np.maximum(np.where(is_compact, np.exp(rng.uniform(low, high, n)), ordinary), LEAST)
