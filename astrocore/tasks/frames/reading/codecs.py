"""What is handed to the codecs of TIFF is looked at before: some believe any size that the bytes claim."""

from __future__ import annotations

from math import prod
from typing import Any

from astrocore.errors import UnreadableCodec
from astrocore.tasks.frames.reading.source import Source

JPEG = frozenset({6, 7, 33007, 34892})
JPEG_2000 = frozenset({33003, 33004, 33005, 34712})
SIZE_MARKERS = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
"""JPEG markers of a frame header, which holds the size."""
LOOK = 1 << 16
"""Bytes of a segment in which its size is looked for [B]."""
MAX_SEGMENTS = 1 << 17
"""Strips or tiles of a page; each costs time, there or not."""
SLACK = 4
"""A segment may claim this many times the pixels of its strip or tile: encoders fill up blocks."""


def check_segments(page: Any, source: Source) -> None:
    """Raise UnreadableCodec where strips or tiles can't be those of the page."""
    offsets, counts = page.dataoffsets, page.databytecounts
    if max(len(offsets), prod(page.chunked)) > MAX_SEGMENTS:
        raise UnreadableCodec("The page is cut into more strips than it can have. Fetch or copy the file again.")
    compression = int(page.compression)
    if compression not in JPEG | JPEG_2000:
        return
    most = SLACK * max(1 << 12, prod(page.chunks))
    find = jpeg_size if compression in JPEG else jpeg_2000_size
    for offset, count in zip(offsets, counts, strict=False):
        height, width = find(source.read(offset, min(count, LOOK)))
        if height * width > most:
            raise UnreadableCodec(
                f"A compressed part of the page claims {height} x {width} pixels, more than its place holds. Fetch or "
                "copy the file again."
            )


def jpeg_size(data: bytes) -> tuple[int, int]:
    """The largest (y, x) that frame headers of JPEG bytes claim; (0, 0) where there is none."""
    found = [(0, 0)]
    at = data.find(b"\xff")
    while 0 <= at < len(data) - 8:
        if data[at + 1] in SIZE_MARKERS:
            found.append((int.from_bytes(data[at + 5 : at + 7]), int.from_bytes(data[at + 7 : at + 9])))
        at = data.find(b"\xff", at + 1)
    return max(found, key=lambda size: size[0] * size[1])


def jpeg_2000_size(data: bytes) -> tuple[int, int]:
    """(y, x) that the header of a JPEG 2000 codestream claims; (0, 0) where there is none."""
    at = data.find(b"\xff\x4f\xff\x51")
    if at < 0 or len(data) < at + 16:
        return 0, 0
    return int.from_bytes(data[at + 12 : at + 16]), int.from_bytes(data[at + 8 : at + 12])
