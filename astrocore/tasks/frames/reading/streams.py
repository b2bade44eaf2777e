"""Where the packed streams of a compressed FITS image lie in its table."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from math import prod

import numpy as np

from astrocore.errors import TooLarge, UnreadableCodec
from astrocore.tasks.frames.reading.cards import numbers_of
from astrocore.tasks.frames.reading.limits import DEFLATE_MOST, FREE_EXPANSION
from astrocore.tasks.frames.reading.sections import Section

WIDEST = 8
"""Bytes of a pixel at most [B]."""
WIDTHS = {"L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "E": 4, "K": 8, "D": 8, "C": 8, "M": 16, "P": 8, "Q": 16}
"""Bytes of a value of a table's column [B]."""
FORM = re.compile(r"(\d*)([LBAIJEKDCMPQ])")


def places(table: bytearray | bytes, section: Section, column: str) -> tuple[np.ndarray, int]:
    """(row, 2) length and offset in the heap [B] of each stream, a view of `table`, and where the heap begins.

    Raises UnreadableCodec where the table has no such column or is too small for its rows.
    """
    numbers = numbers_of(section.cards)
    width, rows = numbers.get("NAXIS1", 0), numbers.get("NAXIS2", 0)
    heap = numbers.get("THEAP", width * rows)
    found = _column(section, column)
    if found is None or not 0 <= width * rows <= heap <= len(table) or found[0] + 2 * found[1].itemsize > width:
        raise damaged(section)
    return np.ndarray((rows, 2), found[1], table, found[0], (width, found[1].itemsize)), heap


def check_deflate(table: bytes, section: Section, tile: tuple[int, ...]) -> None:
    """Raise TooLarge where a deflated stream makes far more of itself than its tile holds."""
    most = WIDEST * prod(tile)
    for column in ("COMPRESSED_DATA", "GZIP_COMPRESSED_DATA"):
        if _column(section, column) is None:
            continue
        for stream in _long_streams(table, section, column):
            try:
                made = len(zlib.decompressobj(47).decompress(stream, most + 1))
            except zlib.error:
                continue  # no deflated stream, or a broken one, on which the decompressor stops by itself
            if made > most:
                raise TooLarge(f"A tile of HDU {section.number} expands to more than it holds. Fetch the file again.")


def damaged(section: Section) -> UnreadableCodec:
    """The defect of streams that can't be those of the image."""
    return UnreadableCodec(f"The packed pixels of HDU {section.number} are damaged. Fetch or copy the file again.")


def _long_streams(table: bytes, section: Section, column: str) -> Iterator[bytes]:
    """The streams that could expand to more than is free."""
    place, heap = places(table, section, column)
    for length, offset in place.tolist():
        if length * DEFLATE_MOST > FREE_EXPANSION and offset >= 0:
            yield table[heap + offset : heap + offset + length]


def _column(section: Section, name: str) -> tuple[int, np.dtype[np.signedinteger]] | None:
    """Where in a row a column of streams is described [B], and as which numbers; None where it is not there."""
    at = 0
    for i in range(1, 1000):
        form = FORM.match(str(section.value(f"TFORM{i}")).strip().upper())
        if not form:
            return None
        if str(section.value(f"TTYPE{i}")).strip().upper() == name:
            return (at, np.dtype(">i4" if form.group(2) == "P" else ">i8")) if form.group(2) in "PQ" else None
        at += int(form.group(1) or 1) * WIDTHS[form.group(2)]
    return None
