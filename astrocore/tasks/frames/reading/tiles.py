"""Compressed FITS images (.fz): checked here, since the decompressor believes any size, and unpacked by astropy."""

from __future__ import annotations

import io
import re
from math import prod
from typing import cast

import numpy as np
from astropy.io import fits

from astrocore.errors import Truncated, UnreadableCodec
from astrocore.tasks.frames.reading.cards import numbers_of
from astrocore.tasks.frames.reading.hcompress import guarded
from astrocore.tasks.frames.reading.limits import check_packed, check_size
from astrocore.tasks.frames.reading.sections import BLOCK, Section
from astrocore.tasks.frames.reading.source import Source
from astrocore.tasks.frames.reading.streams import check_deflate

CODECS = ("RICE_1", "RICE_ONE", "GZIP_1", "GZIP_2", "HCOMPRESS_1", "PLIO_1", "NOCOMPRESS")
STRUCTURE = ("END", "CONTINUE", "CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM", "COMMENT", "HISTORY", "")
"""Cards that are not handed on: they say nothing about the pixels."""
KEYWORD = re.compile(r"[A-Z0-9_-]{1,8}")
PARAMETERS = {"BLOCKSIZE": (16, 32), "BYTEPIX": (1, 2, 4, 8)}
"""Settings of RICE, with which the decompressor would crash if they were others."""
MAX_TILES = 1_000_000


def unpacked(source: Source, section: Section) -> np.ndarray:
    """The pixels of a compressed image in the units of the file, (..., y, x).

    Raises TooLarge, Truncated, or UnreadableCodec where the codec is not known or its bytes are damaged.
    """
    check_size(f"HDU {section.number}", section.shape)
    tile = _tile(section)
    table = source.read(section.start, section.size)
    length = len(table)  # what matters may be there even where the end is not
    check_packed(f"HDU {section.number}", max(4, abs(section.bitpix) // 8) * prod(section.shape), length)
    check_deflate(table, section, tile)
    if "HCOMPRESS" in str(section.value("ZCMPTYPE")).upper():
        table = guarded(table, section, tile)
    content = fits.PrimaryHDU().header.tostring().encode("ascii") + _header(section, len(table)) + table
    try:
        with fits.open(io.BytesIO(content + b"\0" * (-len(content) % BLOCK)), memmap=False) as hdus:
            return cast(np.ndarray, np.asarray(hdus[1].data).reshape(section.shape))
    except Exception as error:  # the decompressor raises errors without a public name, and anything NumPy has
        if length < section.size:
            raise Truncated(
                f"The file ends before the packed pixels of HDU {section.number} do: {length} of {section.size} "
                "bytes are there. Fetch or copy it again."
            ) from error
        raise UnreadableCodec(
            f"The packed pixels of HDU {section.number} can't be unpacked ({type(error).__name__}). Fetch the file "
            "again, or unpack it with funpack."
        ) from error


def _header(section: Section, size: int) -> bytes:
    """A header of the sound cards alone, for a table of `size` bytes."""
    header = fits.Header()
    numbers = numbers_of(section.cards)
    for card in section.cards:
        if card.keyword not in STRUCTURE and KEYWORD.fullmatch(card.keyword):
            header.append(fits.Card(card.keyword, card.value), end=True)
    header["PCOUNT"] = size - numbers.get("NAXIS1", 0) * numbers.get("NAXIS2", 0)
    return cast(bytes, header.tostring().encode("ascii", "replace"))


def _tile(section: Section) -> tuple[int, ...]:
    """The sides of a tile, (x, y, ...); raise UnreadableCodec where codec or tiles can't be those of the image."""
    codec = str(section.value("ZCMPTYPE")).strip().upper()
    numbers = numbers_of(section.cards)
    tile = [numbers.get(f"ZTILE{i + 1}", side if i == 0 else 1) for i, side in enumerate(reversed(section.shape))]
    if codec not in CODECS:
        raise UnreadableCodec(f"HDU {section.number} is compressed as {codec!r}, which is not known. Unpack it before.")
    for i in range(1, 10):
        allowed = PARAMETERS.get(str(section.value(f"ZNAME{i}")).strip().upper())
        if allowed and section.value(f"ZVAL{i}") not in allowed:
            raise UnreadableCodec(f"ZVAL{i} of HDU {section.number} makes no sense. Fetch the file again.")
    columns = sum(card.keyword.startswith("TFORM") for card in section.cards)
    if numbers.get("NAXIS") != 2 or not 0 < numbers.get("TFIELDS", 0) <= columns:  # astropy counts up to any TFIELDS
        raise UnreadableCodec(f"The columns of HDU {section.number} make no sense. Fetch the file again.")
    sides = tuple(reversed(section.shape))
    if (
        any(part < 1 for part in tile)
        or prod(-(-side // part) for side, part in zip(sides, tile, strict=True)) > MAX_TILES
    ):
        raise UnreadableCodec(f"The tiles of HDU {section.number} make no sense. Fetch the file again.")
    check_size(f"A tile of HDU {section.number}", tuple(tile))
    return tuple(tile)
