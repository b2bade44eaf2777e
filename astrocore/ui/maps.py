"""Maps of embeddings for the page: taken from the run, or computed and kept there; and what colours them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.projection import Method, project
from astrocore.charts.maps import Categories, Values, map_chart
from astrocore.data.dataset import SPLITS
from astrocore.errors import RunNotWritable
from astrocore.runs.predictions import Predictions
from astrocore.runs.projections import Projection, load_projection, projection_key, save_projection
from astrocore.runs.run import Run
from astrocore.ui import cache
from astrocore.ui.jobs import command
from astrocore.ui.numbers import with_unit

METHODS = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
"""Methods of the command project, and what they are called."""
USED = {"pca": (), "tsne": ("seed", "perplexity"), "umap": ("seed", "n_neighbors", "min_dist")}
"""Parameters by which a map is kept, the same as those of the command project."""
DEFAULTS = {"seed": 0, "perplexity": 30.0, "n_neighbors": 15, "min_dist": 0.1}
IN_PAGE = 5_000
"""Objects up to which t-SNE and UMAP are computed while one waits."""
FIXED = ("truth", "prediction", "confidence", "split", "right or wrong")


@dataclass(frozen=True)
class Wanted:
    """A map that was asked for."""

    method: str
    embedding: str
    dims: int

    @property
    def parameters(self) -> dict[str, float]:
        """The method's parameters."""
        return {name: DEFAULTS[name] for name in USED[self.method]}

    def key(self, predictions: Predictions) -> str:
        """Under which it is kept."""
        return projection_key(self.method, self.embedding, self.dims, self.parameters, predictions.hash)

    def command(self, run: Run) -> tuple[str, ...]:
        """The command that computes it."""
        dims = () if self.dims == 2 else ("--dims", str(self.dims))
        return command("project", run.full_name, "--method", self.method, "--embedding", self.embedding, *dims)


@dataclass(frozen=True)
class Look:
    """How objects are drawn on a map."""

    colour: str
    split: str
    voice: str
    """Whose probabilities they have."""
    among: pd.Series | None = None
    """object_id of those that may be drawn, and be neighbours; all when not given."""
    only: pd.Series | None = None
    """object_id of those that are drawn alone, while all may be their neighbours."""

    def kind(self, run: Run) -> str:
        """What sets a map of fewer objects apart from that of all: its points have other row numbers."""
        voice = "" if cache.judges(cache.predictions(run), self.voice).all() else f":{self.voice}"
        fewer = "" if self.only is None else f":{len(self.only)} alone"
        return f"{':curves' if self.among is not None else ''}{voice}{fewer}"

    def rows(self, predictions: Predictions, projection: Projection) -> np.ndarray:
        """Row numbers of the objects on the map."""
        there = np.isfinite(projection.coords).all(axis=1)
        for some in (self.among, self.only):
            if some is not None:
                there &= predictions.table["object_id"].isin(some).to_numpy(bool)
        if self.split != "all":
            there &= (predictions.table["split"] == self.split).to_numpy(bool)
        return np.flatnonzero(there)


def few(predictions: Predictions, rows: np.ndarray, most: int) -> np.ndarray:
    """At most so many of some rows, a fair sample by object_id: in each run that knows them mostly the same objects."""
    if len(rows) <= most:
        return rows
    ids = predictions.table["object_id"].astype(str).to_numpy(object)[rows]
    return np.sort(rows[np.argsort(pd.util.hash_array(ids), kind="stable")[:most]])


def map_figure(
    some: Predictions,
    projection: Projection,
    coords: np.ndarray,
    colour: Categories | Values,
    title: str,
    ring: str | None,
    narrow: bool = False,
) -> Any:
    """The map of some objects at `coords`; the one that is called `ring` gets a ring."""
    ids = some.table["object_id"].astype(str)
    return map_chart(
        coords,
        colour,
        ids=ids.tolist(),
        hover={
            "truth": np.array([*some.classes, "unknown"], object)[some.label],
            "prediction": np.array(some.classes, object)[some.predicted],
            "confidence": np.round(some.confidence, 3),
        },
        title=title,
        axes=axes(projection),
        selected=np.flatnonzero(ids == ring) if ring else None,
        narrow=narrow,
    )


