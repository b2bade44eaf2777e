"""What is drawn of one object or of one column: curves, points, histograms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from astrocore.charts.palette import LINE, class_colours
from astrocore.charts.style import HEIGHT, PANEL_TITLE, counted, placeholder, styled

PANEL = 240
"""Height of one of several curves."""
LEFT, STANDOFF = 74, 46
"""Pixels left of stacked panels, and from tick labels to title: more than there are, so that titles line up there."""
MANY = 2000
"""Points from which a curve is drawn by the graphics card."""


class ObjectCurve(Protocol):
    """What is drawn of a curve (tasks.card.Curve is one); an axis' text is its str()."""

    @property
    def title(self) -> str: ...
    @property
    def x(self) -> np.ndarray: ...
    @property
    def y(self) -> np.ndarray: ...
    @property
    def x_axis(self) -> object: ...
    @property
    def y_axis(self) -> object: ...
    @property
    def line(self) -> bool: ...


def curve_chart(curves: ObjectCurve | Sequence[ObjectCurve], title: str = "") -> go.Figure:
    """One curve, or several one below the other; points, or a line where a curve asks for it.

    An axis in magnitudes points down: bright is up.
    """
    several = list(curves) if isinstance(curves, Sequence) else [curves]
    if not any(np.isfinite(curve.y).any() for curve in several):
        return placeholder("Nothing was measured.", title)
    if len(several) == 1 and not title:
        title = several[0].title
    names = [curve.title for curve in several] if len(several) > 1 else None
    gap = 0.34 / len(several) if len(several) > 1 else 0
    fig = make_subplots(len(several), 1, subplot_titles=names, vertical_spacing=gap)
    fig.update_annotations(font_size=PANEL_TITLE)
    for row, curve in enumerate(several, start=1):
        fig.add_trace(_trace(curve), row, 1)
        fig.update_xaxes(title_text=str(curve.x_axis), row=row, col=1)
        fig.update_yaxes(title_text=str(curve.y_axis), row=row, col=1)
        if str(curve.y_axis).endswith("[mag]"):
            fig.update_yaxes(autorange="reversed", row=row, col=1)
    height = 320 if len(several) == 1 else 60 + PANEL * len(several)
    styled(fig, title, height=height, headroom=0 if len(several) == 1 else 16)
    if len(several) > 1:
        fig.update_yaxes(automargin=False, title_standoff=STANDOFF)
        fig.update_layout(margin_l=LEFT)
    return fig.update_layout(showlegend=False)


def histogram(
    values: np.ndarray | Mapping[str, np.ndarray],
    axis: str,
    bins: int = 40,
    title: str = "",
    colours: Sequence[str] | None = None,
) -> go.Figure:
    """Counts of a number, of one set or of several over each other in the same bins; `axis` with the unit.

    Values that are missing are left out and counted in the legend, or below the title of a single set.
    """
    sets = dict(values) if isinstance(values, Mapping) else {"": values}
    sets = {name: np.asarray(some, float) for name, some in sets.items()}
    there = {name: some[np.isfinite(some)] for name, some in sets.items()}
    if not sum(map(len, there.values())):
        return placeholder("No object has this number.", title)
    edges = np.histogram_bin_edges(np.concatenate(list(there.values())), bins)
    alone = len(sets) == 1
    palette = colours or ([LINE] if alone else class_colours(list(sets)))
    fig = go.Figure()
    for (name, some), colour in zip(there.items(), palette, strict=True):
        text = f"{name}: {_sample(len(some), len(sets[name]) - len(some))}"
        fig.add_trace(_steps(text, np.histogram(some, edges)[0], edges, colour))
    styled(fig, title, fig.data[0].name.removeprefix(": ") if alone else "", HEIGHT - 80)
    fig.update_xaxes(title_text=axis)
    fig.update_yaxes(title_text="objects", rangemode="tozero")
    return fig.update_layout(showlegend=not alone)


def _trace(curve: ObjectCurve) -> go.Scatter | go.Scattergl:
    kind = go.Scattergl if len(curve.x) > MANY else go.Scatter
    size = 5 if len(curve.x) < 300 else 3.5
    return kind(
        x=np.asarray(curve.x, float),
        y=np.asarray(curve.y, float),
        mode="lines" if curve.line else "markers",
        line={"color": LINE, "width": 1.5},
        marker={"color": LINE, "size": size, "opacity": 0.8},
        name=curve.title,
        hovertemplate="%{x:.6g}<br>%{y:.6g}<extra></extra>",
    )


def _steps(name: str, count: np.ndarray, edges: np.ndarray, colour: str) -> go.Scatter:
    """A histogram's outline with a faint filling: several stay readable over each other."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return go.Scatter(
        x=np.concatenate([edges[:1], edges]),
        y=np.concatenate([[0], count, [0]]),
        mode="lines",
        line={"shape": "hv", "color": colour, "width": 1.5},
        fill="tozeroy",
        fillcolor=f"rgba({red},{green},{blue},0.18)",
        name=name,
        customdata=np.concatenate([edges, edges[-1:]]),
        hovertemplate="%{x:.4g} to %{customdata:.4g}: %{y:,d}<extra></extra>",
    )


def _sample(n: int, missing: int) -> str:
    return counted(n) + (f", {missing:,} missing" if missing else "")
