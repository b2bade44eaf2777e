"""One light curve from a file: CSV, .npz or a FITS binary table with time and flux."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from astrocore.errors import BadValue, MissingColumns, TimesEqual
from astrocore.tasks.exoplanets.columns import canonical
from astrocore.tasks.exoplanets.curve_content import BJD_ZERO, FACTS, TIME_NAMES, content_of
from astrocore.tasks.exoplanets.detrend import is_absolute, spread
from astrocore.tasks.exoplanets.quality import Quality, good_cadences

FLUX_NAMES = ("pdcsap_flux", "kspsap_flux", "flux", "sap_flux", "det_flux", "fcor")
PART_NAMES = ("quarter", "sector", "campaign")
"""Columns that tell the stretches of a joined curve apart; each has a level of its own."""
FULL_DATES = 2.4e6
"""Times beyond this are full Julian dates."""
LONG_CADENCE = 30 / 1440
"""Days to which short cadences are averaged."""


@dataclass(frozen=True)
class LightCurve:
    """A light curve in time order.

    `time` (T,) in days, `flux` (T,) NaN where bad, the BJD from which time counts (NaN when unknown), the mission
    ("" when unknown), and columns of the star that the file's header tells.
    """

    time: np.ndarray
    flux: np.ndarray
    zero: float = float("nan")
    mission: str = ""
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def cadence(self) -> float:
        """Days from one time to the next, as most of them are."""
        steps = np.diff(self.time)
        return float(np.median(steps[steps > 0])) if (steps > 0).any() else float("nan")


def read_light_curve(path: Path, quality: Quality = "default") -> LightCurve:
    """A light curve in time order; cadences that `quality` excludes, or without time, are left out.

    Several quarters or sectors in one file are each divided by their median.

    Raises
    ------
    FileUnreadable
        The file is absent, truncated or of another format.
    MissingColumns
        It has no time or no flux.
    BadValue
        Time or flux are not numbers, not of one length, all missing, or the flux is constant.
    TimesEqual
        All points have one time.
    """
    content = content_of(path)
    columns, mission = content.columns, mission_of(content.header, content.zero)
    flux_name = next((name for name in FLUX_NAMES if name in columns), None)
    time_name = next((name for name in TIME_NAMES if name in columns), None)
    if time_name is None or flux_name is None:
        table = " It looks like a table of signals; name it as the catalogue." if _has_period(columns) else ""
        raise MissingColumns(
            f"{path.name} needs the columns time and flux; it has {', '.join(columns) or 'none'}.{table}"
        )
    time, flux = columns[time_name], columns[flux_name]
    if time.ndim != 1 or time.shape != flux.shape or time.dtype.kind not in "fiu" or flux.dtype.kind not in "fiu":
        raise BadValue(f"{path.name}: time and flux must be numbers, one of each per row.")
    time, flux = time.astype(np.float64), flux.astype(np.float64)
    flux = _levelled(np.where(np.isfinite(flux), flux, np.nan), columns)
    good = np.isfinite(time) & good_cadences(columns, mission, len(time), quality)
    rows = np.flatnonzero(good)[np.argsort(time[good], kind="stable")]
    _check_varies(flux[rows], path.name)
    _check_times(time[rows], path.name)
    return LightCurve(time[rows], flux[rows], content.zero, mission, _facts(content.header))


def joined(curves: list[LightCurve]) -> LightCurve:
    """Several curves of one star as one, each divided by its own median; times on the first one's scale."""
    if len(curves) == 1:
        return curves[0]
    zero = next((curve.zero for curve in curves if np.isfinite(curve.zero)), float("nan"))
    times = [curve.time + (curve.zero - zero if np.isfinite(curve.zero) else 0.0) for curve in curves]
    time, flux = np.concatenate(times), np.concatenate([normalised(curve.flux) for curve in curves])
    order = np.argsort(time, kind="stable")
    facts = {name: value for curve in reversed(curves) for name, value in curve.facts.items()}
    return LightCurve(time[order], flux[order], zero, curves[0].mission, facts)