def why_a_job(predictions: Predictions, wanted: Wanted) -> str:
    """Why a map is a job of its own."""
    return (
        f"{METHODS[wanted.method]} of {len(predictions):,} objects takes minutes, so it is a job of its own. "
        "The map is kept in the run and appears here."
    )


def find_map(run: Run, predictions: Predictions, wanted: Wanted) -> Projection | None:
    """The map, from the run or computed now; None where computing it would keep the page waiting.

    Raises
    ------
    InputError
        No object has this embedding.
    """
    file = run.path / "projections" / f"{wanted.key(predictions)}.safetensors"
    too_many = wanted.method != "pca" and len(predictions) > IN_PAGE
    if too_many and not file.is_file():
        return None
    return _map(str(run.path), cache.stamp(run.predictions_file), wanted, predictions)


def heard(run: Run, predictions: Predictions, projection: Projection, voice: str) -> tuple[Predictions, Projection]:
    """The run's predictions as one voice judges them, and the same map of the objects that it judges."""
    there = cache.judges(predictions, voice)
    return cache.voiced(run, voice), replace(projection, coords=projection.coords[there])


def axes(projection: Projection) -> list[str]:
    """Axis titles; those of PCA say how much of the variance they hold, the others have no unit."""
    name = METHODS[projection.method]
    if projection.explained is None:
        return [f"{name} {i + 1} (no unit)" for i in range(projection.dims)]
    return [f"{name} {i + 1} ({100 * share:.0f} % of the variance)" for i, share in enumerate(projection.explained)]


def colour_names(predictions: Predictions) -> list[str]:
    """By what a map can be coloured."""
    numeric = [n for n in predictions.measured if pd.api.types.is_numeric_dtype(predictions.table[n])]
    return [*FIXED, *numeric]


def colour_of(predictions: Predictions, name: str) -> Categories | Values:
    """The colour of each object."""
    if name == "truth":
        return Categories(predictions.label, predictions.classes, "truth")
    if name == "prediction":
        return Categories(predictions.predicted, predictions.classes, "prediction")
    if name == "confidence":
        return Values(predictions.confidence, "confidence")
    if name == "split":
        return Categories(pd.Categorical(predictions.table["split"], SPLITS).codes.astype(int), SPLITS, "split")
    if name == "right or wrong":
        wrong = (predictions.predicted != predictions.label).astype(int)
        return Categories(np.where(predictions.label < 0, -1, wrong), ("right", "wrong"), "prediction is")
    return Values(predictions.table[name].to_numpy(float), with_unit(name, predictions.units.get(name)))


@st.cache_resource(max_entries=32, show_spinner="Computing the map …")
def _map(path: str, when: tuple[int, ...], wanted: Wanted, _predictions: Predictions) -> Projection:
    """The cache tells maps apart by path, time of change and `wanted`; it does not look into the predictions."""
    run = Run(Path(path))
    kept = load_projection(run, wanted.key(_predictions))
    if kept is not None:
        return kept
    made = _computed(wanted, _predictions)
    with suppress(RunNotWritable):  # then it is kept in memory only
        save_projection(run, made)
    return made


def _computed(wanted: Wanted, predictions: Predictions) -> Projection:
    parameters: dict[str, Any] = wanted.parameters
    made = project(predictions.embeddings[wanted.embedding], cast(Method, wanted.method), wanted.dims, **parameters)
    return Projection(
        method=wanted.method,
        embedding=wanted.embedding,
        dims=wanted.dims,
        parameters={**parameters, **made.parameters},
        key=wanted.key(predictions),
        coords=made.coords,
        explained=made.explained,
        predictions=predictions.hash,
    )
