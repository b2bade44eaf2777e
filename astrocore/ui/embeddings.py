"""The Embeddings page: a map of an embedding, coloured at will, beside the card of the object that was clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from astrocore.charts.maps import map_chart
from astrocore.data.dataset import SPLITS
from astrocore.runs.predictions import Predictions
from astrocore.runs.projections import Projection
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.browse import OBJECT
from astrocore.ui.derived import training_data
from astrocore.ui.facts import facts_table, measured_facts
from astrocore.ui.layout import halves
from astrocore.ui.maps import METHODS, Wanted, axes, colour_names, colour_of, find_map
from astrocore.ui.navigation import EMBEDDINGS
from astrocore.ui.notices import guarded
from astrocore.ui.numbers import sample
from astrocore.ui.objects import object_card, probabilities, step_through
from astrocore.ui.offers import offer
from astrocore.ui.opened import opened_predictions
from astrocore.ui.picks import begin
from astrocore.ui.plots import draw
from astrocore.ui.standing import with_standing
from astrocore.ui.tables import csv_download, prediction_table
from astrocore.ui.voices import pick_voice

HEIGHT = 680
"""Of the map, in pixels."""
NARROWEST = 440
"""Pixels below which map and curves do not stand beside each other."""
DRAWN = 20_000
"""Points that a map draws at most; a fair sample beyond that."""


def embeddings_page() -> None:
    """Draw the page."""
    picks = begin(EMBEDDINGS, run=True)
    with guarded():
        predictions = opened_predictions(picks)
        if predictions is None or picks.run is None:
            return
        if not predictions.embeddings:
            st.info(
                "These predictions carry no embeddings: the run was imported as a table, so there is nothing to map."
            )
            return
        _explore(picks.task, picks.run, predictions)


@st.fragment
def _explore(task: Task, run: Run, predictions: Predictions) -> None:
    """Controls, map and card: a click redraws only this."""
    with guarded():
        wanted, colour, split, voice, among = _controls(task, run, predictions)
        projection = find_map(run, predictions, wanted)
        if projection is None:
            offer(run, wanted.command(run), _why(predictions, wanted))
            return
        predictions = cache.voiced(run, voice)  # the map is the same for all of them
        rows = _rows(predictions, projection, split, among)
        if not len(rows):
            st.info(f"No object of split {split} has the embedding {wanted.embedding}.")
            return
        left, right = halves(NARROWEST)
        with left:
            picked = _map(run, predictions, projection, rows, colour, split)
            if len(picked) > 1:
                _selection(predictions, np.sort(picked))
            _object(task, run, predictions, rows, right)


def _why(predictions: Predictions, wanted: Wanted) -> str:
    """Why a map is a job of its own."""
    return (
        f"{METHODS[wanted.method]} of {len(predictions):,} objects takes minutes, so it is a job of its own. "
        "The map is kept in the run and appears here."
    )


def _controls(task: Task, run: Run, predictions: Predictions) -> tuple[Wanted, str, str, str, np.ndarray | None]:
    """What to show: the map, the colour, the split, the voice, and which objects."""
    names = sorted(predictions.embeddings, key=lambda name: (name != "fused", name))
    keep: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
    with st.container(horizontal=True, gap="medium"):
        embedding = st.selectbox("Embedding", names, key="embedding", width=170, **keep)
        called = list(METHODS.values())
        method = st.segmented_control("Method", called, default=called[0], required=True, key="method", **keep)
        dims = st.segmented_control("Dimensions", [2, 3], default=2, required=True, key="dims", **keep)
        colour = st.selectbox("Colour by", colour_names(predictions), key="colour", width=190, **keep)
        splits = ["all", *SPLITS]
        split = st.segmented_control("Split", splits, default="all", required=True, key="split", **keep)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        voice = pick_voice(predictions)
        among = _drawn(task.config.DRAWN, run, predictions)
    wanted = Wanted(list(METHODS)[called.index(str(method))], str(embedding), int(dims or 2))
    return wanted, str(colour), str(split), voice, among


def _drawn(what: str, run: Run, predictions: Predictions) -> np.ndarray | None:
    """Which objects may be on the map, (N,) bool, where a person wants those alone whose curves or images are here."""
    data = training_data(run)
    here = predictions.table["object_id"].isin(data.table["object_id"]).to_numpy(bool) if data else np.zeros(0, bool)
    n = int(here.sum())
    if not 0 < n < len(predictions):
        return None
    about = f"The sample that came with this run has {what} of {n:,} of its {len(predictions):,} objects."
    keep: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
    return here if st.toggle(f"Only objects with {what}", key="drawn", help=about, **keep) else None


def _rows(predictions: Predictions, projection: Projection, split: str, among: np.ndarray | None) -> np.ndarray:
    """Row numbers of the objects on the map."""
    there = np.isfinite(projection.coords).all(axis=1)
    if among is not None:
        there &= among
    if split != "all":
        there &= (predictions.table["split"] == split).to_numpy(bool)
    rows = np.flatnonzero(there)
    if len(rows) > DRAWN:
        st.caption(f"{DRAWN:,} of {len(rows):,} objects are drawn, chosen at random.")
        rows = np.sort(np.random.default_rng(0).choice(rows, DRAWN, replace=False))
    return rows


def _map(
    run: Run, predictions: Predictions, projection: Projection, rows: np.ndarray, colour: str, split: str
) -> np.ndarray:
    """Draw the map; row numbers of what is selected on it."""
    some = predictions.take(rows)
    ids = some.table["object_id"].astype(str)
    ring = st.session_state.get(f"ring:{run.path}")
    figure = map_chart(
        projection.coords[rows],
        colour_of(some, colour),
        ids=ids.tolist(),
        hover={
            "truth": np.array([*some.classes, "unknown"], object)[some.label],
            "prediction": np.array(some.classes, object)[some.predicted],
            "confidence": np.round(some.confidence, 3),
        },
        title=f"{projection.embedding}, {METHODS[projection.method]}: {sample(some, split)}",
        axes=axes(projection),
        selected=np.flatnonzero(ids == ring) if ring else None,
    )
    key = f"map:{projection.key}:{split}" + (":curves" if st.session_state.get("drawn") else "")
    about = f"Map of the embedding {projection.embedding}, coloured by {colour}"
    state = draw(figure, key, about, HEIGHT, on_select=_clicked(run, key, ids.tolist()))
    if projection.dims == 3:
        st.caption("Drag to turn it. Points of a map in space can't be clicked: step or search below it.")
    return rows[places(state, len(rows))]


def places(state: Any, n: int) -> list[int]:
    """Places (below `n`) of the points that a chart's state says are selected."""
    points = state["selection"]["points"] if state else []
    found = [_first(point["customdata"]) for point in points if point.get("customdata") is not None]
    return [place for place in found if 0 <= place < n]


