"""The objects that lie nearest to one in an embedding, by cosine."""

from __future__ import annotations

import numpy as np

from astrocore.errors import InputError

CHUNK = 16_384
"""Rows that are compared with the one at once."""
DIGITS = 6
"""Decimals to which cosines are told apart: further ones depend on the order of sums."""


def nearest(x: np.ndarray, row: int, k: int = 10, among: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers and cosines of the `k` other rows that point most nearly where `row` does; see `nearest_to`.

    Raises
    ------
    InputError
        As `nearest_to`, or there is no such row.
    """
    _check(x, among)
    if not 0 <= row < len(x):
        raise InputError(f"There are no neighbours of row {row} among {len(x)} rows.")
    others = np.arange(len(x)) != row
    return nearest_to(x, x[row], k, others if among is None else others & among)


def nearest_to(
    x: np.ndarray, vector: np.ndarray, k: int = 10, among: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers and cosines of the `k` rows that point most nearly where a vector does; the nearest first.

    Of equal cosines the earlier row comes first. Left out are rows without a direction: those with a NaN and those of
    zeros.

    Parameters
    ----------
    x
        (N, D).
    vector
        (D,), of an object that need not be among the rows.
    among
        (N,) bool, rows that may be found; all when not given.

    Returns
    -------
    tuple
        (M,) int and (M,) float; M is `k`, or less where there are no more.

    Raises
    ------
    InputError
        `x`, `vector` or `among` has another shape, `k` is not positive, or the vector has no direction.
    """
    _check(x, among)
    if vector.shape != x.shape[1:] or k < 1:
        raise InputError(f"There are no {k} neighbours of a vector {vector.shape} among rows of {x.shape[1]} numbers.")
    one = _directions(vector[None])[0]
    if np.isnan(one).any():
        raise InputError("The object has no such embedding, or a zero one, so it has no neighbours.")
    cosine = _cosines(x, one)
    found = np.isfinite(cosine) if among is None else np.isfinite(cosine) & among
    rows = np.flatnonzero(found)
    best = rows[np.argsort(-cosine[rows], kind="stable")[:k]]
    return best, cosine[best]


def _check(x: np.ndarray, among: np.ndarray | None) -> None:
    if x.ndim != 2 or (among is not None and among.shape != x.shape[:1]):
        of = "" if among is None else f" with a choice of shape {among.shape}"
        raise InputError(f"Neighbours are looked for in an embedding (N, D), not in {x.shape}{of}.")


def _cosines(x: np.ndarray, one: np.ndarray) -> np.ndarray:
    """Cosine of each row with a direction (D,), (N,); NaN where the row has none."""
    chunks = (x[start : start + CHUNK] for start in range(0, len(x), CHUNK))
    return np.concatenate([np.zeros(0), *(np.round(_directions(chunk) @ one, DIGITS) for chunk in chunks)])


def _directions(x: np.ndarray) -> np.ndarray:
    """Rows of length one, (N, D) float64; NaN where a row is not finite or zero."""
    x = np.where(np.isfinite(x).all(axis=1, keepdims=True), x, np.nan).astype(np.float64)
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(length > 0, length, np.nan)
