"""From a table as users have it to a draft's table: ids, fields, labels and measured columns, checked."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.data.splits import known_splits
from astrocore.data.values import numbers
from astrocore.tasks.sources.bands import band_of, quantity_of
from astrocore.tasks.sources.columns import PLAIN, UNITS_OF, canonical, leak, refuse_leaks, unit_of
from astrocore.tasks.sources.config import Source
from astrocore.tasks.sources.groups import FIELD_COLUMNS, groups
from astrocore.tasks.sources.identity import BOOKKEEPING, object_ids
from astrocore.tasks.sources.labels import LABEL_COLUMNS, encode, no_labels, own_classes
from astrocore.tasks.sources.missing import doubt_notes, doubtful, emptied, refuse_impossible
from astrocore.tasks.sources.naming import lower_names, named, require

TRIPLE = ("modelMag", "dered", "extinction")
"""A magnitude, the same without the Galaxy's dust, and the difference; two of them tell the third."""


def draft_table(raw: pd.DataFrame, source: Source, stem: str) -> Draft:
    """A draft without images from a table as it was read; `stem` names rows that bring no identifier.

    Raises
    ------
    MissingColumns, LeakColumn, UnknownLabel, BadValue, DuplicateIds, GroupLeak, ConfigError
        The first thing that is wrong, with its row where it has one.
    """
    refuse_leaks(source.columns)
    raw, notes = named(raw, source.mapping, source.bands)
    require([canonical(name, source.bands) for name in source.columns], raw, "which columns asks for")
    if "split" in raw:
        raw["split"] = known_splits(raw["split"])
    ids, told = object_ids(raw, source.id_column, stem)
    label = label_column(raw, source)
    given = raw[label] if label else pd.Series(pd.NA, index=raw.index, dtype="string")
    classes, codes = encode(given, ids, source.classes)
    measured, counted = _measured(raw, {label, source.id_column, "split"}, source, ids)
    group, torn = groups(raw, ids, _plain(measured, "ra"), _plain(measured, "dec"))
    table = pd.DataFrame({"object_id": ids, "group": group, "label": codes})
    if "split" in raw:
        table["split"] = raw["split"]
    doubts = doubtful(measured)
    return Draft(
        *("sources", classes, pd.concat([table, measured], axis=1)),
        units={str(name): unit_of(str(name)) for name in measured},
        notes=(
            *(*notes, *told, *torn, *no_labels(label), *own_classes(classes, source.classes)),
            *(*_leaks(raw, label), *counted, *doubt_notes(doubts)),
        ),
        doubtful=doubts,
    )


def photometric(table: pd.DataFrame) -> list[str]:
    """Columns that hold a known quantity of a band."""
    return [str(name) for name in table if band_of(str(name)) and quantity_of(str(name)) in UNITS_OF]


def completed(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the third of modelMag, dered and extinction wherever two of them are known in a band."""
    added = table.copy()
    for band in dict.fromkeys(band_of(name) for name in photometric(table)):
        names = [f"{quantity}_{band}" for quantity in TRIPLE]
        model, dered, extinction = (_plain(table, name) for name in names)
        made = dered + extinction, model - extinction, model - dered
        for name, values in zip(names, made, strict=True):
            if name in table or np.isfinite(values).any():
                added[name] = _plain(table, name)
                added[name] = added[name].fillna(pd.Series(values, index=table.index))
    return added


def _measured(
    raw: pd.DataFrame, skipped: set[str], source: Source, ids: pd.Series
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Every column of numbers that gives nothing away, float64, NaN where missing; empty columns are left out."""
    asked, needed = _asked(source), needed_columns(raw, source)
    names = [str(name) for name in raw if name not in skipped]
    columns = {name: numbers(raw[name], ids) for name in names if not left_out(name, raw, needed)}
    table, notes = emptied(pd.DataFrame(columns, index=raw.index))
    refuse_impossible(table, ids)
    table = completed(table)
    return table[[name for name in table if name in asked or table[name].notna().any()]], notes


def needed_columns(raw: pd.DataFrame, source: Source) -> set[str]:
    """Columns that are measured ones whatever they hold, if they give nothing away."""
    return _asked(source) | {*PLAIN, *photometric(raw)}


def left_out(name: str, raw: pd.DataFrame, needed: Collection[str]) -> str:
    """Why a column is no measured one; "" where it is."""
    if reason := leak(name):
        return reason
    if name.lower() in FIELD_COLUMNS:
        return "it tells the field, and so the group"
    if name.lower() in BOOKKEEPING:
        return "it only says which object it is"
    if name in needed:
        return ""
    if _is_colour(name, raw):
        return "features make it of the magnitudes"
    return "" if pd.api.types.is_numeric_dtype(raw[name]) else "it holds no numbers"


def _asked(source: Source) -> set[str]:
    return {canonical(name, source.bands) for name in source.columns}


def _is_colour(name: str, raw: pd.DataFrame) -> bool:
    """Whether a column such as u-g or u_g is a colour whose magnitudes are there: features make it of them."""
    found = re.fullmatch(r"([a-z])\s*[-_]\s*([a-z])", name.strip().lower())
    model, dered, extinction = ([f"{quantity}_{band}" in raw for band in found.groups()] if found else [False, False]
                                for quantity in TRIPLE)  # fmt: skip
    return all(whole or (a and b) for whole, a, b in zip(model, dered, extinction, strict=True))


def label_column(raw: pd.DataFrame, source: Source) -> str:
    """The column with the labels; "" when there is none."""
    if source.label_column:
        require([source.label_column], raw, "which label_column names")
        return source.label_column
    lower = lower_names(raw)
    return next((lower[name] for name in LABEL_COLUMNS if name in lower), "")


def _leaks(raw: pd.DataFrame, label: str) -> tuple[str, ...]:
    """A note on columns that give the label away."""
    found = [str(name) for name in raw if name != label and str(name).lower() not in BOOKKEEPING and leak(str(name))]
    return (f"Columns that give the label away were left out: {', '.join(found)}.",) if found else ()


def _plain(table: pd.DataFrame, name: str) -> np.ndarray:
    """(N,) float64, NaN where there is no such column."""
    return table[name].to_numpy(np.float64) if name in table else np.full(len(table), np.nan)
