"""Whether one modality finds its own object among others: ranks of the right answer, beside those of chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from astrocore.analysis.bootstrap import Interval, codes, interval
from astrocore.errors import InputError

TOP = (1, 5, 10)
"""An object counts as found when it is among so many nearest ones."""
CHUNK = 512
"""Queries that are compared with all candidates at once."""
TIED = 1e-6
"""Cosines that differ by less are the same: the order of sums already makes such differences."""


@dataclass(frozen=True, eq=False)
class Ranks:
    """Where the right answer stands for each of N queries.

    Attributes
    ----------
    rank
        (N,) float from 1, the nearest; among equal cosines the middle place, so that a collapsed embedding is no
        better than chance.
    candidates
        (N,) int: the right answer and all objects of other groups.
    group
        (N,) what goes in and out of a resample together.
    """

    rank: np.ndarray
    candidates: np.ndarray
    group: np.ndarray

    def numbers(self) -> dict[str, float]:
        """Recall at each of TOP, as r1, r5, r10, and median_rank."""
        return _numbers(self.rank)

    def chance(self) -> dict[str, float]:
        """The same for guessing: k / n and (n + 1) / 2 with n candidates."""
        found = {f"r{k}": float(np.minimum(k / self.candidates, 1).mean()) for k in TOP}
        return found | {"median_rank": float(np.median((self.candidates + 1) / 2))}

    def intervals(self, n: int = 500, seed: int = 0) -> Mapping[str, Interval]:
        """Percentile intervals of the numbers, by group."""
        found = interval(lambda rows: _numbers(self.rank[rows]), self.group, n=n, seed=seed)
        assert isinstance(found, dict)
        return found


def pairs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Row numbers of the objects that both sides know, (M,).

    Raises
    ------
    InputError
        The sides have not the same shape, or fewer than two objects are known to both.
    """
    if a.shape != b.shape or a.ndim != 2:
        raise InputError(f"Embeddings of shape {a.shape} and {b.shape} can't be compared; both need to be (N, D).")
    rows = np.flatnonzero(np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1))
    if len(rows) < 2:
        raise InputError(f"{len(rows)} objects have both modalities; comparing needs at least two.")
    return rows


def unit(x: np.ndarray) -> np.ndarray:
    """Rows of length one, (N, D) float32; a row of zeros stays zero."""
    x = np.asarray(x, np.float32)
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12), np.float32)


def ranks(query: np.ndarray, answer: np.ndarray, group: np.ndarray) -> Ranks:
    """Rank of each object's own answer among the answers of all objects of other groups, by cosine.

    Objects of the same group (the planets of one star) are no wrong answers: they are left out of the candidates.
    Memory grows with the number of objects, not with its square.

    Parameters
    ----------
    query, answer
        (N, D) each, row by row of the same objects; rows with a NaN on either side are left out.
    group
        (N,), one name a group.

    Raises
    ------
    InputError
        As for `pairs`.
    """
    rows = pairs(query, answer)
    q, a, code = unit(query[rows]), unit(answer[rows]), codes(np.asarray(group)[rows])
    parts = list(_ranked(q, a, code))
    candidates = len(rows) + 1 - np.bincount(code)[code]
    return Ranks(np.concatenate(parts), candidates, code)


def _ranked(q: np.ndarray, a: np.ndarray, code: np.ndarray) -> Iterator[np.ndarray]:
    """Ranks of a chunk of queries after another."""
    for start in range(0, len(q), CHUNK):
        own = np.arange(start, min(start + CHUNK, len(q)))
        cosine = q[own] @ a.T  # (chunk, N)
        right = cosine[np.arange(len(own)), own, None]
        cosine[code[own, None] == code[None, :]] = -np.inf
        nearer = (cosine > right + TIED).sum(axis=1)
        equal = (np.abs(cosine - right) <= TIED).sum(axis=1)
        yield 1 + nearer + equal / 2


def _numbers(rank: np.ndarray) -> dict[str, float]:
    return {f"r{k}": float((rank <= k).mean()) for k in TOP} | {"median_rank": float(np.median(rank))}
