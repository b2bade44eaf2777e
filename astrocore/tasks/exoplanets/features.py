"""From rows of a data set to the net's inputs, to a table model's features, and to rows without a modality."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from astrocore.data.dataset import IDENTITY
from astrocore.errors import MissingColumns
from astrocore.tasks.exoplanets.binning import resample
from astrocore.tasks.exoplanets.catalogue import FEATURES
from astrocore.tasks.exoplanets.columns import canonical, refuse_leaks, scaled
from astrocore.tasks.exoplanets.config import Config
from astrocore.tasks.exoplanets.inputs import TRANSIT_SHARE, channels

STAR = ("metallicity", "kepmag", "tmag", "ra", "dec")
"""Columns of the star that its name does not show."""


def prepare(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config) -> dict[str, np.ndarray]:
    """Rows of a data set as the net takes them; always the same keys and shapes, whatever the data set holds.

    Parameters
    ----------
    table
        B rows with measured columns.
    arrays
        Views (B, any number of bins) and their masks; both may be absent.
    config
        Columns and numbers of bins.

    Returns
    -------
    dict
        `global_view` (B, global_bins, 2) and `local_view` (B, local_bins, 2) float32: flux over its depth, and asinh
        of flux over its scatter, 0 where masked; `global_mask` and `local_mask` (B, bins) bool, false in all bins of
        an object without that view; `planet` (B, P) and `star` (B, S) float32, mostly log10, NaN where missing.

    Raises
    ------
    LeakColumn, MissingColumns
        A configured column gives the label away, or is neither in the table nor one of the default features.
    """
    refuse_leaks((*config.planet_columns, *config.star_columns))
    ready: dict[str, np.ndarray] = {}
    for kind, bins in (("global", config.global_bins), ("local", config.local_bins)):
        values = arrays.get(f"{kind}_view", np.zeros((len(table), 1), dtype=np.float16))
        mask = arrays.get(f"{kind}_mask", np.zeros(values.shape, dtype=bool))
        values, mask = resample(values, mask, bins)
        ready |= {f"{kind}_view": channels(values, mask, TRANSIT_SHARE[kind]), f"{kind}_mask": mask}
    ready["planet"] = _features(table, config.planet_columns)
    ready["star"] = _features(table, config.star_columns)
    return ready


def _features(table: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    """(B, len(names)) float32."""
    columns = []
    for name in names:
        found = name if name in table else canonical(name)
        if found not in table and found not in FEATURES:
            raise MissingColumns(
                f"The data set has no column {name}; configure other columns, or build it from a table that has it."
            )
        values = table[found].to_numpy(dtype=np.float64) if found in table else np.full(len(table), np.nan)
        columns.append(scaled(found, values))
    return np.stack(columns, axis=1).astype(np.float32)


def features(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config) -> pd.DataFrame:
    """The configured columns (B, F) on the scale that the net sees, NaN where missing."""
    names = (*config.planet_columns, *config.star_columns)
    return pd.DataFrame(_features(table, names).astype(np.float64), columns=list(names))


def hide(
    table: pd.DataFrame, arrays: Mapping[str, np.ndarray], modality: str
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """The same rows without the light curve, or with no number of the planet or of the star."""
    if modality == "light_curve":
        return table, {}
    hidden = table.copy()
    for name in map(str, table):
        if name not in IDENTITY and modality_of(name) == modality:
            hidden[name] = np.nan
    return hidden, dict(arrays)


def modality_of(name: str) -> str:
    """Planet or star: which of the two a measured column speaks of."""
    return "star" if name.startswith(("stellar_", "koi_s")) or name in STAR else "planet"
