"""What a page says besides its numbers: errors, empty states, the badge "simulated", the warning about test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import streamlit as st

from astrocore.errors import AstrocoreError, RunNotWritable
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run


@contextmanager
def guarded() -> Iterator[None]:
    """Show an AstrocoreError of the block as a message in its place; the page goes on below."""
    try:
        yield
    except AstrocoreError as error:
        st.error(str(error), icon=":material/error:")


def simulated_badge(modalities: Iterable[str], everything: Iterable[str] = ()) -> None:
    """The badge that says which modalities are simulated; nothing where none is."""
    names = tuple(modalities)
    if not names:
        return
    whole = set(names) >= set(everything)
    st.badge(
        "simulated" if whole else f"simulated: {', '.join(names)}",
        icon=":material/science:",
        color="orange",
        help=f"Not measured on the sky: {', '.join(names)}. Such numbers say nothing about real objects.",
    )


def empty(what: str, then: str, command: str | None = None) -> None:
    """An empty state: what is missing, what to do, and the command that does it."""
    with st.container(border=True):
        st.markdown(f"**{what}**")
        st.markdown(then)
        if command:
            st.code(command, language="bash", wrap_lines=True)


def look_at_test(run: Run, predictions: Predictions) -> None:
    """Count, once a session for each run's predictions, that results on test were looked at."""
    key = f"looked at test: {run.path} {predictions.hash}"
    if key in st.session_state:
        return
    st.session_state[key] = True
    try:
        run.count_test_opening()
    except RunNotWritable:
        st.caption("This run's folder can't be written, so this look at test was not counted.")


def test_openings(run: Run) -> str:
    """How often results on test were looked at."""
    times = run.test_opened()
    return "Test was never opened." if not times else f"Test was opened {times} time{'s' if times > 1 else ''}."


def tuning_on_test() -> None:
    """The red warning for whoever chooses thresholds on test."""
    st.error(
        "You are tuning on **test**. Thresholds look better than they are on the objects that they were chosen on. "
        "Tune on val and report on test.",
        icon=":material/warning:",
    )
