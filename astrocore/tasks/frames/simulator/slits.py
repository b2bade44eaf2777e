"""Slit spectrographs: lines across the slit, traces along the dispersion, and slits of one or several parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from astrocore.tasks.frames.simulator import spectra
from astrocore.tasks.frames.simulator.smooth import Shape, drawn_log, wavy


@dataclass(frozen=True)
class Part:
    """A piece of the slit."""

    low: int
    high: int
    """First row and row after the last, in the straight frame."""
    sigma: float
    """Width of a line [pixels]."""
    offset: float
    """Shift of its spectrum [pixels], of an image slicer's slices."""
    throughput: float
    """Light of a lamp that it lets through, 1 for the whole slit."""


@dataclass(frozen=True, eq=False)
class Slit:
    """A slit spectrograph. Its own frame is (slit, dispersion): it is turned and mirrored at the end."""

    shape: Shape
    """Rows along the slit, columns along the dispersion."""
    parts: tuple[Part, ...]
    sliced: bool
    """Whether the parts are slices of one star."""
    grid: spectra.Grid
    response: np.ndarray
    """(columns,) throughput."""
    fringes: np.ndarray
    """(columns,) about 1."""
    tilt: float
    smile: float
    """Shift of a line along the dispersion: tilt * y + smile * y^2, y from -1 to 1 [pixels]."""
    bend: np.ndarray
    """(columns,) shift along the slit [pixels]."""
    dust: np.ndarray
    """(rows,) light let through along the slit, about 1."""
    scattered: float
    """Share of the light that goes everywhere."""
    turned: bool
    flips: tuple[bool, bool]


def draw_slit(rng: np.random.Generator, shape: Shape) -> Slit:
    """A spectrograph for a detector (y, x); the dispersion goes along the longer side."""
    turned = shape[0] > shape[1] * 1.05 or (shape[0] > 0.9 * shape[1] and rng.random() < 0.5)
    rows, columns = shape[::-1] if turned else shape
    parts, sliced = draw_parts(rng, rows)
    middle, span = rng.uniform(4100, 7600), drawn_log(rng, 150, 3600)
    grid = spectra.Grid(middle - span / 2, middle + span / 2, columns)
    bend = draw_bend(rng, rows, columns)
    return Slit(
        shape=(rows, columns),
        parts=parts,
        sliced=sliced,
        grid=grid,
        response=spectra.response(rng, grid),
        fringes=spectra.fringes(rng, grid) if rng.random() < 0.6 else np.ones(columns),
        tilt=rng.normal(0, 1.5) if rng.random() < 0.7 else rng.normal(0, 0.04 * rows),
        smile=rng.normal(0, 1.5),
        bend=bend,
        dust=1 + rng.choice([0.003, 0.02, 0.06]) * ndimage.gaussian_filter1d(rng.standard_normal(rows), 1.0),
        scattered=drawn_log(rng, 1e-4, 0.02),
        turned=bool(turned),
        flips=(bool(rng.random() < 0.5), bool(rng.random() < 0.5)),
    )


