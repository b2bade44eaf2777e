"""The table of all runs of a task, and the colours of their states."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
import streamlit as st

from astrocore.errors import AstrocoreError
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui.navigation import remember
from astrocore.ui.numbers import day, headline
from astrocore.ui.picks import STARTED, runs

Colour = Literal["red", "orange", "blue", "green", "gray"]
COLOURS: dict[str, Colour] = {
    "running": "blue",
    "starting": "blue",
    "queued": "orange",
    "done": "green",
    "stopped": "gray",
    "imported": "gray",
    "failed": "red",
    "crashed": "red",
}
ICONS = {
    "running": ":material/progress_activity:",
    "starting": ":material/progress_activity:",
    "queued": ":material/hourglass_top:",
    "done": ":material/check_circle:",
    "stopped": ":material/stop_circle:",
    "imported": ":material/input:",
    "failed": ":material/error:",
    "crashed": ":material/error:",
}


def status_badge(status: str) -> None:
    """The state of a run as a coloured badge."""
    st.badge(status, icon=ICONS.get(status), color=COLOURS.get(status, "gray"))


def run_row(run: Run) -> dict[str, Any]:
    """One run as a row of the table; what can't be read is left empty."""
    try:
        info, status = run.read_info(), run.status()
    except AstrocoreError as error:
        return {"run": run.name, "status": f"unreadable: {error}"}
    split, metrics, n = headline(info) or ("", {}, 0)
    return {
        "run": run.name,
        "status": status,
        "accuracy": metrics.get("accuracy"),
        "macro F1": metrics.get("macro_f1"),
        "measured on": f"{split}, n = {n:,}" if split else "",
        "simulated": ", ".join(info.data.simulated) or "no",
        "preset": info.preset,
        "data": info.data.path,
        "parameters": info.parameters or None,
        "created": day(info.created),
    }


def runs_table(task: Task, key: str) -> None:
    """All runs, newest first; a picked row becomes the run that this page, or the next one, shows."""
    found = list(runs(task.name).values())
    if not found:
        st.caption("No run yet.")
        return
    score = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        pd.DataFrame([run_row(run) for run in found]),
        hide_index=True,
        key=key,
        on_select=lambda: _show(key, found),
        selection_mode="single-row",
        column_config={
            "accuracy": score,
            "macro F1": score,
            "parameters": st.column_config.NumberColumn(format="localized"),
        },
        placeholder="",
        alt="Runs of the task",
    )


def _show(key: str, found: list[Run]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows and rows[0] < len(found):
        st.session_state[STARTED] = found[rows[0]].name
        remember(run=found[rows[0]].name)
