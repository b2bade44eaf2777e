"""The numbers of an image HDU in the units of the file: a plane at a time, and only those that are asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from astrocore.errors import Truncated
from astrocore.tasks.frames.reading.mending import CHUNK, wrapped
from astrocore.tasks.frames.reading.sections import Section
from astrocore.tasks.frames.reading.source import Source
from astrocore.tasks.frames.reading.synonyms import SATURATIONS
from astrocore.tasks.frames.reading.tiles import unpacked

WRAPPED_TOP = 65535.0
"""Saturation of 16-bit counts that had wrapped."""


@dataclass(frozen=True)
class Plane:
    """(y, x) float32, from which value on it is saturated (NaN where unknown), and what was done."""

    pixels: np.ndarray
    saturation: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stored:
    """The planes of an image HDU; a compressed image is unpacked once, all its planes together."""

    source: Source
    section: Section

    def plane(self, number: int, shape: tuple[int, ...]) -> Plane:
        """Plane `number`, of `shape`, in the units of the file; raises Truncated, TooLarge or UnreadableCodec."""
        section = self.section
        scale, zero, notes = scaling(section)
        packed = section.kind == "tiles"  # there the decompressor applies scale, zero point and blank
        raw = self._unpacked.reshape(-1, *shape)[number] if packed else self._read(number, shape)
        as_is = raw.dtype.kind == "i" and raw.dtype.itemsize == 2 and (scale, zero) == (1.0, 0.0)
        if as_is and section.value("BLANK") is None and wrapped(raw):
            mended = (raw.astype(np.int32) & 0xFFFF).astype(np.float32)
            return Plane(mended, saturation(section, WRAPPED_TOP), (*notes, "numbers above 32767 had wrapped"))
        if packed:
            with np.errstate(all="ignore"):
                return Plane(raw.astype(np.float32), saturation(section))
        return Plane(_scaled(raw, scale, zero, section.value("BLANK")), saturation(section), notes)

    @cached_property
    def _unpacked(self) -> np.ndarray:
        return unpacked(self.source, self.section)

    def _read(self, number: int, shape: tuple[int, ...]) -> np.ndarray:
        """The numbers of a plane as they are stored, big endian."""
        bits = self.section.bitpix
        size = abs(bits) // 8 * prod(shape)
        content = self.source.read(self.section.start + number * size, size)
        if len(content) < size:
            raise Truncated(
                f"The file ends before the pixels of HDU {self.section.number} do: {len(content)} of {size} bytes are "
                "there. Fetch or copy it again."
            )
        kind = "u1" if bits == 8 else f">{'f' if bits < 0 else 'i'}{abs(bits) // 8}"
        return np.frombuffer(content, kind).reshape(shape)


def scaling(section: Section) -> tuple[float, float, tuple[str, ...]]:
    """BSCALE and BZERO; where one can't be used, 1 or 0 in its place, and a note."""
    scale, zero = finite(section.value("BSCALE")), finite(section.value("BZERO"))
    notes = tuple(
        f"{keyword} can't be used and was left out"
        for keyword, found in (("BSCALE", scale), ("BZERO", zero))
        if section.value(keyword) is not None and (math.isnan(found) or (keyword == "BSCALE" and found == 0))
    )
    return 1.0 if math.isnan(scale) or scale == 0 else scale, 0.0 if math.isnan(zero) else zero, notes


def finite(value: str | float | int | bool | None) -> float:
    """A number that is finite in double precision; NaN for all else."""
    if value is None or isinstance(value, str | bool):
        return math.nan
    try:
        return float(value) if math.isfinite(value) else math.nan
    except OverflowError:
        return math.nan


def saturation(section: Section, top: float | None = None) -> float:
    """What the header says, else `top`, else the highest number that the format holds; NaN for floating point."""
    said = next((value for key in SATURATIONS if (value := finite(section.value(key))) > 0), math.nan)
    if not math.isnan(said) or section.bitpix < 0:
        return said
    if top is None:
        scale, zero, _ = scaling(section)
        top = (255 if section.bitpix == 8 else 2 ** (section.bitpix - 1) - 1) * scale + zero
    return float(top)


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
