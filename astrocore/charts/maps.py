"""Maps of an embedding: a point an object, coloured by class or by a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from astrocore.charts.palette import SEQUENTIAL, UNKNOWN, class_colours, class_symbols
from astrocore.charts.style import counted, placeholder, styled
from astrocore.errors import InputError

HEIGHT = 560
HIGHER = 16
"""Pixels by which a map in space reaches up to its title: the view's corners are empty anyway."""
DENSE, OPACITY = 10_000, (0.8, 0.5)
"""Points from which on a map is crowded, and how opaque points are below and above: the classes show through."""
RING = "#E6007E"
"""Colour of the ring around emphasised points; of no class and of no number."""

BELOW = {"orientation": "h", "y": 0, "yref": "container", "yanchor": "bottom", "len": 0.9, "title_side": "bottom"}
ROOM = 70
"""A colour bar below a map, and the pixels that it takes."""
CAMERA = {"eye": {"x": 1.3, "y": 1.3, "z": 0.77}, "center": {"x": 0.1, "y": -0.1, "z": -0.2}}
"""Of a map in space: near, and moved aside so that the upright axis keeps its title when the chart is narrow."""


@dataclass(frozen=True)
class Categories:
    """Colour by class: `codes` (N,) int index `names`; every other code is unknown and grey."""

    codes: np.ndarray
    names: Sequence[str]
    title: str = "class"


@dataclass(frozen=True)
class Values:
    """Colour by a number, (N,), NaN where missing; `title` with the unit."""

    values: np.ndarray
    title: str
    span: tuple[float, float] | None = None
    """Numbers at the ends of the colours, where several maps have them in common."""


@dataclass(frozen=True)
class _Layer:
    """Points that are drawn alike, one entry of the legend."""

    name: str
    rows: np.ndarray
    marker: dict[str, object]
    legend: bool = True
    rank: int = 1000


def map_chart(
    coords: np.ndarray,
    colour: Categories | Values,
    ids: Sequence[str],
    hover: Mapping[str, np.ndarray] | None = None,
    title: str = "",
    axes: Sequence[str] = ("1", "2", "3"),
    selected: np.ndarray | None = None,
    narrow: bool = False,
) -> go.Figure:
    """A map, 2-D or 3-D by the width of `coords`, (N, 2) or (N, 3); rows with NaN are left out.

    Every point carries its row number: `customdata[0]` of a click.

    Parameters
    ----------
    ids
        Identifier of each object, (N,).
    hover
        More for the hover label: name -> (N,) numbers or texts.
    axes
        Titles of the axes. In space only what stands before a bracket fits beside an axis: what the brackets hold
        goes below the title, once where it is the same.
    selected
        Row numbers of objects that get a ring.
    narrow
        The place is narrow: a colour bar lies below the map, not beside it.

    Raises
    ------
    InputError
        The coordinates are not (N, 2) or (N, 3), or ids or colours have another number of rows.
    """
    given = colour.codes if isinstance(colour, Categories) else colour.values
    if coords.ndim != 2 or coords.shape[1] not in (2, 3) or not len(coords) == len(ids) == len(given):
        raise InputError(f"A map needs coordinates (N, 2) or (N, 3) with an id and a colour each, not {coords.shape}.")
    drawn = np.isfinite(coords).all(axis=1)
    if not drawn.any():
        return placeholder("No object has a place on this map.", title)
    labels = _labels(ids, hover or {})
    fig = go.Figure()
    size, opacity = _size(int(drawn.sum()), coords.shape[1]), OPACITY[int(drawn.sum()) >= DENSE]
    for layer in _layers(colour, drawn, size):
        fig.add_trace(_points(coords, layer, labels, opacity))
    if selected is not None and len(ringed := np.asarray(selected, int)[drawn[np.asarray(selected, int)]]):
        fig.add_trace(_rings(coords, ringed, size))
    _axes(fig, axes, coords[drawn])
    whole = _brackets(axes) if coords.shape[1] == 3 else ""
    styled(fig, title, "; ".join(filter(None, [counted(int(drawn.sum()), title), whole])), HEIGHT)
    if coords.shape[1] == 3:
        fig.update_layout(margin={"t": fig.layout.margin.t - HIGHER, "b": 0, "l": 0, "r": 0})
    if narrow and isinstance(colour, Values):
        fig.update_traces(marker_colorbar=BELOW, selector=lambda trace: trace.marker.showscale)
        fig.update_layout(margin_b=fig.layout.margin.b + ROOM)
    return fig.update_layout(
        hovermode="closest",
        showlegend=isinstance(colour, Categories) or len(fig.data) > 1,
        legend={"itemsizing": "constant", "title_text": f"{colour.title}: " if isinstance(colour, Categories) else ""},
        uirevision="map",
    )


