"""Work that takes too long for a page: its command, a button that starts it as a job, and a sign of life."""

from __future__ import annotations

import streamlit as st

from astrocore.errors import AstrocoreError
from astrocore.runs.run import Run
from astrocore.ui.jobs import Job, shown, start
from astrocore.ui.numbers import day


def offer(run: Run, words: tuple[str, ...], why: str) -> None:
    """Say why something is not there yet, show the command that makes it, and a button that starts it.

    Parameters
    ----------
    words
        The command, as `jobs.command` gives it; its verb tells the jobs of one run apart.
    """
    verb = words[3]
    job = Job(run.path, verb)
    st.info(why)
    st.code(shown(words), language="bash", wrap_lines=True)
    if job.alive():
        st.fragment(_waiting, run_every=2)(job)
        return
    st.button(
        "Start the job",
        icon=":material/play_arrow:",
        key=f"offer:{run.path}:{verb}",
        on_click=_start,
        args=(words, job),
    )
    if message := st.session_state.pop(f"offer:{run.path}:{verb}:error", None):
        st.error(message)
    elif job.started and job.tail():
        with st.expander("What the last job said", icon=":material/terminal:"):
            st.code(job.tail(), language=None, wrap_lines=True)


def _waiting(job: Job) -> None:
    """While the job works: a sign of life, and a full redraw once it has ended."""
    if not job.alive():
        st.rerun()
    st.info(f"At work since {day(job.started)}.", icon="spinner")
    if line := job.tail(1).strip():
        st.code(line, language=None, wrap_lines=True)


def _start(words: tuple[str, ...], job: Job) -> None:
    try:
        start(words, job)
    except AstrocoreError as error:
        st.session_state[f"offer:{job.folder}:{job.verb}:error"] = str(error)
