"""The Data page: what a data set holds, how it is split, what is missing, and one object at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from astrocore.charts.objects import histogram
from astrocore.charts.palette import UNKNOWN, class_colours
from astrocore.data.dataset import IDENTITY, SPLITS, Dataset
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.browse import UNLABELLED, browse, class_names
from astrocore.ui.building import build_section, told
from astrocore.ui.layout import halves
from astrocore.ui.navigation import DATA, link
from astrocore.ui.notices import empty, guarded, simulated_badge
from astrocore.ui.numbers import with_unit
from astrocore.ui.picks import begin
from astrocore.ui.plots import draw

ROOM = 40
"""Letters of all classes' names that a legend has room for in one line of half a page."""


def data_page() -> None:
    """Draw the page."""
    picks = begin(DATA, data=True)
    if picks.data is None:
        no_data(picks.task)
        build_section(picks.task, unfolded=True)
        return
    above = st.container()
    build_section(picks.task)
    with guarded():
        data = cache.dataset(picks.data)
        with above:
            told(data)
        with picks.badges:
            simulated_badge(data.simulated, data.origin)
        _overview(data)
        tabs = st.tabs(["Objects", "Classes and splits", "Missing values", "Distributions"])
        with tabs[0]:
            browse(picks.task, data)
        with tabs[1]:
            _splits(data)
        with tabs[2]:
            _missing(data)
        with tabs[3]:
            _distributions(data)


def no_data(task: Task) -> None:
    """Say that there is no data set yet, and how one is made."""
    name = task.name
    empty(
        "No data set yet.",
        "Simulate one, or build one from a table of your own; it then appears here.",
        f"python -m astrocore simulate {name} data/{name} --n 1000\npython -m astrocore build {name} TABLE data/{name}",
    )
    if st.session_state.get("page") != DATA.title:
        link(DATA, "Build one on the page Data")


def counts(data: Dataset) -> pd.DataFrame:
    """Objects by class (rows) and split (columns), with sums."""
    table = pd.crosstab(class_names(data), data.table["split"])
    order = [name for name in (*data.classes, UNLABELLED) if name in table.index or name in data.classes]
    table = table.reindex(index=order, columns=list(SPLITS), fill_value=0)
    table["all"] = table.sum(axis=1)
    table.loc["all"] = table.sum()
    return table.rename_axis(index="class", columns=None)


def missing(data: Dataset) -> pd.DataFrame:
    """Each measured column: unit, how many values are missing, range and median."""
    columns = [name for name in data.table.columns if name not in IDENTITY]
    values = data.table[columns]
    return pd.DataFrame(
        {
            "column": columns,
            "unit": [data.units.get(name, "") for name in columns],
            "missing": values.isna().sum().to_numpy(),
            "share": values.isna().mean().to_numpy(),
            "lowest": [_number(values[name], "min") for name in columns],
            "median": [_number(values[name], "median") for name in columns],
            "highest": [_number(values[name], "max") for name in columns],
        }
    )


def _number(column: pd.Series, what: str) -> float:
    return float(column.agg(what)) if _numeric(column) else float("nan")


def _overview(data: Dataset) -> None:
    table = data.table
    known = int(table["label"].notna().sum())
    sizes = " · ".join(f"{split} {int((table['split'] == split).sum()):,}" for split in SPLITS)
    cells = st.grid(4, min_column_width=170, border=True)
    cells.metric("Objects", f"{len(data):,}", help=f"Split: {sizes}.")
    cells.metric("Labelled", f"{known:,}", help=f"{len(data) - known:,} objects have no label.")
    cells.metric("Groups", f"{table['group'].nunique():,}", help="A group is what must not be torn apart by a split.")
    cells.metric("Classes", f"{len(data.classes)}", help=", ".join(data.classes))
    st.caption(f"{sizes} objects. {_sources(data)} {_read_with(data)}")


def _sources(data: Dataset) -> str:
    origin = ", ".join(f"{name} {kind}" for name, kind in data.origin.items())
    return f"Origin: {origin}. Fingerprint {data.fingerprint}."