def _first(custom: Any) -> int:
    """The row number that a point carries: plotly.js sends a number, a list, or a typed array as {"0": number}."""
    while isinstance(custom, Mapping | Sequence):
        custom = next(iter(custom.values())) if isinstance(custom, Mapping) else custom[0]
    return int(custom)


def _clicked(run: Run, key: str, ids: list[str]) -> Callable[[], None]:
    """What happens on a click.

    The chart keeps its own mark and zoom as long as its figure stays the same, so the mark that stepping draws is moved
    only where there is one already.
    """

    def clicked() -> None:
        found = places(st.session_state.get(key), len(ids))
        if len(found) == 1:
            st.session_state[f"{OBJECT}:{run.path}"] = ids[found[0]]
            if st.session_state.get(f"ring:{run.path}"):
                st.session_state[f"ring:{run.path}"] = ids[found[0]]

    return clicked


def _stepped(run: Run, ids: list[str]) -> Callable[[int], None]:
    def stepped(place: int) -> None:
        st.session_state[f"{OBJECT}:{run.path}"] = st.session_state[f"ring:{run.path}"] = ids[place]

    return stepped


def _object(task: Task, run: Run, predictions: Predictions, rows: np.ndarray, beside: DeltaGenerator) -> None:
    """Stepping, and the object that was clicked, stepped to, or named in the address: here its numbers, its
    curves or images `beside` the map.
    """
    ids = predictions.table["object_id"].astype(str).to_numpy(object)[rows].tolist()
    current = str(st.session_state.get(f"{OBJECT}:{run.path}") or st.query_params.get(OBJECT, ""))
    row = cache.row_of(predictions.table, current)
    step_through(ids, ids.index(current) if current in ids else None, "map", _stepped(run, ids))
    if row is None:
        beside.info("Click a point of the map to see its object here. A box or a lasso lists all objects inside.")
        return
    st.query_params[OBJECT] = current
    line = predictions.table.iloc[row]
    st.subheader(current, anchor=False)
    hidden = "" if current in ids else " · not on this map"
    st.caption(f"split {line['split']} · group {line['group']}{hidden}")
    probabilities(predictions.classes, predictions.p[row], int(predictions.label[row]))
    facts = st.container()
    data = training_data(run)
    place = cache.row_of(data.table, current) if data else None
    if data and place is not None:
        with beside:
            object_card(task, data, place, "map:card", facts, run=run)
        return
    with facts:
        kept = measured_facts(line, predictions.units)
        facts_table(with_standing(kept, predictions.table, predictions.classes), current)
    shown = "what the run kept of the object is shown."
    if data:
        beside.caption(f"The sample that came with this run has no {task.config.DRAWN} of this object; {shown}")
    else:
        beside.caption(f"The data set of this run is not here, or was built again; {shown}")


def _selection(predictions: Predictions, rows: np.ndarray) -> None:
    """The table of what a box or a lasso holds."""
    st.subheader(f"Selected: {len(rows):,} objects", anchor=False)
    table = prediction_table(predictions.take(rows))
    st.dataframe(table, hide_index=True, height=320, key="map:selected", alt="Selected objects")
    csv_download(lambda: table, "selection.csv", "Download the selection")
