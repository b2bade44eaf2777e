"""The Embeddings page: a map of an embedding, coloured at will, beside the card of the object that was clicked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from astrocore.data.dataset import SPLITS
from astrocore.runs.predictions import Predictions
from astrocore.runs.projections import Projection
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.browse import OBJECT
from astrocore.ui.chosen import choose, chosen, clicked, describe, name_object, places, ringed, stepped
from astrocore.ui.conflicts import KEEP, pick_conflicts
from astrocore.ui.derived import training_data
from astrocore.ui.layout import halves
from astrocore.ui.maps import (
    METHODS,
    Look,
    Wanted,
    colour_names,
    colour_of,
    few,
    find_map,
    heard,
    map_figure,
    why_a_job,
)
from astrocore.ui.navigation import EMBEDDINGS
from astrocore.ui.neighbours import EMBEDDING, embedding_names, neighbours
from astrocore.ui.notices import guarded
from astrocore.ui.numbers import sample
from astrocore.ui.objects import probabilities, step_through
from astrocore.ui.offers import offer
from astrocore.ui.opened import opened_predictions
from astrocore.ui.picks import begin
from astrocore.ui.plots import draw
from astrocore.ui.said import voices_of_one
from astrocore.ui.stages import side_by_side
from astrocore.ui.tables import csv_download, prediction_table
from astrocore.ui.voices import pick_voice

HEIGHT = 680
"""Of the map, in pixels."""
NARROWEST = 440
"""Pixels below which map and curves do not stand beside each other."""
DRAWN = 20_000
"""Points that a map draws at most; a fair sample beyond that."""
ONE, BESIDE = "One map", "Side by side"


def embeddings_page() -> None:
    """Draw the page."""
    picks = begin(EMBEDDINGS, run=True)
    with guarded():
        predictions = opened_predictions(picks)
        if predictions is None or picks.run is None:
            return
        if picks.arrived and OBJECT in st.query_params:
            choose(picks.run, st.query_params[OBJECT])  # a link counts more than what was chosen before
        if not predictions.embeddings:
            st.info(
                "These predictions carry no embeddings: the run was imported as a table, so there is nothing to map."
            )
            return
        _explore(picks.task, picks.run, predictions)


@st.fragment
def _explore(task: Task, run: Run, predictions: Predictions) -> None:
    """Controls, maps and card: a click redraws only this."""
    with guarded():
        wanted, look, beside = _controls(task, run, predictions)
        if beside:
            side_by_side(task, run, wanted, look)
        else:
            _one_map(task, run, predictions, wanted, look)


def _one_map(task: Task, run: Run, predictions: Predictions, wanted: Wanted, look: Look) -> None:
    """A map, and the chosen object beside it."""
    projection = find_map(run, predictions, wanted)
    if projection is None:
        offer(run, wanted.command(run), why_a_job(predictions, wanted))
        return
    predictions, projection = heard(run, predictions, projection, look.voice)  # the same map for all of them
    there = look.rows(predictions, projection)
    rows = few(predictions, there, DRAWN)
    if len(rows) < len(there):
        st.caption(f"{len(rows):,} of {len(there):,} objects are drawn, chosen at random.")
    if not len(rows):
        st.info(f"No object of split {look.split} has the embedding {wanted.embedding}.")
        return
    left, right = halves(NARROWEST)
    with left:
        picked = _map(run, predictions, projection, rows, look)
        if len(picked) > 1:
            _selection(predictions, np.sort(picked))
        row = _object(task, run, predictions, rows, right)
    if row is not None:
        neighbours(task, run, predictions, wanted.embedding, row, look.among, lambda name: choose(run, name))


def _controls(task: Task, run: Run, predictions: Predictions) -> tuple[Wanted, Look, bool]:
    """What to show: the map, how objects are drawn on it, and whether other runs stand beside it."""
    names = embedding_names(predictions)
    called = list(METHODS.values())
    with st.container(horizontal=True, gap="medium"):
        show = st.segmented_control("Show", [ONE, BESIDE], default=ONE, required=True, key="show", **KEEP)
        embedding = st.selectbox("Embedding", names, key=EMBEDDING, width=170, **KEEP)
        method = st.segmented_control("Method", called, default=called[0], required=True, key="method", **KEEP)
        dims = 2
        if show == ONE:
            dims = st.segmented_control("Dimensions", [2, 3], default=2, required=True, key="dims", **KEEP) or 2
        colour = st.selectbox("Colour by", colour_names(predictions), key="colour", width=190, **KEEP)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        splits = ["all", *SPLITS]
        split = st.segmented_control("Split", splits, default="all", required=True, key="split", **KEEP)
        voice = pick_voice(predictions)
        among = _drawn(task.config.DRAWN, run, predictions)
        conflicting = pick_conflicts(predictions.split(str(split)), run.read_info().verdict.weights)
    wanted = Wanted(list(METHODS)[called.index(str(method))], str(embedding), int(dims))
    return wanted, Look(str(colour), str(split), voice, among, conflicting), show == BESIDE


def _drawn(what: str, run: Run, predictions: Predictions) -> pd.Series | None:
    """Names of those objects whose curves or images are here, where a person wants them alone."""
    data = training_data(run)
    n = int(predictions.table["object_id"].isin(data.table["object_id"]).sum()) if data else 0
    if not data or not 0 < n < len(predictions):
        return None
    about = f"The sample that came with this run has {what} of {n:,} of its {len(predictions):,} objects."
    return data.table["object_id"] if st.toggle(f"Only objects with {what}", key="drawn", help=about, **KEEP) else None


def _map(run: Run, predictions: Predictions, projection: Projection, rows: np.ndarray, look: Look) -> np.ndarray:
    """Draw the map; row numbers of what is selected on it."""
    some = predictions.take(rows)
    ids = some.table["object_id"].astype(str).tolist()
    title = f"{projection.embedding}, {METHODS[projection.method]}: {sample(some, look.split)}"
    colour = colour_of(some, look.colour)
    figure = map_figure(some, projection, projection.coords[rows], colour, title, ringed(run))
    key = f"map:{projection.key}:{look.split}{look.kind(run)}"
    about = f"Map of the embedding {projection.embedding}, coloured by {look.colour}"
    state = draw(figure, key, about, HEIGHT, on_select=clicked(run, key, ids))
    if projection.dims == 3:
        st.caption("Drag to turn it. Points of a map in space can't be clicked: step or search below it.")
    return rows[places(state, len(rows))]


def _object(task: Task, run: Run, predictions: Predictions, rows: np.ndarray, beside: DeltaGenerator) -> int | None:
    """Stepping, and the object that is chosen: here its numbers, its curves or images `beside` the map; its row."""
    ids = predictions.table["object_id"].astype(str).to_numpy(object)[rows].tolist()
    current = chosen(run)
    row = cache.row_of(predictions.table, current)
    step_through(ids, ids.index(current) if current in ids else None, "map", stepped(run, ids))
    if row is None:
        beside.info("Click a point of the map to see its object here. A box or a lasso lists all objects inside.")
        return None
    name_object(predictions, row, current in ids)
    probabilities(predictions.classes, predictions.p[row], int(predictions.label[row]))
    _said(run, current)
    describe(task, run, predictions, row, beside)
    return row


def _said(run: Run, object_id: str) -> None:
    """What each voice says of an object, whichever is picked."""
    whole = cache.predictions(run)
    row = cache.row_of(whole.table, object_id)
    if row is not None:
        voices_of_one(whole, row, run.read_info().verdict.weights)


def _selection(predictions: Predictions, rows: np.ndarray) -> None:
    """The table of what a box or a lasso holds."""
    st.subheader(f"Selected: {len(rows):,} objects", anchor=False)
    table = prediction_table(predictions.take(rows))
    st.dataframe(table, hide_index=True, height=320, key="map:selected", alt="Selected objects")
    csv_download(lambda: table, "selection.csv", "Download the selection")
