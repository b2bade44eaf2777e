"""A band about a line: faint, torn where the line is."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.colors import hex_to_rgb

OPACITY = 0.2


def band(x: np.ndarray, y: np.ndarray, scatter: np.ndarray, colour: str) -> go.Scatter:
    """From `y - scatter` to `y + scatter`, one closed shape for each stretch (n,) without NaN."""
    known = np.isfinite(y) & np.isfinite(scatter)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(int), [0]])))
    outlines = [_outline(x[i:j], y[i:j], scatter[i:j]) for i, j in zip(edges[::2], edges[1::2], strict=True)]
    points = np.concatenate(outlines) if outlines else np.zeros((0, 2))
    red, green, blue = hex_to_rgb(colour)
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},{OPACITY})",
        name="scatter",
        showlegend=False,
        hoverinfo="skip",
    )


def _outline(x: np.ndarray, y: np.ndarray, scatter: np.ndarray) -> np.ndarray:
    """Forth along the upper edge, back along the lower one, and a gap (2 n + 1, 2)."""
    there = np.column_stack([x, y + scatter])
    back = np.column_stack([x, y - scatter])[::-1]
    return np.concatenate([there, back, [[np.nan, np.nan]]])
