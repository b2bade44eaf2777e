"""Folds by group, the same for every model of a benchmark, and some rows of a data set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from astrocore.data.draft import Draft

FOLDS, QUICK_FOLDS = 5, 2


def some(draft: Draft, index: np.ndarray) -> Draft:
    """The rows `index` of a draft."""
    arrays = {key: array[index] for key, array in draft.arrays.items()}
    return replace(draft, table=draft.table.iloc[index].reset_index(drop=True), arrays=arrays)


def fold_of(draft: Draft, seed: int, quick: bool, folds: int = FOLDS) -> np.ndarray:
    """Fold of every row: groups dealt out evenly within each class."""
    from sklearn.model_selection import StratifiedGroupKFold

    label, group = draft.table["label"].to_numpy(int), draft.table["group"].to_numpy()
    fold = np.zeros(len(label), dtype=int)
    cut = StratifiedGroupKFold(QUICK_FOLDS if quick else folds, shuffle=True, random_state=seed)
    for k, (_, test) in enumerate(cut.split(label, label, group)):
        fold[test] = k
    return fold
