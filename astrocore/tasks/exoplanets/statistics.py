"""Statistics of the folded views as automatic feature extraction for time series takes them: the fair comparison."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

VIEWS = ("global", "local")
QUANTILES = {"q05": 0.05, "q10": 0.1, "q25": 0.25, "median": 0.5, "q75": 0.75, "q90": 0.9, "q95": 0.95}
LAGS = (1, 2, 3, 5, 8, 13, 21)
SHORT_LAGS = (1, 2, 3)
LEAST_BINS = 8
"""Shorter views are padded with masked bins."""
BANDS, CHUNKS, ENTROPY_BINS = 8, 10, 10


def statistics(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: object = None) -> pd.DataFrame:
    """Statistics of the global and the local view, (B, F) float64; NaN for an object without that view.

    The families are those of tsfresh (Christ et al. 2018, Neurocomputing 307, 72): moments, quantiles, changes,
    counts, autocorrelation, non-linearity, spectrum, trend, entropy, energy by chunk. Masked bins are left out and
    their neighbours close up; only spectrum, trend and chunks keep the bins' places, with the mean in the gaps.

    Parameters
    ----------
    table
        B rows; only their number counts.
    arrays
        `global_view`, `local_view` (B, bins) in units of the out-of-transit scatter, and their masks (true: measured).
    config
        Not used; as `features` has it.
    """
    columns: dict[str, np.ndarray] = {}
    for view in VIEWS:
        values = arrays.get(f"{view}_view", np.full((len(table), LEAST_BINS), np.nan))
        mask = np.isfinite(values) & arrays.get(f"{view}_mask", True)
        found = view_statistics(np.where(mask, values, 0).astype(np.float64), mask)
        columns |= {f"{view}_{name}": column for name, column in found.items()}
    return pd.DataFrame(columns)


def view_statistics(values: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """Name -> (B,) of one view (B, n); NaN where fewer than three bins are measured or a number is undefined."""
    if (short := LEAST_BINS - mask.shape[1]) > 0:
        values, mask = (np.pad(array, ((0, 0), (0, short))) for array in (values, mask))
    order = np.argsort(~mask, axis=1, kind="stable")  # measured bins first, in their order
    x, there = np.take_along_axis(values, order, axis=1), np.take_along_axis(mask, order, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = _mean(x, there)
        about = np.where(there, x - centre[:, None], 0.0)
        spread = np.sqrt(_mean(about**2, there))
        found = {
            **_moments(x, about, there, centre, spread),
            **_ranked(x, there),
            **_changes(x, there),
            **_counts(about, there, spread),
            **_memory(about, there, spread),
            **_placed(np.where(mask, values - centre[:, None], 0.0), mask),
        }
    enough = mask.sum(axis=1) >= 3
    return {name: np.where(enough & np.isfinite(column), column, np.nan) for name, column in found.items()}


def _moments(
    x: np.ndarray, about: np.ndarray, there: np.ndarray, centre: np.ndarray, spread: np.ndarray
) -> dict[str, np.ndarray]:
    return {
        "mean": centre,
        "std": spread,
        "skewness": _mean(about**3, there) / spread**3,
        "kurtosis": _mean(about**4, there) / spread**4 - 3,
        "rms": np.sqrt(_mean(x**2, there)),
        "mean_abs": _mean(np.abs(x), there),
    }


def _ranked(x: np.ndarray, there: np.ndarray) -> dict[str, np.ndarray]:
    """Extremes, quantiles (linear between ranks), their distances, and where the extremes lie (0 to 1)."""
    count = there.sum(axis=1)
    ranked = np.sort(np.where(there, x, np.inf), axis=1)
    found = {"min": _quantile(ranked, count, 0), "max": _quantile(ranked, count, 1)}
    found |= {name: _quantile(ranked, count, q) for name, q in QUANTILES.items()}
    away = np.sort(np.where(there, np.abs(x - found["median"][:, None]), np.inf), axis=1)
    last = np.maximum(count - 1, 1)
    return found | {
        "range": found["max"] - found["min"],
        "iqr": found["q75"] - found["q25"],
        "mad": _quantile(away, count, 0.5),
        "place_of_min": np.where(there, x, np.inf).argmin(axis=1) / last,
        "place_of_max": np.where(there, x, -np.inf).argmax(axis=1) / last,
        "entropy": _binned_entropy(x, there, found["min"], found["max"]),
    }


def _changes(x: np.ndarray, there: np.ndarray) -> dict[str, np.ndarray]:
    """From one bin to the next; complexity after Batista et al. (2014)."""
    step, pair = np.diff(x, axis=1), there[:, 1:]
    bend, triple = np.diff(step, axis=1), there[:, 2:]
    return {
        "mean_abs_change": _mean(np.abs(step), pair),
        "max_abs_change": np.where(pair, np.abs(step), 0.0).max(axis=1),
        "complexity": np.sqrt(_sum(step**2, pair)),
        "mean_abs_bend": _mean(np.abs(bend), triple),
    }


def _counts(about: np.ndarray, there: np.ndarray, spread: np.ndarray) -> dict[str, np.ndarray]:
    """Shares of bins, longest stretches on one side of the mean, crossings of it, and peaks."""
    above, below = there & (about > 0), there & (about < 0)
    crossed = above[:, 1:] != above[:, :-1]
    found = {
        "above_mean": _mean(above, there),
        "longest_above": _longest(above) / there.sum(axis=1),
        "longest_below": _longest(below) / there.sum(axis=1),
        "crossings": _mean(crossed, there[:, 1:]),
    }
    for sigma in (1, 2, 3):
        found[f"beyond_{sigma}"] = _mean(np.abs(about) > sigma * spread[:, None], there)
    for support in (1, 3):
        found[f"peaks_{support}"] = _peaks(about, there, support)
    return found


def _memory(about: np.ndarray, there: np.ndarray, spread: np.ndarray) -> dict[str, np.ndarray]:
    """Autocorrelation; c3 (Schreiber & Schmitz 1997) and time reversal asymmetry (Fulcher & Jones 2014) at short lags.

    Lag products are averaged over the pairs that there are.
    """
    found = {}
    for lag in LAGS:
        pair = there[:, lag:]
        found[f"autocorrelation_{lag}"] = _mean(about[:, lag:] * about[:, :-lag], pair) / spread**2
    for lag in SHORT_LAGS:
        first, second, third = about[:, : -2 * lag], about[:, lag:-lag], about[:, 2 * lag :]
        triple = there[:, 2 * lag :]
        found[f"c3_{lag}"] = _mean(first * second * third, triple) / spread**3
        found[f"asymmetry_{lag}"] = _mean(third**2 * second - second * first**2, triple) / spread**3
    return found


def _placed(filled: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """What needs the bins' places: shares of power in bands of frequency, trend, shares of energy by chunk."""
    power = np.abs(np.fft.rfft(filled, axis=1))[:, 1:] ** 2  # (B, n // 2), without the mean
    share = power / power.sum(axis=1, keepdims=True)
    frequency = np.arange(1, power.shape[1] + 1) / power.shape[1]
    found = {
        "spectral_centroid": (share * frequency).sum(axis=1),
        "spectral_entropy": -np.where(share > 0, share * np.log(np.where(share > 0, share, 1)), 0.0).sum(axis=1),
    }
    for i, part in enumerate(np.array_split(share, BANDS, axis=1)):
        found[f"power_{i + 1}"] = part.sum(axis=1)
    energy = filled**2
    for i, part in enumerate(np.array_split(energy, CHUNKS, axis=1)):
        found[f"energy_{i + 1}"] = part.sum(axis=1) / energy.sum(axis=1)
    return found | _trend(filled, mask)


