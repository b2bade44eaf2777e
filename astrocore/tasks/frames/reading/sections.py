"""The HDUs of a FITS file: where each begins, what it holds and what its header says, without touching the pixels.

The structure is read here and not by astropy, which gives up a whole file for one broken card, and which believes any
size that a header names. Cards are parsed by astropy, one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

from astrocore.errors import Damaged
from astrocore.tasks.frames.reading.cards import LENGTH, PRINTABLE, cards_of, numbers_of
from astrocore.tasks.frames.reading.header import Card
from astrocore.tasks.frames.reading.limits import MAX_CARDS, MAX_HEADER, MAX_SECTIONS
from astrocore.tasks.frames.reading.source import Source

BLOCK = 2880
"""Bytes in whose multiples FITS counts [B]."""
END = b"END".ljust(8)
EXTENSION = b"XTENSION"
SEARCHED = 1 << 28
"""Bytes in which the next HDU is looked for after one that makes no sense [B]."""
BITPIX = (8, 16, 32, 64, -32, -64)
BINARY_SHARE = 0.25
"""Share of unprintable bytes from which on a block is no header any more: its END is missing."""


@dataclass(frozen=True)
class Section:
    """One HDU. `kind` is image, tiles (a compressed image), table, groups, empty or other."""

    number: int
    kind: str
    cards: tuple[Card, ...]
    start: int
    """Where the data begin [B]."""
    size: int
    """How long they ought to be [B]."""
    shape: tuple[int, ...]
    """(..., y, x) of an image, as the header says; empty for others."""
    bitpix: int

    @property
    def name(self) -> str:
        """EXTNAME, or ""."""
        return str(self.value("EXTNAME") or "").strip()

    def value(self, keyword: str) -> str | float | int | bool | None:
        """The value of the first card of this keyword; None where there is none."""
        return next((card.value for card in self.cards if card.keyword == keyword), None)


@dataclass
class Scan:
    """The HDUs of a file, and what was noticed on the way."""

    sections: list[Section] = field(default_factory=list)
    broken: int = 0
    """Cards that were left out."""
    parsed: int = 0
    cut_short: bool = False
    """Whether an HDU made no sense."""
    left_over: bool = False
    """Whether bytes follow that are no HDU."""
    notes: list[str] = field(default_factory=list)


def scan(source: Source) -> Scan:
    """Walk from header to header; raises Damaged where none makes sense.

    After an HDU that makes no sense the walk goes on at the next block that begins as an extension does. It ends after
    MAX_SECTIONS.
    """
    found = Scan()
    position = 0
    while 0 <= position < source.size and len(found.sections) < MAX_SECTIONS and found.parsed < MAX_CARDS:
        if position and source.read(position, len(EXTENSION)) != EXTENSION:
            found.notes.append("bytes after the last HDU were left out")
            found.left_over = True
            break
        section, following = _section(source, position, found)
        if section is not None:
            found.sections.append(section)
        position = following
    if not found.sections:
        raise Damaged(
            "The first FITS header makes no sense: BITPIX or NAXIS is missing or broken. Fetch the file again."
        )
    return found


def _section(source: Source, position: int, found: Scan) -> tuple[Section | None, int]:
    """The HDU whose header begins at `position`, None where it makes no sense, and where the next one begins."""
    text, start = _header(source, position, found.notes)
    cards, broken = cards_of(text[: LENGTH * (MAX_CARDS - found.parsed)])
    found.broken += broken
    found.parsed += len(text) // LENGTH
    numbers = numbers_of(cards)
    axes = _axes(numbers, "")
    if axes is None:
        found.notes.append("an HDU that makes no sense was left out")
        found.cut_short = True
        return None, _next_extension(source, max(start, position + BLOCK))
    kind = _kind(cards, axes)
    sizes = axes[1:] if kind == "groups" else axes
    pixels = prod(sizes) if sizes else 0
    size = abs(numbers["BITPIX"]) // 8 * max(numbers.get("GCOUNT", 1), 0) * (max(numbers.get("PCOUNT", 0), 0) + pixels)
    bitpix = numbers["BITPIX"]
    if kind == "tiles":
        axes, bitpix = _axes(numbers, "Z"), numbers.get("ZBITPIX", 0)
        if axes is None:
            kind = "table"
    shape = tuple(reversed(axes)) if axes and kind in ("image", "tiles") else ()
    section = Section(len(found.sections), kind, tuple(cards), start, size, shape, bitpix)
    return section, start + -(-size // BLOCK) * BLOCK


def _next_extension(source: Source, start: int) -> int:
    """Where the next block begins as an extension does; -1 where none does within SEARCHED bytes."""
    for position in range(start, min(source.size, start + SEARCHED), BLOCK):
        if source.read(position, len(EXTENSION)) == EXTENSION:
            return position
    return -1


def _header(source: Source, position: int, notes: list[str]) -> tuple[bytes, int]:
    """The bytes of a header up to its END, and where the data begin.

    A header without END lasts up to the next extension, or the first block that is no text. One longer than MAX_HEADER
    has no data.
    """
    text = bytearray()
    while position < source.size and len(text) < MAX_HEADER:
        block = source.read(position, BLOCK)
        if text and block.startswith(EXTENSION):
            break
        end = next((at for at in range(0, len(block), LENGTH) if block[at : at + len(END)] == END), None)
        if end is None and len(block.translate(None, PRINTABLE)) > BINARY_SHARE * len(block):
            break
        position += BLOCK
        text += block[:end]
        if end is not None:
            return bytes(text), position
    notes.append("a header has no END")
    return bytes(text), position if len(text) < MAX_HEADER else source.size


def _axes(numbers: Mapping[str, int], prefix: str) -> list[int] | None:
    """NAXIS1, NAXIS2, ... (ZNAXIS1, ... with prefix Z); None where they or BITPIX are missing or impossible."""
    count = numbers.get(f"{prefix}NAXIS", -1)
    if numbers.get(f"{prefix}BITPIX") not in BITPIX or not 0 <= count <= 999:
        return None
    axes = [numbers.get(f"{prefix}NAXIS{i}", -1) for i in range(1, count + 1)]
    return None if any(axis < 0 for axis in axes) else axes


def _kind(cards: list[Card], axes: list[int]) -> str:
    """What an HDU holds."""
    values = {card.keyword: card.value for card in reversed(cards)}
    extension = str(values.get("XTENSION", "IMAGE")).strip().upper()
    if extension in ("BINTABLE", "A3DTABLE", "TABLE"):
        return "tiles" if values.get("ZIMAGE") is True else "table"
    if extension not in ("IMAGE", "IUEIMAGE"):
        return "other"
    if values.get("GROUPS") is True and axes[:1] == [0]:
        return "groups"
    return "image" if axes and 0 not in axes else "empty"
