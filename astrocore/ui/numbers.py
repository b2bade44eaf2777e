"""Numbers as text: figures, intervals, units, durations, and the n and split that go with every number."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import numpy as np

from astrocore.runs.info import RunInfo
from astrocore.runs.predictions import Predictions

MISSING = "–"
NBSP, JOINER = "\u00a0", "\u2060"
"""A space and nothing at all, at which no line is broken."""


def figure(value: float | None, digits: int = 3) -> str:
    """A score with a fixed number of decimals; a dash where it is undefined."""
    return MISSING if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def spread(interval: tuple[float, float] | None, digits: int = 3) -> str:
    """An interval, low to high; empty where there is none."""
    if interval is None or not all(map(math.isfinite, interval)):
        return ""
    return f"{interval[0]:.{digits}f} to {interval[1]:.{digits}f}"


def cell(value: float | None, interval: tuple[float, float] | None, digits: int = 2, signed: bool = False) -> str:
    """A score for a table's cell, as Markdown: three decimals, and the interval, which stays on one line, in small.

    Parameters
    ----------
    digits
        Decimals of the interval.
    signed
        Whether a positive number gets a plus.
    """
    sign = "+" if signed and value is not None and value > 0 else ""
    ends = spread(interval, digits)
    if not ends:
        return sign + figure(value)
    joined = ends.replace(" ", NBSP) if "-" in ends else ends.replace(" to ", f"{JOINER}–{JOINER}")
    return f"{sign}{figure(value)} :small[:gray[{joined}]]"


def amount(value: Any) -> str:
    """A measured number with as many digits as it needs; texts stay as they are."""
    if isinstance(value, str):
        return value
    if value is None or not np.isfinite(value):
        return "missing"
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e9 else f"{value:,.6g}"


def percent(share: float | None) -> str:
    """A share in whole percent; a dash where there is none."""
    return MISSING if share is None or not math.isfinite(share) else f"{100 * share:.0f} %"


def with_unit(name: str, unit: str | None) -> str:
    """A column's label: name [unit]."""
    return f"{name} [{unit}]" if unit else name


def duration(seconds: float | None) -> str:
    """Seconds, minutes or hours, in the two largest units."""
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def day(text: str | None) -> str:
    """An ISO time as date, hour and minute in local time; a dash where there is none."""
    try:
        return datetime.fromisoformat(text or "").astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return MISSING


def sample(predictions: Predictions, split: str) -> str:
    """What a number was measured on: split, objects, groups."""
    groups = len(np.unique(predictions.group.astype(str)))
    return f"{split}, n = {len(predictions):,} objects in {groups:,} groups"


def headline(info: RunInfo) -> tuple[str, dict[str, float], int] | None:
    """The split by which a run is known, its metrics there and its n; never test, which is opened on purpose only."""
    for split in ("val", "all"):
        if metrics := info.metrics.get(split):
            return split, metrics, int(metrics.get("n", info.data.counts.get(split, 0)))
    return None


def score(info: RunInfo, name: str) -> str:
    """One metric with split and n, as in "0.812 (val, n = 300)"; a dash where there is none."""
    found = headline(info)
    if found is None or name not in found[1]:
        return MISSING
    split, metrics, n = found
    return f"{figure(metrics[name])} ({split}, n = {n:,})"
