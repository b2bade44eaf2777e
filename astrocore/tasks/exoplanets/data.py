"""Exoplanets: from a user's table, light-curve files or folded views to a draft."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.checks import check_draft
from astrocore.data.draft import Draft
from astrocore.data.split_tables import has_split_tables, read_split_tables
from astrocore.data.tables import read_arrays
from astrocore.data.values import numbers
from astrocore.errors import ConfigError, Misaligned
from astrocore.tasks.exoplanets.basis import basis as basis
from astrocore.tasks.exoplanets.catalogue import draft_table, flux_columns, read_catalogue
from astrocore.tasks.exoplanets.columns import unit_of
from astrocore.tasks.exoplanets.config import MODALITIES, Config, Source
from astrocore.tasks.exoplanets.curves import (
    MINUTES_A_DAY,
    Curves,
    folded_columns,
    series_columns,
    stored_views,
)
from astrocore.tasks.exoplanets.drawn import with_drawn_curves
from astrocore.tasks.exoplanets.features import features as features
from astrocore.tasks.exoplanets.features import hide as hide
from astrocore.tasks.exoplanets.features import prepare as prepare
from astrocore.tasks.exoplanets.folders import holds_curve, named_files, read_folder
from astrocore.tasks.exoplanets.statistics import statistics as statistics


def read(path: Path, source: Source) -> Draft:
    """What a user has, checked, as a data set that is not yet split or written.

    Parameters
    ----------
    path
        A folder of light-curve files, or one such file, beside the table that `source.catalogue` names or without
        one; or a table (CSV, Parquet, FITS, VOTable) with its light curves in flux columns, in a file for each row
        or in the .npz that `source.views` names, or without any; or an .npz of views that brings its own columns;
        or a folder with train, test and perhaps val tables, whose split is kept.
    source
        How to read it.

    Returns
    -------
    Draft
        With `defects`, the files that could not be used; their rows stay, without a light curve.

    Raises
    ------
    InputError
        What is wrong, in which row, and what to do; see astrocore.errors.
    """
    path = Path(path)
    draft = read_folder(path, source) if _is_curves(path, source) else _read_rows(path, source)
    draft.origin = dict.fromkeys(_modalities(draft), "measured")
    if source.draw_curves:
        with_drawn_curves(draft)
    check_draft(draft)
    return draft


def _is_curves(path: Path, source: Source) -> bool:
    """Whether `path` is a light curve or a folder of such, not a table or a folder of tables."""
    if path.is_dir():
        return source.catalogue is not None or not has_split_tables(path)
    found = path.is_file() and holds_curve(path)
    if source.catalogue is not None and not found:
        raise ConfigError(
            f"A catalogue goes with a folder of light curves or one light curve; {path.name} is neither. "
            "Leave the catalogue out to read it as a table."
        )
    return found


def _read_rows(path: Path, source: Source) -> Draft:
    """A draft from a table, or from tables of a folder, whatever form its light curves have."""
    notes: tuple[str, ...] = ()
    if path.is_dir():
        raw, folder, stem = read_split_tables(path), path, path.name
    elif path.suffix.lower() == ".npz":
        raw, folder, stem = _own_columns(path), path.parent, path.stem
        source = source.model_copy(update={"views": source.views or path})
    else:
        (raw, notes), folder, stem = read_catalogue(path), path.parent, path.stem
    draft = draft_table(raw, source, stem)
    draft.notes = (*notes, *draft.notes)
    if source.light_curve_column in raw and source.views is None and not flux_columns(raw, source.flux_prefix):
        named_files(draft, raw[source.light_curve_column], folder, source)
    else:
        _add(draft, _curves(raw, source, folder, draft.table))
    if "flux" in draft.arrays and "cadence" not in draft.table:
        draft.table["time_start"], draft.table["cadence"] = source.time_start, _cadence(source)
        draft.units |= {"time_start": "d", "cadence": "d"}
    draft.sources = tuple(dict.fromkeys([path.name, *([source.views.name] if source.views else [])]))
    return draft


def _add(draft: Draft, curves: Curves) -> None:
    draft.arrays = curves.arrays
    for name, values in curves.columns.items():
        draft.table[name], draft.units[name] = values, unit_of(name)


def _curves(raw: pd.DataFrame, source: Source, folder: Path, table: pd.DataFrame) -> Curves:
    """The arrays of whichever form the light curves have; none when there are none."""
    if source.views is not None:
        path = source.views if source.views.exists() else folder / source.views
        return Curves(stored_views(read_arrays(path), raw, table["object_id"], path.name), {})
    if names := flux_columns(raw, source.flux_prefix):
        flux = np.stack([numbers(raw[name], table["object_id"]) for name in names], axis=1)
        if source.flux_kind == "folded":
            return folded_columns(flux, table)
        return series_columns(flux, table, source.time_start, _cadence(source))
    return Curves({}, {})


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
