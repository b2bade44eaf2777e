"""The curves of an object's card: the series with its transits, and the folded flux in panels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from astrocore.tasks.card import Axis, Curve, Shown
from astrocore.tasks.exoplanets.binning import bin_points
from astrocore.tasks.exoplanets.curves import durations
from astrocore.tasks.exoplanets.folding import GLOBAL_BINS, LOCAL_BINS, fold, local_half_width, orbits
from astrocore.tasks.exoplanets.inputs import TRANSIT_SHARE, standardised

FLUX = Axis("relative flux", "ppt")
"""About its median, in parts per thousand; written out, the unit is longer than a panel is high."""
PHASE = Axis("phase")
HOURS = Axis("time from mid-transit", "h")
WINDOW = Axis("part of the local window")
TWINS = (("Half the period", 0.5), ("Twice the period", 2.0))
"""Half, where two unlike eclipses would show as one; twice, where odd and even events part."""


def folded(row: pd.Series, flux: np.ndarray, period: float) -> list[Curve]:
    """The series of an object, and its flux (T,) [ppt] without the trend, folded on a period [d]."""
    time = float(row["time_start"]) + float(row["cadence"]) * np.arange(len(flux))
    epoch, duration = float(row["epoch_time"]), float(durations(row.to_frame().T)[0])
    phase, deviation = fold(time, flux, period, epoch, duration)
    whole = Curve(f"Folded on period = {period:.5f} d", phase, deviation, PHASE, FLUX)
    marks = transits(time[np.isfinite(flux)], period, epoch)
    return [
        Curve("Light curve", time, flux, Axis("time", "d"), FLUX, marks=marks),
        replace(whole, shows=Shown("global_view", -0.5, 0.5)),
        *_around(phase, deviation, orbits(time, period, epoch)[1], period, duration),
        *(_twin(time, flux, (name, factor * period), epoch, duration, i) for i, (name, factor) in enumerate(TWINS, 1)),
    ]


def stored(row: pd.Series, arrays: Mapping[str, np.ndarray]) -> list[Curve]:
    """Stored views; in ppm where their unit is known, else each in units of its own scatter out of transit."""
    unit = float(row.get("flux_scatter", np.nan))
    own = bool(np.isfinite(unit))  # the views were made by this program, so it knows how wide the window is
    half = 1.0 if not own else 24 * float(row["period"]) * _half_width(row)
    y_axis = Axis("relative flux", "ppm" if own else "scatter out of transit")

    def curve(kind: str, title: str, low: float, high: float, x_axis: Axis) -> Curve | None:
        values = _values(arrays, kind, unit)
        if values is None:
            return None
        place = low + (high - low) * (np.arange(len(values)) + 0.5) / len(values)
        return Curve(title, place, values, x_axis, y_axis, line=True, shows=Shown(f"{kind}_view", low, high))

    ends = (-half, half, HOURS) if own else (-0.5, 0.5, WINDOW)
    secondary = replace(HOURS, name="time from phase 0.5") if own else WINDOW
    odd, even = (curve(kind, "Events", *ends) for kind in ("odd", "even"))
    found = [
        curve("global", "Folded, whole orbit", -0.5, 0.5, PHASE),
        _placed(curve("local", "Folded, around mid-transit", *ends), column=1),
        _placed(odd, column=2, name="odd"),
        _placed(even, name="even", over=odd is not None, column=0 if odd is not None else 2),
        curve("secondary", "Around phase 0.5", *ends[:2], secondary),
    ]
    return [one for one in found if one is not None]


def transits(time: np.ndarray, period: float, epoch: float) -> tuple[float, ...]:
    """Mid-transit times from the first to the last of the times of a series."""
    first, last = np.ceil((time[0] - epoch) / period), np.floor((time[-1] - epoch) / period)
    return tuple((epoch + period * np.arange(first, last + 1)).tolist())


def _around(phase: np.ndarray, flux: np.ndarray, number: np.ndarray, period: float, duration: float) -> list[Curve]:
    """The window around mid-transit, the same from odd and from even events, and the window opposite to it."""
    width = local_half_width(period, duration)
    half = 24 * period * width
    near = np.abs(phase) <= width
    middle = Curve("Around mid-transit", 24 * period * phase[near], flux[near], HOURS, FLUX, column=1)
    sides = []
    for parity, name in ((1, "odd"), (0, "even")):
        wanted = near & (np.mod(number, 2) == parity)
        sides.append(_binned("Events", phase[wanted], flux[wanted], width, half, HOURS))
        sides[-1] = replace(sides[-1], name=name, column=2 if parity else 0, over=not parity)
    opposite = np.where(phase < 0, phase + 0.5, phase - 0.5)
    far = np.abs(opposite) <= width
    axis = replace(HOURS, name="time from phase 0.5")
    secondary = _binned("Around phase 0.5", opposite[far], flux[far], width, half, axis)
    return [
        replace(middle, shows=Shown("local_view", -half, half)),
        *sides,
        replace(secondary, shows=Shown("secondary_view", -half, half)),
    ]


def _twin(
    time: np.ndarray, flux: np.ndarray, twin: tuple[str, float], epoch: float, duration: float, column: int
) -> Curve:
    """Medians of the flux folded on another period."""
    title, period = twin
    phase, deviation = fold(time, flux, period, epoch, duration)
    return replace(_binned(title, phase, deviation, 0.5, 0.5, PHASE), column=column)


def _binned(title: str, phase: np.ndarray, flux: np.ndarray, width: float, half: float, axis: Axis) -> Curve:
    """Medians in bins between -width and width in phase, drawn between -half and half."""
    known = np.isfinite(phase) & np.isfinite(flux)
    order = np.argsort(flux[known])
    bins = GLOBAL_BINS if width == 0.5 else LOCAL_BINS
    found = bin_points(phase[known][order], flux[known][order], width, bins)
    place = half * (2 * (np.arange(bins) + 0.5) / bins - 1)
    return Curve(title, place, np.where(found.mask, found.median, np.nan), axis, FLUX, line=True)


def _values(arrays: Mapping[str, np.ndarray], kind: str, unit: float) -> np.ndarray | None:
    """A stored view, masked bins NaN; None where there is nothing in it."""
    mask = np.asarray(arrays.get(f"{kind}_mask", np.zeros(0)), dtype=bool)
    if not mask.any():
        return None
    values = np.asarray(arrays[f"{kind}_view"], dtype=np.float64)
    if np.isfinite(unit):
        return np.where(mask, values * unit, np.nan)
    centred, scatter = standardised(values[None], mask[None], TRANSIT_SHARE.get(kind, TRANSIT_SHARE["local"]))
    return np.where(mask, centred[0] / scatter[0], np.nan)


def _half_width(row: pd.Series) -> float:
    return local_half_width(float(row["period"]), float(durations(row.to_frame().T)[0]))


def _placed(curve: Curve | None, **changes: object) -> Curve | None:
    return None if curve is None else replace(curve, **changes)  # type: ignore[arg-type]
