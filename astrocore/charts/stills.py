"""Small still pictures for a gallery: an object's image as pixels, a panel of its curves as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from astrocore.charts.card import panel_rows, thinned
from astrocore.charts.palette import COLOURS, GREY, LINE, UNKNOWN
from astrocore.charts.pictures import MISSING, painted
from astrocore.charts.shown import ObjectCurve, ObjectPicture

SIDE = 192
"""Pixels of an image's longer side, at least: enlarged here, for a browser would blur it."""
WIDTH, HEIGHT = 240, 150
LEFT, TOP, WIDE, HIGH = 48, 6, 188, 120
"""Where the panel begins within the drawing, and its size."""
DOTS = 160
"""Points of a curve that are drawn at most."""


def picture_still(picture: ObjectPicture) -> np.ndarray:
    """The picture large enough to look at, (y, x, 3) uint8 with rows from the top down; missing pixels are grey."""
    pixels = painted(picture)
    grey = [int(MISSING[at : at + 2], 16) for at in (1, 3, 5)]
    opaque = np.where(pixels[..., 3:] > 0, pixels[..., :3], grey).astype(np.uint8)[::-1]
    times = max(-(-SIDE // max(opaque.shape[:2])), 1)
    return opaque.repeat(times, axis=0).repeat(times, axis=1)


def curve_still(panel: Sequence[ObjectCurve]) -> str:
    """SVG of the curves of one panel, with the ends of both axes as numbers; an axis in magnitudes points down."""
    x0, x1, y0, y1 = _ends(panel)
    drawn: list[str] = []
    for curve, colour in zip(panel, _colours(panel), strict=True):
        x, y, _ = thinned(np.asarray(curve.x, float), np.asarray(curve.y, float), DOTS, curve.faint)
        across, up = _scaled(x, x0, x1, 0, WIDE), _scaled(y, y0, y1, HIGH, 0)
        drawn += _line(across, up, colour) if curve.line else _dots(across, up, colour)
    inner = f'<svg x="{LEFT}" y="{TOP}" width="{WIDE}" height="{HIGH}">{"".join(drawn)}</svg>'
    frame = f'<rect x="{LEFT}" y="{TOP}" width="{WIDE}" height="{HIGH}" fill="none" stroke="{GREY}"/>'
    words = _word(y1, LEFT - 4, TOP + 10, "end") + _word(y0, LEFT - 4, TOP + HIGH, "end")
    words += _word(x0, LEFT, HEIGHT - 5, "start") + _word(x1, LEFT + WIDE, HEIGHT - 5, "end")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return f"{head}{frame}{inner}{words}</svg>"


def first_panel(curves: Sequence[ObjectCurve]) -> list[ObjectCurve]:
    """The first panel that shows an input of the model, else the first one; empty where nothing was measured."""
    measured = [curve for curve in curves if (np.isfinite(curve.x) & np.isfinite(curve.y)).any()]
    panels = [panel for row in panel_rows(measured) for panel in row]
    return next((panel for panel in panels if any(curve.shows for curve in panel)), panels[0] if panels else [])


def _colours(panel: Sequence[ObjectCurve]) -> Iterator[str]:
    """Grey for what is faint behind others; one colour for what stands out alone."""
    strong = sum(not curve.faint for curve in panel)
    palette = iter(COLOURS * len(panel) if strong > 1 else [LINE] * len(panel))
    for curve in panel:
        yield GREY if curve.faint and len(panel) > 1 else next(palette)


def _ends(panel: Sequence[ObjectCurve]) -> tuple[float, float, float, float]:
    """Left, right, foot and top of the panel's axes."""
    x, y = (np.concatenate([np.asarray(getattr(curve, name), float) for curve in panel]) for name in "xy")
    known = np.isfinite(x) & np.isfinite(y)
    low, high = panel[0].y_range or (float(y[known].min()), float(y[known].max()))
    foot, top = (high, low) if str(panel[0].y_axis).endswith("[mag]") else (low, high)
    shown = next((curve.shows for curve in panel if curve.shows), None)
    left, right = (shown.low, shown.high) if shown else (float(x[known].min()), float(x[known].max()))
    return left, right, foot, top


def _scaled(values: np.ndarray, low: float, high: float, first: float, last: float) -> np.ndarray:
    """From (low, high) to (first, last); the middle where both ends are the same."""
    if low == high:
        return np.where(np.isfinite(values), (first + last) / 2, np.nan)
    return np.asarray(first + (values - low) / (high - low) * (last - first))


def _line(x: np.ndarray, y: np.ndarray, colour: str) -> Iterator[str]:
    """A stroke for each unbroken stretch; a point alone is a dot."""
    known = np.isfinite(x) & np.isfinite(y)
    for part in np.split(np.arange(len(x)), np.flatnonzero(np.diff(known.astype(int))) + 1):
        if not len(part) or not known[part[0]]:
            continue
        if len(part) == 1:
            yield from _dots(x[part], y[part], colour)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[part], y[part], strict=True))
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>'


def _dots(x: np.ndarray, y: np.ndarray, colour: str) -> Iterator[str]:
    for a, b in zip(x, y, strict=True):
        if np.isfinite(a) and np.isfinite(b):
            yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="1.4" fill="{colour}"/>'


def _word(value: float, x: float, y: float, anchor: str) -> str:
    style = f'fill="{UNKNOWN}" font-family="sans-serif" font-size="13"'
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" {style}>{value:.3g}</text>'
