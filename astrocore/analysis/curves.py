"""Precision-recall and ROC curves of one class against the rest, and single points on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn import metrics as sk

from astrocore.analysis.inputs import check_labels, check_probabilities
from astrocore.analysis.metrics import class_ap, class_auc
from astrocore.analysis.ratio import ratio
from astrocore.errors import InputError

POINTS = 400
"""Points that a curve keeps; more can't be seen."""


@dataclass(frozen=True)
class Curve:
    """Precision and recall at ascending thresholds, (K,) each; empty when the class is absent."""

    threshold: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    ap: float
    """Average precision; NaN when the class is absent."""
    n: int
    """Objects in all."""
    n_positive: int
    """Objects of the class."""

    @property
    def f1(self) -> np.ndarray:
        """F1 at each threshold, (K,)."""
        return _f1(self.precision, self.recall)


@dataclass(frozen=True)
class Roc:
    """False and true positive rate at descending thresholds, (K,) each; the first threshold is inf."""

    threshold: np.ndarray
    fpr: np.ndarray
    tpr: np.ndarray
    auc: float
    """Area below the curve; NaN when one side is absent, and the curve is then empty."""
    n: int
    """Objects in all."""
    n_positive: int
    """Objects of the class."""


def pr_curve(y: np.ndarray, p: np.ndarray, points: int | None = POINTS) -> Curve:
    """Precision-recall curve of one class; every point is a threshold that some object has.

    Parameters
    ----------
    y
        Whether each object is of the class, (N,) bool: `label == c`.
    p
        Its probability of the class, (N,): `p[:, c]`.
    points
        Most points kept; both ends and the point of the highest F1 always are. None keeps all.

    Raises
    ------
    InputError
        No objects, rows that do not fit together, or a probability that is not a number.
    """
    y, p = _checked(y, p)
    if not y.any():
        return Curve(np.empty(0), np.empty(0), np.empty(0), float("nan"), len(y), 0)
    # scikit-learn appends precision 1 at recall 0, which no threshold gives
    precision, recall, threshold = sk.precision_recall_curve(y, p)
    precision, recall = precision[:-1], recall[:-1]
    keep = _thin(precision, recall, points, int(np.argmax(_f1(precision, recall))))
    return Curve(threshold[keep], precision[keep], recall[keep], class_ap(y, p), len(y), int(y.sum()))


def roc_curve(y: np.ndarray, p: np.ndarray, points: int | None = POINTS) -> Roc:
    """ROC curve of one class; arguments as for `pr_curve`."""
    y, p = _checked(y, p)
    if y.all() or not y.any():
        return Roc(np.empty(0), np.empty(0), np.empty(0), float("nan"), len(y), int(y.sum()))
    fpr, tpr, threshold = sk.roc_curve(y, p)
    keep = _thin(fpr, tpr, points)
    return Roc(threshold[keep], fpr[keep], tpr[keep], class_auc(y, p), len(y), int(y.sum()))


def operating_point(y: np.ndarray, p: np.ndarray, threshold: float) -> tuple[float, float]:
    """Precision and recall when every object with p >= threshold is taken; NaN where undefined."""
    y, p = _checked(y, p)
    taken = p >= float(threshold)
    precision, recall = ratio(np.sum(taken & y), np.array([taken.sum(), y.sum()]))
    return float(precision), float(recall)


def class_operating_points(
    label: np.ndarray, p: np.ndarray, thresholds: np.ndarray, classes: Sequence[str]
) -> pd.DataFrame:
    """Each class against the rest at its threshold: index class, columns threshold, precision, recall, f1, taken, n.

    taken counts the objects that reach the threshold, n those of the class.
    """
    check_labels(label, p)
    check_probabilities(label, p)
    if not len(classes) == p.shape[1] == len(thresholds):
        raise InputError(f"{len(thresholds)} thresholds for {len(classes)} classes; give one a class, in their order.")
    reached = p.astype(float) >= np.asarray(thresholds, float)
    true = label[:, None] == np.arange(p.shape[1])
    right, taken, n = (reached & true).sum(axis=0), reached.sum(axis=0), true.sum(axis=0)
    columns = {"precision": ratio(right, taken), "recall": ratio(right, n), "f1": ratio(2 * right, taken + n)}
    table = {"threshold": np.asarray(thresholds, float), **columns, "taken": taken, "n": n}
    return pd.DataFrame(table, index=pd.Index(classes, name="class"))


def _checked(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y, p = np.asarray(y, bool), np.asarray(p, float)
    check_labels(y, p)
    if not np.isfinite(p).all():
        raise InputError("A probability is not a number; leave such objects out or predict anew.")
    return y, p


def _thin(x: np.ndarray, y: np.ndarray, points: int | None, *always: int) -> np.ndarray:
    """At most `points` indices, spread evenly along the drawn line, with both ends and `always`."""
    if points is None or len(x) <= points:
        return np.arange(len(x))
    length = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
    even = np.searchsorted(length, np.linspace(0, length[-1], max(points - 2 - len(always), 0)))
    return np.unique(np.concatenate([[0, len(x) - 1, *always], even])).astype(int)


def _f1(precision: np.ndarray, recall: np.ndarray) -> np.ndarray:
    return ratio(2 * precision * recall, precision + recall, otherwise=0.0)
