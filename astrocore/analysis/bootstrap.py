"""Intervals by resampling whole groups: objects of one star (field, night) go in and out together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
import pandas as pd

from astrocore.analysis.counts import class_counts, outcome_counts, score_counts
from astrocore.analysis.inputs import check_labels, check_probabilities
from astrocore.errors import InputError

Interval = tuple[float, float]
CHUNK = 64
"""Resamples that are counted at once."""


def interval(
    statistic: Callable[[np.ndarray], float | Mapping[str, float]],
    group: np.ndarray,
    n: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> Interval | dict[str, Interval]:
    """Percentile interval of any statistic; slow, one call a resample.

    Parameters
    ----------
    statistic
        Takes row numbers (with repeats), gives a number or named numbers.
    group
        Group of each row, (N,); a row without one is a group of its own.
    n
        Resamples.
    level
        Share of the resamples that the interval holds.

    Returns
    -------
    tuple or dict
        (low, high), or one for each name; NaN where a statistic is never defined or there is a single group.
    """
    code = codes(group)
    rows = np.split(np.argsort(code, kind="stable"), np.cumsum(np.bincount(code))[:-1])
    drawn = [statistic(np.concatenate([rows[g] for g in draw])) for draw in draws(len(rows), n, seed)]
    if isinstance(drawn[0], Mapping):
        table = pd.DataFrame(drawn)
        return {str(name): percentiles(table[name].to_numpy(float), len(rows), level) for name in table}
    return percentiles(np.array(drawn, float), len(rows), level)


def intervals_of_scores(
    label: np.ndarray,
    predicted: np.ndarray,
    p: np.ndarray | None,
    group: np.ndarray,
    n: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Intervals of all that `metrics.scores` gives, by name; fast, on counts a group."""
    check_labels(label, predicted, p, group)
    if p is not None:
        check_probabilities(label, p)
    code = codes(group)
    found = _resampled(lambda weight: score_counts(label, predicted, p, code, weight), code, n, seed)
    return {name: percentiles(values, code.max() + 1, level) for name, values in found.items()}


def intervals_per_class(
    label: np.ndarray,
    predicted: np.ndarray,
    p: np.ndarray | None,
    classes: Sequence[str],
    group: np.ndarray,
    n: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, dict[str, Interval]]:
    """Intervals of all that `metrics.per_class` gives but n: class -> name -> (low, high)."""
    check_labels(label, predicted, p, group)
    if p is not None:
        check_probabilities(label, p)
    code, width = codes(group), len(classes)
    found = _resampled(lambda weight: class_counts(label, predicted, p, width, code, weight), code, n, seed)
    return {
        c: {name: percentiles(values[i], code.max() + 1, level) for name, values in found.items()}
        for i, c in enumerate(classes)
    }


def intervals_of_outcome(
    label: np.ndarray,
    decided: np.ndarray,
    n_classes: int,
    group: np.ndarray,
    n: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Intervals of all that `thresholds.Outcome.numbers` gives, by name; in `decided` n_classes is unknown."""
    check_labels(label, decided, group)
    code = codes(group)
    found = _resampled(lambda weight: outcome_counts(label, decided, n_classes, code, weight), code, n, seed)
    return {name: percentiles(values, code.max() + 1, level) for name, values in found.items()}


def codes(group: np.ndarray) -> np.ndarray:
    """Groups as numbers from 0, (N,) int; a row without a group gets a number of its own."""
    if len(group) == 0:
        raise InputError("There are no objects to resample; choose another split or data set.")
    code, _ = pd.factorize(np.asarray(group))
    alone = code < 0
    code[alone] = code.max(initial=-1) + 1 + np.arange(alone.sum())
    return code


def draws(n_groups: int, n: int, seed: int) -> Iterator[np.ndarray]:
    """Groups drawn with replacement, (n_groups,) int, `n` times."""
    if n < 1:
        raise InputError(f"{n} resamples give no interval; ask for at least one, better 500.")
    rng = np.random.default_rng(seed)
    for _ in range(n):
        yield rng.integers(0, n_groups, n_groups)


def weights(code: np.ndarray, n: int, seed: int) -> Iterator[np.ndarray]:
    """How often each group stands in each resample, (groups, up to CHUNK) float: the very draws of `interval`."""
    size = int(code.max()) + 1
    counted = (np.bincount(draw, minlength=size) for draw in draws(size, n, seed))
    for chunk in iter(lambda: list(islice(counted, CHUNK)), []):
        yield np.stack(chunk, axis=1).astype(float)


def percentiles(values: np.ndarray, n_groups: int, level: float) -> Interval:
    """The middle `level` of the values that are numbers; NaN when there are none, or a single group."""
    if not 0 < level < 1:
        raise InputError(f"A level of {level} is no share; give a number between 0 and 1, such as 0.95.")
    values = values[~np.isnan(values)]
    if n_groups < 2 or not len(values):
        return float("nan"), float("nan")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _resampled(
    count: Callable[[np.ndarray], dict[str, np.ndarray]], code: np.ndarray, n: int, seed: int
) -> dict[str, np.ndarray]:
    """Named statistics of all resamples, (..., n) each, from a function of the groups' weights."""
    parts = [count(weight) for weight in weights(code, n, seed)]
    return {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}
