"""Values that no star or transit has: counted and told, but kept."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.tasks.exoplanets.columns import unit_of

PHYSICAL: dict[str, tuple[float, float]] = {
    "period": (0.02, 1e6),
    "depth": (0.1, 1e6),
    "planet_radius": (0.01, 1e4),
    "radius_ratio": (1e-4, 3.0),
    "duration": (0.02, 500.0),
    "impact": (0.0, 10.0),
    "stellar_temp": (1000.0, 2e5),
    "stellar_radius": (5e-3, 2e3),
    "stellar_mass": (5e-3, 300.0),
    "stellar_logg": (-2.0, 9.0),
    "metallicity": (-7.0, 2.0),
    "equilibrium_temp": (1.0, 5e4),
    "kepmag": (-2.0, 30.0),
    "tmag": (-2.0, 30.0),
}
"""Ranges, in our units, outside which a value is no star's or transit's but a slip, a unit or a fit gone astray."""


LONGEST_SHARE, USUAL_SHARE = 0.5, 0.25
"""No transit lasts longer than half of its period, and not half of all transits of a table a quarter of theirs."""


def doubts(table: pd.DataFrame) -> dict[str, int]:
    """How many values of each column lie outside what stars and transits can have; columns without are left out."""
    counts = {name: int(_outside(table, name).sum()) for name in PHYSICAL if name in table}
    if "duration" in counts:
        counts["duration"] = int((_outside(table, "duration") | _too_long(table)[0]).sum())
    return {name: count for name, count in counts.items() if count}


def doubt_notes(table: pd.DataFrame, doubtful: dict[str, int]) -> list[str]:
    """A line for each column with values outside physics; they are kept."""
    notes = []
    for name in doubtful:
        if not (count := int(_outside(table, name).sum())):
            continue
        unit = f" {unit_of(name)}".rstrip()
        row, (low, high) = int(_outside(table, name).argmax()), PHYSICAL[name]
        notes.append(
            f"{count} {'value' if count == 1 else 'values'} of {name} outside {low:g} to {high:g}{unit}: "
            f"row {row + 1} ({table['object_id'].iloc[row]}) has {table[name].iloc[row]:g}. Kept; check the unit."
        )
    return [*notes, *_duration_notes(table)]


def _duration_notes(table: pd.DataFrame) -> list[str]:
    """A line on durations that are long for their periods."""
    long, share = _too_long(table)
    if not long.any():
        return []
    row, rows = int(long.argmax()), f"{int(long.sum())} {'duration is' if long.sum() == 1 else 'durations are'}"
    hours, days = table["duration"].iloc[row], table["period"].iloc[row]
    return [
        f"{rows} longer than {share:g} of the period: row {row + 1} ({table['object_id'].iloc[row]}) has {hours:.4g} h "
        f"at {days:.4g} d. Kept; check the unit, and say what it is with duration_unit (--duration-unit h or d)."
    ]


def _too_long(table: pd.DataFrame) -> tuple[np.ndarray, float]:
    """(N,) whether a duration is too long for its period, and the share of it that was allowed."""
    if "duration" not in table or "period" not in table:
        return np.zeros(len(table), dtype=bool), LONGEST_SHARE
    share = table["duration"].to_numpy(dtype=np.float64) / (24 * table["period"].to_numpy(dtype=np.float64))
    known = share[np.isfinite(share)]
    most = USUAL_SHARE if len(known) and np.median(known) > USUAL_SHARE else LONGEST_SHARE
    return np.asarray(share > most), most


def _outside(table: pd.DataFrame, name: str) -> np.ndarray:
    """(N,) whether a value is there and outside physics."""
    values, (low, high) = table[name].to_numpy(dtype=np.float64), PHYSICAL[name]
    return np.asarray((values < low) | (values > high))
