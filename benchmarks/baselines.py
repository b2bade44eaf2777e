"""The simple models that stand beside ours, and the features they get: columns and every bin of the views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import RobustScaler

from astrocore.data.draft import Draft
from astrocore.tasks.exoplanets.columns import scaled


def simple_models(seed: int, rows: int, quick: bool) -> Iterator[tuple[str, str, Any]]:
    """(name, "raw" or "log" features, model): four kinds, plain and class-balanced, features as given and as logs.

    Boosting and random forests split at ranks, which a logarithm does not change, so they come once. Forests have
    300 trees on small sets, 150 above 2,000 rows.
    """
    trees, rounds = (30, 10) if quick else (300 if rows < 2000 else 150, 100)
    for balance in (None, "balanced"):
        tag = "balanced" if balance else "plain"
        common: dict[str, Any] = {"random_state": seed, "class_weight": balance}
        forest = {"n_estimators": trees, "n_jobs": 1, "min_samples_leaf": 2, **common}
        yield f"HGB ({tag})", "raw", HistGradientBoostingClassifier(max_iter=rounds, **common)
        yield f"random forest ({tag})", "raw", RandomForestClassifier(**forest)
        for scale in ("raw", "log"):
            line = LogisticRegression(max_iter=1000, class_weight=balance, C=0.3)
            yield f"extra trees ({tag}, {scale})", scale, ExtraTreesClassifier(**forest)
            yield f"logistic ({tag}, {scale})", scale, make_pipeline(SimpleImputer(), RobustScaler(), Clip(), line)


class Clip:
    """Keep a robust-scaled outlier from ruling a linear model."""

    def fit(self, x: np.ndarray, y: object = None) -> Clip:
        """Nothing to learn."""
        return self

    def transform(self, x: np.ndarray) -> np.ndarray:
        """Values within +-20 spreads."""
        return np.clip(x, -20, 20)

    fit_transform = staticmethod(lambda x, y=None: np.clip(x, -20, 20))


def table_features(draft: Draft, columns: list[str], scale: str, views: bool) -> np.ndarray:
    """Columns (N, F) as given, or on the scale that the net sees, then, if wanted, every bin of the stored views."""
    values = [draft.table[c].to_numpy(float) for c in columns]
    parts = [scaled(c, v) if scale == "log" else v for c, v in zip(columns, values, strict=True)]
    bins = [draft.arrays[key].astype(float) for key in ("global_view", "local_view") if views and key in draft.arrays]
    return np.column_stack([*parts, *bins])
