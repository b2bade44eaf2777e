"""An object's numbers as tables: measured and derived, with units, and where each stands in each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.tasks.card import Fact
from astrocore.ui.numbers import amount, percent, with_unit

SCROLLED = 420
"""Height of a long table, in pixels."""
LONG = 20
"""Facts that are too many for a table that shows them all."""
FEW = 4
"""Classes that a table has room for without scrolling sideways."""
ROW = 35
"""Height of a line."""
NAMES, VALUES, SHARES = 178, 60, 74
"""Widths of its columns: half a page holds three classes."""
STANDING = "Below a class: how many of its training objects have less."
DERIVED = "Computed from the numbers and curves, on the scale on which net and companion are given them."


def facts_table(facts: Sequence[Fact], title: str) -> None:
    """Name, value and unit, a line each, below the object's title; and where the value stands in each class."""
    there = [fact for fact in facts if _known(fact)]
    if not facts:
        return
    st.markdown(f"**{title}**")
    if len(there) > LONG or len(_classes(there)) > FEW:
        scrolled_table(there, f"Values of {title}")
    elif there:
        _table(there, f"Values of {title}")
    if missing := [fact.name for fact in facts if not _known(fact)]:
        st.caption(f"Missing: {', '.join(missing)}.")


def derived_table(facts: Sequence[Fact], title: str) -> None:
    """The same of derived features."""
    scrolled_table(facts, f"Derived features of {title}")


def scrolled_table(facts: Sequence[Fact], about: str) -> None:
    """Many facts, a line each, to scroll in."""
    classes, words = _classes(facts), any(isinstance(fact.value, str) for fact in facts)
    lines = {
        "quantity": [with_unit(fact.name, fact.unit) for fact in facts],
        "value": [amount(fact.value) for fact in facts] if words else [fact.value for fact in facts],
        **{name: [100 * fact.standing.get(name, np.nan) for fact in facts] for name in classes},
    }
    shares: dict[str, Any] = {name: st.column_config.NumberColumn(format="%.0f %%", width=SHARES) for name in classes}
    named = st.column_config.TextColumn(width=NAMES)
    value: Any = st.column_config.TextColumn(width=VALUES)
    if not words:
        value = st.column_config.NumberColumn(format="%.4g", width=VALUES)
    st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        height=min(SCROLLED, ROW * (len(facts) + 1) + 3),
        column_config={"quantity": named, "value": value, **shares},
        alt=about,
    )
    if classes:
        st.caption(STANDING)


def _table(facts: Sequence[Fact], about: str) -> None:
    classes = _classes(facts)
    shares = {
        name: [percent(fact.standing[name]) if name in fact.standing else "" for fact in facts] for name in classes
    }
    lines = {
        "quantity": [with_unit(fact.name, fact.unit) for fact in facts],
        "value": [amount(fact.value) for fact in facts],
        **shares,
    }
    st.table(pd.DataFrame(lines), border="horizontal", hide_index=True, alt=about)
    if classes:
        st.caption(STANDING)


def _classes(facts: Sequence[Fact]) -> list[str]:
    """Classes among which any of the facts has a standing."""
    return list(dict.fromkeys(name for fact in facts for name in fact.standing))


def _known(fact: Fact) -> bool:
    return bool(fact.value) if isinstance(fact.value, str) else fact.value is not None and bool(np.isfinite(fact.value))


def measured_facts(row: pd.Series, units: Mapping[str, str]) -> list[Fact]:
    """The measured columns of a row, where there is no data set to make a card from."""
    return [Fact(name, row[name], unit) for name, unit in units.items() if name in row]
