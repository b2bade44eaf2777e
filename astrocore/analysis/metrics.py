"""How good predictions are: scores of a whole set, of each class, and the confusion between classes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from sklearn import metrics as sk

from astrocore.analysis.inputs import check_labels, check_probabilities
from astrocore.analysis.ratio import ratio
from astrocore.errors import InputError

BINS = 15
"""Bins of the expected calibration error."""


def scores(label: np.ndarray, predicted: np.ndarray, p: np.ndarray | None = None) -> dict[str, float]:
    """Scores of labelled objects.

    Parameters
    ----------
    label
        True classes, (N,) int, no -1.
    predicted
        Decided classes, (N,) int.
    p
        Probabilities, (N, C); without them nll, ece and auc_macro are left out.

    Returns
    -------
    dict
        accuracy, balanced_accuracy, macro_f1, nll, ece, auc_macro. macro_f1 runs over the classes that occur
        in `label` or `predicted`, auc_macro (one against the rest) over those for which it is defined; it is
        NaN when there is none.

    Raises
    ------
    InputError
        No objects, unlabelled objects, or arrays that do not fit together.
    """
    check_labels(label, predicted, p)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class that is decided but never true
        found = {
            "accuracy": float(sk.accuracy_score(label, predicted)),
            "balanced_accuracy": float(sk.balanced_accuracy_score(label, predicted)),
            "macro_f1": float(sk.f1_score(label, predicted, average="macro", zero_division=0)),
        }
    if p is None:
        return found
    check_probabilities(label, p)
    areas = np.array([class_auc(label == c, p[:, c]) for c in range(p.shape[1])])
    return found | {
        "nll": float(nll_each(label, p).mean()),
        "ece": ece(label, p),
        "auc_macro": float(areas[~np.isnan(areas)].mean()) if (~np.isnan(areas)).any() else float("nan"),
    }


def per_class(label: np.ndarray, predicted: np.ndarray, p: np.ndarray | None, classes: Sequence[str]) -> pd.DataFrame:
    """Scores of each class: index class, columns n, precision, recall, f1, average_precision, auc.

    A number that the objects do not define (recall of an absent class, precision of a class that was never
    decided) is NaN.
    """
    check_labels(label, predicted, p)
    table = from_confusion(confusion(label, predicted, len(classes)), classes)
    for name in ("average_precision", "auc"):
        table[name] = np.nan
    if p is not None:
        check_probabilities(label, p)
        table["average_precision"] = [class_ap(label == c, p[:, c]) for c in range(len(classes))]
        table["auc"] = [class_auc(label == c, p[:, c]) for c in range(len(classes))]
    return table


def from_confusion(matrix: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """The n, precision, recall and f1 of each class that a (C, C) matrix of counts holds, NaN where undefined."""
    right, true, decided = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    f1 = ratio(2 * right, true + decided)
    columns = {"n": true, "precision": ratio(right, decided), "recall": ratio(right, true), "f1": f1}
    return pd.DataFrame(columns, index=pd.Index(classes, name="class"))


def confusion(label: np.ndarray, decided: np.ndarray, n_classes: int, unknown: bool = False) -> np.ndarray:
    """Counts, true classes in rows, decided ones in columns: (C, C), or (C, C + 1) with the unknowns last."""
    check_labels(label, decided)
    width = n_classes + unknown
    if np.max(label) >= n_classes or np.min(decided) < 0 or np.max(decided) >= width:
        raise InputError(f"A class lies outside the {n_classes} classes; are these predictions of another class list?")
    matrix: np.ndarray = sk.confusion_matrix(label, decided, labels=np.arange(width))
    return np.asarray(matrix[:n_classes])


def normalise(matrix: np.ndarray, by: Literal["rows", "columns"]) -> np.ndarray:
    """Shares of each row or column; NaN where a row or column is empty."""
    total = matrix.sum(axis=1 if by == "rows" else 0, keepdims=True)
    return ratio(matrix, total)


def nll_each(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Negative logarithm of the true class's probability, (N,); rows renormalised, no probability below 1e-15."""
    p = np.asarray(p, float)
    return np.asarray(-np.log(np.clip(p[np.arange(len(p)), label] / p.sum(axis=1), 1e-15, 1)))


def ece(label: np.ndarray, p: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal-width bins."""
    check_labels(label, p)
    check_probabilities(label, p)
    gap = np.bincount(confidence_bin(p, bins), weights=(p.argmax(axis=1) == label) - p.max(axis=1).astype(float))
    return float(np.abs(gap).sum() / len(label))


def confidence_bin(p: np.ndarray, bins: int) -> np.ndarray:
    """Bin of each row's confidence, (N,) int; bin b holds b/bins <= confidence < (b+1)/bins, the last one also 1."""
    return np.asarray(np.minimum((p.max(axis=1).astype(float) * bins).astype(int), bins - 1))


def class_auc(y: np.ndarray, p: np.ndarray) -> float:
    """Area below the ROC curve of one class against the rest; NaN when one side is absent."""
    return float(sk.roc_auc_score(y, p)) if 0 < np.sum(y) < len(y) else float("nan")


def class_ap(y: np.ndarray, p: np.ndarray) -> float:
    """Average precision of one class against the rest; NaN when the class is absent."""
    return float(sk.average_precision_score(y, p)) if np.any(y) else float("nan")


def pair_auc(label: np.ndarray, p: np.ndarray, positive: int, negative: int) -> float:
    """AUC of p[positive] / (p[positive] + p[negative]) over the objects of these two classes; NaN if one is absent."""
    check_labels(label, p)
    check_probabilities(label, p)
    chosen = (label == positive) | (label == negative)
    a, b = p[chosen, positive].astype(float), p[chosen, negative].astype(float)
    return class_auc(label[chosen] == positive, ratio(a, a + b, otherwise=0.5))
