"""Numbers that stand for "not measured", and numbers that can't be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.data.values import refuse
from astrocore.tasks.sources.bands import quantity_of
from astrocore.tasks.sources.columns import PLAIN, UNITS_OF, is_magnitude, is_positive

NO_MAGNITUDE = 90.0
"""No object is as faint, or as bright, as a magnitude of this size: 99, -99, 999, -9999 and the like mean nothing."""
NO_VALUE = (-9.0, -99.0, -999.0, -1000.0, -9999.0, -99999.0, 99.0, 99.99, 999.0, 9999.0, 99999.0)
"""What stands for a missing error, radius, width or extinction."""
NO_NUMBER = (-999.0, -9999.0, -99999.0)
"""The same in columns of which nothing is known, and in coordinates."""
MAGNITUDES = (0.0, 35.0)
"""Magnitudes outside are doubted."""


def stands_for_missing(name: str, values: np.ndarray) -> np.ndarray:
    """(N,) whether a number in the column `name` says that nothing was measured."""
    if is_magnitude(name):
        return np.asarray(np.abs(values) >= NO_MAGNITUDE)
    if name in PLAIN or quantity_of(name) not in UNITS_OF:
        return np.isin(values, NO_NUMBER)
    found = np.isin(values, NO_VALUE)
    if is_positive(name):
        found |= values == -1
    return np.asarray(found | (values == 0) if quantity_of(name) == "psffwhm" else found)


def emptied(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table with NaN where nothing was measured, and a note that counts what was emptied, by column."""
    columns, counts = {}, {}
    seen: set[float] = set()
    for name in map(str, table):
        values = table[name].to_numpy(np.float64)
        missing = stands_for_missing(name, values)
        columns[name] = np.where(missing, np.nan, values)
        if missing.any():
            counts[name] = int(missing.sum())
            seen |= set(values[missing][:1000].tolist())
    return pd.DataFrame(columns, index=table.index), _told(counts, seen)


def refuse_impossible(table: pd.DataFrame, ids: pd.Series) -> None:
    """Raise BadValue for the first radius, width or error below zero, or place that is not on the sky."""
    for name in map(str, table):
        if is_positive(name):
            refuse(table[name] < 0, ids, f"has a {name} below zero; leave the cell empty if it is unknown")
    if "ra" in table:
        refuse(~table["ra"].fillna(0).between(-360, 360), ids, "has a right ascension that is none; give it in degrees")
    if "dec" in table:
        refuse(~table["dec"].fillna(0).between(-90, 90), ids, "has a declination that is none; give it in degrees")


def doubtful(table: pd.DataFrame) -> dict[str, int]:
    """Magnitudes that hardly any object has, by column: how many."""
    least, most = MAGNITUDES
    counts = {str(name): int(((table[name] < least) | (table[name] > most)).sum()) for name in table}
    return {name: count for name, count in counts.items() if count and is_magnitude(name)}


def doubt_notes(counts: dict[str, int]) -> tuple[str, ...]:
    """A note on doubtful magnitudes."""
    if not counts:
        return ()
    least, most = MAGNITUDES
    said = ", ".join(f"{name} {count}" for name, count in counts.items())
    return (f"Magnitudes outside {least:g} to {most:g} ({said}). Kept; check that the columns hold magnitudes.",)


def _told(counts: dict[str, int], seen: set[float]) -> tuple[str, ...]:
    if not counts:
        return ()
    numbers = ", ".join(f"{value:g}" for value in sorted(seen)[:6])
    said = ", ".join(f"{name} {count}" for name, count in counts.items())
    return (f"{sum(counts.values())} values that stand for missing ones ({numbers}) were read as empty: {said}.",)
