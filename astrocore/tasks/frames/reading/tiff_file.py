"""A frame from a TIFF file."""

from __future__ import annotations

import math
from itertools import islice
from math import prod
from typing import Any

import numpy as np
import tifffile

from astrocore.errors import Damaged, FrameDefect, NotAnImage, Truncated, UnreadableCodec
from astrocore.tasks.frames.reading.codecs import check_segments
from astrocore.tasks.frames.reading.finish import finished
from astrocore.tasks.frames.reading.frame import Frame
from astrocore.tasks.frames.reading.header import Header
from astrocore.tasks.frames.reading.limits import MAX_ATTEMPTS, MAX_SECTIONS, check_packed, check_size
from astrocore.tasks.frames.reading.pixels import plane_shape
from astrocore.tasks.frames.reading.source import Source
from astrocore.tasks.frames.reading.stored import Plane
from astrocore.tasks.frames.reading.tiff_cards import cards_of_page

MIN_IS_WHITE, PALETTE, CMYK = 0, 3, 5
"""Photometric interpretations (TIFF 6.0) that say how numbers become light."""
AXES = "SYX"
"""Axes that a page may have: samples (colours), y and x; Z of a volume and others are not an observatory's."""


def read_tiff(source: Source) -> Frame:
    """The largest page of a TIFF file, the first of equal ones; where it is damaged, the next largest.

    Colours are averaged, transparency is dropped, palette and inverted images become what one would see (floating-point
    numbers stay as they are). Raises
    Damaged, NotAnImage, TooLarge, Truncated, UnreadableCodec, and what `plane_shape` raises.
    """
    first: FrameDefect | None = None
    notes = list(source.notes)
    source.handle.seek(0)
    with tifffile.TiffFile(source.handle) as tiff:
        pages = _pages(tiff)
        for number in largest_first([_claimed(page) for page in pages])[:MAX_ATTEMPTS]:
            try:
                return _frame(pages[number], number, tuple(notes), source)
            except FrameDefect as defect:
                first = first or defect
                notes.append(f"page {number + 1} gives no frame ({type(defect).__name__})")
    raise first or Damaged("The TIFF file has no page that can be read. Fetch or copy it again.")


def largest_first(shapes: list[tuple[int, ...]]) -> list[int]:
    """The numbers of the pages in the order in which they are tried."""
    return sorted(range(len(shapes)), key=lambda i: (-prod(shapes[i]), i))


def _pages(tiff: tifffile.TiffFile) -> list[Any]:
    """The pages up to the first whose tags make no sense."""
    pages: list[Any] = []
    try:
        pages += islice(tiff.pages, MAX_SECTIONS)
    except Exception as error:  # tifffile raises struct.error, IndexError, TypeError and more
        if not pages:
            raise Damaged(f"The TIFF file's tags make no sense ({error}). Fetch or copy it again.") from error
    return pages


def _claimed(page: Any) -> tuple[int, int]:
    """(y, x) that a page says it has; (0, 0) where it says nothing."""
    sides = getattr(page, "imagelength", 0), getattr(page, "imagewidth", 0)
    return sides if all(isinstance(side, int) and side > 0 for side in sides) else (0, 0)


def _frame(page: Any, number: int, notes: tuple[str, ...], source: Source) -> Frame:
    """The frame of one page."""
    page = page.aspage()
    plane = _plane(page, source)
    header = Header(tuple(cards_of_page(page)))
    return finished(plane, header, "tiff", f"page {number + 1}", notes)


