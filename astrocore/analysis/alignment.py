"""How two modalities lie in the space that they share: the gap between them, closeness of pairs, and spread."""

from __future__ import annotations

import numpy as np

from astrocore.analysis.retrieval import CHUNK, pairs, unit


def modality_gap(a: np.ndarray, b: np.ndarray) -> float:
    """Distance between the centroids of two modalities on the unit sphere: 0 when they lie together, at most 2.

    Rows with a NaN on either side are left out; raises InputError as `retrieval.pairs` does.
    Liang et al. 2022, "Mind the gap", section 2.
    """
    rows = pairs(a, b)
    return float(np.linalg.norm(unit(a[rows]).mean(axis=0) - unit(b[rows]).mean(axis=0)))


def pair_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Mean squared distance between the two sides of an object on the unit sphere; 0 is perfect, 2 is unrelated.

    Rows with a NaN on either side are left out; raises InputError as `retrieval.pairs` does.
    Wang & Isola 2020, equation 1 ("alignment", with exponent 2).
    """
    rows = pairs(a, b)
    return float(((unit(a[rows]) - unit(b[rows])) ** 2).sum(axis=1).mean())


def uniformity(x: np.ndarray) -> float:
    """Logarithm of the mean of exp(-2 d^2) over all pairs of objects: 0 for one point, towards -4 for a whole sphere.

    Rows with a NaN are left out; raises InputError where fewer than two are left. Computed chunk by chunk.
    Wang & Isola 2020, equation 2 (with t = 2).
    """
    u = unit(x[pairs(x, x)])
    total = 0.0
    for start in range(0, len(u), CHUNK):
        cosine = u[start : start + CHUNK] @ u.T
        total += float(np.exp(4 * cosine.astype(np.float64) - 4).sum())  # d^2 = 2 - 2 cos
    itself = float(np.exp(4 * (u.astype(np.float64) ** 2).sum(axis=1) - 4).sum())
    return float(np.log(max(total - itself, 1e-300) / (len(u) * (len(u) - 1))))
