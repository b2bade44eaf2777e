"""The home page: what astrocore is for, the data sets and runs that are here, and where to go next."""

from __future__ import annotations

import streamlit as st

from astrocore.data.dataset import Dataset
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.data import no_data
from astrocore.ui.navigation import DATA, HOME, PAGES, link
from astrocore.ui.notices import guarded, simulated_badge
from astrocore.ui.opened import no_run
from astrocore.ui.picks import begin, datasets, runs
from astrocore.ui.runs_table import runs_table

AIM = (
    "See what a classifier has learned, and decide where it may say yes: train it, walk through its embeddings, "
    "read its precision-recall curves, set a threshold for each class, keep the decision."
)


def home_page() -> None:
    """Draw the page."""
    picks = begin(HOME)
    st.markdown(AIM)
    st.caption(picks.task.config.TITLE)
    cells = st.grid(3, min_column_width=170, border=True)
    for page in PAGES[1:]:
        with cells.cell():
            link(page)
            st.caption(page.says)
    with guarded():
        st.subheader("Data sets", anchor=False)
        _data_sets(picks.task)
    with guarded():
        _runs(picks.task)


def _data_sets(task: Task) -> None:
    found = datasets(task.name)
    if not found:
        no_data(task)
        return
    cells = st.grid(3, min_column_width=300, border=True)
    for name, path in found.items():
        with cells.cell(), guarded():
            _data_set(name, cache.dataset(path))


def _runs(task: Task) -> None:
    """All runs; where there is data but no run yet, how to make one."""
    if runs(task.name):
        st.subheader("Runs", anchor=False)
        st.caption(
            "A row's box picks the run for the other pages. Scores are on the validation split: looking here does not "
            "open test."
        )
        runs_table(task, "home:runs")
    elif datasets(task.name):
        st.subheader("Runs", anchor=False)
        no_run(task)


def _data_set(name: str, data: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{name}**", width="content")
        simulated_badge(data.simulated, data.origin)
    table = data.table
    st.markdown(
        f"{len(data):,} objects in {table['group'].nunique():,} groups, {int(table['label'].notna().sum()):,} labelled."
    )
    st.caption(", ".join(data.classes))
    link(DATA, "Look at it", data=name)
