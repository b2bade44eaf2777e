"""Browsing a data set: the filtered table beside the card of the object that is picked in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.data.dataset import SPLITS, Dataset
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.layout import halves
from astrocore.ui.notices import guarded
from astrocore.ui.numbers import with_unit
from astrocore.ui.objects import object_card, step_through

UNLABELLED = "no label"
LISTED = 100_000
"""Rows of the table at most: a longer one would lose search and selection."""
HEIGHT = 500
"""Of the table, in pixels."""
CHOSEN = "data:classes"
"""Key of the classes that are shown."""
IN_LINE = 6
"""Classes that have room in one line beside the splits; of more one chooses in a list."""
OBJECT = "object"
"""Query parameter of the object that is shown."""


def class_names(data: Dataset) -> pd.Series:
    """The class of each object by name."""
    names = dict(enumerate(data.classes))
    return data.table["label"].map(names).astype(object).where(data.table["label"].notna(), UNLABELLED)


@st.fragment
def browse(task: Task, data: Dataset) -> None:
    """Draw filters, table and card; a step to another object redraws only these."""
    with guarded():
        _browse(task, data)


def _browse(task: Task, data: Dataset) -> None:
    table, filters = _filtered(data)
    if table.empty:
        st.info("No object has these classes and splits.")
        return
    if len(table) > LISTED:
        st.caption(
            f"The first {LISTED:,} of {len(table):,} objects are listed; choose a class or a split to see others."
        )
        table = table.head(LISTED)
    left, right = halves()
    with left:
        place = _table(data, table, f"data:table:{filters}")
        facts = st.container()
    with right:
        object_id = str(table["object_id"].iloc[place])
        step_through(table["object_id"].astype(str).tolist(), place, "data", _show(f"data:table:{filters}"))
        st.query_params[OBJECT] = object_id
        row = cache.row_of(data.table, object_id)
        if row is not None:
            st.subheader(object_id, anchor=False)
            st.caption(f"{table['label'].iloc[place]} · split {table['split'].iloc[place]}")
            object_card(task, data, row, "data:card", facts)


def _filtered(data: Dataset) -> tuple[pd.DataFrame, str]:
    """Rows that the filters let through, classes by name, and the filters as text."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        names = [*data.classes, *([UNLABELLED] if data.table["label"].isna().any() else [])]
        if not set(st.session_state.get(CHOSEN) or ()) <= set(names):
            del st.session_state[CHOSEN]  # the data set before this one had it
        offer: Any = st.pills if len(names) <= IN_LINE else st.multiselect
        more = {"selection_mode": "multi"} if len(names) <= IN_LINE else {"placeholder": "all"}
        classes = offer("Class", names, key=CHOSEN, persist_state="session", **more)
        splits = st.pills("Split", SPLITS, selection_mode="multi", key="data:splits", persist_state="session")
    table = data.table.assign(label=class_names(data))
    if classes:
        table = table[table["label"].isin(classes)]
    if splits:
        table = table[table["split"].isin(splits)]
    return table, f"{data.fingerprint}:{classes}:{splits}"


def _table(data: Dataset, table: pd.DataFrame, key: str) -> int:
    """The table with one row picked; the place of that row."""
    wanted = st.query_params.get(OBJECT)
    start = int(np.argmax((table["object_id"].astype(str) == wanted).to_numpy()))
    st.caption(f"{len(table):,} of {len(data):,} objects. The box in front of a row shows its object.")
    state: Any = st.dataframe(
        table.rename(columns={"label": "class"}),
        hide_index=True,
        height=HEIGHT,
        key=key,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [start]}},
        column_config={name: with_unit(name, unit) for name, unit in data.units.items()},
        placeholder="",
        alt="Objects of the data set",
    )
    rows = state["selection"]["rows"]
    return int(rows[0]) if rows and rows[0] < len(table) else start


def _show(key: str) -> Callable[[int], None]:
    """What picks a row of the table from elsewhere."""

    def show(place: int) -> None:
        st.session_state[key] = {"selection": {"rows": [place]}}

    return show
