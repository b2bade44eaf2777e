"""Figures of the sources benchmarks: a row a model, bins of magnitude, and paired differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from astrocore.analysis.metrics import per_class, scores
from astrocore.data.draft import Draft
from benchmarks.tables import Outputs

PRIOR = 0.5
"""Share of the first class in the test, which is taken as known at the prior-matched threshold."""
AT_PRIOR = f"accuracy at a prior of {PRIOR:g}"
Metric = Callable[[np.ndarray, np.ndarray, np.ndarray], float]
"""(label (N,), p (N, C), weight (N,)) -> a figure."""


def measured(p: np.ndarray, draft: Draft, prior: bool = False) -> dict[str, float]:
    """The figures of one seed, of the rows that it tested (others are NaN); with the accuracy at the prior if asked."""
    tested = np.isfinite(p[:, 0])
    label, p = draft.table["label"].to_numpy(int)[tested], p[tested]
    found = scores(label, p.argmax(1), p)
    recall = per_class(label, p.argmax(1), p, draft.classes)["recall"]
    return {
        "accuracy": found["accuracy"],
        **({AT_PRIOR: accuracy_at_prior(label, p, np.ones(len(label)))} if prior else {}),
        "macro-F1": found["macro_f1"],
        **{f"recall {name}": float(recall[name]) for name in draft.classes},
        "AUC": found["auc_macro"],
        "ECE": found["ece"],
        "NLL": found["nll"],
    }


def accuracy(label: np.ndarray, p: np.ndarray, weight: np.ndarray) -> float:
    """Share of right decisions."""
    return float(np.average(p.argmax(1) == label, weights=weight))


def accuracy_at_prior(label: np.ndarray, p: np.ndarray, weight: np.ndarray) -> float:
    """The same at the threshold at which PRIOR of the objects are called the first class."""
    order = np.argsort(-p[:, 0], kind="stable")
    first = np.empty(len(p), dtype=bool)
    first[order] = np.cumsum(weight[order]) <= PRIOR * weight.sum()
    return float(np.average(first == (label == 0), weights=weight))


def macro_f1(label: np.ndarray, p: np.ndarray, weight: np.ndarray) -> float:
    """Mean over the classes of 2 right / (true + decided)."""
    said, n = p.argmax(1), p.shape[1]
    right = np.bincount(label, weight * (said == label), n)
    both = np.bincount(label, weight, n) + np.bincount(said, weight, n)
    return float(np.mean(2 * right / np.maximum(both, 1e-12)))


def auc(label: np.ndarray, p: np.ndarray, weight: np.ndarray) -> float:
    """Of two classes the area below the ROC curve, of more the mean over each against the rest."""
    classes = [0] if p.shape[1] == 2 else range(p.shape[1])
    return float(np.mean([roc_auc_score(label == c, p[:, c], sample_weight=weight) for c in classes]))


def nll(label: np.ndarray, p: np.ndarray, weight: np.ndarray) -> float:
    """Negative log likelihood."""
    right = p[np.arange(len(p)), label] / p.sum(1)
    return float(np.average(-np.log(np.clip(right, 1e-15, 1)), weights=weight))


METRICS: dict[str, Metric] = {"accuracy": accuracy, "macro-F1": macro_f1, "AUC": auc, "NLL": nll}
ALL_METRICS = {**METRICS, AT_PRIOR: accuracy_at_prior}
LOW_IS_GOOD = ("NLL",)


@dataclass(frozen=True)
class Difference:
    """Ours minus another model's, mean over seeds, with a 95 % interval from resampling groups."""

    minus: float
    low: float
    high: float

    def word(self, low_is_good: bool = False) -> str:
        """What it says of ours."""
        ahead, short = (self.high < 0, self.low > 0) if low_is_good else (self.low > 0, self.high < 0)
        return "ahead" if ahead else "falls SHORT" if short else "even"

    def __str__(self) -> str:
        return f"{self.minus:+.4f} [{self.low:+.4f}, {self.high:+.4f}]"


def difference(
    metric: Metric, ours: list[np.ndarray], theirs: list[np.ndarray], draft: Draft, draws: int
) -> Difference:
    """Paired: the same groups are drawn for both, and seed by seed both have tested the same rows."""
    tested = np.isfinite([p[:, 0] for p in ours]).any(axis=0)
    label, rng = draft.table["label"].to_numpy(int)[tested], np.random.default_rng(0)
    group, groups = pd.factorize(draft.table["group"][tested])
    ours, theirs = [p[tested] for p in ours], [p[tested] for p in theirs]

    def one(weight: np.ndarray) -> float:
        pairs = zip(ours, theirs, strict=True)
        return float(np.mean([_of(metric, label, a, weight) - _of(metric, label, b, weight) for a, b in pairs]))

    share = np.full(len(groups), 1 / len(groups))
    drawn = [one(rng.multinomial(len(groups), share)[group].astype(float)) for _ in range(draws)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Difference(one(np.ones(len(label))), float(low), float(high))


def verdicts(
    ours: list[np.ndarray], others: Outputs, draft: Draft, draws: int, metrics: Sequence[str] = tuple(METRICS)
) -> dict[str, dict[str, Any]]:
    """For each metric: the best of the other models, in hindsight, and ours minus it."""
    label, even = draft.table["label"].to_numpy(int), np.ones(len(draft.table))
    found = {}
    for name in metrics:
        metric = ALL_METRICS[name]
        sign = -1 if name in LOW_IS_GOOD else 1
        score = partial(_mean, metric, label, even)
        best = max(others, key=lambda title: sign * score(others[title]))
        apart = difference(metric, ours, others[best], draft, draws)
        word = apart.word(name in LOW_IS_GOOD)
        found[name] = {"best": best, "minus": apart.minus, "interval": [apart.low, apart.high], "word": word}
    return found


def _mean(metric: Metric, label: np.ndarray, weight: np.ndarray, seeds: list[np.ndarray]) -> float:
    return float(np.mean([_of(metric, label, p, weight) for p in seeds]))


def _of(metric: Metric, label: np.ndarray, p: np.ndarray, weight: np.ndarray) -> float:
    """The metric over the rows that were tested."""
    tested = np.isfinite(p[:, 0])
    return metric(label[tested], p[tested], weight[tested])


def by_magnitude(outputs: Outputs, draft: Draft, column: str, edges: tuple[float, ...]) -> pd.DataFrame:
    """Accuracy in bins of a column, and the recall of each class: a row a model, mean over seeds."""
    label, values = draft.table["label"].to_numpy(int), draft.table[column].to_numpy(float)
    rows: dict[str, dict[str, str]] = {}
    for low, high in pairwise(edges):
        here = (values >= low) & (values < high)
        name = f"{low:g} to {high:g}, n = {here.sum()}"
        for title, seeds in outputs.items():
            rows.setdefault(title, {})[name] = _cell([p[here] for p in seeds], label[here], len(draft.classes))
    return pd.DataFrame(rows).T


def _cell(seeds: list[np.ndarray], label: np.ndarray, classes: int) -> str:
    right = np.mean([p.argmax(1) == label for p in seeds], axis=0)
    recalls = [f"{right[label == c].mean():.3f}" if (label == c).any() else "-" for c in range(classes)]
    return f"{right.mean():.3f} ({' / '.join(recalls)})" if len(label) else "-"
