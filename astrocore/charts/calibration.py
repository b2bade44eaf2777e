"""Confidence against accuracy."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from astrocore.charts.palette import GREY, LINE
from astrocore.charts.style import HEIGHT, counted, placeholder, styled


def reliability_chart(bins: pd.DataFrame, title: str = "") -> go.Figure:
    """Accuracy of each bin of confidence, the diagonal of perfect calibration, and the counts below.

    Parameters
    ----------
    bins
        Columns low, high, count, confidence, accuracy, as `analysis.calibration.reliability` gives them.
    """
    n = int(bins["count"].sum())
    if n == 0:
        return placeholder("No labelled objects here.", title)
    filled = bins[bins["count"] > 0]
    fig = make_subplots(2, 1, shared_xaxes=True, row_heights=[0.75, 0.25], vertical_spacing=0.06)
    diagonal = {"color": GREY, "dash": "dot", "width": 1}
    fig.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=diagonal, hoverinfo="skip", row=1, col=1)
    fig.add_scatter(
        x=filled["confidence"],
        y=filled["accuracy"],
        customdata=filled["count"],
        mode="lines+markers",
        line={"color": LINE, "width": 2},
        marker={"size": 7},
        hovertemplate="confidence %{x:.3f}<br>accuracy %{y:.3f}<br>%{customdata:,d} objects<extra></extra>",
        row=1,
        col=1,
    )
    fig.add_bar(
        x=(bins["low"] + bins["high"]) / 2,
        y=bins["count"],
        width=bins["high"] - bins["low"],
        marker={"color": LINE, "opacity": 0.55, "line": {"width": 0}},
        hovertemplate="%{y:,d} objects<extra></extra>",
        row=2,
        col=1,
    )
    fig.update_xaxes(range=[-0.01, 1.01])
    fig.update_xaxes(title_text="confidence (probability of the decided class)", row=2, col=1)
    fig.update_yaxes(title_text="accuracy", range=[-0.01, 1.02], row=1, col=1)
    fig.update_yaxes(title_text="objects", row=2, col=1)
    return styled(fig, title, counted(n, title), HEIGHT).update_layout(showlegend=False, bargap=0)
