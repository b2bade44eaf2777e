"""What a verdict on a signal rests on: its light curve, the transits seen in it, and where its period comes from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from astrocore.tasks.exoplanets.curves import NEEDED

SIMULATED_STARS = "SIM "
"""How the names of simulated stars begin."""


def basis(table: pd.DataFrame, arrays: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """What stands behind a verdict on each of B rows.

    Parameters
    ----------
    table
        B rows of a data set.
    arrays
        Their views and masks; may be absent.

    Returns
    -------
    DataFrame
        `light_curve`, which is measured, simulated, drawn (from the row's own numbers) or none; `events`, transits
        seen in it, NaN where unknown; `searched`, true where a search gave period and epoch.
    """
    curve = np.where(_has_curve(table, arrays), "measured", "none").astype(object)
    there = curve == "measured"
    curve[there & table["group"].astype(str).str.startswith(SIMULATED_STARS).to_numpy()] = "simulated"
    curve[there & (_column(table, "drawn") == 1)] = "drawn"
    searched = _column(table, "searched") == 1
    return pd.DataFrame({"light_curve": curve, "events": _column(table, "events"), "searched": searched})


def _has_curve(table: pd.DataFrame, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """(B,) whether a row has a view with anything in it."""
    masks = [np.asarray(arrays[f"{kind}_mask"]).any(axis=1) for kind in NEEDED if f"{kind}_mask" in arrays]
    return np.logical_or.reduce(masks) if masks else np.zeros(len(table), dtype=bool)


def _column(table: pd.DataFrame, name: str) -> np.ndarray:
    """(B,) float64, NaN where there is no such column."""
    return table[name].to_numpy(dtype=np.float64) if name in table else np.full(len(table), np.nan)
