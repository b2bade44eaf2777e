"""HCOMPRESS streams are checked before they are unpacked: the C code of the decompressor trusts the sizes in them.

Each stream begins with a mark, its sides and its number of bit planes (White, Postman and Lattanzi 1992). Sides that
are not the tile's own would make it write over foreign memory; a damaged stream would make it read beyond its end.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from math import prod

import numpy as np

from astrocore.errors import UnreadableCodec
from astrocore.tasks.frames.reading.cards import numbers_of
from astrocore.tasks.frames.reading.sections import Section

MARK = b"\xdd\x99"
START = struct.Struct(">2siiiq3B")
"""Mark, sides, scale, sum of the pixels, bit planes of three parts."""
MAX_BIT_PLANES = 40
MARGIN = 24
"""Bytes for each pixel of a tile that a damaged stream can't read beyond [B]."""
WIDTHS = {"L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "E": 4, "K": 8, "D": 8, "C": 8, "M": 16, "P": 8, "Q": 16}
"""Bytes of a value of a table's column [B]."""
FORM = re.compile(r"(\d*)([LBAIJEKDCMPQ])")


def guarded(table: bytes, section: Section, tile: tuple[int, ...]) -> bytes:
    """The table of a compressed image, with so much behind its streams that none can be read beyond.

    `tile` is (x, y, ...), as ZTILE counts. Raises UnreadableCodec where a stream's sides are not those of its tile.
    """
    numbers = numbers_of(section.cards)
    width, rows = numbers.get("NAXIS1", 0), numbers.get("NAXIS2", 0)
    heap = numbers.get("THEAP", width * rows)
    column = _column(section, numbers)
    if column is None or width * rows > len(table) or not width * rows <= heap <= len(table) or column[0] >= width:
        raise _damaged(section)
    margin = MARGIN * max(64, prod(tile))
    padded = bytearray(table) + bytes(margin)
    place = np.ndarray((rows, 2), column[1], padded, column[0], (width, np.dtype(column[1]).itemsize))
    expected = _sides(section.shape, tile)
    for row, (length, offset) in enumerate(place.tolist()):
        if length == 0:
            continue
        start = heap + offset
        if offset < 0 or length < START.size or start + length > len(table) or row >= len(expected):
            raise _damaged(section)
        mark, nx, ny, _, _, *planes = START.unpack_from(padded, start)
        if mark != MARK or (nx, ny) != expected[row] or max(planes) > MAX_BIT_PLANES:
            raise _damaged(section)
        place[row, 0] = min(length + margin, len(padded) - start)
    return bytes(padded)


def _damaged(section: Section) -> UnreadableCodec:
    return UnreadableCodec(f"The packed pixels of HDU {section.number} are damaged. Fetch or copy the file again.")


def _column(section: Section, numbers: Mapping[str, int]) -> tuple[int, str] | None:
    """Where in a row COMPRESSED_DATA is described [B], and as which numbers; None where it is not."""
    at = 0
    for i in range(1, min(numbers.get("TFIELDS", 0), 999) + 1):
        form = FORM.match(str(section.value(f"TFORM{i}")).strip().upper())
        if not form:
            return None
        if str(section.value(f"TTYPE{i}")).strip().upper() == "COMPRESSED_DATA":
            return (at, ">i4" if form.group(2) == "P" else ">i8") if form.group(2) in "PQ" else None
        at += int(form.group(1) or 1) * WIDTHS[form.group(2)]
    return None


def _sides(shape: tuple[int, ...], tile: tuple[int, ...]) -> list[tuple[int, int]]:
    """(y, x) of each tile in the order of the rows; those at the edges are smaller."""
    lengths = [list(_parts(side, part)) for side, part in zip(shape, reversed(tile), strict=True)]
    counts = tuple(map(len, lengths))
    sides = []
    for index in np.ndindex(counts):
        long = [lengths[axis][i] for axis, i in enumerate(index)]
        sides.append((long[-2], long[-1]))
    return sides


def _parts(side: int, part: int) -> Iterator[int]:
    for start in range(0, side, part):
        yield min(part, side - start)
