"""The Train page: a form from the task's settings, the command that it amounts to, and the run that it starts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from astrocore.config import Training, configure
from astrocore.errors import AstrocoreError, ConfigError
from astrocore.runs.run import run_folder
from astrocore.tasks import TASKS, Task
from astrocore.ui import cache
from astrocore.ui.data import no_data
from astrocore.ui.forms import explicit, form, form_fields, options, preset_picker
from astrocore.ui.jobs import Job, argument, command, find_jobs, shown, start
from astrocore.ui.layout import halves
from astrocore.ui.live import live
from astrocore.ui.navigation import TRAIN, remembered
from astrocore.ui.notices import guarded, simulated_badge
from astrocore.ui.picks import STARTED, Picks, begin, runs
from astrocore.ui.runs_table import runs_table

FIRST = ("epochs", "pretrain_epochs", "batch_size", "lr", "modalities", "seed")
"""Settings that matter first, where the task has them; the others stand in the expander."""
NAME = "train:name"


def train_page() -> None:
    """Draw the page."""
    _attach()
    picks = begin(TRAIN, data=True, run=True)
    left, right = halves()
    with left, guarded():
        if picks.data is None:
            no_data(picks.task)
        else:
            _form(picks, picks.data)
    with right, guarded():
        live(picks)
    with guarded():
        st.subheader("Runs", anchor=False)
        st.caption("A row's box shows its run above. Scores on the validation split.")
        runs_table(picks.task, "train:runs")


def _attach() -> None:
    """In a fresh session, show the run that is at work."""
    if remembered().get("run") or STARTED in st.session_state:
        return
    for task in TASKS:
        working = [job.name for job in find_jobs(task) if job.alive()]
        working += [name for name, run in runs(task).items() if run.alive()]
        if working:
            st.session_state[STARTED] = working[0]
            return


def train_command(
    data: Path, name: str, preset: str, changed: dict[str, Any], more: Iterable[str] = ()
) -> tuple[str, ...]:
    """The command that trains: data, name and preset always, then only what differs from the preset."""
    words = (argument(data), "--run", name, "--preset", preset, *options(changed), *more, "--queue")
    return command("train", *words)


def _form(picks: Picks, path: Path) -> None:
    task = picks.task
    data = cache.dataset(path)
    with picks.badges:
        simulated_badge(data.simulated, data.origin)
    st.subheader("New run", anchor=False)
    config = task.config
    preset = preset_picker(config.PRESETS, "train")
    name = _name(task, preset)
    first, command_place = st.container(), st.container()
    values = _settings(task, preset, first)
    more = _beginning(task)
    settings: Training | None = None
    changed: dict[str, Any] = {}
    with guarded():
        changed = explicit(config.Config, config.PRESETS, preset, values)
        settings = configure(config.Config, config.PRESETS, preset, changed)
    words = train_command(path, name or "NAME", preset, changed, more)
    with command_place:
        _command(task, name, words, ready=settings is not None and bool(name))


def _command(task: Task, name: str, words: tuple[str, ...], ready: bool) -> None:
    """The command, and the button that starts it."""
    st.caption("The command that the button starts, as a process of its own: closing this page changes nothing.")
    st.code(shown(words), language="bash", wrap_lines=True)
    st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not ready,
        on_click=_start,
        args=(task, name, words),
    )
    if message := st.session_state.pop("train:error", None):
        st.error(message)


def _name(task: Task, preset: str) -> str:
    """The name of the run; a free one is offered, and a new one when the preset changes."""
    if st.session_state.get(NAME) in (None, st.session_state.get("train:offered")):
        st.session_state[NAME] = st.session_state["train:offered"] = free_name(preset, runs(task.name))
    typed = str(
        st.text_input("Name", key=NAME, help="Name of the run's folder.", persist_state="session") or ""
    ).strip()
    return typed


def free_name(preset: str, taken: Iterable[str]) -> str:
    """The first of <preset>-1, <preset>-2, ... that no run has."""
    names = set(taken)
    return next(name for i in range(1, len(names) + 2) if (name := f"{preset}-{i}") not in names)


def _settings(task: Task, preset: str, first: DeltaGenerator) -> dict[str, Any]:
    """What the form's widgets hold; those that matter first stand in the place `first`."""
    config = task.config
    defaults = configure(config.Config, config.PRESETS, preset, {})
    fields = form_fields(config.Config)
    key = f"train:{task.name}:{preset}"
    with first:
        values = form([field for field in fields if field.name in FIRST], defaults, key)
    rest = [field for field in fields if field.name not in FIRST]
    with st.expander("All settings", icon=":material/tune:"):
        st.markdown("**Model, losses, augmentation**")
        values |= form([field for field in rest if field.name not in Training.model_fields], defaults, key)
        st.markdown("**Training**")
        values |= form([field for field in rest if field.name in Training.model_fields], defaults, key)
    return values


def _beginning(task: Task) -> tuple[str, ...]:
    """Whether to start from another run's weights."""
    trained = [name for name, run in runs(task.name).items() if run.weights_file.is_file()]
    if not trained:
        return ()
    with st.expander("Start from another run", icon=":material/fork_right:"):
        origin = st.selectbox(
            "Weights of",
            trained,
            index=None,
            placeholder="none: from scratch",
            key="train:init",
            persist_state="session",
        )
        freeze = st.toggle(
            "Freeze the backbone",
            key="train:freeze",
            disabled=origin is None,
            help="Train only what stands on the encoders.",
            persist_state="session",
        )
    if origin is None:
        return ()
    return ("--init-from", f"{task.name}/{origin}", *(("--freeze-backbone",) if freeze else ()))


def _start(task: Task, name: str, words: tuple[str, ...]) -> None:
    """Start the job; the page then watches its run."""
    try:
        folder = run_folder(task.name, name)
        if (folder / "run.json").exists():
            raise ConfigError(f"There is a run {name} already; choose another name.")
        start(words, Job(folder))
    except AstrocoreError as error:
        st.session_state["train:error"] = str(error)
    else:
        st.session_state[STARTED] = name
        st.session_state.pop(NAME, None)
