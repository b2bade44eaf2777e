"""Labels: from what a table says to indices into the classes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from astrocore.errors import UnknownLabel

MOST_CLASSES = 50


def encode(
    labels: pd.Series,
    ids: pd.Series,
    default: tuple[str, ...],
    wanted: tuple[str, ...],
    synonyms: Mapping[str, str] | None = None,
) -> tuple[tuple[str, ...], pd.Series]:
    """Classes in order, and the label of each row as an index into them (Int64, null where empty).

    Parameters
    ----------
    labels, ids
        (N,) text, with the same index.
    default
        Classes taken when at least one label is among them; otherwise the data's own, sorted.
    wanted
        Classes that the user asked for; they win.
    synonyms
        Other names of classes, in capitals, and the class that each is read as.

    Raises
    ------
    UnknownLabel
        A label is not one of the classes, or the labels are too many to be classes.
    """
    synonyms = synonyms or {}
    text = labels.astype("string").str.strip()
    text = text.mask(text == "")
    known = text.str.upper().replace(dict(synonyms))
    if wanted:
        classes, text = wanted, _matching(text, wanted, synonyms)
    elif known.isin(default).any() or text.isna().all():
        classes, text = default, known
    else:
        classes = tuple(sorted(text.dropna().unique()))
    if len(classes) > MOST_CLASSES:
        raise UnknownLabel(
            f"The label column holds {len(classes)} different texts, {classes[0]!r} among them; name the right one."
        )
    codes = text.map({name: code for code, name in enumerate(classes)}).astype("Int64")
    foreign = (text.notna() & codes.isna()).to_numpy()
    if foreign.any():
        row = int(foreign.argmax())
        raise UnknownLabel(
            f"Row {row + 1} ({ids.iloc[row]}) has the label {labels.iloc[row]!r}; known are {', '.join(classes)}. "
            "Correct the row, leave its label empty, or name the classes."
        )
    return tuple(map(str, classes)), codes


def _matching(text: pd.Series, wanted: tuple[str, ...], synonyms: Mapping[str, str]) -> pd.Series:
    """Labels in the spelling of the wanted classes, whatever their case; synonyms where they stand for one."""
    spelling = {name.upper(): name for name in wanted}
    spelling |= {
        other: spelling[full] for other, full in synonyms.items() if full in spelling and other not in spelling
    }
    return text.str.upper().map(spelling).fillna(text)
