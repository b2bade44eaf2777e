"""A measured column cut into bins that a person would draw: round edges, or equally many objects in each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from astrocore.errors import InputError

By = Literal["round", "equal"]
BINS = 12
"""Bins that are aimed at."""
ROBUST = (0.005, 0.995)
"""Quantiles between which the bins lie; what is beyond them is counted in the first and the last bin."""
DECADES = 20.0
"""Ratio of the highest to the lowest number from which on bins of equal ratios are thought of."""
HUGE = 1e100
"""What is larger counts as this, what is smaller than its inverse as zero."""
MISSING = "missing"
LADDERS = ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
"""Edges in a decade, from fine to coarse."""


@dataclass(frozen=True, eq=False)
class Bins:
    """A column cut into B bins, and one more for objects without a value.

    Attributes
    ----------
    edges
        (B + 1,) ascending, empty where no object has a value; between which a bin is drawn.
    of
        Bin of each object, (N,) int; B where the value is missing.
    table
        One row a bin, the last one for missing values where there are any: name; low and high, infinite where the bin
        is open, NaN for missing values; at (median of its objects, NaN where there is none); n.
    log
        Whether the numbers spread over decades and are better drawn on a logarithmic axis.
    each
        Whether every bin is of a single number, which is its name.
    """

    edges: np.ndarray
    of: np.ndarray
    table: pd.DataFrame
    log: bool = False
    each: bool = False


def cut(values: np.ndarray, wanted: int = BINS, by: By = "round") -> Bins:
    """Cut a column into about `wanted` bins.

    A bin holds low <= value < high, the last one also its upper end. A column of few different numbers gets a bin for
    each of them.

    Parameters
    ----------
    values
        (N,) numbers; what is not finite is missing.
    by
        "round": equal widths with round edges, such as 0.5 mag, or equal ratios where positive numbers spread over
        decades. "equal": about equally many objects.

    Raises
    ------
    InputError
        No bins are wanted, or there is no such way to cut.
    """
    if wanted < 1 or by not in ("round", "equal"):
        raise InputError(f"A column can't be cut into {wanted} bins by {by!r}; ask for one or more, by round or equal.")
    values = np.where(np.isfinite(values), np.clip(np.asarray(values, float), -HUGE, HUGE), np.nan)
    values[np.abs(values) < 1 / HUGE] = 0
    known = values[~np.isnan(values)]
    if not len(known):
        return _bins(values, np.empty(0), [])
    distinct = np.unique(known)
    if len(distinct) <= max(1, min(wanted, len(known) // 2)):
        return _bins(values, _around(distinct), _shortest(distinct), each=True)
    low, high = map(float, np.quantile(known, ROBUST))
    if low == high:
        low, high = float(known.min()), float(known.max())
    log = _by_ratios(low, high, float(np.median(known)))
    edges = _equal(known, low, high, wanted) if by == "equal" else _round(low, high, wanted, log)
    return _bins(values, edges, [f"{_text(one)} to {_text(next_)}" for one, next_ in pairwise(edges)], log)


def _bins(values: np.ndarray, edges: np.ndarray, names: Sequence[str], log: bool = False, each: bool = False) -> Bins:
    """Objects dealt to the bins, and the table of these."""
    b, known = len(names), ~np.isnan(values)
    of = np.full(len(values), b)
    of[known] = np.clip(np.searchsorted(edges, values[known], side="right") - 1, 0, max(b - 1, 0))
    low, high, names = edges[:-1].copy(), edges[1:].copy(), list(names)
    if b > 1 and (values[known] < edges[0]).any():
        low[0], names[0] = -np.inf, f"< {_text(edges[1])}"
    if b > 1 and (values[known] > edges[-1]).any():
        high[-1], names[-1] = np.inf, f"≥ {_text(edges[-2])}"
    table = pd.DataFrame({"name": names, "low": low, "high": high})
    if not known.all():
        table = pd.DataFrame({"name": [*names, MISSING], "low": [*low, np.nan], "high": [*high, np.nan]})
    table["at"] = pd.Series(values).groupby(of).median().reindex(table.index)
    table["n"] = np.bincount(of, minlength=len(table))
    return Bins(edges, of, table, log, each)


def _by_ratios(low: float, high: float, median: float) -> bool:
    """Whether numbers spread over decades: their median is nearer to the ends' geometric mean than to their mean."""
    if low <= 0 or high <= DECADES * low:
        return False
    geometric, arithmetic = (math.log(low) + math.log(high)) / 2, math.log(low / 2 + high / 2)
    return abs(math.log(median) - geometric) < abs(math.log(median) - arithmetic)


