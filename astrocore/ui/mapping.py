"""The columns of a table that a person brings, as the task would read them, to be edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast

import pandas as pd
import streamlit as st

from astrocore.config import Settings, validated
from astrocore.tasks import Task, get_task
from astrocore.tasks.contract import MapsColumns
from astrocore.ui.brought import fingerprint
from astrocore.ui.cache import stamp
from astrocore.ui.numbers import with_unit

LOOKED_AT = 50
"""Files of a folder whose change is noticed."""
HIGHEST = 420
"""Of the table, in pixels."""
ROW = 35
WIDE, REMARKS = 170, 250
"""Of the column that is edited and of the remarks, in pixels: no name of a quantity is cut off."""
AS_IT_IS = "kept under its own name"
HELP = "What the column holds. Columns that are known by no survey's name are kept under their own."


def mapped(task: Task, path: Path, values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The table of columns, and the mapping that the settings `values` and a person's edits of it amount to.

    Where the task maps no columns, or there is no table at `path`, nothing is drawn.

    Raises
    ------
    AstrocoreError
        The table can't be read, or the mapping does not fit it.
    """
    typed = tuple(values.get("mapping", ()))
    if not isinstance(task.data, MapsColumns):
        return typed
    kind = task.config.Source
    found = _columns(task, path, validated(kind, values))
    if found.empty:
        return typed
    known = task.data.known_columns(validated(kind, values))
    chosen = _editor(found, known, f"{key}:{fingerprint((), {'path': path, 'columns': found.to_csv()})}")
    entries = mapping_of(found, chosen, typed)
    if entries != typed:
        _consequences(_columns(task, path, validated(kind, {**values, "mapping": entries})), chosen)
    return entries


def mapping_of(found: pd.DataFrame, chosen: Sequence[str], typed: Sequence[str]) -> tuple[str, ...]:
    """Entries name=column: those that were typed, as far as no edit takes their place, and the edits; sorted.

    Parameters
    ----------
    found
        The columns as they are read with what was typed (N rows).
    chosen
        (N,) what a person says that they hold.
    """
    edits = [
        (column, new) for column, old, new in zip(found["column"], found["holds"], chosen, strict=True) if new != old
    ]
    if not edits:
        return tuple(typed)
    given = {new for _, new in edits if new}
    columns = {column for column, _ in edits} | set(found.loc[found["holds"].isin(given), "column"])
    kept = [entry for entry in typed if entry.partition("=")[2].strip() not in columns]
    return tuple(sorted({*kept, *(f"{new}={column}" for column, new in edits if new)}))


def _editor(found: pd.DataFrame, known: Mapping[str, str], key: str) -> list[str]:
    """The table to edit; what each column shall hold now."""
    held = [name for name in found["holds"] if name and name not in known]
    units = {"": "", **known, **dict.fromkeys(held, "")}
    pairs = zip(found["left_out"], found["holds"], strict=True)
    table = found[["column", "holds", "example"]].assign(remark=[_remark(why, bool(holds)) for why, holds in pairs])
    st.caption("What each column is taken for; it can be changed under *read as*.")
    edited: pd.DataFrame = st.data_editor(
        table,
        key=key,
        hide_index=True,
        column_order=["column", "holds", "remark", "example"],
        height=min(HIGHEST, ROW * (len(table) + 1) + 3),
        disabled=["column", "example", "remark"],
        column_config={
            "column": st.column_config.TextColumn("column", pinned=True),
            "holds": st.column_config.SelectboxColumn(
                "read as",
                width=WIDE,
                help=HELP,
                options=list(units),
                format_func=lambda name: with_unit(str(name), units.get(str(name))),
            ),
            "example": "first values",
            "remark": st.column_config.TextColumn("unless changed", width=REMARKS),
        },
        placeholder="",
        alt="Columns of the table and what they are read as",
    )
    return ["" if pd.isna(name) else str(name) for name in edited["holds"]]


def _remark(reason: str, known: bool) -> str:
    return f"left out: {reason}" if reason else "" if known else AS_IT_IS


def _consequences(now: pd.DataFrame, chosen: Sequence[str]) -> None:
    """Say where a column is read otherwise than its line of the table says, for another one took its place."""
    said = [
        f"`{column}` is {f'read as {holds}, by its name' if holds else _remark(reason, False)}"
        for column, holds, reason, wanted in zip(now["column"], now["holds"], now["left_out"], chosen, strict=True)
        if holds != wanted
    ]
    if said:
        st.caption(f"With these edits: {'; '.join(said)}.")


def _columns(task: Task, path: Path, source: Settings) -> pd.DataFrame:
    inside = islice(path.iterdir(), LOOKED_AT) if path.is_dir() else ()
    return _cached(task.name, str(path), stamp(path, *inside), source.model_dump_json())


@st.cache_data(max_entries=32, show_spinner=False)
def _cached(task: str, path: str, when: tuple[int, ...], settings: str) -> pd.DataFrame:
    """The columns of a table; an error is no result, and is met again."""
    found = get_task(task)
    source = found.config.Source.model_validate_json(settings)
    return cast(MapsColumns, found.data).columns_of_file(Path(path), source)
