"""How two missions look at a star: when, how exactly, how often something goes wrong, and which stars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

STRETCH = 1315
"""Samples of the unfolded flux that are kept of each object: a TESS sector at 30 minutes."""


@dataclass(frozen=True)
class Mission:
    """Times in days, noise in ppm a cadence; distributions as (median, spread of the natural logarithm)."""

    name: Literal["kepler", "tess"]
    magnitude: str
    cadence: float
    blocks: tuple[tuple[float, float], ...]
    """Begin and end of each quarter or orbit: between them nothing is measured."""
    pause: float
    """Days between downlinks within a block."""
    photon: float
    """Photon noise at the reference magnitude."""
    sky: float
    """Noise of the sky and the electronics there."""
    floor: float
    reference: float
    star_mass: tuple[float, float]
    evolved: float
    """Share of stars that have left the main sequence."""
    temp_error: float
    radius_error: float
    longest: float
    """Longest period of which enough events fall into the span."""

    @property
    def span(self) -> float:
        """From the first to the last cadence [d]."""
        return self.blocks[-1][1]

    @cached_property
    def time(self) -> np.ndarray:
        """All cadences (T,), those in gaps too."""
        return np.asarray(self.cadence * np.arange(round(self.span / self.cadence)))

    def noise(self, magnitude: float) -> float:
        """White noise of a cadence, relative to the star's light."""
        dimmer = magnitude - self.reference
        parts = (self.photon * 10 ** (0.2 * dimmer), self.sky * 10 ** (0.4 * dimmer), self.floor)
        return float(1e-6 * np.sqrt(np.sum(np.square(parts))))

    def draw_magnitude(self, rng: np.random.Generator) -> float:
        """Brightness of a star on which a signal was found."""
        if self.name == "kepler":
            return float(max(16.0 - rng.gamma(1.6, 1.1), 9.0))
        return float(np.clip(rng.normal(10.7, 1.3), 6.0, 14.0))


# Four quarters stand for seventeen: their noise is that of all, averaged (sqrt(4/17) of 60 ppm at 12 mag and 30 min,
# Gilliland et al. 2011), so that depth and signal-to-noise belong together as in the KOI table.
KEPLER = Mission(
    name="kepler",
    magnitude="kepmag",
    cadence=0.0204341,
    blocks=((0.0, 89.2), (91.4, 181.0), (182.8, 271.6), (275.0, 364.2)),
    pause=30.5,
    photon=34.0,
    sky=7.0,
    floor=30.0,
    reference=12.0,
    star_mass=(1.08, 0.16),
    evolved=0.2,
    temp_error=130.0,
    radius_error=0.16,
    longest=180.0,
)
# Noise of 30 minutes after Sullivan et al. (2015), figure 14.
TESS = Mission(
    name="tess",
    magnitude="tmag",
    cadence=1 / 48,
    blocks=((0.0, 13.1), (14.3, STRETCH / 48)),
    pause=40.0,
    photon=320.0,
    sky=45.0,
    floor=60.0,
    reference=10.0,
    star_mass=(1.13, 0.24),
    evolved=0.25,
    temp_error=130.0,
    radius_error=0.09,
    longest=22.0,
)
MISSIONS = (KEPLER, TESS)
