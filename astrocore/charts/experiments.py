"""Rows of an experiment beside each other: paired differences, and accuracy over bins of a column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from astrocore.charts.alignment import Bar
from astrocore.charts.palette import COLOURS, DASHES, GREY, LINE
from astrocore.charts.slices import FEW
from astrocore.charts.style import HEIGHT, placeholder, styled

LOWEST = 0.8
"""Accuracy at which an axis begins that need not begin lower."""


def difference_chart(bars: Sequence[Bar], reference: str, title: str = "", note: str = "") -> go.Figure:
    """A dot with its interval for each row's accuracy minus that of `reference`, which is the dotted line at zero.

    Parameters
    ----------
    bars
        From top to bottom, as shares; drawn in percentage points.
    """
    if not bars:
        return placeholder(f"No row stands beside {reference} yet.", title)
    value, low, high = (100 * np.array([getattr(bar, end) for bar in bars]) for end in ("value", "low", "high"))
    above, below = np.nan_to_num(high - value).clip(0), np.nan_to_num(value - low).clip(0)
    fig = go.Figure(
        go.Scatter(
            x=value,
            y=[bar.name for bar in bars],
            mode="markers",
            marker={"size": 10, "color": LINE},
            error_x={"type": "data", "array": above, "arrayminus": below, "thickness": 2, "width": 5, "color": LINE},
            text=[_ends(*ends) for ends in zip(value, low, high, strict=True)],
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    fig.add_vline(x=0, line={"color": GREY, "dash": "dot", "width": 1.5})
    fig.update_xaxes(title_text=f"minus {reference} [points]")
    fig.update_yaxes(title_text="model", autorange="reversed", showgrid=False, ticksuffix="  ")
    return styled(fig, title, note, 190 + 40 * len(bars))


def bins_chart(
    bins: pd.DataFrame, lines: Mapping[str, Sequence[float]], axis: str, title: str = "", note: str = ""
) -> go.Figure:
    """Accuracy of each row over bins of a column, and the number of objects as bars below.

    The axis ascends, so that faint is to the right where it is a magnitude.

    Parameters
    ----------
    bins
        low, high, n: a row a bin (B,).
    lines
        Name -> accuracy (B,), NaN where undefined; a name without a number is not drawn and keeps its colour.
    axis
        Name of the column with its unit.
    """
    if not len(bins) or not bins["n"].sum():
        return placeholder("No object has this number.", title)
    fig = make_subplots(rows=2, cols=1, row_heights=[0.72, 0.28], shared_xaxes=True, vertical_spacing=0.05)
    for i, (name, values) in enumerate(lines.items()):
        if np.isfinite(np.asarray(values, float)).any():
            colour, dash = COLOURS[i % len(COLOURS)], DASHES[i % len(DASHES)]
            fig.add_traces(_line(bins, name, np.asarray(values, float), colour, dash), 1, 1)
    fig.add_trace(_counts(bins), 2, 1)
    fig.update_xaxes(title_text=axis, row=2)
    fig.update_yaxes(title_text="accuracy", range=[lowest(lines.values()), 1.02], row=1)
    fig.update_yaxes(title_text="objects", range=[0, 1.05 * bins["n"].max()], row=2)
    hollow = f"Hollow: fewer than {FEW} objects." if (bins["n"].between(1, FEW - 1)).any() else ""
    return styled(fig, title, " ".join(filter(None, [note, hollow])), HEIGHT + 120).update_layout(hovermode="closest")


def lowest(lines: Iterable[Sequence[float]]) -> float:
    """Where an axis of shares begins so that all of them are seen: a tenth below the lowest, LOWEST at most."""
    values = np.concatenate([[1.0], *(np.asarray(values, float) for values in lines)])
    return float(max(min(np.floor(10 * np.nanmin(values) - 0.3) / 10, LOWEST), 0))


def _line(bins: pd.DataFrame, name: str, values: np.ndarray, colour: str, dash: str) -> list[go.Scatter]:
    """A line through the bins of enough objects, and all points, hollow where they stand for few."""
    middle, n = ((bins["low"] + bins["high"]) / 2).to_numpy(float), bins["n"].to_numpy()
    line = go.Scatter(
        x=middle,
        y=np.where(n >= FEW, values, np.nan),
        name=name,
        legendgroup=name,
        mode="lines",
        line={"color": colour, "width": 2, "dash": dash},
        hoverinfo="skip",
    )
    points = go.Scatter(
        x=middle,
        y=values,
        name=name,
        legendgroup=name,
        showlegend=False,
        mode="markers",
        marker={"size": 8, "color": colour, "symbol": np.where(n < FEW, "circle-open", "circle")},
        customdata=[_span(*ends) for ends in zip(bins["low"], bins["high"], n, strict=True)],
        hovertemplate=f"<b>%{{customdata}}</b><br>{name}: %{{y:.3f}}<extra></extra>",
    )
    return [line, points]


def _counts(bins: pd.DataFrame) -> go.Bar:
    return go.Bar(
        x=bins["low"],
        y=bins["n"],
        width=bins["high"] - bins["low"],
        offset=0,
        showlegend=False,
        marker={"color": LINE, "opacity": 0.55, "line": {"width": 0}},
        customdata=[_span(*ends) for ends in zip(bins["low"], bins["high"], bins["n"], strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _span(low: float, high: float, n: int) -> str:
    return f"{low:g} to {high:g}, {n:,} objects"


def _ends(value: float, low: float, high: float) -> str:
    """A difference with its interval, in percentage points."""
    return f"{value:+.2f}" + (f" ({low:+.2f} to {high:+.2f})" if np.isfinite(low) and np.isfinite(high) else "")