def _plane(page: Any, source: Source) -> Plane:
    """(y, x) of a page."""
    check_size("The page", tuple(page.shape))
    if page.dtype is None or page.dtype.kind not in "buif":
        raise NotAnImage(
            f"The page holds numbers of type {page.dtype}, which no detector gives. Give the frame itself."
        )
    axes = page.axes
    if "".join(axis for axis in axes if axis in AXES) != axes or "YX" not in axes:
        raise NotAnImage(f"The page has the axes {axes}, which no detector gives. Give the frame itself.")
    y = axes.index("Y")
    plane_shape(page.shape[y : y + 2])
    values = _values(page, source)
    notes: tuple[str, ...] = ("parts of the page are missing and were read as 0",) if _holes(page, source) else ()
    if page.photometric == PALETTE and page.colormap is not None:
        values = _looked_up(values, np.asarray(page.colormap))
        notes = (*notes, "colours of a palette were averaged")
    elif "S" in axes:
        values = _mean(values, axes.index("S"), page.photometric == CMYK)
        notes = (*notes, "colours were averaged")
    top = _top(page)
    pixels = values if values.dtype == np.float32 else values.astype(np.float32)
    if page.photometric == MIN_IS_WHITE and math.isfinite(top):
        pixels, notes = np.float32(top) - pixels, (*notes, "black and white were exchanged")
    return Plane(np.ascontiguousarray(pixels), top if page.photometric != CMYK else math.nan, notes)


def _values(page: Any, source: Source) -> np.ndarray:
    """The page's numbers; raises Truncated where bytes are missing and UnreadableCodec where they can't be unpacked."""
    check_segments(page, source)
    check_packed("The page", max(page.nbytes, 4 * prod(page.shape)), source.size)
    try:
        values = page.asarray(maxworkers=1)
    except Exception as error:  # the codecs raise errors of their own, and tifffile what it meets
        if max(map(sum, zip(page.dataoffsets, page.databytecounts, strict=False)), default=0) > source.size:
            raise Truncated("The file ends before its pixels do. Fetch or copy it again.") from error
        raise UnreadableCodec(
            f"The page, stored as {getattr(page.compression, 'name', page.compression)}, can't be unpacked ({error}). "
            "Convert it to a TIFF without compression."
        ) from error
    if values.shape != page.shape:
        raise Damaged(f"The page says {page.shape} and gives {values.shape}. Fetch or copy the file again.")
    return np.asarray(values)


def _mean(values: np.ndarray, axis: int, inks: bool) -> np.ndarray:
    """The mean of the colours, as float32: the first three samples; of two, grey and transparency, the first.

    CMYK inks take light away: three of them, and black, which takes from all.
    """
    samples = np.moveaxis(values, axis, -1)
    colours = samples[..., : 3 if samples.shape[-1] > 2 else 1].mean(axis=-1, dtype=np.float64)
    if inks:
        top = float(np.iinfo(values.dtype).max) if values.dtype.kind in "ui" else 1.0
        colours = top - colours
        if samples.shape[-1] > 3:
            colours *= 1 - samples[..., 3] / top
    return np.asarray(colours, np.float32)


def _looked_up(values: np.ndarray, colormap: np.ndarray) -> np.ndarray:
    """The mean colour of each entry of a palette, (3, entries), as float32."""
    grey = colormap.mean(axis=0).astype(np.float32)
    return np.asarray(grey[np.minimum(values.astype(np.intp), len(grey) - 1)])


def _top(page: Any) -> float:
    """The highest number that the format holds; NaN for floating point."""
    if page.dtype.kind == "f":
        return math.nan
    if page.photometric == PALETTE:
        return 65535.0  # what TIFF's palettes are counted in
    bits = _bits(page)
    return float(2**bits - 1 if page.dtype.kind in "bu" else 2 ** (bits - 1) - 1)


def _bits(page: Any) -> int:
    """Bits of a sample, where the tag makes no sense those of the type."""
    return page.bitspersample if isinstance(page.bitspersample, int) else 8 * int(page.dtype.itemsize)


def _holes(page: Any, source: Source) -> bool:
    """Whether strips or tiles are missing where tifffile puts zeros instead of giving up."""
    ends = [offset + count for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False) if count]
    return len(ends) < prod(page.chunked) or max(ends, default=0) > source.size
