"""Slices on the Evaluate page: accuracy, purity and completeness against any measured column."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from astrocore.analysis.bins import BINS, By, cut
from astrocore.analysis.slices import Slices, sliced
from astrocore.charts.palette import class_colours
from astrocore.charts.slices import slices_chart
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.numbers import NBSP, cell, sample, with_unit
from astrocore.ui.plots import draw
from astrocore.ui.tables import csv_download

TITLES = {"Accuracy": "accuracy", "Purity": "purity", "Completeness": "completeness"}
WAYS: dict[str, By] = {"Round edges": "round", "Equal counts": "equal"}
FEW = 4
"""Classes up to which a table has room for their intervals."""
READ = {
    "accuracy": "Accuracy: of all objects of a bin, the share whose most probable class is the true one.",
    "purity": "Purity (precision): of the objects of a bin decided to be of a class, the share that are. It depends on "
    "how common the classes are in the bin, so it is that of this sample.",
    "completeness": "Completeness (recall): of the objects of a bin that are of a class, the share decided to be.",
}
DECIDED = (
    "The most probable class is the decided one: thresholds of a profile are not applied. "
    "A point stands at the median of its bin's objects."
)


def slices_tab(task: Task, run: Run, predictions: Predictions, split: str, voice: str) -> None:
    """Controls, the chart over the bins, and its numbers to read and to take away."""
    columns = slice_columns(task, predictions)
    if not columns:
        st.info("These predictions carry no measured column, so there is nothing to slice by.")
        return
    column, title, way, wanted = _controls(columns)
    some, score = cache.labelled(run, split, voice), TITLES[title]
    found = _sliced(str(run.path), cache.stamp(run.predictions_file), split, voice, column, wanted, WAYS[way], some)
    axis = with_unit(column, predictions.units.get(column))
    colours = class_colours(some.classes) if score != "accuracy" else None
    heading = f"{title} against {column}: {split}, n = {len(some):,}"
    chart = slices_chart(found.bins, found.of(score), score, axis, colours, heading)
    draw(chart, f"slices:{score}", f"{title} in bins of {column}, with intervals, and the number of objects in each")
    who = f", by the {voice}" if predictions.voices else ""
    st.caption(f"{sample(some, split)}{who}. {READ[score]} {DECIDED}")
    st.caption(f"{_table(found, score, axis)}; {split}.")
    csv_download(found.wide, f"{run.name}-{column}-{split}-{voice}.csv", "Download the bins with all scores")


def slice_columns(task: Task, predictions: Predictions) -> list[str]:
    """Numeric columns of which there are numbers, those first by which the task's results are naturally sliced."""
    table = predictions.table[list(predictions.measured)]
    known = [str(name) for name in table if pd.api.types.is_numeric_dtype(table[name]) and table[name].notna().any()]
    first = [name for name in task.views.SLICES if name in known]
    return [*first, *(name for name in known if name not in first)]


def slices_table(found: Slices, score: str, axis: str) -> pd.DataFrame:
    """One row a bin as text: each line's score with its interval and the number of objects that it is a share of."""
    columns = {name or score: [_text(row) for _, row in rows.iterrows()] for name, rows in found.of(score).items()}
    return pd.DataFrame({axis: found.bins.table["name"], **columns})


def _controls(columns: list[str]) -> tuple[str, str, str, int]:
    """Column, score, way to cut, and bins that are wanted."""
    keep: dict[str, Any] = {"persist_state": "session"}
    if st.session_state.get("slice", columns[0]) not in columns:
        del st.session_state["slice"]  # another run had it
    with st.container(horizontal=True, gap="medium"):
        column = st.selectbox("Against", columns, key="slice", width=170, bind="query-params", **keep)
        options = list(TITLES)
        title = st.segmented_control(
            "Score", options, default=options[0], required=True, key="score", bind="query-params", **keep
        )
        way = st.segmented_control("Bins with", list(WAYS), default="Round edges", required=True, key="bins", **keep)
        wanted = st.slider("About how many bins", 4, 30, BINS, key="bin_count", width=190, **keep)
    return str(column), str(title or options[0]), str(way or "Round edges"), int(wanted)


def _table(found: Slices, score: str, axis: str) -> str:
    """The bins with intervals, or, of many classes, their numbers alone to scroll in; what it says, in words."""
    if len(found.of(score)) <= FEW:
        shown = slices_table(found, score, axis)
        st.table(shown, border="horizontal", hide_index=True, alt=f"{score} in each bin")
        return "Small: 95 % intervals by groups, and n, the number of objects of which it is a share"
    values = {name: rows["value"] for name, rows in found.of(score).items()}
    shown = pd.DataFrame({axis: found.bins.table["name"], "objects": found.bins.table["n"], **values})
    form = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(shown, hide_index=True, column_config=dict.fromkeys(values, form), alt=f"{score} in each bin")
    return "Intervals by groups, and n of each number, stand in the file"


def _text(row: pd.Series) -> str:
    """A score with its interval and n."""
    ends = float(row["low"]), float(row["high"])
    return f"{cell(float(row['value']), ends)} :small[:gray[n{NBSP}={NBSP}{row['n']:,}]]"


@st.cache_resource(max_entries=32, show_spinner="Resampling groups for the intervals of each bin …")
def _sliced(
    path: str, when: tuple[int, ...], split: str, voice: str, column: str, wanted: int, by: By, _some: Predictions
) -> Slices:
    """The cache tells them apart by all but the predictions, into which it does not look."""
    bins = cut(_some.table[column].to_numpy(float), wanted, by)
    return sliced(_some.label, _some.predicted, _some.classes, _some.group, bins, n=cache.RESAMPLES)
