"""Which frames belong together: those of one instrument and night."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from astrocore.tasks.frames.reading import Frame

NOON = timedelta(hours=12)
"""A night goes from noon to noon, of universal time."""
TIME = r"(?:[T ](?P<hour>\d\d?):?(?P<minute>\d\d))?"
FORMS = tuple(
    re.compile(date + TIME)
    for date in (
        r"(?P<year>\d{4})[-/:](?P<month>\d\d?)[-/:](?P<day>\d\d?)",
        r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?![\d.])",
        r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})",
        r"(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>\d{4}|\d\d)(?!\d)",
    )
)
"""Dates as headers write them. Of two digits the year is one of the 20th century: so FITS wrote until 1999."""
NUMBER = re.compile(r"\d{5,7}(\.\d*)?")
JULIAN, MODIFIED = 2_400_000.5, (15_020.0, 88_069.0)
"""Julian date of the modified one's zero, and the modified dates of the years 1900 and 2100."""
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
    found = next(filter(None, (form.match(text) for form in FORMS)), None)
    try:
        if found is None:
            return _of_julian(float(text)) if NUMBER.fullmatch(text) else ""
        when, timed = _moment(found.groupdict())
    except (ValueError, OverflowError):
        return ""
    return str((when - NOON if timed else when).date()) if when > datetime(1900, 1, 2) else ""


def _moment(parts: dict[str, str | None]) -> tuple[datetime, bool]:
    """A moment, and whether its time of the day is told; raises ValueError for a date that there never was."""
    year, month, day = (int(parts[name] or 0) for name in ("year", "month", "day"))
    hour, minute = parts.get("hour"), parts.get("minute")
    short = len(parts["year"] or "") == 2
    return datetime(year + 1900 * short, month, day, int(hour or 0), int(minute or 0)), hour is not None


def _of_julian(date: float) -> str:
    """The night of a Julian date, or of a modified one; "" for another number. Julian days begin at noon."""
    modified = date if date < JULIAN else date - JULIAN
    if not MODIFIED[0] < modified < MODIFIED[1]:
        return ""
    return str((datetime(1858, 11, 17) + timedelta(days=modified) - NOON).date())


def group_of(instrument: str, night: str) -> str:
    """What must not be torn apart by a split."""
    return f"{instrument}, {night}" if night else f"{instrument}{UNDATED}"
