"""Quasars: colours that change with redshift as lines pass through the bands, points, a few in a faint host."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.sources.appearance import Appearance, ellipticity, relative
from astrocore.tasks.sources.bands import BANDS

TRACK = np.array(
    [
        # z, u-g, g-r, r-i, i-z
        [0.10, 0.20, 0.32, 0.30, 0.22],
        [0.20, 0.15, 0.28, 0.28, 0.28],
        [0.30, 0.18, 0.18, 0.18, 0.38],
        [0.40, 0.24, 0.08, 0.15, 0.32],
        [0.50, 0.31, 0.00, 0.16, 0.06],
        [0.60, 0.35, -0.01, 0.14, 0.00],
        [0.75, 0.34, 0.05, 0.02, 0.12],
        [0.90, 0.26, 0.16, -0.02, 0.14],
        [1.05, 0.17, 0.24, -0.02, 0.05],
        [1.20, 0.10, 0.26, 0.02, -0.03],
        [1.35, 0.11, 0.25, 0.08, -0.02],
        [1.50, 0.18, 0.17, 0.17, -0.02],
        [1.65, 0.20, 0.08, 0.22, 0.00],
        [1.80, 0.14, 0.05, 0.25, 0.03],
        [1.95, 0.11, 0.08, 0.21, 0.10],
        [2.10, 0.18, 0.09, 0.13, 0.20],
        [2.25, 0.35, 0.08, 0.08, 0.23],
        [2.40, 0.55, 0.09, 0.03, 0.23],
        [2.55, 0.70, 0.12, 0.04, 0.21],
        [2.70, 0.85, 0.14, 0.09, 0.17],
        [2.85, 1.10, 0.19, 0.12, 0.12],
        [3.00, 1.50, 0.26, 0.13, 0.07],
        [3.20, 2.10, 0.38, 0.14, 0.03],
        [3.40, 2.70, 0.58, 0.14, 0.03],
        [3.60, 3.10, 0.82, 0.15, 0.06],
        [3.80, 3.40, 1.00, 0.16, 0.07],
        [4.00, 3.60, 1.20, 0.19, 0.06],
    ]
)
"""Median colours, approximately: smoothed by hand after the colour-redshift relation of Richards et al. 2001,
AJ 121, 2308, figures 2-4; within 0.1 mag of the medians of SDSS DR14 quasars at z < 2.5."""
SLOPE = 0.30
"""Scatter of the power law's spectral index (Richards et al. 2001: -0.5 +- 0.65 at 95 %)."""
SCATTER = np.array([0.12, 0.07, 0.05, 0.06])
"""Scatter of the colours beside that [mag]: lines, variability."""
RED, REDDENING = 0.10, 0.25
"""Share of quasars with dust of their own, and its mean extinction in r [mag]."""
HOSTS = 0.35
"""Share of those at z < 0.8 whose host is seen."""
HOST = np.array([1.3, 0.9, 0.5, 0.35])
"""Colours of a host, about."""
LN_WAVELENGTH = np.log([band.wavelength_nm for band in BANDS.values()])
FOUND = np.array([0.06, 0.30, 0.80, 1.50, 2.10, 2.50, 3.00, 3.90])
BRIGHT = np.array([0.15, 0.8, 0.8, 1.0, 0.6, 0.1, 0.03, 0.0])
FAINT = np.array([0.0, 0.2, 0.7, 1.0, 1.0, 0.9, 0.3, 0.0])
"""Relative number of quasars by redshift up to r = 18.5 and from r = 21 on, as spectroscopic samples have them, which
look for faint ones at z > 2.1 too."""


def median_colours(redshift: np.ndarray) -> np.ndarray:
    """Colours u-g, g-r, r-i, i-z (N, 4) of a quasar at that redshift (N,)."""
    return np.stack([np.interp(redshift, TRACK[:, 0], column) for column in TRACK[:, 1:].T], axis=1)


def draw_redshift(rng: np.random.Generator, r: np.ndarray) -> np.ndarray:
    """Redshifts (N,) of quasars of magnitudes r (N,)."""
    grid, u = np.linspace(FOUND[0], FOUND[-1], 400), rng.random(len(r))
    ends = []
    for density in (BRIGHT, FAINT):
        sums = np.cumsum(np.interp(grid, FOUND, density))
        ends.append(np.interp(u, sums / sums[-1], grid))
    return np.where(rng.random(len(r)) < np.interp(r, [18.5, 21.0], [0, 1]), ends[1], ends[0])


def draw_quasars(rng: np.random.Generator, r: np.ndarray) -> Appearance:
    """Quasars of magnitudes r (N,)."""
    n = len(r)
    redshift = draw_redshift(rng, r)
    # A power law nu^a is in magnitudes linear in ln wavelength.
    colours = median_colours(redshift) + np.outer(SLOPE * rng.standard_normal(n), 1.086 * np.diff(LN_WAVELENGTH))
    dust = rng.exponential(REDDENING, n) * (rng.random(n) < RED)
    colours += np.outer(dust, -np.diff([band.extinction for band in BANDS.values()]))
    nucleus = relative(colours + SCATTER * rng.standard_normal((n, 4)))
    return _with_hosts(rng, nucleus, redshift)


def _with_hosts(rng: np.random.Generator, nucleus: np.ndarray, redshift: np.ndarray) -> Appearance:
    """Nuclei of magnitudes relative to r (N, 5), some with a galaxy around them."""
    n = len(redshift)
    seen = (redshift < 0.8) & (rng.random(n) < HOSTS)
    in_r = np.where(seen, rng.uniform(0.05, 0.35, n), 0)[:, None]
    host = in_r * 10 ** (-0.4 * relative(np.tile(HOST, (n, 1))))
    both = (1 - in_r) * 10 ** (-0.4 * nucleus) + host
    return Appearance(
        relative=-2.5 * np.log10(both),
        share=host / both,
        index=np.where(rng.random(n) < 0.5, 1.0, 4.0),
        radius=np.clip(0.7 * np.exp(0.4 * rng.standard_normal(n)), 0.2, 2.5),
        shear=ellipticity(rng, rng.uniform(0.5, 1, n)),
    )
