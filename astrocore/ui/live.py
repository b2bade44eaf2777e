"""A run while it is trained: progress, learning curves, stop, resume; redrawn every second and a half."""

from __future__ import annotations

from typing import Any

import streamlit as st

from astrocore.charts.learning import Show, compares_views, learning_chart
from astrocore.errors import AstrocoreError
from astrocore.runs.info import RunInfo
from astrocore.runs.run import Run, run_folder
from astrocore.ui.jobs import Job, argument, command, shown, start, stop
from astrocore.ui.navigation import EMBEDDINGS, EVALUATE, THRESHOLDS, link
from astrocore.ui.notices import guarded
from astrocore.ui.numbers import day, duration, score
from astrocore.ui.picks import STARTED, Picks
from astrocore.ui.plots import draw
from astrocore.ui.runs_table import status_badge

EVERY = 1.5
"""Seconds between two looks at a living run."""
HEIGHT = 320
"""Of a chart, in pixels."""
STARTING = "starting"
MESSAGE = "live:message"


def live(picks: Picks) -> None:
    """Draw the run that was just started, else the one that is picked; kept up to date while it lives."""
    name = st.session_state.get(STARTED)
    run = Run(run_folder(picks.task.name, name)) if name else picks.run
    if run is None:
        st.info("A run that you start is shown here.")
        return
    going = Job(run.path).alive() or run.alive()
    st.fragment(_panel, run_every=EVERY if going else None)(run, going)


def _panel(run: Run, going: bool) -> None:
    """Everything about one run; asks for a full redraw when its life begins or ends."""
    job = Job(run.path)
    if going != (job.alive() or run.alive()):
        st.rerun()
    with guarded():
        if (run.path / "run.json").is_file():
            if st.session_state.get(STARTED) == run.name:
                st.rerun()  # the picker knows the run from now on
            _run(run, job)
        else:
            _not_yet(run, job)


def _not_yet(run: Run, job: Job) -> None:
    """A job whose run does not exist yet, or never came to exist."""
    st.subheader(run.name, anchor=False)
    if job.alive():
        st.info("Starting: the process reads the data set and builds the model.", icon="spinner")
    else:
        st.error("The process ended before it made the run. The end of what it said:")
        st.code(job.tail(), language=None, wrap_lines=True)


def _run(run: Run, job: Job) -> None:
    info, events = run.read_info(), run.events()
    status: str = run.status()
    if status in ("stopped", "crashed", "failed") and job.alive():
        status = STARTING
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(run.name, anchor=False, width="content")
        status_badge(status)
    n = ", ".join(f"{split} {count:,}" for split, count in info.data.counts.items())
    st.caption(f"{info.preset or 'no'} preset · {info.data.path} ({n}) · created {day(info.created)}")
    _state(run, job, info, events, status)
    _curves(run, events, info)
    with st.expander("Command and log", icon=":material/terminal:"):
        st.code(shown(info.command), language="bash", wrap_lines=True)
        st.code(job.tail() or "No output was kept.", language=None, wrap_lines=True)


def _state(run: Run, job: Job, info: RunInfo, events: list[dict[str, Any]], status: str) -> None:
    """What the run does now, and the buttons that fit."""
    if status == STARTING:
        st.info("The process reads the data set and builds the model.", icon="spinner")
    elif status == "running":
        done, words, more = progress(events)
        st.progress(done, text=words)
        st.caption(more)
    elif status == "queued":
        st.info("Waits until the job before it on this device ends.", icon=":material/hourglass_top:")
    elif status in ("crashed", "failed"):
        _trouble(job, events, status)
    elif status == "done":
        st.markdown(f"Accuracy {score(info, 'accuracy')}, macro F1 {score(info, 'macro_f1')}.")
        with st.container(horizontal=True):
            for page in (EMBEDDINGS, EVALUATE, THRESHOLDS):
                link(page)
    if message := st.session_state.pop(MESSAGE, None):
        st.error(message)
    with st.container(horizontal=True):
        if status in ("running", "queued", STARTING):
            st.button(
                "Stop",
                icon=":material/stop:",
                key="live:stop",
                on_click=_stop,
                args=(run, job),
                help="The process writes a checkpoint and ends; Resume goes on from there.",
            )
        if status in ("stopped", "crashed", "failed"):
            command_line = resume_command(run, info)
            st.button(
                "Resume",
                icon=":material/resume:",
                key="live:resume",
                on_click=_resume,
                args=(job, command_line),
                help=shown(command_line),
            )


def progress(events: list[dict[str, Any]]) -> tuple[float, str, str]:
    """Share of the stage that is done, the words beside the bar, and those below it."""
    steps = [event for event in events if event.get("steps")]
    if not steps:
        return 0.0, "Preparing the first step", ""
    now = steps[-1]
    words = f"{now.get('stage', '')}: epoch {now.get('epoch', 0)} of {now.get('epochs', 0)}"
    if now.get("eta_s") is not None:
        words += f", {duration(now['eta_s'])} left"
    more = [f"step {now['step']:,} of {now['steps']:,} of this stage"]
    if now.get("rate"):
        more.append(f"{now['rate']:,.0f} objects/s")
    if now.get("memory_mb"):
        more.append(f"{now['memory_mb']:,.0f} MB")
    return min(1.0, now["step"] / now["steps"]), words, " · ".join(more)


def resume_command(run: Run, info: RunInfo) -> tuple[str, ...]:
    """The command that goes on with a run."""
    return command("train", argument(info.data.folder), "--run", run.name, "--resume", "--queue")


def _trouble(job: Job, events: list[dict[str, Any]], status: str) -> None:
    said = [str(event["message"]) for event in events if event.get("event") == "failed" and event.get("message")]
    if status == "failed":
        st.error(said[-1] if said else "Training failed; the end of the log says why.")
    else:
        st.error(
            "The process died without a word: killed, out of memory, or the machine went down. The end of its log:"
        )
        st.code(job.tail(12) or "Nothing was printed.", language=None, wrap_lines=True)


def _curves(run: Run, events: list[dict[str, Any]], info: RunInfo) -> None:
    if not any(event.get("event") == "epoch" for event in events):
        return
    counts = info.data.counts
    n = ", ".join(f"{split} n = {counts[split]:,}" for split in ("train", "val") if split in counts)
    views: tuple[tuple[Show, str], ...] = (("views", "Views"),) if compares_views(events) else ()
    common: tuple[tuple[Show, str], ...] = (("loss", "Loss"), ("scores", "Scores"))
    for show, title in (*common, *views):
        draw(learning_chart(events, show, f"{title}: {n}"), f"live:{show}", f"{title} by epoch of {run.name}", HEIGHT)


def _stop(run: Run, job: Job) -> None:
    try:
        if not stop(run, job):
            st.session_state[MESSAGE] = "No process works on this run any more."
    except AstrocoreError as error:
        st.session_state[MESSAGE] = str(error)


def _resume(job: Job, words: tuple[str, ...]) -> None:
    try:
        start(words, job)
    except AstrocoreError as error:
        st.session_state[MESSAGE] = str(error)
