"""The nearest neighbours of an object in an embedding: of one of a run, and of one that was brought to the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.neighbours import nearest, nearest_to
from astrocore.errors import InputError
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.browse import OBJECT
from astrocore.ui.conflicts import KEEP
from astrocore.ui.derived import training_data
from astrocore.ui.gallery import gallery
from astrocore.ui.navigation import EMBEDDINGS, link

K = 10
"""Neighbours that are shown."""
EMBEDDING = "embedding"
"""Key of the picker on the page Embeddings, and its query parameter."""
INSTEAD = "Show this object instead."
LABELLED = "Neighbours are looked for among objects with a label; {n:,} have none."
NOT_KEPT = "The run kept no embedding of objects of its own, so there is nothing that this one could lie near."
ITSELF = "The run knows an object of this name, which is left out."


def embedding_names(*predictions: Predictions) -> list[str]:
    """Names of the embeddings that all of them have, "fused" first."""
    shared = set.intersection(*(set(some.embeddings) for some in predictions))
    return sorted(shared, key=lambda name: (name != "fused", name))


def neighbours(
    task: Task,
    run: Run,
    predictions: Predictions,
    embedding: str,
    row: int,
    among: pd.Series | None,
    show: Callable[[str], None],
) -> None:
    """Draw the objects that lie nearest to one of them.

    Parameters
    ----------
    among
        object_id of those that may be found; all when not given.
    show
        Called with the object_id of the neighbour that is to be shown instead.
    """
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.subheader(f"Nearest in {embedding}", anchor=False, width="content")
        labelled_only = _wants_labelled(predictions)
    there = labelled(predictions) if labelled_only else np.ones(len(predictions), dtype=bool)
    if among is not None:
        there &= predictions.table["object_id"].isin(among).to_numpy(bool)
    found = find(predictions, embedding, row, there)
    if found is None:
        st.caption(f"This object has no embedding {embedding}, so it has no neighbours there.")
        return
    rows, cosines = found
    told = agreement(predictions.classes, int(predictions.label[row]), predictions.label[rows])
    st.caption(f"{told} {_searched(predictions, embedding, there, labelled_only)}")
    said = _near(predictions, rows, cosines, str(predictions.group[row]))

    def name(other: str, place: int) -> None:
        st.button(other, key=f"neighbour:{place}", type="tertiary", help=INSTEAD, on_click=show, args=(other,))

    hint = f"*Only objects with {task.config.DRAWN}*, above, looks for neighbours that have them."
    gallery(task, run, predictions, rows, said, name, hint if training_data(run) else "")


def labelled_neighbours(task: Task, run: Run, brought: Predictions, row: int) -> None:
    """Draw the labelled objects of a run that lie nearest to one that was brought; a click leads to Embeddings."""
    known = cache.predictions(run) if run.predictions_file.is_file() else None
    names = embedding_names(known, brought) if known is not None else []
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.subheader("Nearest labelled objects of the run", anchor=False, width="content")
        if known is None or not names:
            st.caption(NOT_KEPT)
            return
        embedding = _pick(names, run)
    object_id = str(brought.table["object_id"].iloc[row])
    itself = (known.table["object_id"].astype(str) == object_id).to_numpy(bool)
    there = labelled(known) & ~itself
    try:
        rows, cosines = nearest_to(known.embeddings[embedding], brought.embeddings[embedding][row], K, there)
    except InputError:
        st.caption(f"This object has no embedding {embedding}, so nothing lies near it there.")
        return
    told = agreement(known.classes, int(brought.label[row]), known.label[rows])
    st.caption(f"{told} {_searched(known, embedding, there, True)} {ITSELF if itself.any() else ''}".strip())

    def name(other: str, place: int) -> None:
        link(EMBEDDINGS, other, **{OBJECT: other, EMBEDDING: embedding})

    gallery(task, run, known, rows, _near(known, rows, cosines, str(brought.group[row])), name)


def find(
    predictions: Predictions, embedding: str, row: int, among: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Row numbers and cosines of the nearest objects `among` (N,) bool; None where the object has no such embedding."""
    try:
        return nearest(predictions.embeddings[embedding], row, K, among)
    except InputError:
        return None


def labelled(predictions: Predictions) -> np.ndarray:
    """(N,) bool: objects that have a label."""
    return np.asarray(predictions.label >= 0)


def agreement(classes: Sequence[str], label: int, others: np.ndarray) -> str:
    """How many neighbours, by their labels (M,), share an object's label, in a sentence; without one, what they are."""
    names = (*classes, "unknown")
    if label >= 0:
        return f"{int((others == label).sum())} of the {len(others)} nearest share its label, {names[label]}."
    counted = ", ".join(f"{n} {names[code]}" for code, n in Counter(others.tolist()).most_common())
    return f"Its label is unknown; the {len(others)} nearest are: {counted or 'none'}."


def _wants_labelled(predictions: Predictions) -> bool:
    """The toggle for neighbours with a label alone, where some objects have one and some have none."""
    without = int((~labelled(predictions)).sum())
    if not 0 < without < len(predictions):
        return False
    return st.toggle("Labelled only", True, key="labelled", help=LABELLED.format(n=without), **KEEP)


def _pick(names: list[str], run: Run) -> str:
    """The picker of the embedding in which an object that was brought is held against the run."""
    if len(names) == 1:
        return names[0]
    key = f"classify:{run.path}:embedding"
    return str(st.selectbox("Embedding", names, key=key, width=170, persist_state="session"))


def _searched(predictions: Predictions, embedding: str, among: np.ndarray, labelled_only: bool) -> str:
    """Among which objects was looked."""
    n = int((np.isfinite(predictions.embeddings[embedding]).all(axis=1) & among).sum())
    return f"By cosine, among {n:,} {'labelled ' if labelled_only else ''}objects of all splits."


def _near(predictions: Predictions, rows: np.ndarray, cosines: np.ndarray, group: str) -> list[str]:
    """How near each neighbour lies, and whether it is of the same group."""
    same = [" · same group" if str(name) == group else "" for name in predictions.group[rows]]
    return [f"cosine {cosine:.3f}{marked}" for cosine, marked in zip(cosines.tolist(), same, strict=True)]
