"""Pictures of one object: the composite large, bands beside it, a scale bar, north; missing pixels are hatched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from astrocore.charts.overlay import Overlay, veil
from astrocore.charts.shown import ObjectPicture
from astrocore.charts.style import placeholder, styled

BESIDE = 3
"""Small pictures that stand over each other beside a large one, or next to each other without one."""
GAP = 0.04
"""Between two pictures, in sides of a small one."""
HEIGHT = 308
"""Of all pictures, margins included: those of a composite and five bands fill half of a wide page."""
ALONE = 464
"""Side that one picture alone gets at most: it fills half of a wide page."""
BARS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
"""Lengths of a scale bar [arcsec]."""
EDGE = 8
"""Pixels around all pictures."""
PART = 0.4
"""Of a picture's side that its scale bar takes at most."""
BAR = 60
"""Height of an overlay's colour bar."""
INK, SHADE = "#FFFFFF", "rgba(0,0,0,0.45)"
"""Of what is written into a picture: its sky is dark on every page."""
WORDS: dict[str, Any] = {"font": {"color": INK, "size": 12}}
MARGIN, ARROW = 0.06, 0.13
"""Of bar and compass from the picture's edge, and length of an arrow, in sides of the picture."""
BEYOND, MISSING, HATCH = (34, 38, 46), "#5b5560", "#a79dae"
"""Colours of what lies outside of a turned image, and of missing pixels and their hatching."""


@dataclass(frozen=True)
class Frame:
    """Where a picture lies in the drawing: its lower left corner and the side of the square that holds it."""

    picture: ObjectPicture
    x: float
    y: float
    side: float

    @property
    def pixel(self) -> float:
        """Side of a pixel."""
        return float(self.side / max(self.picture.pixels.shape[:2]))

    @property
    def width(self) -> float:
        """Along x."""
        return self.pixel * int(self.picture.pixels.shape[1])

    @property
    def height(self) -> float:
        """Along y."""
        return self.pixel * int(self.picture.pixels.shape[0])

    @property
    def grid(self) -> dict[str, float]:
        """Middle of the first pixel and distance of two, as plotly takes them."""
        half = self.pixel / 2
        return {"x0": self.x + half, "dx": self.pixel, "y0": self.y + half, "dy": self.pixel}


def picture_chart(pictures: Sequence[ObjectPicture], overlay: Overlay | None = None) -> go.Figure:
    """A composite with bands beside it, or bands alone, all with square pixels, rows from the bottom to the top.

    Parameters
    ----------
    overlay
        Lies over the first picture that shows its input.
    """
    if not any(np.isfinite(picture.pixels).any() for picture in pictures):
        return placeholder("No pixel was measured.")
    frames = list(arranged(pictures))
    fig = go.Figure([trace for frame in frames for trace in _traces(frame)])
    under = next((f for f in frames if overlay and f.picture.shows and f.picture.shows.input == overlay.input), None)
    notes = [*map(_name, frames), *_scale(frames[0]), *_compass(frames[0])]
    styled(fig, height=HEIGHT if len(frames) > 1 else _alone(frames[0])).update_layout(
        annotations=notes, shapes=list(_scale_bar(frames[0]))
    )
    _square(fig, frames)
    if overlay and under and under.picture.shows:
        fig.add_trace(veil(overlay, under.picture.shows.places, under.grid))
        fig.update_layout(coloraxis=overlay.axis, margin_b=fig.layout.margin.b + BAR, height=fig.layout.height + BAR)
    return fig


