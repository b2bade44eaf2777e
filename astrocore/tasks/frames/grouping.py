"""Which frames belong together: those of one instrument and night."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from astrocore.tasks.frames.reading import Frame

NOON = timedelta(hours=12)
"""A night goes from noon to noon, of universal time."""
UNDATED = ", undated"
"""Groups of frames of which the night is not known end with this."""
SIMULATED = "sim-"
"""Groups of simulated frames begin with this."""


def instrument_of(frame: Frame) -> str:
    """Telescope and instrument as the header names them; the detector's size where it names none."""
    named = [frame.header.text(name).strip() for name in ("telescope", "instrument")]
    y, x = frame.pixels.shape
    return " ".join(dict.fromkeys(filter(None, named))) or f"camera of {x} x {y} pixels"


def night_of(frame: Frame) -> str:
    """The date on which the night began, YYYY-MM-DD; "" where the header tells no date."""
    text = frame.header.text("date").strip()
    if (found := re.match(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[T ](\d\d?):(\d\d?))?", text)) is None:
        return ""
    year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
    try:
        when = datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0)
    except ValueError:
        return ""
    return str((when if hour is None else when - NOON).date()) if when > datetime(1900, 1, 2) else ""


def group_of(instrument: str, night: str) -> str:
    """What must not be torn apart by a split."""
    return f"{instrument}, {night}" if night else f"{instrument}{UNDATED}"
