"""What the columns of a user's table are taken for, to be looked at and edited, and what of that fits another table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from astrocore.data.split_tables import has_split_tables, read_split_tables
from astrocore.data.tables import FITS, TABLES, read_table
from astrocore.errors import FileUnreadable
from astrocore.tasks.sources.catalogue import label_column, left_out, needed_columns
from astrocore.tasks.sources.columns import PLAIN, QUANTITIES, unit_of
from astrocore.tasks.sources.config import Source
from astrocore.tasks.sources.fits_images import images_in, opened
from astrocore.tasks.sources.identity import identifying
from astrocore.tasks.sources.naming import IDENTITY, column_of, name_of, named
from astrocore.tasks.sources.original import is_original
from astrocore.tasks.sources.photoobj import is_photoobj

LOOKED_AT = 200
"""Rows of a table, its first ones, that tell whether a column holds numbers."""
EXAMPLES = 3
"""Values of a column that are shown."""
NOT_NEEDED = ("label", "split", "group")
"""What objects that are to be judged may well lack."""
REPLACED = "another column is mapped to what it is called"
COLUMNS = ("column", "holds", "left_out", "example")


def columns_of_file(path: Path, source: Source) -> pd.DataFrame:
    """One row for each column of the table at `path`, as it would be read; none where there is no table to be mapped.

    Returns
    -------
    DataFrame
        Text: `column`, its name; `holds`, our name of what it is taken for, "" where it is kept under its own;
        `left_out`, why it is not kept at all, or ""; `example`, its first values.

    Raises
    ------
    FileUnreadable
        The table can't be read.
    ConfigError, MissingColumns, LeakColumn
        The mapping does not fit it.
    """
    raw = _head(Path(path))
    if raw is None:
        return pd.DataFrame({name: pd.Series(dtype=str) for name in COLUMNS})
    held, reasons = _held(raw, source)
    columns = [str(name) for name in raw]
    rows = [(name, held.get(name, ""), reasons.get(name, ""), _example(raw[name])) for name in columns]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def known_columns(source: Source) -> dict[str, str]:
    """What a column may be mapped to, with units."""
    quantities = [f"{quantity.name}_{band}" for quantity in QUANTITIES for band in source.bands]
    return {**dict.fromkeys(IDENTITY, ""), **{name: unit_of(name) for name in (*PLAIN, *quantities)}}


def kept_for(path: Path, settings: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Those of the settings by which another table was read that fit the one at `path`, and notes on the others.

    Columns that it lacks are known by the names that surveys give them, where they have such.
    """
    raw = _head(Path(path))
    fits = {name: value for name, value in settings.items() if name == "bands"}
    if raw is None:
        return fits, ()
    there = {str(name) for name in raw}
    mapping = [str(entry) for entry in settings.get("mapping", ())]
    if kept := [entry for entry in mapping if column_of(entry) in there]:
        fits["mapping"] = kept
    fits |= {name: settings[name] for name in ("id_column", "label_column") if settings.get(name) in there}
    absent = [entry for entry in mapping if entry not in kept and name_of(entry) not in NOT_NEEDED]
    return fits, _lacking([column_of(entry) for entry in absent])


def _held(raw: pd.DataFrame, source: Source) -> tuple[dict[str, str], dict[str, str]]:
    """Column -> what it is taken for, and column -> why it is left out, of those of which there is anything to say."""
    table, _ = named(raw, source.mapping, source.bands)
    origin, _ = named(pd.DataFrame({name: [str(name)] for name in raw}), source.mapping, source.bands)
    own = {str(name): str(origin[name].iloc[0]) for name in origin}
    known, needed = known_columns(source), needed_columns(table, source)
    roles = _roles(table, source)
    reasons = {own[name]: reason for name in own if name not in roles and (reason := left_out(name, table, needed))}
    reasons |= {str(name): REPLACED for name in raw if str(name) not in own.values()}
    held = {own[name]: roles.get(name, name if name in known else "") for name in own if own[name] not in reasons}
    return held, reasons


def _roles(table: pd.DataFrame, source: Source) -> dict[str, str]:
    """Which columns, under our names, tell what object a row is, its class, group or split: column -> one of these."""
    label = label_column(table, source)
    roles = {name: name.lower() for name in map(str, table) if name.lower() in ("group", "split")}
    unique = [name for name in identifying(table, source.id_column) if not table[name].dropna().duplicated().any()]
    roles |= dict.fromkeys(unique[:1], "object_id")
    return {**roles, **({label: "label"} if label else {})}


def _head(path: Path) -> pd.DataFrame | None:
    """The first rows of the table at `path`; None where what lies there has no columns of the user's own."""
    if not path.exists():
        raise FileUnreadable(f"There is no file or folder {path}.")
    if is_original(path):
        return None
    if path.is_dir():
        found = read_split_tables(path, LOOKED_AT) if has_split_tables(path) else None
        return None if found is None else found.drop(columns="split")
    name = path.name.lower()
    if not name.endswith(TABLES) or (name.endswith(FITS) and _is_survey(path)):
        return None
    return read_table(path, LOOKED_AT)


def _is_survey(path: Path) -> bool:
    """Whether a FITS file is an image, or a catalogue whose columns are known."""
    with opened(path) as hdus:
        is_image = bool(images_in(hdus, path.name))
    return is_image or is_photoobj(path)


def _example(values: pd.Series) -> str:
    """The first values that are not missing."""
    floats = pd.api.types.is_float_dtype(values)
    return ", ".join(f"{value:.6g}" if floats else str(value) for value in values.dropna().head(EXAMPLES))


def _lacking(columns: list[str]) -> tuple[str, ...]:
    if not columns:
        return ()
    are = "are" if len(columns) > 1 else "is"
    return (
        f"{', '.join(columns)}, to which the column mapping of the run's own data set leads, {are} not in this table; "
        "columns are known by the names that surveys give them.",
    )
