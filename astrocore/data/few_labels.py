"""A data set of whose training labels only a share is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.data.dataset import Dataset


def few_labels(dataset: Dataset, share: float, seed: int) -> Dataset:
    """The same data set with the labels of all but a share of its labelled training objects taken away.

    Drawn class by class, at least one object a class; the same seed gives the same objects, and a larger share holds
    those of a smaller one. Labels of the other splits stay.
    """
    if share >= 1:
        return dataset
    table = dataset.table
    known = ((table["split"] == "train") & table["label"].notna()).to_numpy(bool)
    kept = np.zeros(len(table), bool)
    for label in range(len(dataset.classes)):
        rows = np.flatnonzero(known & (table["label"] == label).fillna(False).to_numpy(bool))
        order = np.random.default_rng([seed, label]).permutation(rows)
        kept[order[: max(1, round(share * len(rows)))]] = True
    return dataset.with_table(table.assign(label=table["label"].mask(known & ~kept, pd.NA)))
