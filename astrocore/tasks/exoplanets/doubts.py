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


def doubts(table: pd.DataFrame) -> dict[str, int]:
    """How many values of each column lie outside what stars and transits can have; columns without are left out."""
    counts = {name: int(_outside(table, name).sum()) for name in PHYSICAL if name in table}
    return {name: count for name, count in counts.items() if count}


def doubt_notes(table: pd.DataFrame, doubtful: dict[str, int]) -> list[str]:
    """A line for each column with values outside physics; they are kept."""
    notes = []
    for name, count in doubtful.items():
        unit = f" {unit_of(name)}".rstrip()
        row, (low, high) = int(_outside(table, name).argmax()), PHYSICAL[name]
        notes.append(
            f"{count} {'value' if count == 1 else 'values'} of {name} outside {low:g} to {high:g}{unit}: "
            f"row {row + 1} ({table['object_id'].iloc[row]}) has {table[name].iloc[row]:g}. Kept; check the unit."
        )
    return notes


def _outside(table: pd.DataFrame, name: str) -> np.ndarray:
    """(N,) whether a value is there and outside physics."""
    values, (low, high) = table[name].to_numpy(dtype=np.float64), PHYSICAL[name]
    return np.asarray((values < low) | (values > high))
