"""What came of files that were brought: the verdict on each object, what could not be used, the card of one object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.calibration import apply_temperature
from astrocore.analysis.conflicts import disagreements
from astrocore.analysis.thresholds import gate
from astrocore.data.dataset import Dataset
from astrocore.errors import ForeignProfile, RunMissing
from astrocore.runs.predictions import Predictions
from astrocore.runs.predictions_file import read_predictions
from astrocore.runs.profiles import Profile, heard
from astrocore.runs.run import Run
from astrocore.runs.simulated import caution
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.conflicts import pick_conflicts
from astrocore.ui.layout import halves
from astrocore.ui.neighbours import labelled_neighbours
from astrocore.ui.notices import guarded
from astrocore.ui.objects import Among, object_card, probabilities, step_through
from astrocore.ui.said import said_class, voices_of_one
from astrocore.ui.tables import csv_download

UNKNOWN = "unknown"
FEW = 6
"""Classes that are counted in cells of their own; more of them, with long names, stand in a line."""
HEIGHT = 420
"""Of the table, in pixels."""
RETRAINED = (
    "The run was trained anew after these verdicts: press Classify again to see what lies nearest to the object."
)


@dataclass(frozen=True)
class Classified:
    """A request that was answered: where data set and predictions lie, which files could not be used, what to know."""

    dataset: Path
    predictions: Path
    defects: tuple[dict[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@st.fragment
def show(task: Task, run: Run, found: Classified, profile: Profile | None) -> None:
    """Draw the verdicts; a step to another object redraws only these."""
    with guarded():
        if not found.predictions.is_file():
            raise RunMissing("What came of these files was cleaned away meanwhile; press Classify again.")
        data, predictions = cache.dataset(found.dataset), _read(str(found.predictions), cache.stamp(found.predictions))
        simulated_only(run, data)
        names = np.where(predictions.unseen(task.config.MODALITIES), UNKNOWN, decided(predictions, profile))
        _counts(predictions, names)
        _defects(found.defects)
        for note in found.notes:
            st.caption(note)
        table = verdict_table(predictions, names, task.data.basis(data.table, data.arrays))
        key = str(found.predictions)
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            conflicting = pick_conflicts(predictions, run.read_info().verdict.weights)
        if conflicting is not None:
            rows = predictions.table["object_id"].isin(conflicting).to_numpy(bool)
            predictions, table = predictions.take(rows), table[rows].reset_index(drop=True)
            key += f":conflicts:{len(table)}"
        left, right = halves()
        with left:
            place = _table(table, key)
            more = [name for name in predictions.measured if name not in table]
            whole = pd.concat([table, predictions.table[more]], axis=1)
            csv_download(lambda: whole, f"{run.name}-verdicts.csv", "Download the verdicts")
            facts = st.container()
        with right:
            _card(task, run, data, predictions, place, facts, key)
        if cache.stamp(run.weights_file) > cache.stamp(found.predictions):
            st.caption(RETRAINED)
        else:
            labelled_neighbours(task, run, predictions, place)


def decided(predictions: Predictions, profile: Profile | None) -> np.ndarray:
    """The class of each object by name (N,), or unknown: by a profile, or the most probable one.

    Raises
    ------
    ForeignProfile
        The profile asks for a prior, which this version does not apply, or for a voice that the run does not have.
    """
    names = np.array([*predictions.classes, UNKNOWN], object)
    if profile is None:
        return np.asarray(names[predictions.predicted])
    if profile.prior is not None:
        raise ForeignProfile(f"The profile {profile.name} sets a class prior, which can't be applied; fit it anew.")
    p = heard(predictions, profile)
    if profile.calibration.kind == "temperature":
        p = apply_temperature(p, profile.calibration.parameters["temperature"])
    thresholds = np.array([profile.thresholds[name] for name in predictions.classes])
    told = np.isfinite(p).all(axis=1)  # a voice of its own may have nothing to go by
    return np.where(told, names[gate(np.where(told[:, None], p, 0.0), thresholds, profile.abstain)], UNKNOWN)


def verdict_table(predictions: Predictions, names: np.ndarray, basis: pd.DataFrame) -> pd.DataFrame:
    """One row an object: verdict, confidence, what it rests on, probabilities, and what each voice alone would say.

    Where parts of the input are judged apart, also what those say that contradict each other.
    """
    classes = predictions.classes
    conflict = {"conflict": disagreements(predictions.apart, classes)} if len(predictions.apart) > 1 else {}
    columns: dict[str, Any] = {
        "object_id": predictions.table["object_id"],
        "verdict": names,
        **conflict,
        "confidence": predictions.confidence,
        **basis,
    }
    columns |= {f"p_{name}": predictions.p[:, c] for c, name in enumerate(classes)}
    columns |= {f"{voice} says": said_class(p, classes) for voice, p in predictions.voices.items()}
    return pd.DataFrame(columns)


def simulated_only(run: Run, data: Dataset) -> None:
    """Warn where a run that learned from simulated objects judges measured ones."""
    if text := caution(run.read_info().data, data.origin):
        st.warning(text, icon=":material/science:")


def _counts(predictions: Predictions, names: np.ndarray) -> None:
    shown = [*predictions.classes, *([UNKNOWN] if (names == UNKNOWN).any() else [])]
    counts = {name: f"{int((names == name).sum()):,}" for name in shown}
    if len(shown) > FEW:
        with st.container(horizontal=True, gap="xsmall"):
            for name, n in counts.items():
                st.badge(f"{name}: {n}", color="gray")
    else:
        cells = st.grid(len(shown), min_column_width=150, border=True)
        for name, n in counts.items():
            cells.metric(name, n)
    st.caption(f"Verdicts on all n = {len(predictions):,} objects.")


def _defects(defects: Sequence[dict[str, str]]) -> None:
    if not defects:
        return
    files = f"{len(defects)} files were" if len(defects) > 1 else "One file was"
    st.warning(f"{files} not used as brought; the table says why. All else is classified.", icon=":material/report:")
    table = pd.DataFrame(defects)[["file", "error", "message"]]
    st.table(table, border="horizontal", hide_index=True, alt="Files that could not be used")


def _table(table: pd.DataFrame, key: str) -> int:
    """The table with one row picked; the place of that row."""
    st.caption("The box in front of a row shows its object.")
    numbers = [str(name) for name in table if name == "confidence" or str(name).startswith("p_")]
    shares: dict[Any, Any] = {name: st.column_config.NumberColumn(format="%.3f") for name in numbers}
    state: Any = st.dataframe(
        table,
        hide_index=True,
        height=min(HEIGHT, 40 + 36 * len(table)),
        key=_key(key),
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [0]}},
        column_config=shares,
        alt="Verdicts",
    )
    rows = state["selection"]["rows"]
    return int(rows[0]) if rows and rows[0] < len(table) else 0


def _card(task: Task, run: Run, data: Dataset, predictions: Predictions, place: int, facts: Any, key: str) -> None:
    """Stepping, the probabilities and the card of one object."""
    ids = predictions.table["object_id"].astype(str).tolist()
    step_through(ids, place, "classify", _show(_key(key)))
    st.subheader(ids[place], anchor=False)
    probabilities(predictions.classes, predictions.p[place], int(predictions.label[place]))
    voices_of_one(predictions, place, run.read_info().verdict.weights)
    row = cache.row_of(data.table, ids[place])
    if row is not None:
        object_card(task, data, row, "classify:card", facts, among=_among(run, data), run=run)


def _among(run: Run, data: Dataset) -> Among:
    """The run's training objects, where it kept them."""
    if run.predictions_file.is_file():
        known = cache.predictions(run)
        return Among(known.table, known.classes)
    return Among(data.table, data.classes)


def _key(key: str) -> str:
    return f"classify:table:{key}"


def _show(key: str) -> Callable[[int], None]:
    """What picks a row of the table from elsewhere."""

    def show(place: int) -> None:
        st.session_state[key] = {"selection": {"rows": [place]}}

    return show


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(file: str, when: tuple[int, ...]) -> Predictions:
    return read_predictions(Path(file))
