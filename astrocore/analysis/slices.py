"""Accuracy, purity and completeness in each bin of a measured column, with intervals by groups."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from astrocore.analysis.bins import Bins
from astrocore.analysis.bootstrap import Interval, codes, percentiles, weights
from astrocore.analysis.counts import sums
from astrocore.analysis.inputs import check_labels
from astrocore.analysis.ratio import ratio
from astrocore.errors import InputError

SCORES = ("accuracy", "purity", "completeness")
COUNTS = {"accuracy": "", "purity": "n_decided", "completeness": "n_true"}
"""What the objects are called of which a score is a share, beside its class."""


@dataclass(frozen=True, eq=False)
class Slices:
    """Scores of each bin.

    Attributes
    ----------
    scores
        One row a score, class and bin: bin (row of `bins.table`), score (of SCORES), class ("" for accuracy), n,
        value, low, high. A score is a share of n objects: of all for accuracy, of those that were decided to be of the
        class for purity (precision), of those that are for completeness (recall); NaN where there are none.
    """

    bins: Bins
    scores: pd.DataFrame

    def of(self, score: str) -> dict[str, pd.DataFrame]:
        """Class -> n, value, low and high of one score, a row a bin."""
        rows = self.scores[self.scores["score"] == score]
        return {str(name): some.set_index("bin") for name, some in rows.groupby("class", sort=False)}

    def wide(self) -> pd.DataFrame:
        """One row a bin: bin, low, high, median, n, then each score with low and high, a class's with its n."""
        columns = dict(self.bins.table.rename(columns={"name": "bin", "at": "median"}))
        for score in SCORES:
            for name, rows in self.of(score).items():
                if name:
                    columns[f"{COUNTS[score]}_{name}"] = rows["n"]
                key = f"{score}_{name}" if name else score
                columns |= {key: rows["value"], f"{key}_low": rows["low"], f"{key}_high": rows["high"]}
        return pd.DataFrame(columns)


def sliced(
    label: np.ndarray,
    predicted: np.ndarray,
    classes: Sequence[str],
    group: np.ndarray,
    bins: Bins,
    n: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> Slices:
    """Scores of each bin, with intervals by resampling whole groups.

    Where all or none of a bin's objects are right every resample is alike and knows nothing of what was not seen:
    there the interval is that of Clopper and Pearson (1934, Biometrika 26, 404) for as many trials as there are
    groups. It is NaN where there is a single group.

    Parameters
    ----------
    label, predicted
        True and decided classes, (N,) int, no -1.
    group
        Group of each object, (N,).
    n, level, seed
        Resamples, share of them that an interval holds, and seed of the draws.

    Raises
    ------
    InputError
        No objects, unlabelled objects, a class that is not among `classes`, or arrays that do not fit together.
    """
    check_labels(label, predicted, group, bins.of)
    width, code = len(classes), codes(group)
    if min(label.min(), predicted.min()) < 0 or max(label.max(), predicted.max()) >= width:
        raise InputError(f"A class lies outside the {width} classes; are these predictions of another class list?")
    shape = (len(bins.table), width, width)
    cell, ones = (bins.of * width + label) * width + predicted, np.ones(len(label))
    counted = (sums(cell, ones, code, weight, math.prod(shape)) for weight in weights(code, n, seed))
    drawn = _shares(np.concatenate(list(counted), axis=1).reshape(*shape, -1))
    found = _shares(np.bincount(cell, minlength=math.prod(shape)).reshape(shape))
    groups = _groups(bins.of, label, predicted, code, shape[:2])
    rows = []
    for score, (right, whole) in found.items():
        resamples = ratio(*drawn[score])
        for b, c in np.ndindex(right.shape):
            ends = _ends(resamples[b, c], int(right[b, c]), int(whole[b, c]), int(groups[score][b, c]), level)
            value = right[b, c] / whole[b, c] if whole[b, c] else np.nan
            rows.append((b, score, "" if score == "accuracy" else classes[c], int(whole[b, c]), value, *ends))
    return Slices(bins, pd.DataFrame(rows, columns=["bin", "score", "class", "n", "value", "low", "high"]))


def _shares(matrix: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Right ones, and all of which they are a share, of confusions (B, C, C, ...): (B, C or 1, ...) each."""
    right = np.einsum("bcc...->bc...", matrix)
    return {
        "accuracy": (right.sum(axis=1, keepdims=True), matrix.sum(axis=(1, 2))[:, None]),
        "purity": (right, matrix.sum(axis=1)),
        "completeness": (right, matrix.sum(axis=2)),
    }


def _groups(
    of: np.ndarray, label: np.ndarray, predicted: np.ndarray, code: np.ndarray, shape: tuple[int, ...]
) -> dict[str, np.ndarray]:
    """Groups among the objects of which each score is a share, (B, C or 1)."""
    b, c = shape
    cells = {"accuracy": (of, 1), "purity": (of * c + predicted, c), "completeness": (of * c + label, c)}
    many = int(code.max()) + 1
    return {
        score: np.bincount(np.unique(cell * many + code) // many, minlength=b * width).reshape(b, width)
        for score, (cell, width) in cells.items()
    }


def _ends(drawn: np.ndarray, right: int, whole: int, n_groups: int, level: float) -> Interval:
    """Interval of a share: from its resamples, or from the number of groups where these are all alike."""
    if n_groups < 2 or 0 < right < whole:
        return percentiles(drawn, n_groups, level)
    bound = ((1 - level) / 2) ** (1 / n_groups)
    return (bound, 1.0) if right else (0.0, 1 - bound)