def _read_with(data: Dataset) -> str:
    """The settings with which a data set was built; nothing where none was given."""
    said = [f"{name} `{_words(value)}`" for name, value in data.settings.items()]
    return f"Built with {'; '.join(said)}." if said else ""


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _splits(data: Dataset) -> None:
    table = counts(data)
    sizes = data.table.groupby("split")["group"].nunique()
    groups = [int(sizes.get(split, 0)) for split in SPLITS]
    table.loc["groups"] = [*groups, data.table["group"].nunique()]
    left, right = halves()
    with left:
        st.table(table.style.format(thousands=","), border="horizontal", alt="Objects and groups by class and split")
        st.caption("Objects by class and split; the last line counts groups.")
        _groups(data)
    with right:
        long = (
            table.drop(index=["all", "groups"], columns="all")
            .reset_index()
            .melt("class", var_name="split", value_name="n")
        )
        st.vega_lite_chart(
            long, _bars(data), height=300 + 10 * len(data.classes), alt="Objects by class and split as bars"
        )


def torn_groups(data: Dataset) -> list[str]:
    """Groups that lie in more than one split."""
    spread = data.table.groupby("group")["split"].nunique()
    return [str(name) for name in spread.index[spread > 1]]


def _groups(data: Dataset) -> None:
    torn, n = torn_groups(data), data.table["group"].nunique()
    if torn:
        st.error(f"{len(torn):,} of {n:,} groups lie in more than one split, {torn[0]} among them; build it again.")
    else:
        st.success(f"No group lies in two splits; {n:,} groups were checked.", icon=":material/check:")


def _missing(data: Dataset) -> None:
    shown = missing(data)
    shown["column"] = [with_unit(name, unit) for name, unit in zip(shown["column"], shown["unit"], strict=True)]
    shown = shown.drop(columns="unit").set_index("column")
    forms: dict[Any, str | Callable[[object], str] | None] = {"missing": "{:,}", "share": "{:.1%}"}
    forms |= dict.fromkeys(("lowest", "median", "highest"), "{:.5g}")
    st.table(shown.style.format(forms, na_rep=""), border="horizontal", alt="Missing values of each column")
    st.caption(f"n = {len(data):,} objects; share: of them, how many lack the value.")


def _distributions(data: Dataset) -> None:
    columns = [name for name in data.table.columns if name not in IDENTITY and _numeric(data.table[name])]
    if not columns:
        st.info("The data set has no measured columns.")
        return
    with st.container(horizontal=True, gap="medium"):
        name = st.selectbox("Column", columns, key="data:column", persist_state="session", width=260)
        split = st.segmented_control(
            "Split", ["all", *SPLITS], default="all", required=True, key="data:split", persist_state="session"
        )
    table = data.table.assign(label=class_names(data))
    table = table if split == "all" else table[table["split"] == split]
    found = [c for c in (*data.classes, UNLABELLED) if (table["label"] == c).any()]
    colours = dict(zip((*data.classes, UNLABELLED), (*class_colours(data.classes), UNKNOWN), strict=True))
    draw(
        histogram(
            {c: table.loc[table["label"] == c, name].to_numpy(float) for c in found},
            axis=with_unit(name, data.units.get(name)),
            title=f"{name}, {split}, n = {int(table[name].notna().sum()):,}",
            colours=[colours[c] for c in found],
        ),
        "data:histogram",
        f"Distribution of {name} by class",
    )


def _numeric(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column))


def _bars(data: Dataset) -> dict[str, object]:
    """Bars of counts, a group a split, a colour a class."""
    names = [*data.classes, *([UNLABELLED] if data.table["label"].isna().any() else [])]
    return {
        "mark": "bar",
        "encoding": {
            "x": {
                "field": "split",
                "type": "nominal",
                "sort": list(SPLITS),
                "title": "split",
                "axis": {"labelAngle": 0},
            },
            "xOffset": {"field": "class", "sort": names},
            "y": {"field": "n", "type": "quantitative", "title": "objects"},
            "color": {
                "field": "class",
                "scale": {"domain": names, "range": [*class_colours(data.classes), UNKNOWN]},
                "legend": {
                    "orient": "bottom",
                    "title": None,
                    "columns": 2 if len("".join(names)) > ROOM else 0,
                    "labelLimit": 0,
                    "labelFontSize": 12,
                },
            },
        },
    }