def _round(low: float, high: float, wanted: int, log: bool) -> np.ndarray:
    """Round edges about a range: as many bins as come nearest to what is wanted."""
    made = _ratios(low, high) if log else _widths(low, high, wanted)
    usable = [edges for edges in made if len(edges) > 1 and (np.diff(edges) > 0).all()]
    return min(usable, key=lambda edges: abs(math.log((len(edges) - 1) / wanted)), default=np.array([low, high]))


def _widths(low: float, high: float, wanted: int) -> list[np.ndarray]:
    """Edges at the multiples of 1, 2 and 5 times a power of ten."""
    power = math.floor(math.log10((high - low) / wanted))
    return [_multiples(low, high, step, k) for k in (power, power + 1) for step in (1, 2, 5)]


def _multiples(low: float, high: float, step: int, power: int) -> np.ndarray:
    width = float(f"{step}e{power}")
    first, last = math.floor(low / width), math.ceil(high / width)
    return np.array([round(i * width, max(-power, 0)) for i in range(first, last + 1)])


def _ratios(low: float, high: float) -> list[np.ndarray]:
    """Edges at the same few numbers in each decade, or at some of the decades only."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    made = [[float(f"{step}e{k}") for k in range(first, last + 1) for step in steps] for steps in LADDERS]
    made += [[float(f"1e{k}") for k in range(first, last + by, by)] for by in (2, 3, 5, 10, 30, 100)]
    return [_about(np.array(edges), low, high) for edges in made]


def _about(edges: np.ndarray, low: float, high: float) -> np.ndarray:
    """Those edges that are needed to hold a range."""
    first = max(int(np.searchsorted(edges, low, side="right")) - 1, 0)
    return edges[first : int(np.searchsorted(edges, high)) + 1]


def _equal(known: np.ndarray, low: float, high: float, wanted: int) -> np.ndarray:
    """Edges between which lie about equally many, to two digits of the narrowest bin."""
    inner = np.quantile(known, np.arange(1, wanted) / wanted)
    edges = np.unique([low, *inner[(inner > low) & (inner < high)], high])
    decimals = 1 - math.floor(math.log10(np.diff(edges).min()))
    rounded = np.array([round(float(edge), decimals) for edge in edges])
    still = (np.diff(rounded) > 0).all() and (rounded[0] > 0 or low <= 0)  # for a logarithmic axis
    return rounded if still else edges


def _around(distinct: np.ndarray) -> np.ndarray:
    """Edges half-way between few different numbers."""
    gaps = np.diff(distinct) / 2 if len(distinct) > 1 else np.array([0.05 * abs(distinct[0]) or 0.5])
    return np.array([distinct[0] - gaps[0], *(distinct[1:] - np.diff(distinct) / 2), distinct[-1] + gaps[-1]])


def _shortest(distinct: np.ndarray) -> list[str]:
    """Numbers as text with as many digits as tell them apart."""
    told = ([_text(value, digits) for value in distinct] for digits in (4, 6, 9, 12))
    return next((names for names in told if len(set(names)) == len(names)), [_text(value, 17) for value in distinct])


def _text(value: float, digits: int = 12) -> str:
    return f"{value:,.{digits}g}"
