"""What a card tells of a quantity: in one unit, within physics, or nothing at all.

A value that has the wrong type, is not finite, is a fill value or lies outside physics is missing: never 0, never the
length of a text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from astrocore.tasks.frames.reading.synonyms import SECONDS

Value = str | float | int | bool | None

NAN = math.nan
RANGES: Mapping[str, tuple[float, float]] = {
    "exposure_time": (0.0, 1e6),
    "gain": (0.0, 1e5),
    "temperature": (-273.15, 60.0),
    "binning_x": (1, 64),
    "binning_y": (1, 64),
    "airmass": (0.99, 40.0),
    "moon_phase": (-180.0, 360.0),
    "seeing": (0.05, 60.0),
    "ra": (0.0, 360.0),
    "dec": (-90.0, 90.0),
}
"""Lowest and highest value of each number [s, the camera's own, deg C, pixels, airmasses, as given, arcsec, deg]."""
FILLS = frozenset({9999.0, 9999.9, 99999.0, 999999.0, -999.0, -9999.0, -99999.0, 65535.0, -32768.0})
"""What is written where a number is not known."""
MISSING = frozenset(
    {"", "none", "null", "n/a", "na", "nan", "unknown", "unkn", "undefined", "undef", "<unk>", "<udf>", "<none>"}
    | {"not set", "notset", "unset", "not available", "-", "--", "?", "*", "...", "0", "missing"}
)
"""Texts, in lower case, that tell nothing."""
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?")
DATE = re.compile(r"\d{4}[-/:]\d\d|\d\d?/\d\d?/\d\d|\d\d?\.\d\d?\.\d{4}|(19|20)\d{6}(?!\d)|\d{5,7}(\.\d*)?$")
SEXAGESIMAL = re.compile(r"([+-]?)(\d{1,3})[:\shd°]+(\d{1,2})(?:[:\sm'′]+(\d{1,2}(?:\.\d*)?))?[\ss\"″]*$")
UNITS = (
    (re.compile(r"\b(us|usec|usecs|microsec\w*)\b|µs", re.I), 1e-6),
    (re.compile(r"\b(ms|msec|msecs|millisec\w*)\b", re.I), 1e-3),
    (re.compile(r"\b(s|sec|secs|seconds?)\b", re.I), 1.0),
    (re.compile(r"\b(min|mins|minutes?)\b", re.I), 60.0),
)
KELVIN = re.compile(r"\bK\b|[Kk]elvin")
LOWEST_KELVIN = 100.0
"""No detector is warmer than this in deg C: such a number is in K even where nothing says so."""
FRAME_WORDS = re.compile(r"bias|dark|flat|arc|lamp|calib|object|science|target|light|spec|imag|zero|acq|focus", re.I)
SITE = re.compile(r"\bm\b|met(?:er|re)s?|site|observatory|sea|location|telescope alt.*\bm", re.I)


def number(quantity: str, keyword: str, value: Value, comment: str) -> float:
    """The number that a card tells of `quantity`; NaN where it tells none."""
    found = CONVERT.get(quantity, _plain)(quantity, keyword, value, comment)
    low, high = RANGES.get(quantity, (-math.inf, math.inf))
    return found if low <= found <= high else NAN


def text(quantity: str, keyword: str, value: Value) -> str:
    """The text that a card tells of `quantity`; "" where it tells none."""
    if isinstance(value, bool) or value is None:
        return ""
    if not isinstance(value, str):
        return str(value) if quantity in NUMBERS_AS_TEXT and not math.isnan(plain_number(value)) else ""
    found = " ".join(value.split())
    if found.lower() in MISSING or (quantity == "date" and not DATE.match(found)):
        return ""
    return "" if quantity == "frame_type" and not _of_frames(keyword, found) else found


def _of_frames(keyword: str, found: str) -> bool:
    """Whether a text can be a kind of frame: Andor's FRAME is a date, other programs count frames or name a mode."""
    if DATE.match(found) or NUMBER.fullmatch(found):
        return False
    return keyword != "OBSMODE" or bool(FRAME_WORDS.search(found))


NUMBERS_AS_TEXT = ("date", "object", "filter", "disperser", "instrument", "mode")
"""Quantities told as text whose cards may hold a number: an asteroid, lines a mm, a Julian date."""


def plain_number(value: Value) -> float:
    """A number, or a text that begins with one ("12.5 s", "6,4E-05"); NaN for all else, and for fill values."""
    if isinstance(value, bool) or value is None:
        return NAN
    if isinstance(value, str):
        found = NUMBER.match(value.strip().replace(",", ".", 1) if "." not in value else value.strip())
        if not found or ":" in value:
            return NAN
        value = float(found.group().lower().replace("d", "e"))
    try:
        result = float(value)
    except OverflowError:
        return NAN
    return result if math.isfinite(result) and result not in FILLS else NAN


def degrees(value: Value) -> float:
    """Degrees (or hours) out of a number or "12 34 56.7"; NaN for all else."""
    if isinstance(value, str) and (parts := SEXAGESIMAL.match(value.strip())):
        sign, whole, minutes, seconds = parts.groups()
        size = int(whole) + int(minutes) / 60 + float(seconds or 0) / 3600
        return -size if sign == "-" else size
    return plain_number(value) if not isinstance(value, str) or NUMBER.fullmatch(value.strip()) else NAN


def airmass_at(altitude: float) -> float:
    """Airmass at a height over the horizon [deg] (Kasten and Young 1989, Applied Optics 28, 4735); NaN below 2 deg."""
    if not 2 < altitude <= 90:
        return NAN
    return max(1.0, 1 / (math.sin(math.radians(altitude)) + 0.50572 * math.pow(altitude + 6.07995, -1.6364)))


def altitude(value: Value, comment: str) -> float:
    """Height over the horizon [deg]; NaN where the card tells how high the site lies."""
    return NAN if SITE.search(comment) else degrees(value)


def _plain(quantity: str, keyword: str, value: Value, comment: str) -> float:
    return plain_number(value)


def _seconds(quantity: str, keyword: str, value: Value, comment: str) -> float:
    """Exposure time [s]: the keyword tells the unit, or the text of the value, or the comment."""
    if keyword in SECONDS:
        return plain_number(value) * SECONDS[keyword]
    own = NUMBER.sub(" ", value, count=1) if isinstance(value, str) else ""
    factor = next((factor for text in (own, comment) for unit, factor in UNITS if unit.search(text)), 1.0)
    return plain_number(value) * factor


def _celsius(quantity: str, keyword: str, value: Value, comment: str) -> float:
    """Temperature [deg C]; Kelvin where the text or comment says so or the number can be nothing else."""
    found = plain_number(value)
    said = KELVIN.search(comment) or (isinstance(value, str) and KELVIN.search(value))
    return found - 273.15 if found > LOWEST_KELVIN or (said and found >= 0) else found


def _binning(quantity: str, keyword: str, value: Value, comment: str) -> float:
    """Binning [pixels]: a number, or the first (x) or second (y) of "2x2"."""
    if not isinstance(value, str):
        found = plain_number(value)
    else:
        sides = re.findall(r"\d+(?:\.0*)?", value)
        if not 1 <= len(sides) <= 2 or not re.fullmatch(r"[\d\s.,x*X/:()\[\]-]+", value):
            return NAN
        found = float(sides[-1 if quantity == "binning_y" else 0])
    return found if found == round(found, 0) else NAN


def _right_ascension(quantity: str, keyword: str, value: Value, comment: str) -> float:
    """Right ascension [deg]; sexagesimal numbers are hours, unless the comment speaks of degrees."""
    sexagesimal = isinstance(value, str) and SEXAGESIMAL.match(value.strip())
    hours = "deg" not in comment.lower() if sexagesimal else re.search(r"\bhours?\b|\bhrs?\b", comment, re.I)
    return degrees(value) * (15 if hours else 1)


def _declination(quantity: str, keyword: str, value: Value, comment: str) -> float:
    return degrees(value)


CONVERT: Mapping[str, Callable[[str, str, Value, str], float]] = {
    "exposure_time": _seconds,
    "temperature": _celsius,
    "binning_x": _binning,
    "binning_y": _binning,
    "ra": _right_ascension,
    "dec": _declination,
}
"""How the card of a quantity is understood where more than the number counts."""
