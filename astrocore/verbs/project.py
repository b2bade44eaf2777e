"""project: maps of a run's embeddings, computed once and kept."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from astrocore.config import Settings
from astrocore.data.dataset import open_dataset
from astrocore.errors import ConfigError
from astrocore.runs import Predictions, Projection, Run, load_projection, load_run, projection_key, save_projection
from astrocore.runs.files import replacing
from astrocore.verbs.predict import predict_dataset

USED: dict[str, tuple[str, ...]] = {
    "pca": (),
    "tsne": ("seed", "perplexity"),
    "umap": ("seed", "n_neighbors", "min_dist"),
}
"""Parameters that a method has; the others change nothing and stay out of the key."""


class Args(Settings):
    """Map the embeddings of a run to two or three dimensions; a map that was made before is taken from the run."""

    run: str
    """Run: a folder, or task/name."""
    method: Literal["pca", "tsne", "umap"] = "pca"
    """How to map."""
    embedding: str = "fused"
    """Which embedding: fused, the name of a modality, or all."""
    dims: int = Field(default=2, ge=2, le=3)
    """Dimensions of the map."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    """Seed of t-SNE and UMAP."""
    perplexity: float = Field(default=30.0, ge=1, le=1000)
    """Neighbours that t-SNE looks at, roughly."""
    n_neighbors: int = Field(default=15, ge=2, le=1000)
    """Neighbours that UMAP looks at."""
    min_dist: float = Field(default=0.1, ge=0, le=1)
    """How close UMAP may put points."""
    data: Path | None = None
    """Folder of a data set to map instead of the objects that the run has predicted."""
    out: Path | None = None
    """CSV file for object_id, group, split and the coordinates of every map."""


def run(args: Args) -> dict[str, Any]:
    """Compute or fetch the maps; returns one entry for each embedding.

    Raises
    ------
    ConfigError
        The predictions have no such embedding.
    RunError
        The run, its predictions or its weights are missing, or the folder can't be written.
    """
    found = load_run(args.run)
    predictions = predict_dataset(found, open_dataset(args.data), progress=True) if args.data else found.predictions()
    entries, maps = [], {}
    for name in _chosen(args.embedding, predictions):
        began = time.monotonic()
        projection, cached = projected(found, predictions, name, args)
        maps[name] = projection.coords
        entries.append(_entry(found, projection, cached) | {"seconds": round(time.monotonic() - began, 2)})
    if args.out:
        _write_csv(predictions, maps, args.out)
    return {"run": found.full_name, "n": len(predictions), "maps": entries, "file": args.out}


def projected(run: Run, predictions: Predictions, embedding: str, args: Args) -> tuple[Projection, bool]:
    """The map of one embedding, and whether it was there already."""
    parameters = {name: getattr(args, name) for name in USED[args.method]}
    key = projection_key(args.method, embedding, args.dims, parameters, predictions.hash)
    if (kept := load_projection(run, key)) is not None:
        return kept, True
    from astrocore.analysis.projection import project

    made = project(predictions.embeddings[embedding], args.method, args.dims, **parameters)
    projection = Projection(
        method=args.method,
        embedding=embedding,
        dims=args.dims,
        parameters={**parameters, **made.parameters},
        key=key,
        coords=made.coords,
        explained=made.explained,
        predictions=predictions.hash,
    )
    save_projection(run, projection)
    return projection, False


def _chosen(embedding: str, predictions: Predictions) -> list[str]:
    names = list(predictions.embeddings)
    if embedding not in ("all", *names):
        has = f"it has {', '.join(names)}" if names else "it has none"
        raise ConfigError(f"There is no embedding {embedding!r} in these predictions; {has}.")
    return names if embedding == "all" else [embedding]


def _entry(run: Run, projection: Projection, cached: bool) -> dict[str, Any]:
    return {
        "embedding": projection.embedding,
        "method": projection.method,
        "dims": projection.dims,
        "parameters": projection.parameters,
        "key": projection.key,
        "missing": int(np.isnan(projection.coords).any(axis=1).sum()),
        "explained": projection.explained,
        "cached": cached,
    }


def _write_csv(predictions: Predictions, maps: dict[str, np.ndarray], out: Path) -> None:
    """Identity and coordinates, one row an object."""
    table = predictions.table[["object_id", "group", "split"]].copy()
    for name, coords in maps.items():
        for axis in range(coords.shape[1]):
            table[f"{name}_{axis + 1}"] = coords[:, axis]
    with replacing(out) as part:
        table.to_csv(part, index=False)
