"""Stars: the main sequence in ugriz by its g-i, white dwarfs and blue horizontal-branch stars, by magnitude."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.polynomial import polyval

from astrocore.tasks.sources.appearance import Appearance, points

LOCUS = np.array(
    [
        [1.0636113, -1.6267818, 4.9389572, -3.2809081, 0.8725109, -0.0828035],
        [0.4290263, -0.8852323, 2.0740616, -1.1091553, 0.2397461, -0.0183195],
        [-0.4113500, 1.8229991, -1.9989772, 1.0662075, -0.2284455, 0.0172212],
        [-0.2270331, 0.7794558, -0.7350749, 0.3727802, -0.0735412, 0.0049808],
    ]
)
"""u-g, g-r, r-i, i-z of the stellar locus: polynomials in g-i (Covey et al. 2007, AJ 134, 2398, table 2)."""
BLUEST, REDDEST = 0.4, 3.7
"""Where the polynomials hold."""
BLUER = np.array([0.5, 0.78, 0.22, 0.16])
"""Change of the colours with g-i on the blue side of that: subdwarfs near the turn-off (by eye from the same paper)."""
SCATTER = np.array([0.10, 0.035, 0.03, 0.03])
"""Intrinsic scatter about the locus [mag]; in u-g it comes from metallicity."""
WHITE_DWARFS = np.array([[-0.40, -0.45, -0.32, -0.33], [0.10, -0.32, -0.26, -0.26], [0.35, -0.12, -0.15, -0.17],
                         [0.55, 0.15, 0.02, -0.02]])  # fmt: skip
"""u-g, g-r, r-i, i-z along the cooling sequence, hot first (after Harris et al. 2003, AJ 126, 1023, figures 2-3)."""
HORIZONTAL_BRANCH = np.array([[0.95, -0.32, -0.24, -0.18], [1.15, -0.20, -0.18, -0.12], [1.18, -0.02, -0.08, -0.06]])
"""The same for blue horizontal-branch stars, hot first (after Sirko et al. 2004, AJ 127, 899, figure 1)."""
KINDS = ("turn-off", "disc", "M dwarf", "white dwarf", "horizontal branch")
BRIGHT = np.array([0.46, 0.40, 0.07, 0.02, 0.05])
FAINT = np.array([0.30, 0.06, 0.51, 0.07, 0.06])
"""Shares of the kinds at r = 16 and at r = 21.5: the disc thins out, then come M dwarfs and the halo. As
spectroscopic samples have them, which look for white dwarfs and blue stars."""


def locus(g_minus_i: np.ndarray) -> np.ndarray:
    """Colours u-g, g-r, r-i, i-z (N, 4) of the stellar locus at g-i (N,)."""
    inside = np.clip(g_minus_i, BLUEST, REDDEST)
    return np.asarray(polyval(inside, LOCUS.T).T + (g_minus_i - inside)[:, None] * BLUER)


def shares(r: np.ndarray) -> np.ndarray:
    """Shares of the kinds (N, 5) at magnitudes r (N,)."""
    faint = np.clip((r - 16) / 5.5, 0, 1)[:, None]
    return np.asarray((1 - faint) * BRIGHT + faint * FAINT)


def draw_stars(rng: np.random.Generator, r: np.ndarray) -> Appearance:
    """Stars of magnitudes r (N,)."""
    n = len(r)
    kind = (rng.random((n, 1)) > np.cumsum(shares(r), axis=1)[:, :-1]).sum(axis=1)
    g_minus_i = np.stack(
        [
            0.36 + 0.17 * rng.standard_normal(n),
            0.35 + 0.25 * rng.gamma(3.0, 1.0, n),
            np.clip(2.75 + 0.55 * rng.standard_normal(n), 1.7, REDDEST),
        ]
    )
    sequences = [locus(values) for values in g_minus_i]
    rare = [_along(rng, track, n) for track in (WHITE_DWARFS, HORIZONTAL_BRANCH)]
    colours = np.stack([*sequences, *rare])[kind, np.arange(n)]
    return points(colours + SCATTER * rng.standard_normal((n, 4)))


def _along(rng: np.random.Generator, track: np.ndarray, n: int) -> np.ndarray:
    """Places (n, 4) anywhere along a track of colours (K, 4)."""
    where = rng.uniform(0, len(track) - 1, n)
    return np.stack([np.interp(where, np.arange(len(track)), column) for column in track.T], axis=1)
