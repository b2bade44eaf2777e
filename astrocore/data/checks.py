"""What every data set must satisfy, whatever its task."""

from __future__ import annotations

import pandas as pd

from astrocore.data.draft import Draft
from astrocore.errors import BadValue, DuplicateIds, FileUnreadable, GroupLeak, Misaligned, MissingColumns, UnknownLabel

SPLITS = ("train", "val", "test")


def check_draft(draft: Draft) -> None:
    """Raise the named InputError for the first thing that is wrong with `draft`."""
    table = draft.table
    if missing := [name for name in ("object_id", "group", "label") if name not in table]:
        raise MissingColumns(f"The table lacks the columns {', '.join(missing)}.")
    if table.empty:
        raise FileUnreadable("The table has no rows; a data set needs at least one object.")
    check_named(table)
    check_unique(table)
    check_aligned(draft)
    labels = table["label"].dropna()
    if len(foreign := labels[(labels < 0) | (labels >= len(draft.classes))]):
        raise UnknownLabel(f"Label {foreign.iloc[0]} is not an index into the {len(draft.classes)} classes.")
    if "split" in table:
        check_splits(table["split"])
        check_groups(table)


def check_named(table: pd.DataFrame) -> None:
    """Raise BadValue when a row has no object_id or no group."""
    for name in ("object_id", "group"):
        if (missing := table[name].isna().to_numpy()).any():
            raise BadValue(f"Row {int(missing.argmax()) + 1} has no {name}; every object needs one.")


def check_splits(split: pd.Series) -> None:
    """Raise BadValue when a split is not train, val or test."""
    if (foreign := ~split.isin(SPLITS).to_numpy()).any():
        row = int(foreign.argmax())
        raise BadValue(
            f"Row {row + 1} has the split {split.iloc[row]!r}; it must be {', '.join(SPLITS[:-1])} or {SPLITS[-1]}."
        )


def check_unique(table: pd.DataFrame) -> None:
    """Raise DuplicateIds when two rows carry one object_id."""
    ids = table["object_id"]
    if ids.duplicated().any():
        repeated = ids[ids.duplicated()].unique()
        raise DuplicateIds(
            f"{len(repeated)} object_id stand in more than one row, {repeated[0]} among them; keep one row of each."
        )


def check_aligned(draft: Draft) -> None:
    """Raise Misaligned when an array does not have the table's rows."""
    for name, array in draft.arrays.items():
        if len(array) != len(draft.table):
            raise Misaligned(
                f"The array {name} has {len(array)} rows and the table {len(draft.table)}; "
                "both need the same objects in the same order."
            )


def check_groups(table: pd.DataFrame) -> None:
    """Raise GroupLeak when a group lies in more than one split."""
    spread = table.groupby("group")["split"].nunique()
    if (spread > 1).any():
        names = spread.index[spread > 1]
        raise GroupLeak(
            f"{len(names)} groups lie in more than one split, {names[0]} among them: what is learned of a star in "
            "training would be tested on the same star. Move each group into one split, or leave the column split out "
            "to have it made."
        )
