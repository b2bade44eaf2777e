"""Exoplanets: from a user's table, light curves or folded views to a draft, and from rows to the net's inputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.checks import check_draft
from astrocore.data.dataset import SPLITS
from astrocore.data.draft import Draft
from astrocore.data.tables import PARQUET, TEXT, read_arrays, read_table
from astrocore.errors import ConfigError, FileUnreadable, Misaligned, MissingColumns
from astrocore.tasks.exoplanets.binning import resample
from astrocore.tasks.exoplanets.catalogue import FEATURES, draft_table, flux_columns, numbers
from astrocore.tasks.exoplanets.columns import canonical, refuse_leaks, scaled
from astrocore.tasks.exoplanets.config import MODALITIES, Config, Source
from astrocore.tasks.exoplanets.curves import MINUTES_A_DAY, file_views, folded_columns, series_columns, stored_views
from astrocore.tasks.exoplanets.inputs import TRANSIT_SHARE, channels


def read(path: Path, source: Source) -> Draft:
    """What a user has, checked, as a data set that is not yet split or written.

    Parameters
    ----------
    path
        A table (CSV or Parquet), with its light curves in flux columns, in a file for each row or in the .npz
        that `source.views` names, or without any; or an .npz of views that brings its own columns; or a folder
        with train, test and perhaps val tables, whose split is kept.
    source
        How to read it.

    Raises
    ------
    InputError
        What is wrong, in which row, and what to do; see astrocore.errors.
    """
    path = Path(path)
    if path.is_dir():
        raw, folder, stem = _split_tables(path), path, path.name
    elif path.suffix.lower() == ".npz":
        raw, folder, stem = _own_columns(path), path.parent, path.stem
        source = source.model_copy(update={"views": source.views or path})
    else:
        raw, folder, stem = read_table(path), path.parent, path.stem
    draft = draft_table(raw, source, stem)
    draft.arrays = _curves(raw, source, folder, draft.table)
    if "flux" in draft.arrays:
        draft.table["time_start"], draft.table["cadence"] = source.time_start, _cadence(source)
        draft.units |= {"time_start": "d", "cadence": "d"}
    draft.origin = dict.fromkeys(_modalities(draft), "measured")
    draft.sources = tuple(dict.fromkeys([path.name, *([source.views.name] if source.views else [])]))
    check_draft(draft)
    return draft


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


def _curves(raw: pd.DataFrame, source: Source, folder: Path, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """The arrays of whichever form the light curves have; none when there are none."""
    if source.views is not None:
        path = source.views if source.views.exists() else folder / source.views
        return stored_views(read_arrays(path), raw, table["object_id"], path.name)
    if names := flux_columns(raw, source.flux_prefix):
        flux = np.stack([numbers(raw[name], table["object_id"]) for name in names], axis=1)
        if source.flux_kind == "folded":
            return folded_columns(flux, table)
        return series_columns(flux, table, source.time_start, _cadence(source))
    if source.light_curve_column in raw:
        return file_views(raw[source.light_curve_column], folder, table)
    return {}


def _cadence(source: Source) -> float:
    """Days from one flux column to the next."""
    if source.cadence_minutes is None:
        raise ConfigError("Flux columns that are a series need cadence_minutes, the time from one column to the next.")
    return source.cadence_minutes / MINUTES_A_DAY


def _modalities(draft: Draft) -> tuple[str, ...]:
    """Modalities of which the draft holds anything."""
    defaults = {"planet": Config().planet_columns, "star": Config().star_columns}
    held = {
        name
        for name, columns in defaults.items()
        if any(c in draft.table and draft.table[c].notna().any() for c in columns)
    }
    if any(draft.arrays[name].any() for name in draft.arrays if name.endswith("_mask")):
        held.add("light_curve")
    return tuple(name for name in MODALITIES if name in held)


def _own_columns(path: Path) -> pd.DataFrame:
    """The one-dimensional arrays of an .npz as a table."""
    columns = {name: values for name, values in read_arrays(path).items() if values.ndim == 1}
    if len({len(values) for values in columns.values()}) != 1:
        raise Misaligned(
            f"{path.name} brings no table of its own: its one-dimensional arrays must be there and of one length."
        )
    return pd.DataFrame(columns)


def _split_tables(folder: Path) -> pd.DataFrame:
    """Tables train, val and test of a folder below one another, with the split that they bring."""
    tables = []
    for split in SPLITS:
        found = sorted(
            file for file in folder.iterdir() if file.stem == split and file.name.endswith((*TEXT, *PARQUET))
        )
        if len(found) > 1:
            raise FileUnreadable(f"{folder} holds {found[0].name} and {found[1].name}; keep one table for each split.")
        tables += [read_table(file).assign(split=split) for file in found]
    if not tables:
        raise FileUnreadable(f"{folder} is a folder without train.csv, val.csv or test.csv; name a table.")
    return pd.concat(tables, ignore_index=True)
