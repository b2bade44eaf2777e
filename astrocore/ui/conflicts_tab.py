"""Conflicts on the Evaluate page: about which classes, who was right, and the objects themselves."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.conflict_pairs import conflict_pairs
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.ui.browse import OBJECT
from astrocore.ui.chosen import choose
from astrocore.ui.conflicts import apart_pair, in_conflict, pick_confidence
from astrocore.ui.navigation import EMBEDDINGS, link
from astrocore.ui.numbers import percent, sample
from astrocore.ui.said import said_class, short
from astrocore.ui.tables import csv_download

HEIGHT = 360
"""Of the table of objects at most, in pixels."""
ROW = 36
READ = (
    "Right: the share of the labelled objects of a line whose class is the one that was said. Two voices in conflict "
    "can't both be right, but both can be wrong."
)


def stand_apart(run: Run, predictions: Predictions) -> bool:
    """Whether the run has two voices beside the verdict that can be in conflict."""
    return apart_pair(predictions, run.read_info().verdict.weights) is not None


def conflicts_tab(run: Run, predictions: Predictions, split: str) -> None:
    """Pairs of classes with who was right, and below them the objects of all pairs or of those picked."""
    some = predictions.split(split)
    pair = apart_pair(some, run.read_info().verdict.weights)
    if pair is None:
        return
    pick_confidence()
    found = in_conflict(some, pair)
    a, b = map(short, pair)
    both = int(np.isfinite(some.voices[pair[0]] + some.voices[pair[1]]).all(axis=1).sum())
    st.caption(
        f"{sample(some, split)}; {both:,} have both {a} and {b}, and of {int(found.sum()):,} of these "
        f"({percent(found.sum() / both if both else None)}) they speak for different classes. {READ}"
    )
    if not found.any():
        st.info("There is no conflict at this confidence.")
        return
    _objects(run, some, pair, _pairs(some, pair, found, split), split)


def _pairs(some: Predictions, pair: tuple[str, str], found: np.ndarray, split: str) -> np.ndarray:
    """The table of pairs; (N,) bool: the objects of those that are picked, of all where none is."""
    voices = [some.voices[name] for name in pair]
    table = conflict_pairs(voices[0], voices[1], some.p, some.label, found)
    st.caption("The boxes in front of the lines pick whose objects are listed below.")
    state: Any = st.dataframe(
        pairs_shown(table, pair, some.classes),
        hide_index=True,
        height=min(HEIGHT, ROW * (len(table) + 1) + 3),
        key=f"conflicts:pairs:{split}:{len(table)}:{int(found.sum())}",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            f"{who} right": st.column_config.NumberColumn(format="%.0f %%") for who in (*map(short, pair), "verdict")
        },
        placeholder="–",
        alt="Pairs of classes in conflict",
    )
    rows = [row for row in state["selection"]["rows"] if row < len(table)]
    if not rows:
        return found
    said = np.stack([np.nan_to_num(p).argmax(axis=1) for p in voices], axis=1)
    picked = table.loc[rows, ["a", "b"]].to_numpy()
    return np.asarray(found & (said[:, None] == picked).all(axis=-1).any(axis=1))


def pairs_shown(table: pd.DataFrame, pair: tuple[str, str], classes: tuple[str, ...]) -> pd.DataFrame:
    """The pairs by name, shares right in percent."""
    a, b = map(short, pair)
    names = np.array(classes, object)
    right = {"a": a, "b": b, "verdict": "verdict"}
    return pd.DataFrame(
        {
            f"{a} says": names[table["a"]],
            f"{b} says": names[table["b"]],
            "objects": table["n"],
            "labelled": table["labelled"],
            **{f"{who} right": 100 * table[f"right_{key}"] for key, who in right.items()},
        }
    )


def _objects(run: Run, some: Predictions, pair: tuple[str, str], where: np.ndarray, split: str) -> None:
    """The objects; one that is picked is chosen on the page Embeddings, with a link to it."""
    table = conflict_table(some.take(where), pair)
    st.markdown(f"**Objects in conflict: {len(table):,}**")
    shares: dict[Any, Any] = {
        name: st.column_config.NumberColumn(format="%.3f") for name in table if str(name).startswith("p ")
    }
    state: Any = st.dataframe(
        table,
        hide_index=True,
        height=min(HEIGHT, ROW * (len(table) + 1) + 3),
        key=f"conflicts:objects:{split}:{crc32(where.tobytes())}",
        on_select="rerun",
        selection_mode="single-row",
        column_config=shares,
        alt="Objects in conflict",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        csv_download(lambda: table, f"{run.name}-conflicts-{split}.csv", "Download the conflicts")
        for row in state["selection"]["rows"]:
            if row < len(table):
                object_id = str(table["object_id"].iloc[row])
                choose(run, object_id)
                link(EMBEDDINGS, f"Show {object_id}", **{OBJECT: object_id})


def conflict_table(some: Predictions, pair: tuple[str, str]) -> pd.DataFrame:
    """One row an object: identity, truth, and what each of the two voices and the verdict say, with probabilities."""
    columns: dict[str, Any] = {name: some.table[name] for name in ("object_id", "group", "split")}
    columns["truth"] = np.array([*some.classes, "unknown"], object)[some.label]
    for name, p in {**{short(name): some.voices[name] for name in pair}, "verdict": some.p}.items():
        columns |= {f"{name} says": said_class(p, some.classes), f"p {name}": p.max(axis=1)}
    return pd.DataFrame(columns)
