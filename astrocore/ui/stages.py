"""Maps of up to three runs side by side: what each stage of training, or each way to train, has learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import streamlit as st

from astrocore.charts.maps import Categories, Values
from astrocore.runs.info import RunInfo
from astrocore.runs.predictions import Predictions
from astrocore.runs.profiles import VERDICT
from astrocore.runs.projections import Projection
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.chosen import chosen, clicked, describe, name_object, stepped
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
from astrocore.ui.neighbours import agreement, find, labelled
from astrocore.ui.notices import guarded
from astrocore.ui.objects import probabilities, step_through
from astrocore.ui.offers import offer
from astrocore.ui.picks import runs
from astrocore.ui.plots import draw

KEY, OF = "beside", "beside:of"
"""The picker of the other runs, and the run that they were picked for."""
MOST = 2
"""Runs beside the one that the page is about."""
DRAWN = 6_000
"""Points of each map at most."""
HEIGHT, NARROWEST = 470, 290
"""Of a map, and the width below which maps lie below each other, in pixels."""
ALONE = (
    "This is the only run of the task with predictions, so nothing can stand beside it. Train another one on the same "
    "data set: from scratch, or from the weights of this one, with `--init-from {run}`."
)
HOW = (
    "A click rings the object in every map that has it. Axes of different maps have nothing to do with each other: "
    f"compare who stands beside whom. At most {DRAWN:,} objects a map are drawn, mostly the same ones in each. "
    "What lies nearest is looked for among objects with a label."
)


@dataclass(frozen=True, eq=False)
class Column:
    """A run with its map, the rows that are drawn, and the colour of each of them."""

    run: Run
    predictions: Predictions
    projection: Projection
    rows: np.ndarray
    colour: Categories | Values


def side_by_side(task: Task, run: Run, wanted: Wanted, look: Look) -> None:
    """Draw the maps of several runs, and the chosen object below them."""
    others = candidates(run, runs(task.name))
    if not others:
        st.info(ALONE.format(run=run.full_name))
        return
    shown = [run, *_pick(run, others)]
    grid = st.grid(len(shown), min_column_width=NARROWEST, gap="medium")
    cells = [grid.cell() for _ in shown]
    columns: dict[int, Column] = {}
    for place, one in enumerate(shown):
        with cells[place], guarded():
            _heading(one.name, one.read_info())
            if (column := _column(one, wanted, look, chosen(run))) is not None:
                columns[place] = column
    colours = shared([column.colour for column in columns.values()])
    for (place, column), colour in zip(columns.items(), colours, strict=True):
        with cells[place]:
            _map(run, column, colour, look)
            _verdict(column, wanted.embedding, chosen(run))
    st.caption(HOW)
    _object(task, run, list(columns.values()))


def candidates(run: Run, known: Mapping[str, Run]) -> dict[str, Run]:
    """Other runs that have predictions of a net: first those to begin with, see `first`, then the others."""
    infos = {name: one.read_info() for name, one in known.items() if one.predictions_file.is_file()}
    names = [name for name, info in infos.items() if name != run.name and info.status != "imported"]
    begun = first(run, {name: infos[name] for name in names})
    return {name: known[name] for name in dict.fromkeys([*begun, *names])}


def first(run: Run, others: Mapping[str, RunInfo]) -> list[str]:
    """Names of the runs to begin with: the one that `run` began with, then those on the same data set."""
    own = run.read_info()
    origin = (own.init_from or "").rstrip("/").rpartition("/")[2]
    same = [name for name, info in others.items() if info.data.fingerprint == own.data.fingerprint]
    same.sort(key=lambda name: len(others[name].stages) != 1 or bool(others[name].init_from))  # whole ways first
    return list(dict.fromkeys([*([origin] if origin in others else []), *same]))


def trained_by(info: RunInfo) -> str:
    """The stages by which a run was trained, and what it began with."""
    stages = " + ".join(stage.name for stage in info.stages) or "stages unknown"
    begun = f", begun with {info.init_from}" if info.init_from else ""
    return f"{stages}{begun}{', encoders frozen' if info.freeze_backbone else ''}"


def shared(colours: Sequence[Categories | Values]) -> list[Categories | Values]:
    """The same colours with one meaning: one list of names, or one range of numbers."""
    values = [np.asarray(one.values, float) for one in colours if isinstance(one, Values)]
    known = np.concatenate([one[np.isfinite(one)] for one in values]) if values else np.zeros(0)
    span = (float(known.min()), float(known.max())) if len(known) else None
    names = list(dict.fromkeys(chain.from_iterable(one.names for one in colours if isinstance(one, Categories))))
    return [replace(one, span=span) if isinstance(one, Values) else _renamed(one, names) for one in colours]


def _renamed(colour: Categories, names: Sequence[str]) -> Categories:
    """The same categories as codes of a longer list of names."""
    places = np.array([*(names.index(name) for name in colour.names), -1])
    known = (colour.codes >= 0) & (colour.codes < len(colour.names))
    return replace(colour, codes=places[np.where(known, colour.codes, -1)], names=names)


def _pick(run: Run, others: Mapping[str, Run]) -> list[Run]:
    """The picker of the runs beside this one; another run on the page begins anew."""
    arrived = OF not in st.session_state and KEY in st.query_params
    if st.session_state.get(OF) != run.name and not arrived:
        st.session_state[KEY] = list(first(run, {name: one.read_info() for name, one in others.items()}))[:MOST]
    elif KEY in st.session_state:
        st.session_state[KEY] = [name for name in st.session_state[KEY] if name in others]
    st.session_state[OF] = run.name
    picked = st.multiselect(
        f"Beside {run.name}",
        list(others),
        key=KEY,
        max_selections=MOST,
        placeholder="up to two other runs",
        width=520,
        help="Other runs of the task. At first: the run that this one began with, then those on the same data set.",
        bind="query-params",
        persist_state="session",
    )
    return [others[name] for name in picked]


def _heading(name: str, info: RunInfo) -> None:
    st.markdown(f"**{name}**  \n{trained_by(info)}")


def _column(run: Run, wanted: Wanted, look: Look, current: str) -> Column | None:
    """What is drawn of a run; None after saying why that is nothing."""
    predictions = cache.predictions(run)
    if wanted.embedding not in predictions.embeddings:
        there = ", ".join(predictions.embeddings) or "none"
        st.info(f"This run has no embedding {wanted.embedding}; it has: {there}.")
        return None
    projection = find_map(run, predictions, wanted)
    if projection is None:
        offer(run, wanted.command(run), why_a_job(predictions, wanted))
        return None
    if look.voice not in (VERDICT, *predictions.voices):
        st.caption(f"This run has no voice {look.voice}; its verdict is shown.")
    voice = look.voice if look.voice in predictions.voices else VERDICT
    judged, projection = heard(run, predictions, projection, voice)
    if look.colour not in colour_names(judged):
        st.info(f"This run kept no column {look.colour}, so its map can't be coloured by it.")
        return None
    rows = look.rows(judged, projection)
    if not len(rows):
        st.info(f"No object of split {look.split} has the embedding {wanted.embedding}.")
        return None
    ringed = rows[(judged.table["object_id"].astype(str) == current).to_numpy()[rows]]
    rows = np.union1d(few(judged, np.setdiff1d(rows, ringed), DRAWN - len(ringed)), ringed)
    return Column(run, judged, projection, rows, colour_of(judged.take(rows), look.colour))


def _map(run: Run, column: Column, colour: Categories | Values, look: Look) -> None:
    """Draw a run's map; a click chooses the object for the page's `run`."""
    some = column.predictions.take(column.rows)
    ring = chosen(run) or None
    coords = column.projection.coords[column.rows]
    title = f"{METHODS[column.projection.method]}: {look.split}, n = {len(some):,} objects"
    figure = map_figure(some, column.projection, coords, colour, title, ring, narrow=True)
    key = f"beside:{column.run.path}:{column.projection.key}:{look.split}{look.kind(column.run)}"
    about = f"Map of the embedding {column.projection.embedding} of the run {column.run.name}"
    ids = some.table["object_id"].astype(str).tolist()
    draw(figure, key, about, HEIGHT, on_select=clicked(run, key, ids, ring=True), selection_mode="points")


def _verdict(column: Column, embedding: str, current: str) -> None:
    """What a run says of the chosen object, and how many of its neighbours are of its kind."""
    if not current:
        return
    row = cache.row_of(column.predictions.table, current)
    if row is None:
        st.caption(f"This run does not know {current}.")
        return
    if column.run.read_info().untaught:
        st.caption("Pre-trained only: it has no verdict yet.")
    else:
        probabilities(column.predictions.classes, column.predictions.p[row], int(column.predictions.label[row]))
    known = column.predictions
    found = find(known, embedding, row, labelled(known))
    if found is None:
        st.caption(f"It has no embedding {embedding} here.")
        return
    st.caption(agreement(known.classes, int(known.label[row]), known.label[found[0]]))


def _object(task: Task, run: Run, columns: Sequence[Column]) -> None:
    """Stepping over the objects of the first map, and the card of the one that is chosen."""
    if not columns:
        return
    ids = columns[0].predictions.table["object_id"].astype(str).to_numpy(object)[columns[0].rows].tolist()
    current = chosen(run)
    step_through(ids, ids.index(current) if current in ids else None, "map", stepped(run, ids))
    for column in columns:
        row = cache.row_of(column.predictions.table, current)
        if row is not None:
            left, right = halves()
            with left:
                name_object(column.predictions, row, current in ids)
                describe(task, column.run, column.predictions, row, right)
            return
    st.info("Click a point of a map to see its object here.")
