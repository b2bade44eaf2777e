"""What a net made of an input's pixels or patches, as a veil of colour over a picture that shows this input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

AMOUNT = ((0.0, "rgba(255,110,50,0)"), (0.5, "rgba(255,130,50,0.3)"), (1.0, "rgba(255,200,80,0.75)"))
"""From nothing to much: clear to yellow, over pictures that are dark where there is nothing."""
SIGNED = (
    (0.0, "rgba(60,160,255,0.9)"),
    (0.25, "rgba(40,130,220,0.6)"),
    (0.5, "rgba(128,128,128,0)"),
    (0.75, "rgba(230,110,20,0.6)"),
    (1.0, "rgba(255,140,40,0.9)"),
)
"""About zero: blue below, clear at zero, orange above."""


@dataclass(frozen=True)
class Overlay:
    """Values (y, x) of an input, one a pixel or one a patch.

    Attributes
    ----------
    input
        The input of the model.
    values
        Rows from the bottom to the top; NaN where there is none.
    size
        How many pixels of the input they cover, along y and x.
    of
        What they are; the colour bar's title.
    signed
        Values are about zero, not from zero on.
    """

    input: str
    values: np.ndarray
    size: tuple[int, int]
    of: str
    signed: bool = False

    @property
    def limit(self) -> float:
        """The largest value, whatever its sign, and of amounts at least twice the mean: what is even stays faint."""
        known = np.abs(self.values[np.isfinite(self.values)])
        most = max(known.max(initial=0.0), 0.0 if self.signed or not len(known) else 2 * known.mean())
        return float(most) or 1.0

    @property
    def axis(self) -> dict[str, Any]:
        """The colour axis, its bar below everything."""
        title = {"text": f'{self.of}<br><span style="font-size:3px"> </span>', "side": "top"}
        bar = {"orientation": "h", "thickness": 10, "len": 0.7, "title": title, "outlinewidth": 0}
        bar |= {"y": 0, "yref": "container", "yanchor": "bottom", "exponentformat": "e"}
        scale = SIGNED if self.signed else AMOUNT
        return {"colorscale": scale, "cmin": -self.limit * self.signed, "cmax": self.limit, "colorbar": bar}


def laid(overlay: Overlay, places: np.ndarray) -> np.ndarray:
    """The value at each place (y, x, 2) [pixel of the input, from its middle]; NaN outside of what is covered."""
    cells, size = np.array(overlay.values.shape), np.array(overlay.size)
    at = np.floor((places + size / 2) * cells / size).astype(int)
    inside = ((at >= 0) & (at < cells)).all(axis=-1)
    y, x = np.moveaxis(np.where(inside[..., None], at, 0), -1, 0)
    return np.where(inside, overlay.values[y, x], np.nan)


def veil(overlay: Overlay, places: np.ndarray, grid: dict[str, float]) -> go.Heatmap:
    """The values over a picture that lies on `grid` (x0, dx, y0, dy)."""
    return go.Heatmap(
        z=laid(overlay, places).astype(np.float32),
        **grid,
        coloraxis="coloraxis",
        hoverongaps=False,
        hovertemplate=f"%{{z:.3g}}<extra>{overlay.of}</extra>",
    )
