"""The head of each page: title, navigation, and the pickers of task, data set and run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from astrocore.config import data_roots, home, runs_root
from astrocore.data.dataset import find_datasets
from astrocore.runs.run import Run, find_runs
from astrocore.tasks import TASKS, Task, get_task
from astrocore.ui.navigation import PAGES, Page, link, remember, remembered

ICON = "\N{TELESCOPE}"
"""In the browser's tab; an icon font would be fetched from the network."""
SIDEBAR = 264
"""Width in pixels."""
BUILT = "built"
"""Session entry: a data set that was just built, which the picker shall show."""
STARTED = "started"
"""Session entry: a run that the picker shall show, as soon as it knows it."""


@dataclass(frozen=True)
class Picks:
    """What a page works on; None where there is nothing to pick from."""

    task: Task
    badges: DeltaGenerator
    """Place beside the title, for the badge "simulated"."""
    data: Path | None = None
    run: Run | None = None
    arrived: bool = False
    """Whether another page was shown before, or none."""


def begin(page: Page, data: bool = False, run: bool = False) -> Picks:
    """Set the page up and draw its head and sidebar.

    Parameters
    ----------
    data, run
        Whether the sidebar asks for a data set, for a run.
    """
    st.set_page_config(
        page_title=f"{page.title} · astrocore", page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR
    )
    arrived = _arrive(page)
    with st.sidebar:
        st.markdown("### :primary[:material/flare:] astrocore")
        places = st.container(gap="xxsmall")
        task = _pick_task()
        picked_data = _pick_dataset(task) if data else None
        picked_run = _pick_run(task) if run else None
    with places:
        for other in PAGES:
            link(other, width="stretch")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.title(page.heading or page.title, anchor=False, width="content")
        badges = st.container(horizontal=True, width="content")
    return Picks(task, badges, picked_data, picked_run, arrived)


def shown_path(path: Path) -> str:
    """A path relative to astrocore's home when below it."""
    path = path.resolve()
    return str(path.relative_to(home()) if path.is_relative_to(home()) else path)


def datasets(task: str) -> dict[str, Path]:
    """Data sets of a task by the name that the app shows."""
    return {shown_path(path): path for root in data_roots() for path in find_datasets(root, task)}


def runs(task: str) -> dict[str, Run]:
    """Runs of a task by name, newest first."""
    return {run.name: run for run in find_runs(runs_root(), task)}


def _arrive(page: Page) -> bool:
    """On a page that was not shown just now, begin with what was picked before, unless the address says otherwise.

    Returns whether it is such a page.
    """
    arrived = st.session_state.get("page") != page.title
    if arrived:
        for name, value in remembered().items():
            if name not in st.query_params:
                st.session_state[name] = value
    st.session_state["page"] = page.title
    return bool(arrived)


def _pick_task() -> Task:
    names = list(TASKS)
    if len(names) == 1:
        return get_task(names[0])
    name = _pick("Task", names, "task", "What is classified.")
    return get_task(name or names[0])


def _pick_dataset(task: Task) -> Path | None:
    found = datasets(task.name)
    if st.session_state.get(BUILT) in found:
        st.session_state["data"] = st.session_state.pop(BUILT)
    name = _pick("Data set", list(found), "data", "Folders with a dataset.json below sample_data/ and data/.")
    return found[name] if name else None


def _pick_run(task: Task) -> Run | None:
    found = runs(task.name)
    if st.session_state.get(STARTED) in found:
        st.session_state["run"] = st.session_state.pop(STARTED)
    name = _pick("Run", list(found), "run", f"Folders below checkpoints/{task.name}/, newest first.", _forget)
    return found[name] if name else None


def _forget() -> None:
    """Another run was picked by hand: one that is still being made is no longer waited for."""
    st.session_state.pop(STARTED, None)


def _pick(label: str, names: list[str], key: str, text: str, on_change: Callable[[], None] | None = None) -> str | None:
    """A picker bound to the address and kept across pages; None where there is nothing to pick.

    It shows whole names: Streamlit looks in the address for what a picker shows, and links carry whole names.
    """
    if not names:
        return None
    if st.session_state.get(key, names[0]) not in names:
        del st.session_state[key]  # it was removed meanwhile
    picked = st.selectbox(
        label,
        names,
        key=key,
        help=text,
        on_change=on_change or "rerun",
        bind="query-params",
        persist_state="session",
    )
    remember(**{key: picked})
    return picked
