"""A file's header on an object's card: its keywords, which the model reads, and what each had to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.charts.palette import DIVERGING
from astrocore.tasks.card import HeaderCard
from astrocore.ui.why import Why

HIGHEST = 420
"""Of the table, in pixels."""
ROW = 35
KEYWORD, VALUE = 100, 150
"""Widths of its columns, in pixels."""
READ = "read as"
"""The column that names what the model makes of a card."""
FIRST = "Those that mattered first"
SHARE = (
    "The sum of the shares of all that the net reads from the card; orange speaks for the class, blue against it. "
    "What was read from several cards counts in each."
)


def draw_header(header: Sequence[HeaderCard], title: str, key: str, found: Why | None = None) -> None:
    """The cards as a table to search in; with `found`, the share of each, which opens it."""
    if not header:
        return
    with st.expander(f"Header ({len(header)} cards)", icon=":material/list_alt:", expanded=found is not None):
        table = header_table(header)
        if found is None:
            _show(table, table, title, {})
            return
        table[found.axis] = shares(header, found.features)
        if st.toggle(FIRST, key=f"{key}:first", value=True, persist_state="session"):
            table = by_share(table, found.axis)
        number = st.column_config.NumberColumn("share [logit]", format="%+.3f", width=KEYWORD, help=SHARE)
        _show(table, marked(table, found.axis), title, {found.axis: number})
        st.caption(f"Coloured: the {found.axis}. {SHARE}")


def header_table(header: Sequence[HeaderCard]) -> pd.DataFrame:
    """A row a card, in the order of the header: keyword, value, what the model reads from it, comment."""
    table = pd.DataFrame(
        {
            "keyword": [card.keyword for card in header],
            "value": [card.value for card in header],
            READ: [", ".join(card.features) for card in header],
            "comment": [card.comment for card in header],
        }
    )
    return table if table[READ].any() else table.drop(columns=READ)


def shares(header: Sequence[HeaderCard], features: Mapping[str, float]) -> np.ndarray:
    """What each card had to say [logit], (N,): the sum over its features; NaN where the net reads none of them."""
    known = [[features[name] for name in card.features if name in features] for card in header]
    return np.array([sum(some) if some else np.nan for some in known])


def by_share(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows by how much they mattered, for or against; those that the net does not read last, in their order."""
    return table.sort_values(column, key=lambda share: -share.abs(), na_position="last", kind="stable")


def marked(table: pd.DataFrame, column: str) -> Any:
    """The table with each share in its colour, the stronger the more it mattered."""
    largest = table[column].abs().max()

    def style(share: Any) -> str:
        if not np.isfinite(share) or not share:
            return ""
        red, green, blue = (int(DIVERGING[2 if share > 0 else 0][1][at : at + 2], 16) for at in (1, 3, 5))
        return f"background-color: rgba({red},{green},{blue},{0.1 + 0.6 * abs(share) / largest:.2f})"

    return table.style.map(style, subset=[column])


def _show(table: pd.DataFrame, shown: Any, title: str, numbers: Mapping[str, Any]) -> None:
    text = {"keyword": KEYWORD, "value": VALUE}
    others = [str(name) for name in table if name != "keyword" and name not in numbers]
    st.dataframe(
        shown,
        hide_index=True,
        column_order=["keyword", *numbers, *others],
        height=min(HIGHEST, ROW * (len(table) + 1) + 3),
        column_config={**{name: st.column_config.TextColumn(width=width) for name, width in text.items()}, **numbers},
        placeholder="",
        alt=f"Header of {title}",
    )
