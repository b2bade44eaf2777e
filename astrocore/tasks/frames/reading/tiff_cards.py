"""Tags of a TIFF page as the cards of a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from astrocore.tasks.frames.reading.header import Card
from astrocore.tasks.frames.reading.limits import MAX_CARDS

TAGS = (
    (270, "DESCRIPT"),
    (305, "SWCREATE"),
    (306, "DATETIME"),
    (315, "OBSERVER"),
    (316, "HOSTCOMP"),
    (272, "INSTRUME"),
    (271, "MAKE"),
    (33434, "EXPTIME"),
    (34855, "ISOSPEED"),
    (36867, "DATE-OBS"),
)
"""TIFF and Exif tags, and under which keyword they are kept."""
EXIF = 34665
EXIF_NAMES = {"ExposureTime": "EXPTIME", "ISOSpeedRatings": "ISOSPEED", "DateTimeOriginal": "DATE-OBS"}
LINE = re.compile(r"\s*([A-Za-z][\w .-]{0,30}?)\s*[=:]\s*(.*?)\s*$")
NUMBER = re.compile(r"[+-]?\d+$")
DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$")
LONGEST = 1 << 16
"""Characters of a description that are looked at."""


def cards_of_page(page: Any) -> Iterator[Card]:
    """Lines KEY = VALUE of the description first, then what tags tell."""
    description = _tag(page, 270)
    if isinstance(description, str):
        yield from cards_of_lines(description)
    for code, keyword in TAGS[1:]:
        yield from _card(keyword, _tag(page, code), f"TIFF tag {code}")
    exif = _tag(page, EXIF)
    if isinstance(exif, dict):
        for name, keyword in EXIF_NAMES.items():
            yield from _card(keyword, exif.get(name), f"Exif {name}")


def cards_of_lines(text: str) -> Iterator[Card]:
    """Cards from lines such as "EXPTIME = 30.0 / seconds"; lines of another form are left out."""
    for line in text[:LONGEST].splitlines()[:MAX_CARDS]:
        found = LINE.match(line)
        if found:
            value, comment = _split(found.group(2))
            yield Card(found.group(1).upper(), value, comment)


def _split(text: str) -> tuple[str | float | int | bool, str]:
    """A value, of the type it looks like, and its comment."""
    if quoted := re.match(r"'((?:[^']|'')*)'\s*(?:/\s*(.*))?$", text):
        return quoted.group(1).replace("''", "'").rstrip(), quoted.group(2) or ""
    value, _, comment = text.partition(" /")
    value = value.strip()
    if value in ("T", "F"):
        return value == "T", comment.strip()
    if NUMBER.match(value) and len(value) < 20:
        return int(value), comment.strip()
    return (float(value.lower().replace("d", "e")) if DECIMAL.match(value) else value), comment.strip()


def _tag(page: Any, code: int) -> Any:
    """The value of a tag; None where it is absent or makes no sense."""
    try:
        return page.tags.valueof(code)
    except Exception:  # a damaged tag spoils only itself; tifffile raises struct.error, ValueError and more
        return None


def _card(keyword: str, value: Any, comment: str) -> Iterator[Card]:
    """A card of a tag's value; a pair of whole numbers is a fraction. None where it is of no use."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value) and value[1]:
        yield Card(keyword, value[0] / value[1], comment)
    elif isinstance(value, tuple) and value and isinstance(value[0], int):
        yield Card(keyword, value[0], comment)
    elif isinstance(value, str) and value.strip("\0 "):
        yield Card(keyword, value.strip("\0 "), comment)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Card(keyword, value, comment)
