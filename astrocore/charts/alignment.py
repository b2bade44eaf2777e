"""How well modalities agree and what each is worth: retrieval, ablation, few labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from astrocore.charts.palette import COLOURS, DASHES, GREY, LINE
from astrocore.charts.style import HEIGHT, placeholder, styled

ALL = "all"
"""Kind of the bar of all modalities, which names itself."""
DIRECTIONS = (LINE, COLOURS[5])
"""Colours of the two directions of a pair."""


@dataclass(frozen=True)
class Bar:
    """A number with its interval."""

    name: str
    value: float
    low: float = float("nan")
    high: float = float("nan")
    kind: str = ""
    """Bars of one kind have one colour."""


@dataclass(frozen=True)
class Point:
    """Mean and spread at a number of training objects."""

    n: int
    value: float
    spread: float


def retrieval_chart(
    found: Mapping[str, Sequence[Bar]], chance: Mapping[str, Sequence[float]], title: str = "", note: str = ""
) -> go.Figure:
    """Share of the objects whose other side is among the k nearest, a group of bars for each k, beside chance.

    Parameters
    ----------
    found
        Direction -> bars, named by k.
    chance
        Direction -> what guessing finds, in the order of the bars.
    """
    if not found:
        return placeholder("No pair of aligned modalities here.", title)
    fig = go.Figure()
    for (name, bars), colour in zip(found.items(), DIRECTIONS * len(found), strict=False):
        fig.add_bar(
            x=[bar.name for bar in bars],
            y=[bar.value for bar in bars],
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            error_y=_whiskers(bars),
            customdata=list(chance[name]),
            hovertemplate=f"{name}<br>%{{x}}: %{{y:.4f}}<br>chance: %{{customdata:.4f}}<extra></extra>",
        )
    names = [bar.name for bar in next(iter(found.values()))]
    fig.add_scatter(
        x=names,
        y=list(np.mean(list(chance.values()), axis=0)),
        name="chance",
        mode="markers",
        marker={"symbol": "line-ew", "size": 64, "line": {"color": COLOURS[1], "width": 2.5}},
        hovertemplate="chance: %{y:.4f}<extra></extra>",
    )
    fig.update_yaxes(title_text="share of objects found", rangemode="tozero")
    fig.update_xaxes(title_text="nearest candidates looked at")
    return styled(fig, title, note, 380).update_layout(barmode="group", bargap=0.35)


def ablation_chart(bars: Sequence[Bar], whole: float, title: str = "", note: str = "") -> go.Figure:
    """Macro-F1 when modalities are hidden, alone or dealt to other objects, beside that of all (a dotted line).

    Parameters
    ----------
    bars
        From top to bottom, of kinds that become colours.
    whole
        Macro-F1 with all modalities.
    """
    if not bars:
        return placeholder("No modality could be hidden here.", title)
    fig = go.Figure()
    order = [bar.name for bar in bars]
    for kind, colour in zip(dict.fromkeys(bar.kind for bar in bars), (LINE, *COLOURS[1:]), strict=False):
        own = [bar for bar in bars if bar.kind == kind]
        fig.add_bar(
            y=[bar.name for bar in own],
            x=[bar.value for bar in own],
            name=kind,
            showlegend=kind != ALL,
            orientation="h",
            marker={"color": colour, "line": {"width": 0}},
            error_x=_whiskers(own),
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
    fig.add_vline(x=whole, line={"color": GREY, "dash": "dot", "width": 1.5})
    fig.update_xaxes(title_text="macro-F1", range=[0, 1.02])
    fig.update_yaxes(
        title_text="modalities given", categoryorder="array", categoryarray=order[::-1], showgrid=False, ticksuffix="  "
    )
    return styled(fig, title, note, 190 + 30 * len(bars)).update_layout(bargap=0.3, barmode="overlay")


def efficiency_chart(
    curves: Mapping[str, Sequence[Point]], title: str = "", note: str = "", score: str = "macro-F1", low: float = 0.0
) -> go.Figure:
    """A score against the number of labelled training objects, mean and spread of the draws.

    Parameters
    ----------
    curves
        Name -> points; a name without points is not drawn and keeps its colour. A spread may be NaN.
    low
        Where the score's axis begins.
    """
    if not any(curves.values()):
        return placeholder("No embedding was probed here.", title)
    fig = go.Figure()
    for i, (name, points) in enumerate(curves.items()):
        if points:
            fig.add_trace(_curve(name, points, COLOURS[i % len(COLOURS)], DASHES[i % len(DASHES)]))
    ticks = sorted({point.n for points in curves.values() for point in points})
    ticks = [n for i, n in enumerate(ticks) if i == 0 or n > 1.5 * ticks[i - 1]]
    fig.update_xaxes(title_text="labelled training objects", type="log", tickvals=ticks, tickformat=",d")
    fig.update_yaxes(title_text=score, range=[low, 1.02])
    return styled(fig, title, note, HEIGHT)


def _curve(name: str, points: Sequence[Point], colour: str, dash: str) -> go.Scatter:
    """Mean and spread at each number of objects."""
    spread = [point.spread if np.isfinite(point.spread) else 0 for point in points]
    return go.Scatter(
        x=[point.n for point in points],
        y=[point.value for point in points],
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2, "dash": dash},
        marker={"size": 7},
        error_y={"type": "data", "array": spread, "thickness": 1, "width": 3},
        customdata=[f" ± {point.spread:.3f}" if np.isfinite(point.spread) else "" for point in points],
        hovertemplate=f"{name}<br>%{{x:,d}} objects: %{{y:.3f}}%{{customdata}}<extra></extra>",
    )


def _whiskers(bars: Sequence[Bar]) -> dict[str, object]:
    """From low to high around each value; none where there is no interval."""
    above = [max(bar.high - bar.value, 0) if np.isfinite(bar.high) else 0 for bar in bars]
    below = [max(bar.value - bar.low, 0) if np.isfinite(bar.low) else 0 for bar in bars]
    return {"type": "data", "array": above, "arrayminus": below, "thickness": 1.5, "width": 5, "color": GREY}
