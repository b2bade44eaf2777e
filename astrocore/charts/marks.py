"""Marks that point at places on the x axis of a curve: triangles, ticks where many stand close, some of very many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from astrocore.charts.palette import COLOURS

MOST = 100
"""Marks beyond which they would run into a line: of more, every k-th is drawn."""
FEW = 40
"""Marks up to which there is room for triangles; more of them are ticks."""


def marks_trace(marks: Sequence[float], height: float) -> go.Scatter:
    """Marks (n,) at one height."""
    drawn = np.asarray(marks, float)[:: _step(marks)]
    look: dict[str, Any] = {"symbol": "triangle-up", "size": 8, "color": COLOURS[1]}
    if len(drawn) > FEW:
        look |= {"symbol": "line-ns-open", "size": 6, "line": {"width": 1}}
    return go.Scatter(
        x=drawn,
        y=np.full(len(drawn), height),
        mode="markers",
        marker=look,
        name="transit",
        showlegend=False,
        hovertemplate="%{x:.6g}<extra></extra>",
    )


def marks_left_out(marks: Sequence[float]) -> str:
    """Which part of the marks is drawn, in words; nothing for all."""
    return f"1 of {_step(marks)} marks" if _step(marks) > 1 else ""


def _step(marks: Sequence[float]) -> int:
    return max(-(-len(marks) // MOST), 1)
