"""The curves of an object's card: the series with its transits, and folded panels of views with points behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from astrocore.tasks.card import Axis, Curve, Shown
from astrocore.tasks.exoplanets.curves import durations
from astrocore.tasks.exoplanets.folding import ARRAYS, FLUX_SCALE, PPM, Views, local_half_width, phase_of
from astrocore.tasks.exoplanets.inputs import TRANSIT_SHARE, standardised
from astrocore.tasks.exoplanets.ranges import deepest, folded_range, series_range
from astrocore.tasks.exoplanets.refolding import KeptFlux

FLUX = Axis("relative flux", "ppt")
"""About its median, in parts per thousand; written out, the unit is longer than a panel is high."""
SCATTERS = Axis("relative flux", "scatter out of transit")
PHASE = Axis("phase")
HOURS = Axis("time from mid-transit", "h")
OPPOSITE = Axis("time from phase 0.5", "h")
WINDOW = Axis("part of the local window")
TWINS = (("Half the period", 0.5), ("Twice the period", 2.0))
"""Half, where two unlike eclipses would show as one; twice, where odd and even events part."""


@dataclass(frozen=True)
class Folded:
    """Views of an object, what they are folded on [d], what their unit is in ppm, and kept flux to lie behind them."""

    arrays: Mapping[str, np.ndarray]
    period: float
    duration: float
    unit: float
    flux: KeptFlux | None = None

    @property
    def half(self) -> float:
        """Half of the local window: hours, or of the window itself where nobody knows how wide it is."""
        return 24 * self.period * local_half_width(self.period, self.duration) if np.isfinite(self.unit) else 0.5

    @cached_property
    def points(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Phase and flux of the kept flux, folded once for all panels; None where it can't lie behind the views."""
        return self.flux.points(self.period) if self.flux is not None and np.isfinite(self.unit) else None


def own(row: pd.Series, arrays: Mapping[str, np.ndarray], flux: KeptFlux | None, part: bool = False) -> list[Curve]:
    """The views that are stored of an object, the kept flux behind them on the same period.

    Parameters
    ----------
    part
        The views were folded from more than the kept flux.
    """
    period, duration = float(row.get("period", np.nan)), float(durations(row.to_frame().T)[0])
    found = Folded(arrays, period, duration, float(row.get("flux_scatter", np.nan)), flux)
    if flux is None:
        return view_curves(found, "Folded, whole orbit")
    title = f"Folded on period = {period:.5f} d"
    return [series(flux, period), *view_curves(found, title), *_twins(flux, period, ", kept flux" if part else "")]


def refolded(flux: KeptFlux, period: float) -> list[Curve]:
    """The kept flux folded on any period [d], with medians in the bins that views have."""
    views = flux.views(period)
    found = Folded(_arrays(views), period, flux.signal.duration, views.flux_scatter, flux)
    title = f"Folded on period = {period:.5f} d"
    return [series(flux, period), *view_curves(found, title), *_twins(flux, period)]


def series(flux: KeptFlux, period: float) -> Curve:
    """The kept flux as it was measured, the transits marked."""
    phase = phase_of(flux.time, period, flux.signal.epoch)
    from_event = period * np.minimum(np.abs(phase), 0.5 - np.abs(phase))
    shown = series_range(flux.flux, from_event <= flux.signal.duration / 2)
    marks = tuple(flux.transits(period).tolist())
    return Curve("Light curve", flux.time, flux.flux, Axis("time", "d"), FLUX, marks=marks, y_range=shown)


def view_curves(found: Folded, title: str) -> list[Curve]:
    """A panel over the whole orbit, one around mid-transit, one of odd and even events, one around phase 0.5."""
    known = np.isfinite(found.unit)
    near, far = (HOURS, OPPOSITE) if known else (WINDOW, WINDOW)
    half = found.half
    local = _panel(found, "local", "Around mid-transit", half, near, column=1)
    return [
        *_panel(found, "global", title, 0.5, PHASE),
        *local,
        *_events(found, half, near, local[-1].y_range if local else None),
        *_panel(found, "secondary", "Around phase 0.5", half, far),
    ]


