"""The curves of one object as panels in rows: points or lines, marks, and what the net made of each bin as colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import lcm
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from astrocore.charts.bands import band
from astrocore.charts.marks import marks_left_out, marks_trace
from astrocore.charts.palette import COLOURS, DIVERGING, GREY, LINE
from astrocore.charts.shown import ObjectCurve, Shown
from astrocore.charts.style import PANEL_TITLE, placeholder, styled

PANEL = 215
"""Height of a row of panels."""
BETWEEN = 92
"""Pixels between two rows: tick labels, an axis' title, and the title of the panel below."""
LEFT, STANDOFF = 74, 46
"""Pixels left of stacked panels, and from tick labels to title: more than there are, so that titles line up there."""
BELOW = 56
"""Pixels below all panels."""
DECADES = 100
"""Ratio of the ends of a logarithmic axis from which on only its powers of ten are named."""
GAP = 0.13
"""Width between panels beside each other, as a share of the chart."""
EAST_LEFT = "RA [deg]"
"""An axis that grows to the left, as the sky is drawn."""
DRAWN = 800
"""Points of a curve that are drawn at most: each costs a browser time, and more of them do not show more."""


Panel = list[ObjectCurve]


def curve_chart(
    curves: ObjectCurve | Sequence[ObjectCurve],
    title: str = "",
    shares: Mapping[str, np.ndarray] | None = None,
    of: str = "",
) -> go.Figure:
    """One curve, or several in panels: below each other, beside each other or over each other, as they say.

    An axis in magnitudes points down: bright is up. Of a curve of many points some are drawn, and its title says so.
    A panel of which nothing was measured is left out.

    Parameters
    ----------
    shares
        Input of the model -> share of each of its bins in a score; colours the curves that show that input.
    of
        What the shares are shares of; the colour bar's title.
    """
    several = list(curves) if isinstance(curves, Sequence) else [curves]
    if not any(map(_seen, several)):
        return placeholder("Nothing was measured.", title)
    rows = _measured(panel_rows(several))
    alone = len(rows) == len(rows[0]) == 1
    if alone and not title:
        title = _title(rows[0][0])
    fig = _panels(rows, alone)
    styled(fig, title, height=320 if alone else 100 + PANEL * len(rows), headroom=0 if alone else 16)
    traces: list[go.Scatter] = []
    layout: dict[str, Any] = {"showlegend": False}
    for at, row in enumerate(rows, start=1):
        width = _columns(rows) // len(row)
        for place, panel in enumerate(row):
            axes = fig.get_subplot(at, 1 + place * width)
            names = axes.xaxis.plotly_name, axes.yaxis.plotly_name
            traces += _traces(panel, names, shares or {})
            layout |= _axes(panel, names, alone, first=place == 0)
    fig.add_traces(traces)
    fig.update_layout(layout if alone else {**layout, "margin_l": LEFT, "margin_b": BELOW})
    limit = max((np.abs(share).max(initial=0) for share in (shares or {}).values()), default=0.0)
    return _colour_bar(fig, float(limit), of) if limit else fig


def panel_rows(curves: Sequence[ObjectCurve]) -> list[list[Panel]]:
    """Curves by row and panel, in their order."""
    rows: list[list[Panel]] = []
    for curve in curves:
        if rows and curve.over:
            rows[-1][-1].append(curve)
        elif rows and curve.column > 1:
            rows[-1].append([curve])
        else:
            rows.append([[curve]])
    return rows


def _measured(rows: list[list[Panel]]) -> list[list[Panel]]:
    """Without curves that have no finite point, and without the panels and rows that they leave empty."""
    kept = [[seen for panel in row if (seen := list(filter(_seen, panel)))] for row in rows]
    return [row for row in kept if row]


def _seen(curve: ObjectCurve) -> bool:
    return bool(np.isfinite(_on_axis(curve.y, curve.y_axis)).any())


def _on_axis(values: np.ndarray, axis: object) -> np.ndarray:
    """The values as floats, NaN where the axis has no place for them: a logarithmic one has none for 0 and less."""
    there = np.asarray(values, float)
    return np.where(there > 0, there, np.nan) if getattr(axis, "log", False) else there