def draw_bend(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Shift of the spectrum along the slit (columns,) [pixels]: a slope, and a curve."""
    s = np.linspace(-1, 1, columns)
    strong = rng.random() < 0.15
    slope, curve = (0.06 * rows * rng.standard_normal(2)) if strong else rng.normal(0, (2.0, 0.8))
    return np.asarray(np.clip(slope, -0.12 * rows, 0.12 * rows) * s + np.clip(curve, -0.04 * rows, 0.04 * rows) * s**2)


def draw_parts(rng: np.random.Generator, rows: int) -> tuple[tuple[Part, ...], bool]:
    """One slit, three slits of different width one below another, or the slices of an image slicer."""
    height = min(rows, max(14, int(rows * rng.choice([1.0, 0.92, 0.75, 0.55, 0.35]))))
    low = int(rng.uniform(0, rows - height + 1))
    sigma = drawn_log(rng, 0.6, 2.5)
    kind = rng.choice(["one", "three", "slices"], p=[0.52, 0.38, 0.1])
    if kind == "one":
        return (Part(low, low + height, sigma, 0.0, 1.0),), False
    if kind == "three":
        widths = rng.permutation([1.0, 1.4, 2.0])[: 3 if height > 36 else 2]
        return shared(low, height, [(sigma * wide, 0.0, wide / 2) for wide in widths], 0.06), False
    number = int(rng.integers(3, 6))
    offsets = rng.normal(0, 2, number)
    return shared(low, min(height, 14 * number), [(sigma, shift, 1.0) for shift in offsets], 0.04), True


def shared(low: int, height: int, kinds: list[tuple[float, float, float]], gap: float) -> tuple[Part, ...]:
    """Rows shared out to parts, with dark bars of a share `gap` of the height between them."""
    ends = np.linspace(low, low + height, len(kinds) + 1)
    bar = max(1.0, gap * height) / 2
    return tuple(
        Part(round(a + bar * (a > low)), max(round(a + bar * (a > low)) + 3, round(b - bar)), *kind)
        for a, b, kind in zip(ends, ends[1:], kinds, strict=False)
    )


def across(slit: Slit, light: np.ndarray, along: np.ndarray | None = None) -> np.ndarray:
    """Light that fills the slit (rows, columns), of a spectrum (columns,) with lines of no width.

    `along` (rows,) is its brightness along the slit.
    """
    rows, columns = slit.shape
    y = np.linspace(-1, 1, rows)[:, None]
    shift = slit.tilt * y + slit.smile * y**2
    image = np.zeros(slit.shape, dtype=np.float32)
    x = np.arange(columns)
    for part in slit.parts:
        smooth = part.throughput * ndimage.gaussian_filter1d(light, part.sigma, mode="nearest")
        here = slice(part.low, part.high)
        image[here] = np.interp(x - shift[here] - part.offset, x, smooth)
    image *= (slit.dust * (1 if along is None else along))[:, None]
    return np.asarray(ndimage.gaussian_filter1d(image, 0.7, axis=0, mode="constant"))


def trace(slit: Slit, light: np.ndarray, row: float, fwhm: float) -> np.ndarray:
    """Light of a point (rows, columns) at a row of the slit, with the wings that seeing gives it."""
    y = np.arange(slit.shape[0]) - row
    profile = (1 + (y / (0.65 * fwhm)) ** 2) ** -2.5
    lit = np.zeros(slit.shape[0])
    for part in slit.parts:
        lit[part.low : part.high] = 1
    smooth = ndimage.gaussian_filter1d(light, slit.parts[0].sigma, mode="nearest")
    return np.asarray((profile * lit)[:, None] * smooth, dtype=np.float32)


def sliced(rng: np.random.Generator, slit: Slit, light: np.ndarray) -> np.ndarray:
    """A star in an image slicer (rows, columns): it fills the slices, the middle ones most."""
    middle = (len(slit.parts) - 1) / 2
    bright = [np.exp(-0.5 * ((i - middle) / 1.2) ** 2) * rng.uniform(0.6, 1) for i in range(len(slit.parts))]
    parts = tuple(replace(part, throughput=share) for part, share in zip(slit.parts, bright, strict=True))
    hump = np.ones(slit.shape[0])
    for part in parts:
        hump[part.low : part.high] = 0.4 + 0.6 * np.hanning(part.high - part.low + 2)[1:-1]
    return across(replace(slit, parts=parts), light, hump)


def on_detector(slit: Slit, image: np.ndarray) -> np.ndarray:
    """An image (rows, columns) bent, with scattered light, turned and mirrored as on the detector (y, x)."""
    rows, columns = slit.shape
    places = np.arange(rows)[:, None] - slit.bend
    below = np.floor(places).astype(int)
    share = (places - below).astype(np.float32)
    padded = np.pad(image, ((1, 2), (0, 0)))
    x = np.arange(columns)
    index = np.clip(below + 1, 0, rows + 1)
    bent = (1 - share) * padded[index, x] + share * padded[index + 1, x]
    bent += slit.scattered * image.mean()
    bent = bent.T if slit.turned else bent
    return np.asarray(bent[:: -1 if slit.flips[0] else 1, :: -1 if slit.flips[1] else 1])


def slit_waves(rng: np.random.Generator, slit: Slit) -> np.ndarray:
    """Small unevenness of a lamp along the slit (rows,), about 1."""
    return 1 + 0.03 * wavy(rng, slit.shape[0], 3)