def _trend(filled: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """Slope of the line through the measured bins, places from -1 to 1, and its correlation."""
    place = np.broadcast_to(np.linspace(-1, 1, filled.shape[1]), filled.shape)
    away = np.where(mask, place - _mean(place, mask)[:, None], 0.0)
    product, square = (away * filled).sum(axis=1), (away**2).sum(axis=1)
    return {"slope": product / square, "trend": product / np.sqrt(square * (filled**2).sum(axis=1))}


def _sum(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(there, values, 0.0).sum(axis=1))


def _mean(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Mean of what is there, (B,); NaN where nothing is."""
    return np.asarray(_sum(values, there) / there.sum(axis=1))


def _quantile(ranked: np.ndarray, count: np.ndarray, q: float) -> np.ndarray:
    """Quantile of each row's first `count` values, which are in order; linear between ranks."""
    at = q * np.maximum(count - 1, 0)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    first, second = (np.take_along_axis(ranked, i[:, None], axis=1)[:, 0] for i in (low, high))
    return np.asarray(first + (at - low) * (second - first))


def _binned_entropy(x: np.ndarray, there: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Entropy [nat] of a histogram of equal bins from the lowest to the highest value."""
    width = np.where(high > low, high - low, 1.0)[:, None]
    place = np.where(there, ENTROPY_BINS * (x - np.where(np.isfinite(low), low, 0.0)[:, None]) / width, 0.0)
    at = np.clip(place.astype(int), 0, ENTROPY_BINS - 1)
    share = np.stack([_mean(at == b, there) for b in range(ENTROPY_BINS)])  # (bins, B)
    return np.asarray(-np.where(share > 0, share * np.log(np.where(share > 0, share, 1)), 0.0).sum(axis=0))


def _longest(true: np.ndarray) -> np.ndarray:
    """Length of the longest run of true values in each row, (B,)."""
    place = np.arange(1, true.shape[1] + 1)
    last_false = np.maximum.accumulate(np.where(true, 0, place), axis=1)
    return np.asarray((place - last_false).max(axis=1))


def _peaks(x: np.ndarray, there: np.ndarray, support: int) -> np.ndarray:
    """Share of the bins that are higher than `support` neighbours on each side."""
    n = x.shape[1]
    middle = x[:, support : n - support]
    peak = there[:, 2 * support :].copy()  # the farthest neighbour is measured, so all are
    for i in range(1, support + 1):
        peak &= (middle > x[:, support - i : n - support - i]) & (middle > x[:, support + i : n - support + i])
    return np.asarray(peak.sum(axis=1) / there.sum(axis=1))
