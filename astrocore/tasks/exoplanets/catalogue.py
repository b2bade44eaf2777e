"""From a table as users have it to a draft's table: ids, stars, labels and measured columns, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.data.splits import known_splits
from astrocore.data.tables import read_table
from astrocore.data.values import numbers, refuse
from astrocore.errors import BadValue, MissingColumns, MissionsPooled
from astrocore.tasks.exoplanets.columns import (
    BY_NAME,
    CATALOGUES,
    COLUMNS,
    LABEL_COLUMNS,
    canonical,
    is_positive,
    leak,
    refuse_leaks,
    unit_of,
)
from astrocore.tasks.exoplanets.config import CLASSES, Config, Source
from astrocore.tasks.exoplanets.doubts import doubt_notes, doubts
from astrocore.tasks.exoplanets.identity import identify, identity_columns
from astrocore.tasks.exoplanets.labels import encode

FEATURES: tuple[str, ...] = (*Config().planet_columns, *Config().star_columns)
NUMBERS = (*FEATURES, "duration")
"""Columns in which text is an error; other columns of text are left out."""
MINUS_ONE_IS_MISSING = ("duration", "snr", "impact")
TO_PPM = {"": 1.0, "ppm": 1.0, "percent": 1e4, "fraction": 1e6}
TO_HOURS = {"": 1.0, "h": 1.0, "d": 24.0}
LEAST_PPM, LEAST_HOURS = 1.0, 0.3
"""A table whose median depth or duration lies below is in other units."""
FORMS: tuple[tuple[frozenset[str], dict[str, str]], ...] = (
    # The K2 views published with AstroNet-K2: what they call depth is R_p/R_s.
    (frozenset({"epicid", "campaign", "time0bk"}), {"depth_unit": "radius_ratio", "duration_unit": "d"}),
    # The archive's K2 planets and candidates, and its planetary systems.
    (frozenset({"pl_trandep", "pl_trandur", "default_flag"}), {"depth_unit": "percent", "duration_unit": "h"}),
    # The retired table of K2 candidates.
    (frozenset({"pl_trandep", "pl_trandur"}), {"depth_unit": "percent", "duration_unit": "d"}),
)
"""Published tables, by columns that they have, and their units where these differ from what is usual."""


def draft_table(raw: pd.DataFrame, source: Source, stem: str) -> Draft:
    """A draft without arrays from a table as it was read; `stem` names rows that bring no id.

    Raises
    ------
    MissingColumns, LeakColumn, UnknownLabel, BadValue, DuplicateIds
        The first thing that is wrong, with its row where it has one.
    """
    refuse_leaks(source.columns)
    raw, source = renamed(raw), _published_units(raw, source)
    _require(["period", *map(canonical, source.columns)], raw)
    ids, group = identify(raw, source.mission, stem)
    label = _label_column(raw, source)
    given = raw[label] if label else pd.Series(pd.NA, index=raw.index, dtype="string")
    classes, codes = encode(given, ids, source.classes)
    _refuse_pooled(raw, group[codes.notna()])
    table = pd.DataFrame({"object_id": ids, "group": group, "label": codes})
    if "split" in raw:
        table["split"] = known_splits(raw["split"])
    skipped = {
        label,
        "split",
        source.light_curve_column,
        *identity_columns(raw),
        *flux_columns(raw, source.flux_prefix),
    }
    measured = _measured(raw[[name for name in raw if name not in skipped]], source, ids)
    table = pd.concat([table, measured], axis=1)
    check_values(table)
    doubtful = doubts(table)
    return Draft(
        *("exoplanets", classes, table),
        units={str(name): unit_of(str(name)) for name in measured},
        notes=(*_left_out(raw, label), *_own_classes(classes, source), *doubt_notes(table, doubtful)),
        doubtful=doubtful,
    )


def read_catalogue(path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A table; of an archive's with a row for each publication the default row of each planet, and a note on that.

    Raises
    ------
    FileUnreadable
        As `read_table`.
    """
    raw = read_table(path)
    if "default_flag" not in raw or not (raw["default_flag"] == 0).any():
        return raw, ()
    kept = raw[(raw["default_flag"] == 1).fillna(False)].reset_index(drop=True)
    others = len(raw) - len(kept)
    return kept, (f"{others} rows with other parameters of the same planets (default_flag 0) were left out.",)


def check_values(table: pd.DataFrame) -> None:
    """Raise BadValue for the first row without any feature, without a period, or with an impossible feature."""
    ids, features = table["object_id"], [name for name in FEATURES if name in table]
    refuse(table[features].isna().all(axis=1), ids, f"has none of the features {', '.join(features)}; remove it")
    refuse(table["period"].isna(), ids, "has no period; give its orbital period in days, or remove it")
    for name in (*features, "duration"):
        if name in table and is_positive(name):
            refuse(table[name] <= 0, ids, f"has a {name} of zero or less; leave the cell empty if it is unknown")


def flux_columns(raw: pd.DataFrame, prefix: str) -> list[str]:
    """Columns named prefix and number, in the order of the numbers."""
    found = [
        (int(m[1]), str(name)) for name in raw if (m := re.fullmatch(rf"{re.escape(prefix)}[_.]?(\d+)", str(name)))
    ]
    return [name for _, name in sorted(found)]


