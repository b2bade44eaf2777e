"""Labels: what surveys call star, galaxy and quasar, and which of the three a data set has."""

from __future__ import annotations

import pandas as pd

from astrocore.data import labels as any_labels
from astrocore.tasks.sources.config import CLASSES

LABEL_COLUMNS = ("label", "class")
SYNONYMS = {
    "STARS": "STAR",
    "STELLAR": "STAR",
    "GALAXIES": "GALAXY",
    "GAL": "GALAXY",
    "QSOS": "QSO",
    "QUASAR": "QSO",
    "QUASARS": "QSO",
    "QUASI-STELLAR OBJECT": "QSO",
}
"""Other words for the default classes."""


def encode(labels: pd.Series, ids: pd.Series, wanted: tuple[str, ...]) -> tuple[tuple[str, ...], pd.Series]:
    """Classes in order, and the label of each row as an index into them (Int64, null where empty).

    Classes that were not named by the user are those that the data has; all three where nothing is labelled.

    Raises
    ------
    UnknownLabel
        A label is not one of the classes, or the labels are too many to be classes.
    """
    classes, codes = any_labels.encode(labels, ids, CLASSES, wanted, SYNONYMS)
    return (classes, codes) if wanted or codes.isna().all() else held(classes, codes)


def held(classes: tuple[str, ...], codes: pd.Series, kept: tuple[str, ...] = ()) -> tuple[tuple[str, ...], pd.Series]:
    """Classes without those that no row has, unless they are `kept`, and the rows' indices into what is left."""
    there = set(codes.dropna().astype(int))
    old = [code for code, name in enumerate(classes) if code in there or name in kept]
    new = {code: place for place, code in enumerate(old)}
    return tuple(classes[code] for code in old), codes.map(new, na_action="ignore").astype("Int64")


def spelled(names: tuple[str, ...], classes: tuple[str, ...]) -> dict[str, str]:
    """Each name as the class that it stands for, whatever its case; names of no class are left out."""
    by_capitals = {name.upper(): name for name in classes}
    meant = {name: SYNONYMS.get(name.strip().upper(), name.strip().upper()) for name in names}
    return {name: by_capitals[full] for name, full in meant.items() if full in by_capitals}


def no_labels(label: str) -> tuple[str, ...]:
    """A note where there is no label column."""
    if label:
        return ()
    return (f"There is no label column ({', '.join(LABEL_COLUMNS)}); every object is unlabelled.",)


def own_classes(classes: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """A note where the labels, none of them known, became the classes."""
    if wanted or set(classes) <= set(CLASSES):
        return ()
    return (
        f"No label is one of {', '.join(CLASSES)}, so the classes are the labels of the data: {', '.join(classes)}. "
        "Where these are slips, mend them; else name the classes in the order that you want.",
    )
