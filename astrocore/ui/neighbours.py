"""The nearest neighbours of an object in an embedding, as a gallery of small pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.neighbours import nearest
from astrocore.charts.stills import curve_still, first_panel, picture_still
from astrocore.errors import InputError
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.tasks import Task, get_task
from astrocore.ui import cache
from astrocore.ui.derived import training_data
from astrocore.ui.numbers import NBSP, amount

K = 10
"""Neighbours that are shown."""
COLUMNS, NARROWEST = 5, 170
"""Cards beside each other at most, and the pixels below which there are fewer."""
NUMBERS = 3
"""Measured numbers on a card."""


@dataclass(frozen=True, eq=False)
class Still:
    """A small picture, (y, x, 3) or SVG, and what it shows; None where nothing was measured."""

    image: np.ndarray | str | None
    shows: str = ""


def neighbours(
    task: Task,
    run: Run,
    predictions: Predictions,
    embedding: str,
    row: int,
    among: pd.Series | None,
    show: Callable[[str], None],
) -> None:
    """Draw the objects that lie nearest to one.

    Parameters
    ----------
    among
        object_id of those that may be found; all when not given.
    show
        Called with the object_id of the neighbour that is to be shown instead.
    """
    found = find(predictions, embedding, row, among)
    st.subheader(f"Nearest in {embedding}", anchor=False)
    if found is None:
        st.caption(f"This object has no embedding {embedding}, so it has no neighbours there.")
        return
    rows, cosines = found
    st.caption(f"{agreement(predictions, row, rows)} {_searched(predictions, embedding, among)}")
    stills = _stills(task, run, predictions, rows)
    grid = st.grid(COLUMNS, min_column_width=NARROWEST, gap="xsmall", border=True)
    for place, (other, cosine) in enumerate(zip(rows.tolist(), cosines.tolist(), strict=True)):
        with grid.cell(), st.container(gap="xxsmall"):
            _card(predictions, other, stills[place], show, place)
            same = str(predictions.group[other]) == str(predictions.group[row])
            numbers = [f"cosine {cosine:.3f}{' · same group' if same else ''}", *_numbers(task, predictions, other)]
            st.caption("  \n".join(numbers))
    _notes(task.config.DRAWN, stills, training_data(run) is not None)


def find(
    predictions: Predictions, embedding: str, row: int, among: pd.Series | None = None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Row numbers and cosines of the nearest objects; None where the object has no such embedding."""
    there = None if among is None else predictions.table["object_id"].isin(among).to_numpy(bool)
    try:
        return nearest(predictions.embeddings[embedding], row, K, there)
    except InputError:
        return None


def agreement(predictions: Predictions, row: int, rows: np.ndarray) -> str:
    """How many of an object's neighbours share its label, in a sentence; of one without a label, what they are."""
    names = (*predictions.classes, "unknown")
    label, others = int(predictions.label[row]), predictions.label[rows]
    if label >= 0:
        return f"{int((others == label).sum())} of the {len(rows)} nearest share its label, {names[label]}."
    counted = ", ".join(f"{n} {names[code]}" for code, n in Counter(others.tolist()).most_common())
    return f"Its label is unknown; the {len(rows)} nearest are: {counted or 'none'}."


def _searched(predictions: Predictions, embedding: str, among: pd.Series | None) -> str:
    """Among which objects was looked."""
    there = np.isfinite(predictions.embeddings[embedding]).all(axis=1)
    if among is not None:
        there &= predictions.table["object_id"].isin(among).to_numpy(bool)
    return f"By cosine, among {int(there.sum()):,} objects of all splits."


def _stills(task: Task, run: Run, predictions: Predictions, rows: np.ndarray) -> list[Still | None]:
    """A picture of each object whose arrays are at hand; None of the others."""
    data = training_data(run)
    ids = predictions.table["object_id"].astype(str).to_numpy(object)[rows]
    places = [cache.row_of(data.table, name) if data else None for name in ids]
    return [
        None if data is None or at is None else _still(task.name, str(data.path), data.fingerprint, at) for at in places
    ]


@st.cache_resource(max_entries=512, show_spinner=False)
def _still(task: str, path: str, fingerprint: str, row: int) -> Still:
    """What the object's card draws first: an image, or else the first panel that shows an input of the model."""
    data = cache.dataset(Path(path))
    table, arrays = data.rows(np.array([row]))
    series = table.iloc[0]
    same = (data.table["group"] == series["group"]).to_numpy(bool) & (np.arange(len(data.table)) != row)
    own = {name: array[0] for name, array in arrays.items()}
    card = get_task(task).views.card(series, own, None, data.table[same])
    for picture in card.pictures[:1]:
        if np.isfinite(picture.pixels).any():
            return Still(picture_still(picture), picture.caption)
    panel = first_panel(card.curves)
    if not panel:
        return Still(None)
    return Still(curve_still(panel), f"Curves: {panel[0].y_axis} against {panel[0].x_axis}, each in its own range.")


def _card(predictions: Predictions, row: int, still: Still | None, show: Callable[[str], None], place: int) -> None:
    """A neighbour: its picture, its name as a button, what it is and is taken for."""
    object_id = str(predictions.table["object_id"].iloc[row])
    if still is not None and still.image is not None:
        st.image(still.image, width="stretch", output_format="PNG", alt=f"Picture of {object_id}")
    about = "Show this object instead."
    st.button(object_id, key=f"neighbour:{place}", type="tertiary", help=about, on_click=show, args=(object_id,))
    label, predicted = int(predictions.label[row]), int(predictions.predicted[row])
    with st.container(horizontal=True, gap="xxsmall"):
        st.badge((*predictions.classes, "unknown")[label], color="gray", help="Truth")
        st.badge(
            predictions.classes[predicted],
            color="blue" if label < 0 else "green" if label == predicted else "red",
            help="Prediction",
        )


def _numbers(task: Task, predictions: Predictions, row: int) -> list[str]:
    """The first measured columns by which the task slices results, with their units."""
    line = predictions.table.iloc[row]
    known = {name: line[name] for name in task.views.SLICES if name in line and pd.notna(line[name])}
    rounded = {name: amount(float(f"{float(value):.4g}")) for name, value in list(known.items())[:NUMBERS]}
    return [f"{name} {value}{NBSP}{predictions.units.get(name) or ''}".strip() for name, value in rounded.items()]


def _notes(what: str, stills: list[Still | None], at_hand: bool) -> None:
    """What the pictures show, and how many objects have none."""
    said = list(dict.fromkeys(still.shows for still in stills if still is not None and still.shows))
    if without := sum(still is None for still in stills):
        said.append(
            f"Shown by numbers alone, for the data set at hand has no {what} of them: {without} of {len(stills)}."
        )
        said += [f"*Only objects with {what}*, above, looks for neighbours that have them."] * at_hand
    if said:
        st.caption(" ".join(said))