def renamed(raw: pd.DataFrame) -> pd.DataFrame:
    """Archive names replaced by ours, each of ours used once: our own name first, then the best alias."""
    lower = {str(name).lower(): str(name) for name in reversed(list(raw.columns))}
    renames = {}
    for column in COLUMNS:
        found = next((lower[name] for name in (column.name, *column.aliases) if name in lower), None)
        if found is not None and column.name not in raw:
            renames[found] = column.name
    return raw.rename(columns=renames)


def _published_units(raw: pd.DataFrame, source: Source) -> Source:
    """The units of a published form, where the user left them open."""
    columns = {str(name).lower() for name in raw}
    for form, units in FORMS:
        if columns >= form:
            return source.model_copy(update={name: getattr(source, name) or unit for name, unit in units.items()})
    return source


def _refuse_pooled(raw: pd.DataFrame, labelled: pd.Series) -> None:
    """Raise MissionsPooled when labelled rows come from more than one mission, by their stars or a column mission."""
    found = set(labelled.str.extract(r"^(KIC|EPIC|TIC) \d", expand=False).dropna())
    column = next((str(name) for name in raw if str(name).lower() == "mission"), None)
    if column is not None:
        text = raw[column].loc[labelled.index].astype("string").str.strip().str.lower()
        found |= {CATALOGUES[name] for name in text.dropna() if name in CATALOGUES}
    if len(found) > 1:
        names = {catalogue: mission for mission, catalogue in CATALOGUES.items()}
        raise MissionsPooled(
            f"Labelled rows are of {' and '.join(sorted(names[one] for one in found))}: the mission would give the "
            "label away. Leave the labels of all but one empty (the rows still serve pre-training), or build a data "
            "set of each."
        )


def _left_out(raw: pd.DataFrame, label: str) -> list[str]:
    """Notes on a table without labels, and on columns that give the label away."""
    notes = []
    if not label:
        notes.append(f"There is no label column ({', '.join(LABEL_COLUMNS)}); every object is unlabelled.")
    leaks = [str(name) for name in raw if str(name) != label and leak(str(name))]
    if leaks:
        notes.append(f"Columns that give the label away were left out: {', '.join(leaks)}.")
    return notes


def _own_classes(classes: tuple[str, ...], source: Source) -> list[str]:
    """A note where the labels, none of them known, became the classes."""
    if source.classes or classes == CLASSES:
        return []
    return [
        f"No label is one of {', '.join(CLASSES)}, so the classes are the labels of the data: {', '.join(classes)}. "
        "Where these are slips, mend them; else name the classes in the order that you want."
    ]


def _label_column(raw: pd.DataFrame, source: Source) -> str:
    """The column with the labels; "" when there is none."""
    if source.label_column:
        _require([source.label_column], raw)
        return source.label_column
    return next((str(name) for wanted in LABEL_COLUMNS for name in raw if str(name).lower() == wanted), "")


def _measured(raw: pd.DataFrame, source: Source, ids: pd.Series) -> pd.DataFrame:
    """Every column of numbers that gives nothing away, float64, NaN where missing; empty columns are left out."""
    needed = {*NUMBERS, *map(canonical, source.columns)}
    columns = {}
    for name in map(str, raw):
        if leak(name) or not (name in needed or pd.api.types.is_numeric_dtype(raw[name])):
            continue
        values = numbers(raw[name], ids)
        if name in MINUS_ONE_IS_MISSING:
            values[values == -1] = np.nan
        if name in needed or not np.isnan(values).all():
            columns[name] = values
    return _converted(pd.DataFrame(columns, index=raw.index), source)


def _converted(table: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Depth in ppm and duration in hours, whatever the source holds."""
    if "duration" in table:
        _plausible(table["duration"], LEAST_HOURS, source.duration_unit, "duration_unit", TO_HOURS)
        table["duration"] *= TO_HOURS[source.duration_unit]
    if "depth" not in table:
        return table
    _plausible(table["depth"], LEAST_PPM, source.depth_unit, "depth_unit", (*TO_PPM, "radius_ratio"))
    if source.depth_unit == "radius_ratio":
        return table.drop(columns="radius_ratio", errors="ignore").rename(columns={"depth": "radius_ratio"})
    table["depth"] *= TO_PPM[source.depth_unit]
    return table


def _plausible(values: pd.Series, least: float, unit: str, setting: str, known: Iterable[str]) -> None:
    """Raise BadValue when the user left the unit open and the values are too small for the usual one."""
    usual, *others = filter(None, known)
    if not unit and values.median() < least:
        raise BadValue(
            f"Half of the values of {values.name} lie below {values.median():.3g}; say with {setting} that they are "
            f"{usual} all the same, or what else they are: {', '.join(others)}."
        )


def _require(names: Iterable[str], raw: pd.DataFrame) -> None:
    if absent := [name for name in names if name not in raw]:
        have = [str(name) for name in raw][:12]
        more = f" and {len(raw.columns) - len(have)} more" if len(raw.columns) > len(have) else ""
        units = "".join(
            f" ({name} in {BY_NAME[name].unit})" for name in absent if name in BY_NAME and BY_NAME[name].unit
        )
        raise MissingColumns(f"The table lacks the columns {', '.join(absent)}{units}; it has {', '.join(have)}{more}.")
