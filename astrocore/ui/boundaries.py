"""Decision boundaries on the Evaluate page: which class a run says over two columns, or over its embedding's plane."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from astrocore.charts.boundaries import report_chart
from astrocore.runs.predictions import Predictions
from astrocore.runs.reports import boundary_name, load_report
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.jobs import command
from astrocore.ui.numbers import day
from astrocore.ui.offers import offer
from astrocore.ui.plots import draw

KINDS = ("Two columns", "Plane of the embedding")
READ = {
    "columns": "At each point the two columns of {n} objects are set to its values; all else "
    "stays as measured, and the probabilities are averaged (partial dependence). A point may so be a combination that "
    "does not exist, and an object's own verdict need not be the colour below it.",
    "plane": "The two main directions of the fused embedding; every point is given to the net's classifier as if the "
    "embedding had no other direction. It is the net's word alone, without companion and temperature.",
}


def boundaries_tab(task: Task, run: Run, predictions: Predictions, split: str, voice: str) -> None:
    """Controls, and the map or the command that makes it."""
    columns = [name for name in predictions.measured if pd.api.types.is_numeric_dtype(predictions.table[name])]
    kinds = [
        kind for kind, there in zip(KINDS, (len(columns) > 1, "fused" in predictions.embeddings), strict=True) if there
    ]
    if not kinds:
        st.info("These predictions carry neither two measured columns nor a fused embedding, so there is no map.")
        return
    with st.container(horizontal=True, gap="medium"):
        kind = st.segmented_control(
            "Map", kinds, default=kinds[0], required=True, key="boundary", persist_state="session"
        )
        x, y = _columns(task, columns) if kind == KINDS[0] else ("", "")
    if x and x == y:
        st.info("Choose two different columns.")
        return
    report = load_report(run, boundary_name(x, y, split, predictions.hash))
    if report is None:
        about = f"{x} and {y}" if x else "the embedding's plane"
        arguments = ("--x", x, "--y", y) if x else ()
        why = f"The map over {about} asks the net at each point of a grid: a job of its own, of seconds to minutes."
        offer(run, command("boundaries", run.full_name, *arguments, "--split", split), why)
        return
    _draw(run, report, split, voice)


def _columns(task: Task, columns: list[str]) -> tuple[str, str]:
    """The two columns, to begin with those that span the task's natural plane, else two by which one slices."""
    natural = dict.fromkeys((*getattr(task.views, "PLANE", ()), *task.views.SLICES))
    first = [name for name in natural if name in columns]
    first += [name for name in columns if name not in first]
    keep: dict[str, Any] = {"persist_state": "session", "width": 190}
    x = st.selectbox("From left to right", columns, index=columns.index(first[0]), key="boundary:x", **keep)
    y = st.selectbox("From bottom to top", columns, index=columns.index(first[1]), key="boundary:y", **keep)
    return str(x), str(y)


def _draw(run: Run, report: dict[str, Any], split: str, voice: str) -> None:
    """The map with the objects of the split."""
    some, kind = cache.voiced(run, voice).split(split), str(report["kind"])
    shown = voice if voice in report["voices"] else next(iter(report["voices"]))
    names = [str(report[key]["name"]) for key in "xy"]
    columns = {name: some.table[name].to_numpy(float) for name in names if name in some.table}
    ids = some.table["object_id"].astype(str).tolist()
    what = f"{names[1]} against {names[0]}" if kind == "columns" else "Plane of the embedding"
    title = f"{what}, {shown}: {split}, n = {len(some):,}"
    chart = report_chart(report, shown, columns, some.embeddings.get("fused"), some.label, ids, title)
    draw(chart, f"boundaries:{kind}", f"Most probable class over {' and '.join(names)}")
    if note := report.get("note"):
        st.warning(note)
    st.caption(f"{READ[kind].format(n=report.get('background'))} Computed {day(report.get('created'))}.")
