"""Fit the companion: regularised gradient boosting on the same numbers and the same training rows as the net."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from astrocore.config import Training
from astrocore.data.dataset import Dataset
from astrocore.runs.companion import Companion, numbers, one_thread
from astrocore.tasks import Task
from astrocore.verbs.copies import Copies

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

COMPANION_ROWS = 100_000
"""Training rows at most, drawn by the run's seed."""
MOST = {"train": COMPANION_ROWS, "val": 20_000}
"""Rows of each split at most: training, and validation to choose the number of rounds."""
JUDGES = 50
"""Fewer validation rows than this say nothing about the number of rounds."""
ONE_THREAD = 20_000
"""Up to so many rows one thread is quicker than several that wait for each other."""
ROUNDS, UNJUDGED_ROUNDS, PATIENCE = 300, 100, 25
"""Rounds of boosting at most, without validation rows, and without gain before the search ends."""
STEEPER = 1.5
"""Times the net's power of 1 / frequency, at most 1: shrunken trees fall back on frequent classes (TESS: macro-F1 .54
at sqrt, which is n^-0.75 here, else .51)."""
BLOCK = 1024
"""Rows whose features are computed at once: memory does not grow with the data set."""

Features = Callable[..., pd.DataFrame]
"""As a task's `features`: (table, arrays, config) -> (B, F)."""


@dataclass(frozen=True)
class Fitted:
    """A companion, or why there is none."""

    companion: Companion | None
    reason: str = ""
    rows: int = 0
    rounds: int = 0
    seconds: float = 0.0

    def told(self) -> dict[str, Any]:
        """What events and results say of it."""
        if self.companion is None:
            return {"skipped": self.reason}
        features = len(self.companion.features)
        return {"rows": self.rows, "features": features, "rounds": self.rounds, "seconds": self.seconds}


def fit_companion(task: Task, dataset: Dataset, config: Training, features: Features | None = None) -> Fitted:
    """Train on the labelled rows of split train; split val chooses the rounds, test is never looked at.

    Weights, leaves and shrinkage are regularised for small tables; a class counts by a power of 1 / frequency that
    goes with the settings `class_weights` and `class_weight_power` (see tree_power).

    Parameters
    ----------
    task, dataset, config
        Whose `features` are taken, of which rows, by which settings (columns, seed, class weights).
    features
        Other features than the task's own.
    """
    began = time.monotonic()
    train, val = (_rows(dataset, split, config.seed, most) for split, most in MOST.items())
    x, label = _learned(task, dataset, train, config, features)
    known = [str(name) for name in x if np.isfinite(x[name]).any()]
    if reason := _unfit(label, known):
        return Fitted(None, reason)
    val = val[np.isin(_labels(dataset, val), label)]
    judges, judged = _learned(task, dataset, val, config, features) if len(val) >= JUDGES else (None, label[:0])
    with one_thread() if len(label) <= ONE_THREAD else nullcontext():
        model = _boosted(numbers(x[known]), label, config, None if judges is None else judges[known], judged)
    companion = Companion(dataset.classes, tuple(known), model)
    return Fitted(companion, rows=len(label), rounds=int(model.n_iter_), seconds=time.monotonic() - began)


def _learned(
    task: Task, dataset: Dataset, index: np.ndarray, config: Training, features: Features | None
) -> tuple[pd.DataFrame, np.ndarray]:
    """Features and labels of the rows `index`, and below them, where the task makes such, of degraded copies."""
    if features is not None:
        return feature_rows(features, dataset, index, config), _labels(dataset, index)
    copies = Copies(task, dataset, config)
    index = copies.index(index)
    return feature_rows(task.data.features, copies, index, config), copies.labels(index)


def feature_rows(make: Features, dataset: Dataset | Copies, index: np.ndarray, config: Any) -> pd.DataFrame:
    """Features of the rows `index`, (N, F) float32, computed block by block."""
    parts = [
        make(*dataset.rows(index[i : i + BLOCK]), config).astype(np.float32)
        for i in range(0, max(1, len(index)), BLOCK)
    ]
    return pd.concat(parts, ignore_index=True)


def tree_power(config: Training) -> float:
    """Power of 1 / frequency by which a class counts for the trees: 0, 0.75 and 1 for none, sqrt and balanced."""
    return min(1.0, STEEPER * config.frequency_power)


def class_weights(label: np.ndarray, power: float) -> np.ndarray:
    """A weight for each object, (N,): its class's frequency to the power -`power`, scaled to a mean of one."""
    each = np.bincount(label).astype(float)[label] ** -power
    return np.asarray(each / each.mean())


def _rows(dataset: Dataset, split: str, seed: int, most: int) -> np.ndarray:
    """Labelled rows of a split, ascending; some, where there are too many."""
    index = dataset.indices(split)
    index = index[dataset.table["label"].notna().to_numpy()[index]]
    return np.sort(np.random.default_rng(seed).permutation(index)[:most])


def _labels(dataset: Dataset, index: np.ndarray) -> np.ndarray:
    return np.asarray(dataset.table["label"].iloc[index].to_numpy(np.int64))


def _unfit(label: np.ndarray, features: list[str]) -> str:
    """Why nothing can be learned from these rows; empty when it can."""
    if len(np.unique(label)) < 2:
        return f"its {len(label)} labelled training objects are of one class"
    return "" if features else "the task gives no feature that any training object has"


def _boosted(
    x: np.ndarray, label: np.ndarray, config: Training, judges: pd.DataFrame | None, judged: np.ndarray
) -> HistGradientBoostingClassifier:
    """The model, with the number of rounds that is best on the judges."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    power = tree_power(config)
    settings: dict[str, Any] = {
        "learning_rate": 0.05,
        "max_leaf_nodes": 12,
        "min_samples_leaf": int(np.clip(len(label) // 50, 3, 20)),
        "l2_regularization": 3.0,
        "max_features": 0.5,
        "max_bins": 63,  # as good as 255 on KOI and TESS tables, and two to four times quicker
        "random_state": config.seed,
    }
    rounds, weight = UNJUDGED_ROUNDS, class_weights(label, power)
    if judges is not None:
        search = HistGradientBoostingClassifier(
            max_iter=ROUNDS, early_stopping=True, n_iter_no_change=PATIENCE, tol=0, **settings
        )
        # Judged without weights: with them TESS tables stop at 26 rounds, where the likelihood is worse by .05 nat.
        search.fit(x, label, sample_weight=weight, X_val=numbers(judges), y_val=judged)
        rounds = max(1, int(np.argmax(search.validation_score_)))  # one score before the first round, one after each
    # Trained anew to that round: the same seed grows the same trees, and none of those that the search went too far.
    return HistGradientBoostingClassifier(max_iter=rounds, early_stopping=False, **settings).fit(
        x, label, sample_weight=weight
    )
