"""Which classes two models are in conflict about, how often, and who was right."""

from __future__ import annotations

import numpy as np
import pandas as pd


def conflict_pairs(
    a: np.ndarray, b: np.ndarray, verdict: np.ndarray, label: np.ndarray, where: np.ndarray
) -> pd.DataFrame:
    """One row a pair of classes, the most frequent first.

    Parameters
    ----------
    a, b, verdict
        Probabilities (N, C) of the two models and of the verdict on the same objects.
    label
        True classes, (N,) int, -1 where unknown.
    where
        The objects in conflict, (N,) bool.

    Returns
    -------
    pandas.DataFrame
        `a` and `b`, the classes that each says (int); `n` objects; `labelled`, those of them with a label; and
        `right_a`, `right_b`, `right_verdict`, the share of the labelled ones on which each is right, NaN without any.
    """
    at = np.flatnonzero(where)
    said = {name: p[at].argmax(axis=1) for name, p in {"a": a, "b": b, "verdict": verdict}.items()}
    known = label[at] >= 0
    right = {f"right_{name}": np.where(known, codes == label[at], np.nan) for name, codes in said.items()}
    table = pd.DataFrame({"a": said["a"], "b": said["b"], "labelled": known, **right})
    found = table.groupby(["a", "b"], sort=True).agg(
        n=("labelled", "size"), labelled=("labelled", "sum"), **{name: (name, "mean") for name in right}
    )
    return found.reset_index().sort_values("n", ascending=False, kind="stable", ignore_index=True)
