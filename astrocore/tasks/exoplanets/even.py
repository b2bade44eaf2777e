"""Unfolded curves on an even grid, for the card: as many as the space allows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from astrocore.tasks.exoplanets.folding import FLUX_SCALE, LIMIT
from astrocore.tasks.exoplanets.lightcurves import LONG_CADENCE, LightCurve, normalised

MOST_BYTES = 64 * 2**20
"""Larger arrays of unfolded curves are not kept: the views are what the net sees."""

MOST_SLOTS = 400_000
"""Slots of one curve, twenty years of them; a longer one has times gone astray."""


@dataclass
class Kept:
    """Curves by row, on a grid of their own each, until they are too many."""

    flux: dict[int, np.ndarray] = field(default_factory=dict)
    start: dict[int, float] = field(default_factory=dict)
    cadence: dict[int, float] = field(default_factory=dict)
    full: bool = False

    def add(self, row: int, curve: LightCurve, shift: float = 0.0) -> None:
        """Keep a curve, unless all of them together would be too large; `shift` takes its times to the row's scale."""
        longest = max((len(flux) for flux in self.flux.values()), default=0)
        slots = (curve.time[-1] - curve.time[0]) / step_of(curve)
        if slots > MOST_SLOTS:
            return
        self.full = self.full or 2 * max(longest, slots) * (len(self.flux) + 1) > MOST_BYTES
        if self.full:
            self.flux.clear()
            return
        flux, cadence = on_grid(curve)
        self.flux[row], self.start[row], self.cadence[row] = flux, float(curve.time[0]) + shift, cadence

    def columns(self, n: int) -> dict[str, np.ndarray]:
        """time_start and cadence [d] of `n` rows, NaN where no curve is kept."""
        return {
            name: np.array([held.get(row, np.nan) if row in self.flux else np.nan for row in range(n)])
            for name, held in (("time_start", self.start), ("cadence", self.cadence))
        }

    def array(self, n: int) -> np.ndarray:
        """(n, T) float16 in parts per thousand, NaN where nothing was measured."""
        longest = max((len(flux) for flux in self.flux.values()), default=0)
        array = np.full((n, longest), np.nan, dtype=np.float16)
        for row, flux in self.flux.items():
            array[row, : len(flux)] = flux
        return array


def step_of(curve: LightCurve) -> float:
    """Days from one slot to the next: the curve's cadence, but 30 minutes at least."""
    return max(curve.cadence, 0.95 * LONG_CADENCE)


def on_grid(curve: LightCurve) -> tuple[np.ndarray, float]:
    """Flux about its median [ppt], float16, one slot a step, means where points share one."""
    cadence = step_of(curve)
    slot = np.round((curve.time - curve.time[0]) / cadence).astype(np.intp)
    flux = FLUX_SCALE * (normalised(curve.flux) - 1)
    good = np.isfinite(flux)
    count = np.bincount(slot[good], minlength=slot[-1] + 1)
    total = np.bincount(slot[good], weights=flux[good], minlength=slot[-1] + 1)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return np.clip(mean, -LIMIT, LIMIT).astype(np.float16), cadence
