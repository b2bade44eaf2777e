"""Maps of an embedding in two or three dimensions: PCA, t-SNE, UMAP."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from sklearn.decomposition import PCA

from astrocore.errors import InputError

Method = Literal["pca", "tsne", "umap"]
Parameters = dict[str, float | int | str]


@dataclass(frozen=True)
class Projected:
    """A map and how it was made."""

    coords: np.ndarray
    """(N, dims) float32; NaN for rows that were left out."""
    explained: np.ndarray | None
    """Share of the variance along each axis, (dims,); PCA only."""
    rows: np.ndarray
    """Row numbers that were used, ascending."""
    parameters: Parameters
    """As used: method (pca, where the rows are too few or all the same), dims, seed, n, and the method's own."""


def project(
    x: np.ndarray,
    method: Method = "pca",
    dims: int = 2,
    seed: int = 0,
    perplexity: float = 30.0,
    n_neighbors: int = 15,
    min_dist: float = 0.1,
) -> Projected:
    """Map an embedding, (N, D), to `dims` dimensions; the same input gives the same map.

    Rows with a NaN are left out. Perplexity (t-SNE: to a third of the rows) and n_neighbors (UMAP) shrink
    where the rows are few; what was used stands in `parameters`. All runs in one thread: with more, t-SNE's
    sums, and so its maps, would differ from machine to machine.

    Parameters
    ----------
    perplexity
        t-SNE: about how many neighbours an object looks at.
    n_neighbors, min_dist
        UMAP: neighbours of an object, and how close points may lie on the map.

    Raises
    ------
    InputError
        No row is without NaN, `x` is not a table, or an argument is out of bounds.
    """
    _check(x, method, dims, perplexity, n_neighbors, min_dist)
    rows = np.flatnonzero(np.isfinite(x).all(axis=1))
    if not len(rows):
        raise InputError("No object has this embedding; choose another one.")
    used = np.asarray(x[rows], np.float32)
    if len(used) < 3 or not used.std(axis=0).any():
        method = "pca"
    parameters: Parameters = {"method": method, "dims": dims, "seed": seed, "n": len(used)}
    explained = None
    if method == "pca":
        y, explained = _pca(used, dims, seed)
    elif method == "tsne":
        parameters["perplexity"] = min(perplexity, (len(used) - 1) / 3)
        y = _tsne(used, dims, seed, float(parameters["perplexity"]))
    else:
        parameters |= {"n_neighbors": min(n_neighbors, len(used) - 1), "min_dist": min_dist}
        y = _umap(used, dims, seed, int(parameters["n_neighbors"]), min_dist)
    coords = np.full((len(x), dims), np.nan, np.float32)
    coords[rows] = y
    return Projected(coords, explained, rows, parameters)


def _check(x: np.ndarray, method: str, dims: int, perplexity: float, n_neighbors: int, min_dist: float) -> None:
    if np.ndim(x) != 2 or np.shape(x)[1] == 0:
        raise InputError(f"An embedding is a table of objects and numbers; an array of shape {np.shape(x)} is not.")
    if method not in get_args(Method):
        raise InputError(f"There is no map {method!r}; choose one of {', '.join(get_args(Method))}.")
    if dims not in (2, 3):
        raise InputError(f"A map has 2 or 3 dimensions, not {dims}.")
    if not perplexity > 0 or n_neighbors < 2 or not 0 <= min_dist <= 1:
        raise InputError(
            f"perplexity {perplexity}, n_neighbors {n_neighbors} and min_dist {min_dist} don't all fit: "
            "a perplexity is above 0, n_neighbors at least 2, and min_dist from 0 to 1."
        )


def _pca(x: np.ndarray, dims: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates and shares of the variance; zeros on axes that the data does not have."""
    kept = min(dims, *x.shape)
    pca = PCA(n_components=kept, random_state=seed)
    y, explained = np.zeros((len(x), dims)), np.zeros(dims)
    with np.errstate(invalid="ignore"):  # no variance: 0 / 0, or a single row
        y[:, :kept] = pca.fit_transform(x.astype(float)) if len(x) > 1 else 0
        explained[:kept] = np.nan_to_num(pca.explained_variance_ratio_) if len(x) > 1 else 0
    return y, explained


def _tsne(x: np.ndarray, dims: int, seed: int, perplexity: float) -> np.ndarray:
    from openTSNE import TSNE  # slow to import

    gradient = "auto" if dims == 2 else "bh"  # interpolation stops at two dimensions
    tsne = TSNE(
        n_components=dims, perplexity=perplexity, random_state=seed, n_jobs=1, negative_gradient_method=gradient
    )
    return np.asarray(tsne.fit(x))


def _umap(x: np.ndarray, dims: int, seed: int, n_neighbors: int, min_dist: float) -> np.ndarray:
    from umap import UMAP  # slow to import

    start = "spectral" if len(x) > dims + 1 else "random"  # fewer rows have too few eigenvectors
    reducer = UMAP(
        n_components=dims, n_neighbors=n_neighbors, min_dist=min_dist, random_state=seed, n_jobs=1, init=start
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a graph in several parts, too few eigenvectors: UMAP goes on
        return np.asarray(reducer.fit_transform(x))
