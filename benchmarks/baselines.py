"""What the simple models of the exoplanets problems get: columns, derived features, bins or statistics of the views."""

from __future__ import annotations

import numpy as np

from astrocore.data.draft import Draft
from astrocore.tasks import get_task
from astrocore.tasks.exoplanets.columns import scaled
from benchmarks.problems import columns_of, settings
from benchmarks.simple import POWERS

BINS, STATISTICS = "columns and bins", "columns, derived and statistics"
"""Hundreds of features, slow for boosting: it gets the statistics of the curves (the seed's fair comparison), the
others get the bins."""


def weightings(title: str, features: str) -> dict[str, float]:
    """Class weights that a model is tried with on these features: name -> power; none where it is not tried."""
    if features == STATISTICS:
        return {"steep": POWERS["steep"]} if title == "HGB, regularised" else {}
    if features == BINS and title.startswith("HGB"):
        return {}
    tried = {"HGB": ("sqrt", "balanced"), "random forest": ("balanced",)}.get(title, tuple(POWERS))
    return {weights: POWERS[weights] for weights in tried}


def feature_sets(name: str, draft: Draft) -> dict[str, np.ndarray]:
    """What the simple models get: columns alone, with what our model derives, with bins or statistics of the views."""
    task, columns = get_task("exoplanets"), columns_of(name, draft)
    plain = np.column_stack([scaled(c, draft.table[c].to_numpy(float)) for c in columns])
    bins = [draft.arrays[key].astype(float) for key in ("global_view", "local_view") if key in draft.arrays]
    config = task.config.Config(**settings(name, draft, 0, "both", False))
    derived = task.data.features(draft.table, draft.arrays, config).to_numpy(float)
    found = {"columns": plain, "columns and derived": derived}
    if bins:
        statistics = task.data.statistics(draft.table, draft.arrays, config).to_numpy(float)
        found |= {BINS: np.column_stack([plain, *bins]), STATISTICS: np.column_stack([derived, statistics])}
    return {features: x[:, np.isfinite(x).any(0)] for features, x in found.items()}
