"""Labels: what the follow-up programmes call the default classes."""

from __future__ import annotations

import pandas as pd

from astrocore.data import labels as any_labels
from astrocore.tasks.exoplanets.config import CLASSES

SYNONYMS = {
    "CP": "CONFIRMED",
    "KP": "CONFIRMED",
    "PC": "CANDIDATE",
    "APC": "CANDIDATE",
    "FP": "FALSE POSITIVE",
    "FA": "FALSE POSITIVE",
    "FALSE_POSITIVE": "FALSE POSITIVE",
    "FALSE-POSITIVE": "FALSE POSITIVE",
    "REFUTED": "FALSE POSITIVE",
}
"""Short forms of the follow-up programmes, read as the default classes."""


def encode(labels: pd.Series, ids: pd.Series, wanted: tuple[str, ...]) -> tuple[tuple[str, ...], pd.Series]:
    """Classes in order and each row's index into them; `astrocore.data.labels.encode` with this task's words."""
    return any_labels.encode(labels, ids, CLASSES, wanted, SYNONYMS)