def thinned(x: np.ndarray, y: np.ndarray, most: int = DRAWN, fair: bool = False) -> tuple[np.ndarray, np.ndarray, str]:
    """Points to draw, and in words what was left out.

    Of a series in the order of x the lowest and the highest of each stretch are kept, so that no dip is lost; of
    points in another order, or where a `fair` part is wanted, every k-th.
    """
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() <= most:
        return x, y, ""
    x, y = x[known], y[known]
    if fair or (np.diff(x) < 0).any():
        step = -(-len(x) // most)
        return x[::step], y[::step], f"1 of {step} points"
    size = -(-2 * len(x) // most)
    starts = range(0, len(x), size)
    ends = [start + edge(y[start : start + size]) for start in starts for edge in (np.argmin, np.argmax)]
    keep = np.unique(ends)
    return x[keep], y[keep], f"extremes of every {size} points"


def _panels(rows: list[list[Panel]], alone: bool) -> go.Figure:
    """Axes of all panels; a row of fewer panels has wider ones."""
    columns = _columns(rows)
    specs = []
    for row in rows:
        width = columns // len(row)
        specs.append([{"colspan": width} if place % width == 0 else None for place in range(columns)])
    names = None if alone else [_title(panel) for row in rows for panel in row]
    fig = make_subplots(
        len(rows),
        columns,
        specs=specs,
        subplot_titles=names,
        vertical_spacing=BETWEEN / (PANEL * len(rows)) if len(rows) > 1 else 0,
        horizontal_spacing=GAP if columns > 1 else 0,
    )
    return fig.update_annotations(font_size=PANEL_TITLE)


def _columns(rows: list[list[Panel]]) -> int:
    return lcm(*(len(row) for row in rows))


def _title(panel: Panel) -> str:
    """The first curve's, with how many of its points are drawn and the names of all, each in its colour."""
    left_out = ", ".join(filter(None, (_thinned(panel[0])[2], _beyond(panel), marks_left_out(panel[0].marks))))
    named = [
        f'<span style="color:{colour}">{curve.name}</span>'
        for curve, colour in zip(panel, _colours(panel), strict=True)
        if curve.name
    ]
    title = f"{panel[0].title}: {', '.join(named)}" if named else panel[0].title
    return f"{title}, {left_out}" if left_out else title


def _thinned(curve: ObjectCurve) -> tuple[np.ndarray, np.ndarray, str]:
    return thinned(_on_axis(curve.x, curve.x_axis), _on_axis(curve.y, curve.y_axis), fair=curve.faint)


def _beyond(panel: Panel) -> str:
    """How many points of a panel lie beyond its axis, in words; a panel beside others has no room for them."""
    first = panel[0]
    if first.y_range is None or first.line or first.column:
        return ""
    low, high = first.y_range
    n = int((np.asarray(first.y) < low).sum() + (np.asarray(first.y) > high).sum())
    return f"{n:,} off the axis" if n else ""


def _colours(panel: Panel) -> list[str]:
    """A colour for each curve of a panel: grey for what is faint, one colour for what stands out alone."""
    strong = [place for place, curve in enumerate(panel) if not (curve.faint and len(panel) > 1)]
    palette = [LINE] if len(strong) == 1 else COLOURS
    colours = {place: palette[i % len(palette)] for i, place in enumerate(strong)}
    return [colours.get(place, GREY) for place in range(len(panel))]


def _traces(panel: Panel, names: tuple[str, str], shares: Mapping[str, np.ndarray]) -> list[go.Scatter]:
    """All curves of a panel and their marks, on the axes of these names."""
    found = []
    for curve, colour in zip(panel, _colours(panel), strict=True):
        if curve.scatter is not None:
            found.append(band(curve.x, curve.y, curve.scatter, colour))
        found.append(_trace(curve, colour, shares))
        if curve.marks and _seen(curve):
            found.append(_marks(curve))
    x, y = (name.replace("axis", "") for name in names)
    return [trace.update(xaxis=x, yaxis=y) for trace in found]


def _axes(panel: Panel, names: tuple[str, str], alone: bool, first: bool) -> dict[str, Any]:
    """Titles of a panel's axes; of several panels those of the `first` column line up."""
    x: dict[str, Any] = {"title_text": str(panel[0].x_axis)}
    options: dict[str, Any] = {"title_text": str(panel[0].y_axis)}
    if x["title_text"] == EAST_LEFT:
        x["autorange"] = "reversed"
    if options["title_text"].endswith("[mag]"):
        options["autorange"] = "reversed"
    elif panel[0].y_range is not None:
        options["range"] = list(_scaled(panel[0], np.array(panel[0].y_range)))
    x |= _kind(panel[0].x_axis, [curve.x for curve in panel])
    options |= _kind(panel[0].y_axis, [curve.y for curve in panel])
    if alone:
        return {names[0]: x, names[1]: options}
    # Margins that fit themselves make a browser draw everything twice; these are known.
    options |= {"automargin": False, "title_standoff": STANDOFF if first else 8}
    return {names[0]: {**x, "automargin": False}, names[1]: options}


def _kind(axis: object, values: Sequence[np.ndarray]) -> dict[str, Any]:
    """A logarithmic axis as such, with a tick a decade where it spans several."""
    if not getattr(axis, "log", False):
        return {}
    there = _on_axis(np.concatenate(values), axis)
    wide = np.nanmax(there) >= DECADES * np.nanmin(there)
    return {"type": "log", "exponentformat": "power", **({"dtick": 1} if wide else {})}


def _scaled(curve: ObjectCurve, y: np.ndarray) -> np.ndarray:
    """Values of the curve's y axis as plotly measures along it: logarithms to base ten where it is logarithmic."""
    return np.log10(_on_axis(y, curve.y_axis)) if getattr(curve.y_axis, "log", False) else y


def _trace(curve: ObjectCurve, colour: str, shares: Mapping[str, np.ndarray]) -> go.Scatter:
    x, y, _ = _thinned(curve)
    opacity = 0.8 if not (curve.faint and shares) else 0.4  # grey dots are not to be taken for bins without a share
    marker: dict[str, Any] = {"color": colour, "size": _size(curve, len(x)), "opacity": opacity}
    torn = curve.line and not np.isfinite(y).all()  # a point between two gaps makes no line
    mode = "lines+markers" if torn or curve.errors is not None else "lines" if curve.line else "markers"
    if curve.shows and curve.shows.input in shares:
        colours = _share_at(x, curve.shows, shares[curve.shows.input])
        marker = {"color": colours, "size": 6 if len(x) < 300 else 4, "coloraxis": "coloraxis"}
        mode = "lines+markers" if curve.line else "markers"
    return go.Scatter(
        x=x,
        y=y,
        mode=mode,
        line={"color": colour, "width": 1.5},
        marker=marker,
        error_y=_error_bars(curve, colour) if len(x) == len(curve.x) else None,
        name=curve.name or curve.title,
        hovertemplate="%{x:.6g}<br>%{y:.6g}<extra></extra>",
    )


def _size(curve: ObjectCurve, n: int) -> float:
    """Of a curve's points: large where one stands alone, small where they are many or only hold a torn line."""
    if n == 1:
        return 10
    if curve.errors is not None:
        return 6
    return 3.5 if curve.line or n >= 300 else 5


def _error_bars(curve: ObjectCurve, colour: str) -> dict[str, Any] | None:
    """Bars of the errors that are known."""
    if curve.errors is None or not np.isfinite(curve.errors).any():
        return None
    return {"type": "data", "array": curve.errors, "color": colour, "thickness": 1.2, "width": 4}


def _share_at(x: np.ndarray, shown: Shown, share: np.ndarray) -> np.ndarray:
    """The share of the bin that each x lies in; zero outside."""
    place = np.floor((x - shown.low) / (shown.high - shown.low) * len(share))
    inside = np.isfinite(place) & (place >= 0) & (place < len(share))
    return np.where(inside, np.asarray(share)[np.where(inside, place, 0).astype(int)], 0.0)


def _marks(curve: ObjectCurve) -> go.Scatter:
    """Marks below the points, or at the foot of a range that is set."""
    y = _scaled(curve, np.asarray(curve.y_range or curve.y, float))
    low, high = np.nanmin(y), np.nanmax(y)
    foot = low + (0.04 if curve.y_range else -0.06) * (high - low)
    return marks_trace(curve.marks, 10**foot if getattr(curve.y_axis, "log", False) else foot)


def _colour_bar(fig: go.Figure, limit: float, of: str) -> go.Figure:
    """The scale of the shares below all panels."""
    bar = {"orientation": "h", "thickness": 10, "len": 0.7, "title": {"text": of, "side": "top"}}
    bar |= {"y": 0, "yref": "container", "yanchor": "bottom", "outlinewidth": 0, "exponentformat": "e"}
    fig.update_layout(coloraxis={"colorscale": DIVERGING, "cmin": -limit, "cmax": limit, "colorbar": bar})
    return fig.update_layout(margin_b=fig.layout.margin.b + 76, height=fig.layout.height + 76)
