"""Where an object's numbers stand among the training objects of each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from astrocore.tasks.card import Fact

LEAST = 5
"""Objects of a class below which nothing is said of it."""


def with_standing(facts: Sequence[Fact], table: pd.DataFrame, classes: Sequence[str]) -> tuple[Fact, ...]:
    """The facts, each with the share of every class's training objects that have less of it.

    Parameters
    ----------
    table
        Objects with label (an index into `classes`), split and measured columns; those that a fact names count.
    """
    train = table[table["split"] == "train"]
    label = train["label"].fillna(-1).to_numpy(int)
    return tuple(replace(fact, standing=_standing(fact, train, label, classes)) for fact in facts)


def _standing(fact: Fact, train: pd.DataFrame, label: np.ndarray, classes: Sequence[str]) -> dict[str, float]:
    if isinstance(fact.value, str) or not np.isfinite(fact.value) or fact.name not in train:
        return {}
    values = train[fact.name].to_numpy(float)
    found = {}
    for code, name in enumerate(classes):
        known = values[(label == code) & np.isfinite(values)]
        if len(known) >= LEAST:
            found[name] = float(np.mean(known < fact.value))
    return found
