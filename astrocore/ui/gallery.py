"""Some objects of a run as a gallery: a small picture of each, its name to click, what it is and is taken for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.charts.stills import curve_still, first_panel, picture_still
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.tasks import Task, get_task
from astrocore.ui import cache
from astrocore.ui.derived import training_data
from astrocore.ui.numbers import NBSP, amount

Colour = Literal["gray", "blue", "green", "red"]
Name = Callable[[str, int], None]
"""Draws an object_id as what can be clicked, at a place in the gallery."""
COLUMNS, NARROWEST = 5, 170
"""Cards beside each other at most, and the pixels below which there are fewer."""
NUMBERS = 3
"""Measured numbers on a card."""
LETTERS = 20
"""Of a class's name on a card at most."""
LEGENDS = 2
"""Different sentences on what pictures show at most; where there are more, each is about a picture alone."""


@dataclass(frozen=True, eq=False)
class Still:
    """A small picture, (y, x, 3) or SVG, and what it shows; None where nothing was measured."""

    image: np.ndarray | str | None
    shows: str = ""


def gallery(
    task: Task,
    run: Run,
    predictions: Predictions,
    rows: np.ndarray,
    said: list[str],
    name: Name,
    hint: str = "",
) -> None:
    """Draw a card for each of some objects.

    Parameters
    ----------
    rows
        (M,) row numbers in the run's `predictions`.
    said
        A line for each of them, above its measured numbers.
    name
        Draws the name of each of them.
    hint
        What a person may do where some have no picture.
    """
    stills = _stills(task, run, predictions, rows)
    grid = st.grid(COLUMNS, min_column_width=NARROWEST, gap="xsmall", border=True)
    for place, row in enumerate(rows.tolist()):
        with grid.cell(), st.container(gap="xxsmall"):
            _card(predictions, row, stills[place], place, name)
            st.caption("  \n".join([said[place], *_numbers(task, predictions, row)]))
    _notes(task.config.DRAWN, stills, hint)


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


def _card(
    predictions: Predictions, row: int, still: Still | None, place: int, name: Callable[[str, int], None]
) -> None:
    """An object: its picture, its name, what it is and is taken for."""
    object_id = str(predictions.table["object_id"].iloc[row])
    if still is not None and still.image is not None:
        st.image(still.image, width="stretch", output_format="PNG", alt=f"Picture of {object_id}")
    name(object_id, place)
    label, predicted = int(predictions.label[row]), int(predictions.predicted[row])
    with st.container(horizontal=True, gap="xxsmall"):
        _badge("Truth", (*predictions.classes, "unknown")[label], "gray")
        _badge("Prediction", predictions.classes[predicted], _colour(label, predicted))


def _colour(label: int, predicted: int) -> Colour:
    return "blue" if label < 0 else "green" if label == predicted else "red"


def _badge(what: str, name: str, colour: Colour) -> None:
    st.badge(in_short(name), color=colour, help=f"{what}: {name}")


def in_short(name: str) -> str:
    """A class's name that fits on a card: a long one keeps both ends, for many names begin alike."""
    return name if len(name) <= LETTERS else f"{name[: LETTERS // 2]}…{name[1 - LETTERS // 2 :]}"


def _numbers(task: Task, predictions: Predictions, row: int) -> list[str]:
    """The first measured columns by which the task slices results, with their units."""
    line = predictions.table.iloc[row]
    known = {name: line[name] for name in task.views.SLICES if name in line and pd.notna(line[name])}
    rounded = {name: amount(float(f"{float(value):.4g}")) for name, value in list(known.items())[:NUMBERS]}
    return [f"{name} {value}{NBSP}{predictions.units.get(name) or ''}".strip() for name, value in rounded.items()]


def _notes(what: str, stills: list[Still | None], hint: str) -> None:
    """What the pictures show, and how many objects have none."""
    shown = dict.fromkeys(still.shows for still in stills if still is not None and still.shows)
    said = list(shown) if len(shown) <= LEGENDS else []
    if without := sum(still is None for still in stills):
        said.append(
            f"Shown by numbers alone, for the data set at hand has no {what} of them: {without} of {len(stills)}."
        )
        said += [hint] * bool(hint)
    if said:
        st.caption(" ".join(said))
