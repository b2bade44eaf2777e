"""One object: its card from the task's views, with columns that a person may change, and what a run says of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from astrocore.charts.card import curve_chart
from astrocore.charts.palette import class_colours
from astrocore.data.dataset import Dataset
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.tasks.card import Card
from astrocore.ui.derived import derived_facts
from astrocore.ui.facts import DERIVED, derived_table, facts_table
from astrocore.ui.header import draw_header
from astrocore.ui.notices import guarded
from astrocore.ui.numbers import figure, with_unit
from astrocore.ui.pictures import draw_pictures
from astrocore.ui.plots import draw
from astrocore.ui.standing import with_standing
from astrocore.ui.why import Why, draw_features, why

FACTORS = {"Half": 0.5, "Double": 2.0}
"""Buttons beside a period: the usual aliases."""
NOT_COLOURED = (
    "The curves above are folded on another period than the views that the net is given, so its shares are not drawn "
    "over them; the bars are of the object with the period of its row. Reset the period to see both."
)


@dataclass(frozen=True)
class Among:
    """What an object is held against: objects with labels, splits and measured columns, and their classes."""

    table: pd.DataFrame
    classes: Sequence[str]


def object_card(
    task: Task,
    data: Dataset,
    row: int,
    key: str,
    facts: DeltaGenerator,
    among: Among | None = None,
    run: Run | None = None,
) -> None:
    """Everything that the task's card shows of one row of a data set; `key` sets its widgets apart.

    The measured values go to the place `facts`, so that the curves begin where the card does; each with where it
    stands `among` others (the data set's own training objects, when not given). A `run` can be asked why it says
    what it says.
    """
    object_id = str(data.table["object_id"].iloc[row])
    card, edited = _card(task, data, row, f"{key}:{object_id}")
    among = among or Among(data.table, data.classes)
    with facts:
        measured = [fact for fact in card.facts if not fact.derived]
        facts_table(with_standing(measured, among.table, among.classes), card.title)
        if len(measured) < len(card.facts) and _wants_derived(key):
            derived_table(derived_facts(card.facts, task, data, row, run), card.title)
    found = None
    if run is not None:
        with guarded():
            found = why(run, data, object_id, key)
    _draw(card, key, None if edited else found)
    if found is not None:
        if edited:
            st.caption(NOT_COLOURED)
        draw_features(found, key)


def _wants_derived(key: str) -> bool:
    return st.toggle("Derived features", key=f"{key}:derived", help=DERIVED, persist_state="session")


def probabilities(classes: Sequence[str], p: np.ndarray, label: int) -> None:
    """Truth and prediction of one object, and a bar a class."""
    predicted = int(np.argmax(p))
    truth = classes[label] if label >= 0 else "unknown"
    with st.container(horizontal=True, gap="small"):
        st.badge(f"truth: {truth}", color="gray")
        name = f"prediction: {classes[predicted]}"
        st.badge(name, color="blue" if label < 0 else "green" if label == predicted else "red")
    st.vega_lite_chart(
        pd.DataFrame(
            {
                "class": list(classes),
                "p": np.asarray(p, float),
                "label": [f"{name} {figure(float(value))}" for name, value in zip(classes, p, strict=True)],
            }
        ),
        _bars(classes),
        width="stretch",
        height=24 * len(classes) + 60,
        alt="Probability of each class",
    )


def step_through(ids: Sequence[str], place: int | None, key: str, show: Callable[[int], None]) -> None:
    """Draw previous, next and a search by object_id; `show` is called with the place of the object they lead to."""
    n = len(ids)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.text_input(
            "Find an object_id",
            key=f"{key}:find",
            placeholder="whole or in part",
            width=220,
            type="search",
            on_change=_find,
            args=(ids, key, show),
        )
        for label, icon, to in (
            ("Previous", ":material/chevron_left:", n - 1 if place is None else place - 1),
            ("Next", ":material/chevron_right:", 0 if place is None else place + 1),
        ):
            st.button(label, icon=icon, key=f"{key}:{label}", disabled=not n, on_click=show, args=(to % max(n, 1),))
    if lost := st.session_state.pop(f"{key}:lost", None):
        st.warning(f"None of the {n:,} objects shown has {lost!r} in its object_id.")


def match(ids: Sequence[str], typed: str) -> int | None:
    """Place of the object_id that was meant: the same, else the first that begins with it, else that contains it."""
    wanted = typed.strip().casefold()
    folded = [name.casefold() for name in ids]
    for fits in (str.__eq__, str.startswith, str.__contains__):
        for place, name in enumerate(folded):
            if wanted and fits(name, wanted):
                return place
    return None


def _find(ids: Sequence[str], key: str, show: Callable[[int], None]) -> None:
    typed = str(st.session_state[f"{key}:find"] or "")
    place = match(ids, typed)
    if place is not None:
        show(place)
    elif typed:
        st.session_state[f"{key}:lost"] = typed


def _card(task: Task, data: Dataset, row: int, key: str) -> tuple[Card, bool]:
    """The card, and whether something on it was edited; an edit that can't be drawn is refused in words."""
    table, arrays = data.rows(np.array([row]))
    series, own = table.iloc[0], {name: array[0] for name, array in arrays.items()}
    same = (data.table["group"] == series["group"]).to_numpy(bool) & (np.arange(len(data.table)) != row)
    edits = _edits(series, task.views.EDITABLE, key)
    with guarded():
        return task.views.card(series, own, edits, data.table[same]), bool(edits)
    return task.views.card(series, own, None, data.table[same]), False


def _edits(row: pd.Series, editable: Mapping[str, str], key: str) -> dict[str, float]:
    """Inputs for the columns that a person may change; only what differs from the table."""
    edits = {}
    for name, unit in editable.items():
        if name in row:
            value = _edit(name, unit, float(row[name]), f"{key}:{name}")
            if value is not None and value != float(row[name]):
                edits[name] = value
    return edits


def _edit(name: str, unit: str, measured: float, key: str) -> float | None:
    st.session_state.setdefault(key, measured if math.isfinite(measured) else None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        value = st.number_input(
            with_unit(name, unit),
            value=None,
            key=key,
            format="%.6f",
            step=_step(measured),
            width=200,
            placeholder="missing",
            help="Changed for this card only; the data set stays as it is.",
        )
        if name == "period":
            for label, factor in FACTORS.items():
                st.button(label, key=f"{key}:{label}", on_click=_multiply, args=(key, factor), disabled=value is None)
        st.button(
            "Reset", key=f"{key}:reset", on_click=_reset, args=(key,), disabled=value == measured, type="tertiary"
        )
    return None if value is None else float(value)


def _step(measured: float) -> float:
    """A ten-thousandth of the value, rounded to a power of ten."""
    return 10.0 ** (math.floor(math.log10(abs(measured))) - 3) if math.isfinite(measured) and measured else 0.001


def _multiply(key: str, factor: float) -> None:
    st.session_state[key] = st.session_state[key] * factor


def _reset(key: str) -> None:
    del st.session_state[key]


def _draw(card: Card, key: str, found: Why | None) -> None:
    draw_pictures(card.pictures, card.title, key, found)
    draw_header(card.header, card.title, key, found)
    if card.curves:
        figure = curve_chart(card.curves, shares=found.bins, of=found.axis) if found else curve_chart(card.curves)
        draw(figure, f"{key}:curves", f"Curves of {card.title}")
    if card.links:
        with st.container(horizontal=True, gap="small"):
            for name, address in card.links.items():
                st.link_button(name, address, icon=":material/open_in_new:", type="tertiary")
    for note in card.notes:
        st.caption(note)


def _bars(classes: Sequence[str]) -> dict[str, object]:
    """A horizontal bar a class, from 0 to 1, in the class's colour, the number beside its name."""
    y = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelLimit": 190, "labelOverlap": False},
    }
    x = {
        "field": "p",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "title": "probability",
        "axis": {"tickCount": 5},
    }
    colour = {"field": "class", "scale": {"domain": list(classes), "range": class_colours(classes)}, "legend": None}
    return {"mark": {"type": "bar", "height": 14}, "encoding": {"y": y, "x": x, "color": colour}}
