"""Confidence against accuracy."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from astrocore.charts.palette import COLOURS, GREY, LINE
from astrocore.charts.style import HEIGHT, counted, placeholder, styled

LOOKS = (
    {"color": LINE, "dash": "solid", "symbol": "circle"},
    {"color": COLOURS[1], "dash": "dash", "symbol": "diamond-open"},
    {"color": COLOURS[2], "dash": "dot", "symbol": "square-open"},
    {"color": COLOURS[3], "dash": "dashdot", "symbol": "x"},
)
"""Looks of several lines, told apart without colour too."""


def reliability_chart(bins: pd.DataFrame | Mapping[str, pd.DataFrame], title: str = "") -> go.Figure:
    """Accuracy of each bin of confidence, the diagonal of perfect calibration, and the counts below.

    Parameters
    ----------
    bins
        Columns low, high, count, confidence, accuracy, as `analysis.calibration.reliability` gives them; or several
        such tables of the same objects by name, such as before and after calibration: a line and bars each.
    """
    several = dict(bins) if isinstance(bins, Mapping) else {"": bins}
    n = int(max((table["count"].sum() for table in several.values()), default=0))
    if n == 0:
        return placeholder("No labelled objects here.", title)
    fig = make_subplots(2, 1, shared_xaxes=True, row_heights=[0.75, 0.25], vertical_spacing=0.06)
    diagonal = {"color": GREY, "dash": "dot", "width": 1}
    fig.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=diagonal, hoverinfo="skip", showlegend=False, row=1, col=1)
    for place, (name, table) in enumerate(several.items()):
        look = LOOKS[place % len(LOOKS)]
        fig.add_trace(_line(table[table["count"] > 0], name, look), 1, 1)
        fig.add_trace(_bars(table, name, look["color"]), 2, 1)
    fig.update_xaxes(range=[-0.01, 1.01])
    fig.update_xaxes(title_text="confidence (probability of the decided class)", row=2, col=1)
    fig.update_yaxes(title_text="accuracy", range=[-0.01, 1.02], row=1, col=1)
    fig.update_yaxes(title_text="objects", row=2, col=1)
    styled(fig, title, counted(n, title), HEIGHT + 30 * (len(several) > 1))
    return fig.update_layout(showlegend=len(several) > 1, bargap=0, barmode="overlay")


def _line(filled: pd.DataFrame, name: str, look: Mapping[str, str]) -> go.Scatter:
    """Accuracy against confidence; bins without objects have no point."""
    return go.Scatter(
        x=filled["confidence"],
        y=filled["accuracy"],
        customdata=filled["count"],
        name=name,
        legendgroup=name,
        mode="lines+markers",
        line={"color": look["color"], "width": 2, "dash": look["dash"]},
        marker={"size": 8, "symbol": look["symbol"], "color": look["color"]},
        hovertemplate=f"{name}<br>confidence %{{x:.3f}}<br>accuracy %{{y:.3f}}<br>%{{customdata:,d}} objects"
        "<extra></extra>",
    )


def _bars(table: pd.DataFrame, name: str, colour: str) -> go.Bar:
    """Objects of each bin."""
    return go.Bar(
        x=(table["low"] + table["high"]) / 2,
        y=table["count"],
        width=table["high"] - table["low"],
        name=name,
        legendgroup=name,
        showlegend=False,
        marker={"color": colour, "opacity": 0.45, "line": {"width": 0}},
        hovertemplate="%{y:,d} objects<extra></extra>",
    )
