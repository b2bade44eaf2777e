"""Which classes are taken for which: counts and percentages in one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from astrocore.charts.palette import GREY
from astrocore.charts.style import counted, placeholder, styled

Mode = Literal["counts", "rows", "columns"]
NOTES = {
    "counts": "count and percentage of all objects",
    "rows": "count and percentage of the true class (completeness on the diagonal)",
    "columns": "count and percentage of the decided class (purity on the diagonal)",
}
BLUES = [[0, "#d6e2ec"], [0.5, "#5aa2cf"], [1, "#005b8f"]]
"""Opaque, so that the text of a cell is read alike on white and on dark pages."""
MANY = 7
"""Classes beyond which cells are so small that zeros stay empty and percentages have no decimals."""
DARK, INK, WHITE = 0.65, "#1d2733", "#ffffff"
"""Share from which a cell's text is white."""


def confusion_chart(
    matrix: np.ndarray,
    classes: Sequence[str],
    unknown: bool = False,
    mode: Mode = "rows",
    title: str = "",
) -> go.Figure:
    """Confusion matrix: true classes from top to bottom, decided ones from left to right.

    Parameters
    ----------
    matrix
        Counts, (C, C), or (C, C + 1) with `unknown`.
    mode
        What colours a cell and stands as percentage in it: share of all objects, of its row (of the true
        class: completeness on the diagonal), of its column (of the decided class: purity).
    title
        The number of objects is added below it, unless it says n = already.
    """
    n = int(matrix.sum())
    if n == 0:
        return placeholder("No labelled objects here.", title)
    decided = [*classes, "unknown"] if unknown else list(classes)
    share = _share(matrix, mode)
    strength = share / max(share.max(), 1e-9) if mode == "counts" else share
    fig = go.Figure(_cells(matrix, share, strength, decided, classes))
    for trace in _texts(matrix, share, strength, decided, classes):
        fig.add_trace(trace)
    if unknown:
        fig.add_vline(x=len(classes) - 0.5, line={"color": GREY, "width": 2})
    styled(
        fig, title, "; ".join(filter(None, [counted(n, title), NOTES[mode]])), height=190 + max(len(classes) * 44, 180)
    )
    grid = {"showgrid": False, "type": "category", "ticks": ""}
    fig.update_xaxes(title_text="decided class", **grid)
    fig.update_yaxes(title_text="true class", autorange="reversed", **grid)
    return fig.update_layout(showlegend=False, hovermode="closest")


def _share(matrix: np.ndarray, mode: Mode) -> np.ndarray:
    """What each cell's percentage is of; 0 where there is nothing to divide by."""
    whole = {"counts": matrix.sum(), "rows": matrix.sum(axis=1, keepdims=True), "columns": matrix.sum(axis=0)}[mode]
    return np.asarray(matrix / np.maximum(whole, 1))


def _cells(
    matrix: np.ndarray, share: np.ndarray, strength: np.ndarray, decided: Sequence[str], classes: Sequence[str]
) -> go.Heatmap:
    return go.Heatmap(
        z=strength,
        x=list(decided),
        y=list(classes),
        customdata=np.dstack([matrix, share]),
        colorscale=BLUES,
        zmin=0,
        zmax=1,
        xgap=1,
        ygap=1,
        showscale=False,
        hovertemplate="true: %{y}<br>decided: %{x}<br>%{customdata[0]:,d} (%{customdata[1]:.1%})<extra></extra>",
    )


def _texts(
    matrix: np.ndarray, share: np.ndarray, strength: np.ndarray, decided: Sequence[str], classes: Sequence[str]
) -> list[go.Scatter]:
    """Count and percentage of every cell, white on the dark ones; of many classes only of cells that hold any."""
    many = len(classes) > MANY
    size = 13 if len(classes) <= 4 else 9 if many else 11
    told = (matrix > 0) | (not many)
    traces = []
    for dark in (False, True):
        rows, columns = (where.tolist() for where in np.nonzero(((strength >= DARK) == dark) & told))
        text = [
            f"{matrix[i, j]:,}<br>{share[i, j]:{'.0%' if many else '.1%'}}" for i, j in zip(rows, columns, strict=True)
        ]
        x, y = [decided[j] for j in columns], [classes[i] for i in rows]
        font = {"size": size, "color": WHITE if dark else INK}
        traces.append(go.Scatter(x=x, y=y, text=text, mode="text", textfont=font, hoverinfo="skip"))
    return traces
