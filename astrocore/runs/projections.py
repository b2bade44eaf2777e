"""Maps of the embeddings that were computed once and kept, keyed by what they were computed from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.errors import ForeignWeights, RunMissing
from astrocore.runs.files import plain
from astrocore.runs.run import Run
from astrocore.runs.weights import load_state, save_state

META = ("method", "embedding", "dims", "parameters", "key", "predictions")


@dataclass(frozen=True, eq=False)
class Projection:
    """A map of N objects, in the row order of the predictions.

    Attributes
    ----------
    method, embedding, dims, parameters
        What was asked for: pca | tsne | umap, the embedding's name, 2 | 3, the method's parameters.
    key
        Hash of these and of the predictions, see `projection_key`.
    coords
        (N, dims) float32; NaN where an object has no such embedding.
    explained
        (dims,) share of the variance, for PCA.
    predictions
        Hash of the predictions it was computed from.
    """

    method: str
    embedding: str
    dims: int
    parameters: Mapping[str, Any]
    key: str
    coords: np.ndarray
    explained: np.ndarray | None = None
    predictions: str = ""


def projection_key(method: str, embedding: str, dims: int, parameters: Mapping[str, Any], predictions: str) -> str:
    """The name under which a map is kept; `predictions` is their hash. 16 hexadecimal digits."""
    text = json.dumps(plain([method, embedding, dims, dict(sorted(parameters.items())), predictions]))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save_projection(run: Run, projection: Projection) -> Path:
    """Write <run>/projections/<key>.safetensors; returns the file. Raises RunNotWritable."""
    arrays = {"coords": projection.coords.astype(np.float32)}
    if projection.explained is not None:
        arrays["explained"] = projection.explained
    meta = {name: getattr(projection, name) for name in META}
    file = _file(run, projection.key)
    save_state(file, arrays, meta)
    return file


def load_projection(run: Run, key: str) -> Projection | None:
    """The map of that key; none when it was not computed yet, or its file is damaged."""
    try:
        arrays, meta = load_state(_file(run, key))
        asked = {name: meta[name] for name in META}
        return Projection(**asked, coords=arrays["coords"], explained=arrays.get("explained"))
    except (RunMissing, ForeignWeights, KeyError):
        return None


def projections(run: Run) -> list[Projection]:
    """All maps of a run that belong to its present predictions, newest first."""
    if not run.predictions_file.is_file():
        return []
    present = run.predictions().hash
    files = sorted(_file(run, "x").parent.glob("*.safetensors"), key=lambda file: file.stat().st_mtime, reverse=True)
    found = (load_projection(run, file.stem) for file in files)
    return [item for item in found if item is not None and item.predictions == present]


def _file(run: Run, key: str) -> Path:
    return run.path / "projections" / f"{key}.safetensors"
