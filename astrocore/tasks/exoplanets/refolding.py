"""The flux that was kept of an object: folded on any period that it can hold, the star's other signals left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from astrocore.errors import BadValue
from astrocore.tasks.exoplanets.curves import durations
from astrocore.tasks.exoplanets.folding import FLUX_SCALE, PPM, Ephemeris, Views, fold, folded_views


@dataclass(frozen=True)
class KeptFlux:
    """Flux (T,) [ppt about its median, NaN where nothing was measured] at even times (T,) [d], and the row's signal."""

    time: np.ndarray
    flux: np.ndarray
    signal: Ephemeris
    others: tuple[Ephemeris, ...] = ()

    @property
    def cadence(self) -> float:
        """Days from one point to the next."""
        return float(self.time[1] - self.time[0])

    @property
    def measured(self) -> np.ndarray:
        """Times at which something was measured, (n,)."""
        return np.asarray(self.time[np.isfinite(self.flux)])

    @property
    def span(self) -> float:
        """Days from the first to the last of them."""
        return float(np.ptp(self.measured))

    def check(self, period: float) -> None:
        """Raise BadValue for a period [d] that this flux can't be folded on."""
        least, most = 2 * self.cadence, self.span
        if not least <= period <= most:
            raise BadValue(
                f"The period must lie between {least:.3g} d, twice the cadence of the kept flux, and {most:.4g} d, "
                f"its span; {period:.6g} d does not."
            )

    def points(self, period: float) -> tuple[np.ndarray, np.ndarray]:
        """Phase (T,) and flux (T,) [ppt] without its trend and without the transits of the others."""
        return fold(self.time, self.flux, period, *self.signal[1:], self.others)

    def views(self, period: float) -> Views:
        """What the net would be given, had it only this flux and this period."""
        return folded_views(self.time, self.flux, period, *self.signal[1:], self.others, PPM / FLUX_SCALE)

    def transits(self, period: float, margin: float = 0.0) -> np.ndarray:
        """Mid-transit times [d] from the first to the last measured time, and up to `margin` days beyond them."""
        first, last = self.measured[0] - margin, self.measured[-1] + margin
        epoch = self.signal.epoch
        return np.asarray(
            epoch + period * np.arange(np.ceil((first - epoch) / period), np.floor((last - epoch) / period) + 1)
        )

    def is_part(self, events: float) -> bool:
        """Whether a curve with so many transits has room for more of them than this flux has."""
        margin = self.signal.duration / 2 + self.cadence
        return events > len(self.transits(self.signal.period, margin))


def kept_flux(
    row: pd.Series, arrays: Mapping[str, np.ndarray], siblings: pd.DataFrame | None = None
) -> KeptFlux | None:
    """The flux of a row of a data set, where one was kept and the row says how to fold it; None elsewhere.

    Parameters
    ----------
    siblings
        The other rows of the same star, whose transits are left out.
    """
    flux = np.asarray(arrays.get("flux", np.zeros(0)), dtype=np.float64)
    own = signals(row.to_frame().T)
    start, cadence = (float(row.get(name, np.nan)) for name in ("time_start", "cadence"))
    if np.isfinite(flux).sum() < 2 or not own or not np.isfinite([start, cadence]).all():
        return None
    return KeptFlux(start + cadence * np.arange(len(flux)), flux, own[0], signals(siblings))


def signals(table: pd.DataFrame | None) -> tuple[Ephemeris, ...]:
    """Ephemerides of the rows that have a period and an epoch."""
    if table is None or not {"period", "epoch_time"} <= set(table):
        return ()
    numbers = zip(table["period"].astype(float), table["epoch_time"].astype(float), durations(table), strict=True)
    found = (Ephemeris(*map(float, signal)) for signal in numbers)
    return tuple(signal for signal in found if np.isfinite(signal).all() and signal.period > 0)
