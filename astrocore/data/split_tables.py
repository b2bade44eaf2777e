"""A folder with a table for each split, named train, val and test."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from astrocore.data.checks import SPLITS
from astrocore.data.tables import TABLES, read_table
from astrocore.errors import FileUnreadable


def has_split_tables(folder: Path) -> bool:
    """Whether a folder holds a table that is named after a split."""
    return any(_tables_of(folder, split) for split in SPLITS)


def read_split_tables(folder: Path, rows: int | None = None) -> pd.DataFrame:
    """Tables train, val and test of a folder below one another, with the split that they bring.

    With `rows` only so many of the first ones of each.

    Raises
    ------
    FileUnreadable
        There are two tables of a split, or one can't be read.
    """
    tables = []
    for split in SPLITS:
        found = _tables_of(folder, split)
        if len(found) > 1:
            raise FileUnreadable(f"{folder} holds {found[0].name} and {found[1].name}; keep one table for each split.")
        tables += [read_table(file, rows).assign(split=split) for file in found]
    return pd.concat(_exact(tables), ignore_index=True)


def _tables_of(folder: Path, split: str) -> list[Path]:
    return sorted(
        file for file in folder.iterdir() if file.name.split(".")[0] == split and file.name.lower().endswith(TABLES)
    )


def _exact(tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """The tables, with columns as text that hold signed whole numbers here, unsigned there: joined, they'd be rounded.

    64 bits of either kind are more than a float can tell.
    """
    signed, unsigned = (
        {str(name) for table in tables for name in table if table[name].dtype == kind} for kind in ("Int64", "UInt64")
    )
    mixed = signed & unsigned
    return [table.astype(dict.fromkeys(mixed & set(table), "string")) for table in tables]
