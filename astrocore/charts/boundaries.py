"""The class that a model says over two axes, and the objects that lie there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb

from astrocore.charts.palette import UNKNOWN, class_colours, class_symbols
from astrocore.charts.style import placeholder, styled

HEIGHT = 560
POINTS = 1_000
"""Objects that are drawn at most; a fair sample beyond that."""
ALPHA = (0.15, 0.7)
"""How strong a region is where all classes are even, and where the model is sure."""
NOTES = {
    "columns": "Regions: most probable class when both columns are set, stronger where surer. Points: true class.",
    "plane": "Regions: class that the net's head says on the plane, stronger where surer. Points: true class.",
}


@dataclass(frozen=True, eq=False)
class Span:
    """An axis: its title with unit, the grid's values (G,), and whether these are spaced by equal ratios."""

    title: str
    values: np.ndarray
    log: bool = False

    @property
    def edges(self) -> np.ndarray:
        """Borders of the cells around the values, (G + 1,)."""
        at = np.log10(self.values) if self.log else np.asarray(self.values, float)
        step = np.diff(at)
        found = np.concatenate([[at[0] - step[0] / 2], (at[:-1] + at[1:]) / 2, [at[-1] + step[-1] / 2]])
        return np.asarray(10**found if self.log else found)


def boundary_chart(
    x: Span,
    y: Span,
    p: np.ndarray,
    classes: Sequence[str],
    points: np.ndarray,
    label: np.ndarray,
    ids: Sequence[str] = (),
    title: str = "",
    note: str = "",
) -> go.Figure:
    """Regions of the most probable class, stronger where it is surer, and objects in the colour of their true class.

    Parameters
    ----------
    p
        Probabilities over the grid, (Gy, Gx, C).
    points
        Where the objects lie, (N, 2); those outside the grid or with a NaN are left out.
    label
        Their classes, (N,) int, -1 where unknown.
    ids
        Their names, for the hover.
    """
    if not p.size:
        return placeholder("Nothing was computed here.", title)
    fig = go.Figure()
    for c, (name, colour) in enumerate(zip(classes, class_colours(classes), strict=True)):
        fig.add_trace(_region(x, y, p, c, name, colour))
    rows, drawn = _drawn(x, y, points)
    for trace in _objects(rows, points, label, classes, ids):
        fig.add_trace(trace)
    styled(fig, title, " ".join(filter(None, [note, drawn])), HEIGHT)
    for update, span in ((fig.update_xaxes, x), (fig.update_yaxes, y)):
        ends = span.edges[[0, -1]]
        update(title_text=span.title, showgrid=False, ticks="outside", range=list(np.log10(ends) if span.log else ends))
        if span.log:
            ticks = _ticks(*ends)
            update(type="log", tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks])
    return fig.update_layout(hovermode="closest")


def report_chart(
    report: Mapping[str, Any],
    voice: str,
    columns: Mapping[str, np.ndarray],
    fused: np.ndarray | None,
    label: np.ndarray,
    ids: Sequence[str] = (),
    title: str = "",
) -> go.Figure:
    """The chart of what the verb boundaries keeps.

    Parameters
    ----------
    report
        kind (columns or plane), x and y (name, unit, values, log), classes, voices (name -> (Gy, Gx, C)), for a plane
        also mean (D,) and components (2, D).
    voice
        Whose probabilities; of a plane only the net's are known.
    columns, fused, label, ids
        Of the objects to draw, row by row: measured columns (N,), fused embedding (N, D), class, name.
    """
    of_plane = report["kind"] == "plane"
    p = np.asarray(report["voices"]["net" if of_plane else voice], float)
    at = _on_plane(report, fused) if of_plane else np.stack([columns[report[key]["name"]] for key in "xy"], axis=1)
    x, y = (_span(report[key]) for key in "xy")
    return boundary_chart(x, y, p, report["classes"], at, label, ids, title, NOTES[report["kind"]])


def _span(axis: Mapping[str, Any]) -> Span:
    """An axis of a report."""
    name, unit, share = axis["name"], axis.get("unit"), axis.get("share")
    held = f" ({100 * share:.0f} % of the variance)" if share is not None else f" [{unit}]" if unit else ""
    return Span(f"{name}{held}", np.asarray(axis["values"], float), bool(axis["log"]))


def _on_plane(report: Mapping[str, Any], fused: np.ndarray | None) -> np.ndarray:
    """Coordinates of embeddings on the plane of a report, (N, 2)."""
    if fused is None:
        return np.empty((0, 2))
    return np.asarray((fused - np.asarray(report["mean"])) @ np.asarray(report["components"]).T)


def _ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 of each decade; only 1 where there are many."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    steps = (1, 2, 5) if high < 2000 * low else (1,)
    return [step * 10.0**k for k in decades for step in steps if low <= step * 10.0**k <= high]


def _region(x: Span, y: Span, p: np.ndarray, c: int, name: str, colour: str) -> go.Heatmap:
    """Cells in which class c is the most probable one."""
    red, green, blue = hex_to_rgb(colour)
    ends = [[place, f"rgba({red},{green},{blue},{alpha})"] for place, alpha in zip((0, 1), ALPHA, strict=True)]
    chosen = p.argmax(axis=2) == c
    return go.Heatmap(
        x=x.edges,
        y=y.edges,
        z=np.where(chosen, p.max(axis=2), np.nan),
        zmin=1 / p.shape[2],
        zmax=1,
        colorscale=ends,
        showscale=False,
        hoverongaps=False,
        hovertemplate=f"{name}: %{{z:.2f}}<br>x %{{x:.4g}}, y %{{y:.4g}}<extra></extra>",
    )


def _drawn(x: Span, y: Span, points: np.ndarray) -> tuple[np.ndarray, str]:
    """Rows of the objects to draw, and in words how many they are, where they are not all."""
    inside = np.isfinite(points).all(axis=1)
    for axis, span in enumerate((x, y)):
        inside &= (points[:, axis] >= span.edges[0]) & (points[:, axis] <= span.edges[-1])
    rows = np.flatnonzero(inside)
    if len(rows) > POINTS:
        rows = np.sort(np.random.default_rng(0).choice(rows, POINTS, replace=False))
    return rows, f"{len(rows):,} of {len(points):,} drawn." if len(rows) < len(points) else ""


def _objects(
    rows: np.ndarray, points: np.ndarray, label: np.ndarray, classes: Sequence[str], ids: Sequence[str]
) -> list[go.Scatter]:
    """A trace a class."""
    looks = [*zip(classes, class_colours(classes), class_symbols(classes), strict=True), ("unknown", UNKNOWN, "circle")]
    traces = []
    for c, (name, colour, symbol) in enumerate(looks):
        own = rows[label[rows] == (c if c < len(classes) else -1)]
        if len(own) or c < len(classes):  # a class without objects too: the legend names every region
            traces.append(_points(points[own], [ids[i] for i in own] if len(ids) else [], name, colour, symbol))
    return traces


def _points(at: np.ndarray, ids: Sequence[str], name: str, colour: str, symbol: str) -> go.Scatter:
    nothing: list[float | None] = [None]  # keeps the legend's entry of a class that has no object here
    return go.Scatter(
        x=at[:, 0] if len(at) else nothing,
        y=at[:, 1] if len(at) else nothing,
        customdata=list(ids) or None,
        name=f"{name}, n = {len(at):,}",
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 6, "line": {"color": "rgba(255,255,255,0.7)", "width": 0.7}},
        hovertemplate=f"{'%{customdata}<br>' if len(ids) else ''}true class: {name}<extra></extra>",
    )
