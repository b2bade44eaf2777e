"""A part of the Data page: build a data set from a file or folder that a person brings, and see what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pandas as pd
import streamlit as st

from astrocore.config import Settings, validated
from astrocore.data.dataset import Dataset
from astrocore.tasks import Task
from astrocore.ui.brought import MOST_MB, below_roots, kinds_of, path_fields
from astrocore.ui.builds import build_command, finished, free_name, is_dataset, kept, taken, target
from astrocore.ui.forms import form, form_fields
from astrocore.ui.jobs import shown
from astrocore.ui.layout import halves
from astrocore.ui.mapping import mapped
from astrocore.ui.notices import guarded
from astrocore.ui.picks import BUILT, shown_path

TITLE = "Build a data set from a file"
OPEN, NAME, OFFERED, TOLD, ROUND = (f"build:{word}" for word in ("open", "name", "offered", "told", "round"))
"""Session entries: whether the part is open, the name and the one that was offered, what the last build told, and how
many there were: each begins with fresh widgets."""


def build_section(task: Task, unfolded: bool = False) -> None:
    """Draw the part, folded up unless told otherwise; it folds up again when a data set was built."""
    if st.session_state.pop(f"{OPEN}:done", False):
        st.session_state[OPEN] = False
    box = st.expander(TITLE, unfolded, key=OPEN, icon=":material/add_circle:", on_change="rerun")
    if box.open:
        with box:
            _section(task)


def told(data: Dataset) -> None:
    """What the build of this session said of the data set that is shown."""
    result = cast("Mapping[str, Any]", st.session_state.get(TOLD, {}))
    if (result.get("name"), result.get("fingerprint")) != (shown_path(data.path), data.fingerprint):
        return
    n, groups = result["n"], result["groups"]
    st.success(f"Built {result['name']}: {n:,} objects in {groups:,} groups.", icon=":material/check:")
    for note in result["notes"]:
        st.caption(note)
    if defects := result["defects"]:
        files = f"{len(defects)} files were" if len(defects) > 1 else "One file was"
        st.warning(f"{files} not used as brought; the table says why.", icon=":material/report:")
        table = pd.DataFrame(defects)[["file", "error", "message"]]
        st.table(table, border="horizontal", hide_index=True, alt="Files that could not be used")


@st.fragment
def _section(task: Task) -> None:
    """The widgets, the command and its button; only these are drawn again when one of them changes."""
    with guarded():
        key = f"build:{task.name}:{st.session_state.get(ROUND, 0)}"
        left, right = halves()
        source, values, name = None, None, ""
        with left, guarded():
            source = _place(task, task.config.BRINGS, f"{key}:source", "One file, or several of any number of objects.")
        with right, guarded():
            name = _name(source)
        with guarded():
            values = _settings(task, source, key)
        words = build_command(task.name, source, name, values or {})
        _command(words, name, [source, *(values or {}).values()], source is not None and values is not None)


def _place(task: Task, label: str, key: str, text: str) -> Path | None:
    """Where what a person brings lies: uploaded files, or a path below the data roots; None as long as nothing is.

    Raises
    ------
    AstrocoreError
        It is not taken, is not there, or lies elsewhere.
    """
    files: Any = st.file_uploader(
        label,
        type=list(kinds_of(task)),
        accept_multiple_files=True,
        max_upload_size=MOST_MB,
        key=f"{key}:files",
        help=text,
    )
    typed = st.text_input(
        "Or a file or folder below sample_data/ or data/",
        key=f"{key}:path",
        placeholder="data/…",
        disabled=bool(files),
        persist_state="session",
    )
    if files:
        return kept(files)
    return below_roots(typed) if str(typed or "").strip() else None


def _name(source: Path | None) -> str:
    """The name of the data set, "" where none is wanted yet; raises ConfigError where it can't be had."""
    if st.session_state.get(NAME) in (None, st.session_state.get(OFFERED)):
        st.session_state[NAME] = st.session_state[OFFERED] = free_name(source, taken()) if source else ""
    typed = st.text_input(
        "Name of the data set", key=NAME, help="Name of its folder below data/.", persist_state="session"
    )
    name = str(typed or "").strip()
    replace = is_dataset(name) and st.checkbox(f"Replace the data set data/{name}", key=f"build:replace:{name}")
    return target(name, replace).name if name else ""


def _settings(task: Task, source: Path | None, key: str) -> dict[str, Any]:
    """Settings of the task's Source that differ from its defaults; files among them as paths.

    Raises
    ------
    AstrocoreError
        A setting is out of bounds, or the mapping does not fit the table.
    """
    kind: type[Settings] = task.config.Source
    defaults, files = kind(), path_fields(kind)
    fields = form_fields(kind)
    with st.expander("How to read it", icon=":material/tune:", type="compact"):
        values = form([field for field in fields if field.name not in files], defaults, key)
        cells = st.columns(2)
        for place, field in enumerate(field for field in fields if field.name in files):
            with cells[place % len(cells)]:
                values[field.name] = _place(task, field.title, f"{key}:{field.name}", field.help)
    changed = {name: value for name, value in values.items() if value != getattr(defaults, name)}
    validated(kind, changed)
    if source is not None and (entries := mapped(task, source, changed, f"{key}:columns")):
        changed["mapping"] = entries
    return changed


def _command(words: tuple[str, ...], name: str, brought: list[Any], ready: bool) -> None:
    """The command, and the button that runs it."""
    st.code(shown(words), language="bash", wrap_lines=True)
    pressed = st.button(
        "Build", type="primary", icon=":material/play_arrow:", disabled=not (ready and name), key="build:start"
    )
    if not pressed:
        return
    with st.spinner("Reading the files and writing the data set …", show_time=True):
        result = finished(words, [path for path in brought if isinstance(path, Path)])
    st.session_state[BUILT] = shown_path(target(name, replace=True))
    st.session_state[TOLD] = {**result, "name": st.session_state[BUILT]}
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state[f"{OPEN}:done"] = True
    for entry in (NAME, OFFERED):
        st.session_state.pop(entry, None)
    st.rerun()
