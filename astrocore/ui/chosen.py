"""The object that is chosen on a page of maps, by a click, a step or the address, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.browse import OBJECT
from astrocore.ui.derived import training_data
from astrocore.ui.facts import facts_table, measured_facts
from astrocore.ui.objects import object_card
from astrocore.ui.standing import with_standing


def chosen(run: Run) -> str:
    """Its object_id; empty where none was chosen yet."""
    return str(st.session_state.get(f"{OBJECT}:{run.path}") or st.query_params.get(OBJECT, ""))


def ringed(run: Run) -> str | None:
    """The object_id that gets a ring on the map: once one was chosen elsewhere than there."""
    found = st.session_state.get(f"ring:{run.path}")
    return str(found) if found else None


def choose(run: Run, object_id: str) -> None:
    """Choose an object elsewhere than by a click on its map."""
    st.session_state[f"{OBJECT}:{run.path}"] = st.session_state[f"ring:{run.path}"] = object_id


def stepped(run: Run, ids: Sequence[str]) -> Callable[[int], None]:
    """What happens on a step to a place in `ids`."""
    return lambda place: choose(run, ids[place])


def clicked(run: Run, key: str, ids: Sequence[str], ring: bool = False) -> Callable[[], None]:
    """What happens on a click on the map of that key.

    The chart keeps its own mark and zoom as long as its figure stays the same, so the mark that stepping draws is moved
    only where there is one already, or where a `ring` is wanted in any case.
    """

    def took() -> None:
        found = places(st.session_state.get(key), len(ids))
        if len(found) == 1:
            st.session_state[f"{OBJECT}:{run.path}"] = ids[found[0]]
            if ring or ringed(run):
                choose(run, ids[found[0]])

    return took


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


def name_object(predictions: Predictions, row: int, on_map: bool) -> None:
    """Name, split and group of the chosen object, and the address that leads to it."""
    line = predictions.table.iloc[row]
    object_id = st.query_params[OBJECT] = str(line["object_id"])
    st.subheader(object_id, anchor=False)
    st.caption(f"split {line['split']} · group {line['group']}{'' if on_map else ' · not on this map'}")


def describe(task: Task, run: Run, predictions: Predictions, row: int, beside: DeltaGenerator) -> None:
    """Numbers of an object here, its curves or images `beside`."""
    line = predictions.table.iloc[row]
    object_id = str(line["object_id"])
    facts = st.container()
    data = training_data(run)
    place = cache.row_of(data.table, object_id) if data else None
    if data and place is not None:
        with beside:
            object_card(task, data, place, "map:card", facts, run=run)
        return
    with facts:
        kept = measured_facts(line, predictions.units)
        facts_table(with_standing(kept, predictions.table, predictions.classes), object_id)
    shown = "what the run kept of the object is shown."
    if data:
        beside.caption(f"The sample that came with this run has no {task.config.DRAWN} of this object; {shown}")
    else:
        beside.caption(f"The data set of this run is not here, or was built again; {shown}")