def _layers(colour: Categories | Values, drawn: np.ndarray, size: float) -> Iterator[_Layer]:
    """The grey points first, below the others; then each class, or all that have a number."""
    grey = {"size": size, "color": UNKNOWN}
    if isinstance(colour, Values):
        values = np.asarray(colour.values, float)
        known = np.isfinite(values)
        if (drawn & ~known).any():
            yield _Layer("missing", np.flatnonzero(drawn & ~known), grey)
        bar = {"title": {"text": colour.title, "side": "right"}, "thickness": 14, "outlinewidth": 0}
        scale = {"color": values[drawn & known], "colorscale": SEQUENTIAL, "showscale": True, "colorbar": bar}
        if colour.span is not None:
            scale |= {"cmin": colour.span[0], "cmax": colour.span[1]}
        yield _Layer("known", np.flatnonzero(drawn & known), {"size": size, **scale}, legend=False)
        return
    codes, names = np.asarray(colour.codes), list(colour.names)
    strange = (codes < 0) | (codes >= len(names))
    if (drawn & strange).any():
        yield _Layer("unknown", np.flatnonzero(drawn & strange), grey, rank=2000)
    for i, (name, one, symbol) in enumerate(zip(names, class_colours(names), class_symbols(names), strict=True)):
        yield _Layer(name, np.flatnonzero(drawn & (codes == i)), {"size": size, "color": one, "symbol": symbol})


def _points(coords: np.ndarray, layer: _Layer, labels: np.ndarray, opacity: float) -> go.Scattergl | go.Scatter3d:
    kind = go.Scattergl if coords.shape[1] == 2 else go.Scatter3d
    return kind(
        **_places(coords, layer.rows),
        mode="markers",
        name=f"{layer.name} ({len(layer.rows):,})",
        showlegend=layer.legend,
        legendrank=layer.rank,
        marker={"opacity": opacity, "line": {"width": 0}, **layer.marker},
        customdata=layer.rows[:, None],
        text=labels[layer.rows],
        hovertemplate="%{text}<extra></extra>",
    )


def _rings(coords: np.ndarray, rows: np.ndarray, size: float) -> go.Scattergl | go.Scatter3d:
    """Open circles over the points; clicks go through to what lies below."""
    kind = go.Scattergl if coords.shape[1] == 2 else go.Scatter3d
    marker = {"symbol": "circle-open", "size": size + 9, "color": RING, "line": {"width": 3, "color": RING}}
    return kind(**_places(coords, rows), mode="markers", marker=marker, showlegend=False, hoverinfo="skip")


def _places(coords: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip("xyz", np.asarray(coords[rows], np.float32).T, strict=False))


def _labels(ids: Sequence[str], hover: Mapping[str, np.ndarray]) -> np.ndarray:
    """Text of each point: the id, then a line for each column."""
    columns = [[f"<br>{name}: {_short(value)}" for value in values] for name, values in hover.items()]
    return np.array(
        ["".join(parts) for parts in zip((f"<b>{i}</b>" for i in ids), *columns, strict=True)], dtype=object
    )


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else str(value)


def _size(n: int, dims: int) -> float:
    """Marker size in pixels: smaller where there are many, and in space, where near ones grow."""
    size = 8 if n < 300 else 6 if n < 3000 else 4 if n < 30_000 else 2.5
    return size if dims == 2 else 0.6 * size


def _axes(fig: go.Figure, axes: Sequence[str], coords: np.ndarray) -> None:
    if coords.shape[1] == 3:
        fig.update_layout(scene=_space(coords, axes))
        return
    fig.update_xaxes(title_text=axes[0])
    fig.update_yaxes(title_text=axes[1], scaleanchor="x", scaleratio=1)


def _brackets(axes: Sequence[str]) -> str:
    """What the axes' brackets hold; words that all end in are said once: 43 %, 30 %, 7 % of the variance."""
    held = [axis.partition(" (")[2].removesuffix(")") for axis in axes]
    if len(set(held)) == 1:
        return held[0]
    ends = {words.partition(" of ")[2] for words in held}
    if len(ends) > 1 or "" in ends:
        return ", ".join(filter(None, held))
    shares = (words.partition(" of ")[0].removesuffix("%").rstrip() + " %" for words in held)
    return f"{', '.join(shares)} of {ends.pop()}"


def _space(coords: np.ndarray, axes: Sequence[str]) -> dict[str, object]:
    """Three axes of one scale, the longest as long as the view has room for."""
    low, high = coords.min(axis=0), coords.max(axis=0)
    half = np.maximum(0.53 * (high - low), 1e-3 * max(float((high - low).max()), 1e-9))
    middle = (low + high) / 2
    scene: dict[str, object] = {
        f"{letter}axis": {
            "title_text": axes[i].partition(" (")[0],
            "title_font_size": 13,
            "tickfont_size": 11,
            "range": [middle[i] - half[i], middle[i] + half[i]],
        }
        for i, letter in enumerate("xyz")
    }
    ratio = dict(zip("xyz", half / half.max(), strict=True))
    return {**scene, "aspectmode": "manual", "aspectratio": ratio, "camera": CAMERA}
