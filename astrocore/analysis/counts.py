"""Scores of many resamples at once: every sum over objects is a sparse matrix times the groups' weights."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from astrocore.analysis.metrics import BINS, confidence_bin, nll_each
from astrocore.analysis.ratio import ratio


def score_counts(
    label: np.ndarray, predicted: np.ndarray, p: np.ndarray | None, code: np.ndarray, weight: np.ndarray
) -> dict[str, np.ndarray]:
    """What `metrics.scores` gives, (R,) each.

    Parameters
    ----------
    code
        Group of each object, (N,) int.
    weight
        How often each group stands in each resample, (G, R).
    """
    n_classes = int(max(label.max(), predicted.max())) + 1 if p is None else p.shape[1]
    matrix = confusions(label, predicted, n_classes, code, weight)
    right, true, decided, n = _margins(matrix)
    found = {
        "accuracy": right.sum(axis=0) / n,
        "balanced_accuracy": _mean(right, true, true > 0),
        "macro_f1": _mean(2 * right, true + decided, true + decided > 0),
    }
    if p is None:
        return found
    gap = (p.argmax(axis=1) == label) - p.max(axis=1).astype(float)
    areas = np.stack([ranked(label == c, p[:, c], code, weight)["auc"] for c in range(n_classes)])
    return found | {
        "nll": sums(np.zeros(len(label), int), nll_each(label, p), code, weight)[0] / n,
        "ece": np.abs(sums(confidence_bin(p, BINS), gap, code, weight)).sum(axis=0) / n,
        "auc_macro": _mean(np.nan_to_num(areas), np.ones_like(areas), ~np.isnan(areas)),
    }


def class_counts(
    label: np.ndarray,
    predicted: np.ndarray,
    p: np.ndarray | None,
    n_classes: int,
    code: np.ndarray,
    weight: np.ndarray,
) -> dict[str, np.ndarray]:
    """What `metrics.per_class` gives but n, (C, R) each; arguments as for `score_counts`."""
    right, true, decided, _ = _margins(confusions(label, predicted, n_classes, code, weight))
    found = {"precision": ratio(right, decided), "recall": ratio(right, true), "f1": ratio(2 * right, true + decided)}
    if p is None:
        return found
    each = [ranked(label == c, p[:, c], code, weight) for c in range(n_classes)]
    return found | {name: np.stack([one[name] for one in each]) for name in ("average_precision", "auc")}


def outcome_counts(
    label: np.ndarray, decided: np.ndarray, n_classes: int, code: np.ndarray, weight: np.ndarray
) -> dict[str, np.ndarray]:
    """What `thresholds.Outcome.numbers` gives, (R,) each; in `decided` C is unknown."""
    matrix = confusions(label, decided, n_classes + 1, code, weight)[:-1]
    right, true, taken, known = _margins(matrix[:, :-1])
    n = matrix.sum(axis=(0, 1))
    return {
        "coverage": known / n,
        "accuracy": right.sum(axis=0) / n,
        "accuracy_at_coverage": ratio(right.sum(axis=0), known),
        "macro_f1": _mean(2 * right, true + taken, true + taken > 0),
    }


def confusions(
    label: np.ndarray, predicted: np.ndarray, n_classes: int, code: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Confusion matrix of every resample, (C, C, R)."""
    cells = sums(label.astype(int) * n_classes + predicted, np.ones(len(label)), code, weight, n_classes**2)
    return cells.reshape(n_classes, n_classes, -1)


def sums(
    cell: np.ndarray, value: np.ndarray, code: np.ndarray, weight: np.ndarray, n_cells: int | None = None
) -> np.ndarray:
    """Sum of `value` (N,) by `cell` (N,) in every resample, (cells, R)."""
    shape = (int(cell.max()) + 1 if n_cells is None else n_cells, len(weight))
    summed: np.ndarray = sparse.csr_array((value.astype(np.float64), (cell, code)), shape=shape) @ weight
    return summed


def ranked(y: np.ndarray, p: np.ndarray, code: np.ndarray, weight: np.ndarray) -> dict[str, np.ndarray]:
    """Average precision and AUC of one class against the rest, (R,) each; NaN where a resample does not define it.

    Only the probabilities that objects of the class have matter: the steps, the most probable first.
    """
    if not y.any():
        return dict.fromkeys(("average_precision", "auc"), np.full(weight.shape[1], np.nan))
    steps = np.unique(p[y])[::-1]
    step = np.searchsorted(-steps, -p)  # the first step at or below each object; one past the last: never reached
    tied = ~y & (steps[np.minimum(step, len(steps) - 1)] == p)
    hit, miss, tie = (_by_step(step, which, len(steps), code, weight) for which in (y, ~y, tied))
    hits, misses = hit[:-1].cumsum(axis=0), miss.cumsum(axis=0)
    hit, reached = hit[:-1], misses[:-1]
    below = misses[-1] - reached + tie[:-1] / 2
    return {
        "average_precision": ratio((hit * ratio(hits, hits + reached, 0.0)).sum(axis=0), hits[-1]),
        "auc": ratio((hit * below).sum(axis=0), hits[-1] * misses[-1]),
    }


def _by_step(step: np.ndarray, which: np.ndarray, n_steps: int, code: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return sums(step[which], np.ones(int(which.sum())), code[which], weight, n_steps + 1)


def _margins(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of (C, C, R): right, true and decided of each class, (C, R), and all objects, (R,)."""
    return np.einsum("ccr->cr", matrix), matrix.sum(axis=1), matrix.sum(axis=0), matrix.sum(axis=(0, 1))


def _mean(part: np.ndarray, whole: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Mean over the classes of part / whole, of those that count in a resample; NaN where none does."""
    terms = np.divide(part, whole, out=np.zeros_like(whole, dtype=float), where=which)
    return ratio(terms.sum(axis=0), which.sum(axis=0))