def averaged(curve: LightCurve, step: float = LONG_CADENCE) -> LightCurve:
    """Means of the good points of each `step` days, at their mean time."""
    good = np.isfinite(curve.flux)
    time, flux = curve.time[good], curve.flux[good]
    slot = np.floor((time - time[0]) / step).astype(np.intp)
    _, place, count = np.unique(slot, return_inverse=True, return_counts=True)
    return replace(curve, time=np.bincount(place, weights=time) / count, flux=np.bincount(place, weights=flux) / count)


def normalised(flux: np.ndarray) -> np.ndarray:
    """Flux (T,) about one: a brightness over its median, what is about zero raised by one."""
    good = flux[np.isfinite(flux)]
    if len(good) == 0:
        return flux
    level = float(np.median(good))
    return flux / level if is_absolute(np.float64(level), np.float64(spread(good))) else flux - level + 1


def epoch_on(curve: LightCurve, epoch: float) -> float:
    """The epoch counted as the curve's times are.

    Raises
    ------
    BadValue
        One of them is a full Julian date, the other is not, and the file does not say from what it counts.
    """
    full_time, full_epoch = float(np.nanmedian(curve.time)) > FULL_DATES, epoch > FULL_DATES
    if full_time == full_epoch:
        return epoch
    if full_epoch and np.isfinite(curve.zero):
        return epoch - curve.zero
    raise BadValue(
        f"The epoch {epoch:.5f} and the times about {np.nanmedian(curve.time):.1f} are not counted from the same day; "
        "give both as BKJD, both as BTJD or both as BJD."
    )


def check_flux(flux: np.ndarray, mask: np.ndarray, names: pd.Series, what: str) -> None:
    """Raise BadValue for the first row of `flux` (N, T) that `mask` claims but that is all missing or constant."""
    low = np.where(mask, flux, np.inf).min(axis=1)
    high = np.where(mask, flux, -np.inf).max(axis=1)
    flat = mask.any(axis=1) & ~(high > low)
    if flat.any():
        row = int(flat.argmax())
        raise BadValue(f"Row {row + 1} ({names.iloc[row]}) has a constant {what}; mend it or remove the row.")


def mission_of(header: Mapping[str, Any], zero: float) -> str:
    """Kepler, k2 or tess, from a file's header or the day from which it counts; "" when neither tells."""
    words = f"{header.get('MISSION', '')} {header.get('TELESCOP', '')}".lower()
    found = next((name for name in ("k2", "tess", "kepler") if name in words), "")
    counted = {BJD_ZERO["bkjd"]: "kepler", BJD_ZERO["btjd"]: "tess"}
    return found or counted.get(zero, "")


def _facts(header: Mapping[str, Any]) -> dict[str, float]:
    """What the header knows of the star; blank cards and zeros for unknown are left out."""
    cards = {ours: header.get(key) for key, ours in FACTS.items()}
    return {
        name: float(value)
        for name, value in cards.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value) and value != 0
    }


def _levelled(flux: np.ndarray, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Flux whose quarters (sectors, campaigns), if they are several, are each divided by their median."""
    for name in PART_NAMES:
        part = columns.get(name)
        if part is not None and part.shape == flux.shape and part.dtype.kind in "iuf" and len(np.unique(part)) > 1:
            levelled = np.full(flux.shape, np.nan)
            for one in np.unique(part[np.isfinite(part)]):
                levelled[part == one] = normalised(flux[part == one])
            return levelled
    return flux


def _has_period(columns: Mapping[str, np.ndarray]) -> bool:
    return any(canonical(name) == "period" for name in columns)


def _check_varies(flux: np.ndarray, name: str) -> None:
    known = flux[np.isfinite(flux)]
    if len(known) == 0:
        raise BadValue(f"{name} has no good point: every flux is missing or flagged.")
    if known.min() == known.max():
        raise BadValue(f"{name} has a constant flux.")


def _check_times(time: np.ndarray, name: str) -> None:
    if time[0] == time[-1]:
        raise TimesEqual(
            f"All {len(time)} points of {name} have the time {time[0]:g}; give each the day on which it was taken."
        )
