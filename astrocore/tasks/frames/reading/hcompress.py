"""HCOMPRESS streams are checked before they are unpacked: the C code of the decompressor trusts the sizes in them.

Each stream begins with a mark, its sides and its number of bit planes (White, Postman and Lattanzi 1992). Sides that
are not the tile's own would make it write over foreign memory; a damaged stream would make it read beyond its end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from math import prod

import numpy as np

from astrocore.tasks.frames.reading.sections import Section
from astrocore.tasks.frames.reading.streams import damaged, places

MARK = b"\xdd\x99"
START = struct.Struct(">2siiiq3B")
"""Mark, sides, scale, sum of the pixels, bit planes of three parts."""
MAX_BIT_PLANES = 40
MARGIN = 24
"""Bytes for each pixel of a tile that a damaged stream can't read beyond [B]."""


def guarded(table: bytes, section: Section, tile: tuple[int, ...]) -> bytes:
    """The table of a compressed image, with so much behind its streams that none can be read beyond.

    `tile` is (x, y, ...), as ZTILE counts. Raises UnreadableCodec where a stream's sides are not those of its tile.
    """
    margin = MARGIN * max(64, prod(tile))
    padded = bytearray(table) + bytes(margin)
    place, heap = places(padded, section, "COMPRESSED_DATA")
    expected = _sides(section.shape, tile)
    for row, (length, offset) in enumerate(place.tolist()):
        if length == 0:
            continue
        start = heap + offset
        if offset < 0 or length < START.size or start + length > len(table) or row >= len(expected):
            raise damaged(section)
        mark, nx, ny, _, _, *planes = START.unpack_from(padded, start)
        if mark != MARK or (nx, ny) != expected[row] or max(planes) > MAX_BIT_PLANES:
            raise damaged(section)
        place[row, 0] = min(length + margin, len(padded) - start)
    return bytes(padded)


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
