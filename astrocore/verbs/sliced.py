"""Scores of evaluate in bins of a measured column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from astrocore.data.dataset import IDENTITY
from astrocore.errors import ConfigError
from astrocore.runs import Predictions
from astrocore.verbs.evaluated import with_interval

if TYPE_CHECKING:
    from astrocore.analysis.slices import Slices


def slices_of(p: Predictions, column: str, where: str) -> Slices:
    """Scores in bins of a measured column; raises ConfigError where there is none of that name."""
    from astrocore.analysis.bins import cut
    from astrocore.analysis.slices import sliced

    check_column(p.table, column, where)
    return sliced(p.label, p.predicted, p.classes, p.group, cut(p.table[column].to_numpy(float)))


def told(slices: Slices, column: str, unit: str) -> dict[str, Any]:
    """The bins of a column with their scores, JSON-ready: an open end is infinite, the last bin may be "missing"."""
    from astrocore.analysis.slices import COUNTS, SCORES

    bins: list[dict[str, Any]] = [
        {"bin": name, "low": low, "high": high, "median": at, "n": int(n), "accuracy": {}, "per_class": {}}
        for name, low, high, at, n in slices.bins.table[["name", "low", "high", "at", "n"]].itertuples(index=False)
    ]
    for score in SCORES:
        for name, rows in slices.of(score).items():
            numbers = zip(bins, rows["n"], rows["value"], rows["low"], rows["high"], strict=True)
            for one, n, value, low, high in numbers:
                place = one["per_class"].setdefault(name, {}) if name else one
                place |= {score: with_interval(value, (low, high))} | ({COUNTS[score]: int(n)} if name else {})
    return {"column": column, "unit": unit, "bins": bins}


def check_column(table: pd.DataFrame, column: str, where: str) -> None:
    """Raise ConfigError unless it is a measured column of numbers."""
    numeric = [str(name) for name in table.select_dtypes(["number", "bool"]) if name not in IDENTITY]
    if column not in numeric:
        there = f"there are {', '.join(numeric)}" if numeric else "there is none"
        raise ConfigError(f"There is no measured column {column!r} in {where}; {there}.")
