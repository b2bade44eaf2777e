"""The Classify page: a run, files of one's own, and the verdict on each object with its card."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import streamlit as st

from astrocore.config import Settings, validated
from astrocore.errors import AstrocoreError
from astrocore.runs.profiles import Profile, profiles
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui.brought import (
    MOST_MB,
    TABLES,
    Upload,
    below_roots,
    clean,
    fingerprint,
    keep,
    kinds_of,
    path_fields,
    scratch,
    without_places,
)
from astrocore.ui.forms import form, form_fields
from astrocore.ui.layout import halves
from astrocore.ui.navigation import CLASSIFY
from astrocore.ui.notices import empty, guarded, simulated_badge
from astrocore.ui.opened import no_run
from astrocore.ui.picks import Picks, begin
from astrocore.ui.verdicts import Classified, show
from astrocore.ui.worker import ask

PATIENCE_S = 900.0
"""Longest wait for a verdict."""
CATALOGUE = "catalogue"
"""Setting of a task's Source that names a table of the objects, where it has one."""
BROUGHT = "brought"
"""Folder of a request's uploads."""
ARGMAX = "the most probable class"


@dataclass(frozen=True)
class Request:
    """What a person brought, as the widgets hold it."""

    files: tuple[Upload, ...]
    typed: str
    catalogue: Upload | None
    options: dict[str, Any]

    @property
    def ready(self) -> bool:
        """Whether there is anything to classify."""
        return bool(self.files or self.typed)

    @property
    def key(self) -> str:
        """The same for the same request."""
        return fingerprint(
            (*self.files, *([self.catalogue] if self.catalogue else [])), {**self.options, "": self.typed}
        )


def classify_page() -> None:
    """Draw the page."""
    picks = begin(CLASSIFY, run=True)
    with guarded():
        if picks.run is None:
            no_run(picks.task)
            return
        info = picks.run.read_info()
        with picks.badges:
            simulated_badge(info.data.simulated, info.data.origin)
        if not picks.run.weights_file.is_file():
            empty(
                f"The run {picks.run.name} has no weights.",
                f"Its status is {picks.run.status()}. Choose a trained run: only that can judge new objects.",
            )
            return
        _page(picks, picks.run)


def _page(picks: Picks, run: Run) -> None:
    """What to bring, the button, and the verdicts of the last request of this run."""
    request = _brought(picks.task)
    profile = _profile(run)
    pressed = st.button("Classify", type="primary", icon=":material/play_arrow:", disabled=not request.ready)
    key = f"classified:{run.path}"
    if pressed:
        st.session_state.pop(key, None)
        with guarded(), st.spinner("Reading the files and asking the net …", show_time=True):
            st.session_state[key] = classified(picks.task, run, request)
    found = cast("Classified | None", st.session_state.get(key))
    if found is None:
        if not pressed:
            st.info("Bring files and press Classify: the verdicts appear here. Nothing leaves this machine.")
        return
    show(picks.task, run, found, profile)


def classified(task: Task, run: Run, request: Request) -> Classified:
    """Keep what was brought, and have the run's worker read and judge it.

    Raises
    ------
    AstrocoreError
        The files are not taken, can't be read, or the worker failed.
    """
    folder = scratch() / f"{request.key}-{run.name}"
    options = dict(request.options)
    if request.catalogue:
        options[CATALOGUE] = str(keep([request.catalogue], folder / CATALOGUE)[0])
    if request.files:
        kept = keep(request.files, folder / BROUGHT)
        source = kept[0] if len(kept) == 1 else folder / BROUGHT
    else:
        source = below_roots(request.typed)
    places = (folder / BROUGHT, folder / CATALOGUE, folder)
    try:
        answer = ask(run, "classify", PATIENCE_S, source=str(source), out=str(folder), options=options)
    except AstrocoreError as error:
        raise type(error)(without_places(str(error), places)) from None
    clean(scratch())
    defects = [{key: without_places(text, places) for key, text in defect.items()} for defect in answer["defects"]]
    notes = [without_places(note, places) for note in answer["notes"]]
    return Classified(Path(answer["dataset"]), Path(answer["predictions"]), tuple(defects), tuple(notes))


def _brought(task: Task) -> Request:
    """The widgets for files, path, catalogue and settings."""
    takes_catalogue = CATALOGUE in task.config.Source.model_fields
    left, right = halves()
    with left:
        files: Any = st.file_uploader(
            task.config.BRINGS,
            type=list(kinds_of(task)),
            accept_multiple_files=True,
            max_upload_size=MOST_MB,
            key=f"classify:{task.name}:files",
            help="One file, or several of any number of objects.",
        )
        typed = st.text_input(
            "Or a file or folder below sample_data/ or data/",
            key="classify:path",
            placeholder="data/my-files",
            disabled=bool(files),
            persist_state="session",
        )
    with right:
        catalogue: Any = None
        if takes_catalogue:
            catalogue = st.file_uploader(
                "A table of the objects (optional)",
                type=list(TABLES),
                max_upload_size=MOST_MB,
                key=f"classify:{task.name}:catalogue",
                help="It brings what light curves do not say: period, mid-transit time, planet and star.",
            )
        options = _options(task)
    return Request(tuple(files or ()), "" if files else str(typed or "").strip(), catalogue, options)


def _options(task: Task) -> dict[str, Any]:
    """Settings of the task's Source that differ from its defaults; those that name files are set by the page alone."""
    kind: type[Settings] = task.config.Source
    own = path_fields(kind)
    fields = [field for field in form_fields(kind) if field.name not in own]
    defaults = kind()
    with st.expander("How to read the files", icon=":material/tune:"):
        values = form(fields, defaults, f"classify:{task.name}")
    changed = {name: value for name, value in values.items() if value != getattr(defaults, name)}
    with guarded():
        validated(kind, changed)
    return changed


def _profile(run: Run) -> Profile | None:
    """The profile to decide by; None for the most probable class."""
    known = {profile.name: profile for profile in profiles(run)}
    name = st.selectbox(
        "Decide by",
        [ARGMAX, *known],
        key=f"classify:{run.path}:profile",
        help="A threshold profile of this run, made on the page Thresholds.",
        width=300,
    )
    return known.get(str(name))
