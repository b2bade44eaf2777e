"""Numbers of a table as it was read: text and infinities are refused by row, empty cells are NaN."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.errors import BadValue


def numbers(values: pd.Series, ids: pd.Series) -> np.ndarray:
    """(N,) float64, NaN where empty; BadValue for text and infinities."""
    if not pd.api.types.is_numeric_dtype(values):
        values = values.mask(values.astype("string").str.strip() == "")
        found = pd.to_numeric(values, errors="coerce")
        if (text := found.isna() & values.notna()).any():
            refuse(text, ids, f"has {values[text].iloc[0]!r} in the column {values.name}, where a number belongs")
        values = found
    array = values.to_numpy(dtype=np.float64, na_value=np.nan).copy()
    if np.isinf(array).any():
        refuse(pd.Series(np.isinf(array)), ids, f"has an infinite {values.name}; leave the cell empty if it is unknown")
    return array


def refuse(bad: pd.Series, ids: pd.Series, complaint: str) -> None:
    """Raise BadValue for the first bad row, and say how many there are."""
    if bad.any():
        row, count = int(bad.to_numpy().argmax()), int(bad.sum())
        more = f" {count} rows are like it." if count > 1 else ""
        raise BadValue(f"Row {row + 1} ({ids.iloc[row]}) {complaint}.{more}")