def arranged(pictures: Sequence[ObjectPicture]) -> Iterator[Frame]:
    """A composite at the left as high as three bands, the bands beside it; without one, rows of three bands."""
    large = pictures[:1] if pictures[0].pixels.ndim == 3 else []
    small = pictures[len(large) :]
    step = 1 + GAP
    rows = BESIDE if large else -(-len(small) // BESIDE)
    columns = max(-(-len(small) // rows), 1)
    left = 0.0
    for picture in large:
        side = rows * step - GAP
        yield Frame(picture, 0.0, 0.0, side)
        left = side + GAP
    for place, picture in enumerate(small):
        row, column = divmod(place, columns)
        yield Frame(picture, left + column * step, (rows - 1 - row) * step, 1.0)


def bar_length(arcsec: float) -> int:
    """Length of the scale bar [arcsec] of a picture whose side is `arcsec`; 0 where no length fits."""
    return max((length for length in BARS if length <= PART * arcsec), default=0)


def _traces(frame: Frame) -> Iterator[go.Image | go.Scatter | go.Heatmap]:
    picture = frame.picture
    yield go.Image(z=painted(picture), colormodel="rgba256", hoverinfo="skip", **frame.grid)
    if picture.values is not None:
        yield go.Heatmap(
            z=np.asarray(picture.values, np.float32),
            opacity=0,
            showscale=False,
            hoverongaps=False,
            hovertemplate=f"{picture.title}: %{{z:.3g}}<extra></extra>",
            **frame.grid,
        )
    if (missing := _missing(picture)).any():
        yield _hatched(frame, missing)


def painted(picture: ObjectPicture) -> np.ndarray:
    """Red, green, blue and opacity from 0 to 255 (y, x, 4); what is missing is clear."""
    pixels = np.asarray(picture.pixels, float)
    rgb = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=-1)
    known = np.isfinite(rgb).all(axis=-1)
    out = np.zeros((*known.shape, 4), np.uint8)
    out[known, :3] = np.round(255 * np.clip(rgb[known], 0, 1))
    if picture.beyond is not None:
        out[picture.beyond, :3] = BEYOND
        known = known | picture.beyond
    out[..., 3] = 255 * known
    return out


def _missing(picture: ObjectPicture) -> np.ndarray:
    """Pixels (y, x) of the image that were not measured."""
    unknown = np.asarray(~np.isfinite(picture.pixels))
    unknown = np.asarray(unknown.any(axis=-1)) if unknown.ndim == 3 else unknown
    return unknown if picture.beyond is None else np.asarray(unknown & ~picture.beyond)


def _hatched(frame: Frame, missing: np.ndarray) -> go.Scatter:
    """A hatched rectangle over each run of missing pixels in a row."""
    x, y = [], []
    for row, first, last in runs(missing):
        left, right = (frame.x + frame.pixel * place for place in (first, last))
        low, high = (frame.y + frame.pixel * place for place in (row, row + 1))
        x += [left, right, right, left, left, None]
        y += [low, low, high, high, low, None]
    pattern = {"shape": "/", "size": 6, "solidity": 0.25, "bgcolor": MISSING, "fgcolor": HATCH, "fillmode": "replace"}
    return go.Scatter(x=x, y=y, mode="lines", line_width=0, fill="toself", fillpattern=pattern, hoverinfo="skip")


def runs(missing: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Row, first column and the one after the last of each run of True in (y, x)."""
    for row, line in enumerate(missing):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], line.astype(int), [0]])))
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            yield row, int(first), int(last)


def _name(frame: Frame) -> dict[str, Any]:
    """The picture's title in its upper left corner; a picture of nothing says so."""
    nothing = not np.isfinite(frame.picture.pixels).any()
    text = f"{frame.picture.title} missing" if nothing else frame.picture.title
    place = {"x": frame.x, "y": frame.y + frame.height, "xanchor": "left", "yanchor": "top", "xshift": 3, "yshift": -3}
    return {**WORDS, "text": text, "showarrow": False, "bgcolor": SHADE, "borderpad": 2, **place}


def _scale_bar(frame: Frame) -> Iterator[dict[str, Any]]:
    """A bar in the lower left corner; none where the scale isn't known."""
    arcsec = frame.picture.arcsec_per_pixel
    if length := bar_length(arcsec * frame.picture.pixels.shape[1]):
        x, y = frame.x + MARGIN * frame.side, frame.y + MARGIN * frame.side
        ends = {"x0": x, "x1": x + frame.pixel * length / arcsec, "y0": y, "y1": y}
        yield {"type": "line", "line": {"color": INK, "width": 3}, **ends}


def _scale(frame: Frame) -> Iterator[dict[str, Any]]:
    """The length of the scale bar, above it."""
    length = bar_length(frame.picture.arcsec_per_pixel * frame.picture.pixels.shape[1])
    for bar in _scale_bar(frame):
        place = {"x": (bar["x0"] + bar["x1"]) / 2, "y": bar["y0"], "yanchor": "bottom", "yshift": 3}
        yield {**WORDS, "text": f"{length} arcsec", "showarrow": False, "bgcolor": SHADE, **place}


def _compass(frame: Frame) -> Iterator[dict[str, Any]]:
    """North and east in the lower right corner, where they are known."""
    if not frame.picture.north_up:
        return
    x, y = frame.x + frame.width - MARGIN * frame.side, frame.y + MARGIN * frame.side
    arrow = {"axref": "x", "ayref": "y", "arrowside": "start", "arrowhead": 2, "arrowwidth": 1.5, "arrowcolor": INK}
    for name, dx, dy in (("N", 0, 1), ("E", -1, 0)):
        tip = {"ax": x + ARROW * frame.side * dx, "ay": y + ARROW * frame.side * dy}
        yield {**WORDS, "text": name, "showarrow": True, "x": x, "y": y, **tip, **arrow}


def _alone(frame: Frame) -> int:
    """Height of the drawing of one picture, margins included."""
    return round(ALONE * min(frame.height / frame.width, 1)) + 2 * EDGE


def _square(fig: go.Figure, frames: Sequence[Frame]) -> None:
    """Both axes hidden, of one scale, as wide as all pictures."""
    right, top = (max(ends) for ends in zip(*((f.x + f.width, f.y + f.height) for f in frames), strict=True))
    hidden = {"visible": False, "constrain": "domain"}
    fig.update_xaxes(range=[0, right], constraintoward="left", **hidden)
    fig.update_yaxes(range=[0, top], constraintoward="top", scaleanchor="x", **hidden)
    fig.update_layout(showlegend=False, margin=dict.fromkeys("lrtb", EDGE))