def _panel(found: Folded, kind: str, title: str, half: float, axis: Axis, column: int = 0) -> list[Curve]:
    """Points and the line over them, whichever are there, in one range."""
    line = _line(found, kind, title, half, axis)
    points = _points(found, kind, title, axis)
    behind = points.y if points else np.zeros(0)
    if line is not None:
        shown = folded_range(line.y, line.scatter, behind)
        line = replace(line, y_range=shown, column=column, over=points is not None)
    elif points is not None:
        shown = folded_range(behind, None, behind)
    both = (None if points is None else replace(points, y_range=shown, column=column), line)
    return [curve for curve in both if curve is not None]


def _line(found: Folded, kind: str, title: str, half: float, axis: Axis) -> Curve | None:
    """A view in ppt where its unit is known, else in units of its own scatter out of transit; None for an empty one."""
    mask = np.asarray(found.arrays.get(f"{kind}_mask", np.zeros(0)), dtype=bool)
    if not mask.any():
        return None
    values = np.asarray(found.arrays[f"{kind}_view"], dtype=np.float64)
    inner = np.asarray(found.arrays.get(f"{kind}_scatter", np.zeros(mask.shape)), dtype=np.float64)
    values, unit = _in_unit(values, mask, kind, found.unit * FLUX_SCALE / PPM)
    scatter = np.where(mask & (inner > 0), inner * unit, np.nan)
    place = half * (2 * (np.arange(len(mask)) + 0.5) / len(mask) - 1)
    return Curve(
        title,
        place,
        np.where(mask, values, np.nan),
        axis,
        FLUX if np.isfinite(found.unit) else SCATTERS,
        line=True,
        scatter=scatter if np.isfinite(scatter).any() else None,
        shows=Shown(f"{kind}_view", -half, half),
    )


def _in_unit(values: np.ndarray, mask: np.ndarray, kind: str, unit: float) -> tuple[np.ndarray, float]:
    """The view's values as they are drawn, and by what its scatter is to be multiplied."""
    if np.isfinite(unit):
        return values * unit, unit
    centred, scatter = standardised(values[None], mask[None], TRANSIT_SHARE.get(kind, TRANSIT_SHARE["local"]))
    return centred[0] / scatter[0], 1 / float(scatter[0, 0])


def _points(found: Folded, kind: str, title: str, axis: Axis) -> Curve | None:
    """The kept flux in the window of a view; None where there is none, or nothing says what a unit of the view is."""
    if found.points is None:
        return None
    phase, flux = found.points
    if kind == "secondary":
        phase = np.where(phase < 0, phase + 0.5, phase - 0.5)
    width = 0.5 if kind == "global" else local_half_width(found.period, found.duration)
    inside = (np.abs(phase) <= width) & np.isfinite(flux)
    scale = 1.0 if kind == "global" else 24 * found.period
    return Curve(title, scale * phase[inside], flux[inside], axis, FLUX, faint=True) if inside.any() else None


def _events(found: Folded, half: float, axis: Axis, shown: tuple[float, float] | None) -> list[Curve]:
    """Odd and even events in one panel, in the range of all events, so that depths can be held against each other."""
    lines = [
        replace(line, name=name)
        for name in ("odd", "even")
        if (line := _line(found, name, "Events", half, axis)) is not None
    ]
    wide = deepest(shown, *(line.y for line in lines))
    return [
        replace(line, over=place > 0, column=0 if place else 2, y_range=wide, scatter=None)
        for place, line in enumerate(lines)
    ]


def _twins(flux: KeptFlux, period: float, of: str = "") -> list[Curve]:
    """Medians of the kept flux on half and on twice the period, as far as it can be folded on them."""
    drawn: list[Curve] = []
    for title, factor in TWINS:
        twin = factor * period
        if 2 * flux.cadence <= twin <= flux.span:
            views = flux.views(twin)
            found = Folded(_arrays(views), twin, flux.signal.duration, views.flux_scatter)
            line = _line(found, "global", f"{title}{of}", 0.5, PHASE)
            if line is not None:
                shown = folded_range(line.y, line.scatter, np.zeros(0))
                drawn.append(replace(line, column=len(drawn) + 1, y_range=shown, shows=None))
    return drawn


def _arrays(views: Views) -> dict[str, np.ndarray]:
    return {name: getattr(views, name) for name in ARRAYS}
