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
from astrocore.tasks.exoplanets.derived import derive, usable
from astrocore.tasks.exoplanets.inputs import view_channels

STAR = ("metallicity", "kepmag", "tmag", "ra", "dec")
"""Columns of the star that its name does not show."""
FROM_CURVE = ("flux_scatter", "events")
"""Columns that were measured in the light curve."""
VIEWS = ("global", "local", "odd", "even", "secondary")
ALONE = {"planet": ("planet",), "star": ("star",), "shape": ("light_curve",)}
"""Inputs of one modality: derived features of no other one belong to them."""


def prepare(
    table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config, numbers: pd.DataFrame | None = None
) -> dict[str, np.ndarray]:
    """Rows of a data set as the net takes them; always the same keys and shapes, whatever the data set holds.

    Parameters
    ----------
    table
        B rows with measured columns.
    arrays
        Views (B, any number of bins) and their masks; both may be absent.
    config
        Columns and numbers of bins.
    numbers
        What `features` gives for these rows; computed here where it is not given.

    Returns
    -------
    dict
        `<kind>_view` (B, bins, 3) float32 and `<kind>_mask` (B, bins) bool for each of VIEWS, as `view_channels` makes
        them, false in all bins of an object without that view; `planet`, `star` (B, F) float32, mostly log10: columns
        and what is derived of them; `shape`: measures of the views; `relation`: what is derived of several modalities.
        NaN where missing; a group without features has one column of NaN.

    Raises
    ------
    LeakColumn, MissingColumns
        A configured column gives the label away, or is neither in the table nor one of the default features.
    """
    views = {kind: _resampled(arrays, kind, bins_of(config)[kind], len(table)) for kind in VIEWS}
    ready = {f"{kind}_view": channels for kind, channels in view_channels(views).items()}
    ready |= {f"{kind}_mask": views[kind][1] for kind in VIEWS}
    numbers = features(table, arrays, config) if numbers is None else numbers
    for part, names in parts_of(config).items():
        values = numbers[list(names)].to_numpy(np.float32) if names else np.full((len(table), 1), np.nan, np.float32)
        ready[part] = values
    return ready


def features(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config) -> pd.DataFrame:
    """Configured columns on the scale that the net sees, and derived features: (B, F) float64, NaN where missing."""
    refuse_leaks((*config.planet_columns, *config.star_columns))
    found = {name: _column(table, name) for name in _columns(config)}
    derived = derive(table, arrays if "light_curve" in config.modalities else {}) if config.derived_columns else {}
    wanted = [name for names in parts_of(config).values() for name in names]
    return pd.DataFrame({name: found.get(name, derived.get(name)) for name in wanted})


def parts_of(config: Config) -> dict[str, tuple[str, ...]]:
    """Names of the features of each input, in order: planet, star, shape, relation."""
    derived = usable(config.derived_columns, _canonical(config), config.modalities)
    by_need: dict[tuple[str, ...], list[str]] = {}
    for feature in derived:
        by_need.setdefault(feature.needs, []).append(feature.name)
    alone = {part: tuple(by_need.pop(needs, [])) for part, needs in ALONE.items()}
    planet, star = (
        columns if name in config.modalities else ()
        for name, columns in (("planet", config.planet_columns), ("star", config.star_columns))
    )
    return {
        "planet": (*planet, *alone["planet"]),
        "star": (*star, *alone["star"]),
        "shape": alone["shape"],
        "relation": tuple(name for names in by_need.values() for name in names),
    }


def bins_of(config: Config) -> dict[str, int]:
    """Bins of each view as the net sees it."""
    return {kind: config.global_bins if kind == "global" else config.local_bins for kind in VIEWS}


def hide(
    table: pd.DataFrame, arrays: Mapping[str, np.ndarray], modality: str
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """The same rows without the light curve, or with no number of the planet or of the star."""
    hidden = table.copy()
    for name in map(str, table):
        if name not in IDENTITY and modality_of(name) == modality:
            hidden[name] = np.nan
    return hidden, {} if modality == "light_curve" else dict(arrays)


def modality_of(name: str) -> str:
    """The modality that a measured column speaks of."""
    if name in FROM_CURVE:
        return "light_curve"
    return "star" if name.startswith(("stellar_", "koi_s")) or name in STAR else "planet"


def _columns(config: Config) -> tuple[str, ...]:
    """Columns of the modalities that the net sees."""
    planet = config.planet_columns if "planet" in config.modalities else ()
    return (*planet, *(config.star_columns if "star" in config.modalities else ()))


def _canonical(config: Config) -> tuple[str, ...]:
    return tuple(map(canonical, (*config.planet_columns, *config.star_columns)))


def _column(table: pd.DataFrame, name: str) -> np.ndarray:
    """(B,) float64 on the scale that the net sees."""
    found = name if name in table else canonical(name)
    if found not in table and found not in FEATURES:
        raise MissingColumns(
            f"The data set has no column {name}; configure other columns, or build it from a table that has it."
        )
    return scaled(found, table[found].to_numpy(dtype=np.float64) if found in table else np.full(len(table), np.nan))


def _resampled(
    arrays: Mapping[str, np.ndarray], kind: str, bins: int, rows: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, mask and scatter of each bin (rows, bins) of a view; empty where there is none."""
    values = arrays.get(f"{kind}_view", np.zeros((rows, 1), dtype=np.float16))
    mask = arrays.get(f"{kind}_mask", np.zeros(values.shape, dtype=bool))
    inner = arrays.get(f"{kind}_scatter", np.zeros(values.shape, dtype=np.float16))
    return *resample(values, mask, bins), resample(inner, mask, bins)[0]
