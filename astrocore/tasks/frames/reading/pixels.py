"""From an image HDU to float32 pixels: only the planes that are needed are read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import numpy as np

from astrocore.errors import OneDimensional, TableAsImage, TooSmall, Truncated
from astrocore.tasks.frames.reading.limits import check_size
from astrocore.tasks.frames.reading.mending import CHUNK, wrapped
from astrocore.tasks.frames.reading.sections import Section
from astrocore.tasks.frames.reading.source import Source
from astrocore.tasks.frames.reading.synonyms import SATURATIONS
from astrocore.tasks.frames.reading.tiles import unpacked

COLOURS = (3, 4)
"""Planes that are taken for colours (and transparency)."""
MAX_PLANES = 16
"""Planes of a cube that are looked at for one with values."""
NARROW = 16
"""An image with fewer pixels than this on one side..."""
ELONGATED = 100
"""...and this many times as many on the other is a table of columns."""


@dataclass(frozen=True)
class Plane:
    """(y, x) float32, from which value on it is saturated (NaN where unknown), and what was done."""

    pixels: np.ndarray
    saturation: float
    notes: tuple[str, ...] = ()


def plane_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    """(y, x) of an image of this shape, axes of length 1 left out.

    Raises OneDimensional, TooSmall, or TableAsImage for an image less than 16 pixels wide and 100 times as long: that
    is how programs store columns of numbers, and no detector is cut like that.
    """
    long = tuple(side for side in shape if side != 1)
    if not long:
        raise TooSmall("The image has one pixel. At least 2 x 2 are needed.")
    if len(long) == 1:
        raise OneDimensional(f"The image is a row of {long[0]} numbers, such as a spectrum. Give the frame itself.")
    height, width = long[-2:]
    short, longer = sorted((height, width))
    if short < NARROW and longer >= ELONGATED * short:
        raise TableAsImage(
            f"The image of {height} x {width} holds columns of numbers, no frame. Give the frame itself."
        )
    return height, width


def read_plane(source: Source, section: Section) -> Plane:
    """The one plane of an image HDU that makes the frame.

    Three or four planes are colours: the first three are averaged. So are colours that alternate along a row, which
    only whole numbers do. Of more planes the first with a finite value is taken. Raises Truncated, Damaged, TooLarge,
    UnreadableCodec, and what `plane_shape` raises.
    """
    long = tuple(side for side in section.shape if side != 1)
    if len(long) == 3 and long[-1] in COLOURS and min(long[:2]) > NARROW and section.bitpix in (8, 16):
        check_size(f"HDU {section.number}", long)
        colours = _values(source, section, 0, long)
        mean = np.ascontiguousarray(colours.pixels[..., :3].mean(axis=-1, dtype=np.float32))
        return Plane(mean, colours.saturation, (*colours.notes, "three colours along a row were averaged"))
    height, width = plane_shape(section.shape)
    check_size(f"HDU {section.number}", (height, width))
    planes = prod(long[:-2])
    if planes in COLOURS:
        return _colours(_values(source, section, i, (height, width)) for i in range(3))
    return _first_measured(source, section, planes, (height, width))


def _colours(planes: Iterable[Plane]) -> Plane:
    """Three planes, averaged."""
    first, *others = planes
    for other in others:
        first.pixels[...] += other.pixels
    first.pixels[...] /= np.float32(3)
    return Plane(first.pixels, first.saturation, (*first.notes, "three planes, taken for colours, were averaged"))


def _first_measured(source: Source, section: Section, planes: int, shape: tuple[int, int]) -> Plane:
    """The first plane that has a finite value."""
    for i in range(min(planes, MAX_PLANES)):
        plane = _values(source, section, i, shape)
        if planes == 1 or np.isfinite(plane.pixels).any():
            break
    notes = () if planes == 1 else (f"plane {i + 1} of {planes} was taken",)
    return Plane(plane.pixels, plane.saturation, plane.notes + notes)


def _values(source: Source, section: Section, plane: int, shape: tuple[int, ...]) -> Plane:
    """A plane in the units of the file."""
    if section.kind == "tiles":
        values = unpacked(source, section).reshape(-1, *shape)[plane]
        with np.errstate(all="ignore"):
            return Plane(values.astype(np.float32), _saturation(section))
    raw = _raw(source, section, plane, shape)
    scale, zero, notes = _scaling(section)
    if section.bitpix == 16 and (scale, zero) == (1.0, 0.0) and section.value("BLANK") is None and wrapped(raw):
        mended = raw.astype(np.int32) & 0xFFFF
        return Plane(
            mended.astype(np.float32), _saturation(section, 65535.0), (*notes, "numbers above 32767 had wrapped")
        )
    return Plane(_scaled(raw, scale, zero, section.value("BLANK")), _saturation(section), notes)


def _raw(source: Source, section: Section, plane: int, shape: tuple[int, ...]) -> np.ndarray:
    """The numbers of a plane as they are stored, big endian."""
    size = abs(section.bitpix) // 8 * prod(shape)
    content = source.read(section.start + plane * size, size)
    if len(content) < size:
        raise Truncated(
            f"The file ends before the pixels of HDU {section.number} do: {len(content)} of {size} bytes are there. "
            "Fetch or copy it again."
        )
    kind = "u1" if section.bitpix == 8 else f">{'f' if section.bitpix < 0 else 'i'}{abs(section.bitpix) // 8}"
    return np.frombuffer(content, kind).reshape(shape)


def _scaling(section: Section) -> tuple[float, float, tuple[str, ...]]:
    """BSCALE and BZERO; where they are not usable, 1 and 0 and a note."""
    scale, zero = (section.value(keyword) for keyword in ("BSCALE", "BZERO"))
    usable = [
        default
        if value is None or isinstance(value, str) or not _usable(value) or (default == 1 and value == 0)
        else float(value)
        for value, default in ((scale, 1.0), (zero, 0.0))
    ]
    ignored = any(value is not None and value != use for value, use in zip((scale, zero), usable, strict=True))
    return usable[0], usable[1], ("BSCALE or BZERO can't be used and was left out",) if ignored else ()


def _usable(value: float) -> bool:
    """Whether a number is finite in double precision."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _scaled(raw: np.ndarray, scale: float, zero: float, blank: object) -> np.ndarray:
    """`raw` * `scale` + `zero`, computed in double precision where single would round; `blank` becomes NaN."""
    values = np.empty(raw.shape, np.float32)
    exact = raw.dtype.itemsize <= 2 and scale == 1.0 and zero == round(zero) and abs(zero) <= 1 << 20
    flat, out = raw.reshape(-1), values.reshape(-1)
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, CHUNK):
            piece = slice(start, start + CHUNK)
            out[piece] = flat[piece] if exact or (scale, zero) == (1.0, 0.0) else flat[piece] * np.float64(scale) + zero
        if exact and zero:
            out += np.float32(zero)
    if raw.dtype.kind != "f" and isinstance(blank, int) and not isinstance(blank, bool):
        values[raw == blank] = np.nan
    return values


def _saturation(section: Section, top: float | None = None) -> float:
    """What the header says, else `top`, else the highest number that the format holds; NaN for floating point."""
    said = saturation_in(section)
    if not math.isnan(said) or section.bitpix < 0:
        return said
    if top is None:
        scale, zero, _ = _scaling(section)
        bits = section.bitpix
        top = (255 if bits == 8 else 2 ** (bits - 1) - 1) * scale + zero
    return float(top)


def saturation_in(section: Section) -> float:
    """The saturation that the header of an HDU names; NaN where it names none."""
    for keyword in SATURATIONS:
        value = section.value(keyword)
        if isinstance(value, int | float) and not isinstance(value, bool) and _usable(value) and value > 0:
            return float(value)
    return math.nan
