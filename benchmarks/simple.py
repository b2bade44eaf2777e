"""The simple models that stand beside ours, with class weights, fold by fold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler, StandardScaler

POWERS = {"sqrt": 0.5, "steep": 0.75, "balanced": 1.0}
"""Weight of a class: this power of one over its frequency."""
REGULARISED: dict[str, Any] = {
    "learning_rate": 0.05,
    "max_leaf_nodes": 12,
    "l2_regularization": 3.0,
    "max_features": 0.5,
}
"""Boosting as the companion is held."""


def simple_models(seed: int, rows: int, quick: bool) -> Iterator[tuple[str, Any]]:
    """(name, model): boosting as it comes and regularised as the companion is, two forests, two lines.

    Forests have 300 trees on small sets, 150 above 2,000 rows.
    """
    trees, rounds = (30, 10) if quick else (300 if rows < 2000 else 150, 100)
    forest: dict[str, Any] = {"n_estimators": trees, "n_jobs": 1, "min_samples_leaf": 2, "random_state": seed}
    yield "HGB", HistGradientBoostingClassifier(max_iter=rounds, random_state=seed)
    yield "HGB, regularised", HistGradientBoostingClassifier(max_iter=rounds, random_state=seed, **REGULARISED)
    yield "random forest", RandomForestClassifier(**forest)
    yield "extra trees", make_pipeline(SimpleImputer(keep_empty_features=True), ExtraTreesClassifier(**forest))
    for name, scaler, c in (("logistic", RobustScaler(), 0.3), ("logistic, shrunken", StandardScaler(), 0.03)):
        line = LogisticRegression(max_iter=1000, C=c)
        yield name, make_pipeline(SimpleImputer(keep_empty_features=True), scaler, Clip(), line)


class Clip:
    """Keep a robust-scaled outlier from ruling a linear model."""

    def fit(self, x: np.ndarray, y: object = None) -> Clip:
        """Nothing to learn."""
        return self

    def transform(self, x: np.ndarray) -> np.ndarray:
        """Values within +-20 spreads."""
        return np.clip(x, -20, 20)

    fit_transform = staticmethod(lambda x, y=None: np.clip(x, -20, 20))


def out_of_fold(model: Any, x: np.ndarray, label: np.ndarray, fold: np.ndarray, power: float) -> np.ndarray:
    """Probabilities (N, C) of each fold's rows by a model that was trained on the others."""
    p = np.zeros((len(label), label.max() + 1))
    for k in range(fold.max() + 1):
        fitted = fit(model, x[fold != k], label[fold != k], power)
        p[fold == k] = fitted.predict_proba(x[fold == k])
    return p


def fit(model: Any, x: np.ndarray, label: np.ndarray, power: float) -> Any:
    """A fresh copy of the model, trained with class weights of that power; of 0 with none."""
    fresh = clone(model)
    if power == 0:
        return fresh.fit(x, label)
    weight = np.bincount(label).astype(float)[label] ** -power
    weight /= weight.mean()
    last = fresh.steps[-1][0] if hasattr(fresh, "steps") else ""
    return fresh.fit(x, label, **{f"{last}__sample_weight" if last else "sample_weight": weight})
