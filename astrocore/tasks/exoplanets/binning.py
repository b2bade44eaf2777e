"""Averages over bins that mind masks: exact resampling by overlap, medians of rows, quartiles of scattered points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

MAD_TO_SIGMA = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
IQR_TO_SIGMA = 0.7413
"""Standard deviation of a normal distribution over the distance of its quartiles."""
LEAST_IN_BIN = 3
"""Points of which a bin's scatter is taken."""
LEAST_COVER = 1e-6
"""Share of a bin that must be covered by measured bins; less is rounding."""


def overlap(into: np.ndarray, out: np.ndarray) -> np.ndarray:
    """(n_out, n_in) share of each output bin that each input bin covers, from the edges (n + 1,) of both."""
    shared = np.minimum(out[1:, None], into[None, 1:]) - np.maximum(out[:-1, None], into[None, :-1])
    return np.asarray(np.maximum(shared, 0.0) / np.diff(out)[:, None])


def average(values: np.ndarray, mask: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows (B, n_in) averaged with `weights` (n_out, n_in), masked bins left out; what nothing covers is masked, 0."""
    cover = mask.astype(np.float64) @ weights.T
    total = np.where(mask, values, 0.0).astype(np.float64) @ weights.T
    found = cover > LEAST_COVER
    return np.divide(total, cover, out=np.zeros_like(total), where=found), found


def resample(values: np.ndarray, mask: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows (B, n) of equal bins averaged over `bins` equal bins of the same interval, and which are measured."""
    if values.shape[1] == bins:
        return np.where(mask, values, 0.0).astype(np.float64), mask.astype(bool)
    return average(values, mask, overlap(np.linspace(0, 1, values.shape[1] + 1), np.linspace(0, 1, bins + 1)))


def masked_median(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Median of each row over its unmasked bins, (B, 1); 0 for a row without any."""
    count = mask.sum(axis=1, keepdims=True)
    ordered = np.sort(np.where(mask, values, np.inf), axis=1)
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0), axis=1)
    high = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[1] - 1), axis=1)
    return np.where(count > 0, (low + high) / 2, 0.0)


def level_and_scatter(values: np.ndarray, mask: np.ndarray, quiet: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median (B, 1) and robust standard deviation (B, 1), never 0, of the quiet bins of each row.

    A row without quiet bins takes all. A curve without scatter (a model) takes a thousandth of its range,
    an empty one takes one.
    """
    quiet = mask & quiet
    quiet = np.where(quiet.any(axis=1, keepdims=True), quiet, mask)
    level = masked_median(values, quiet)
    centred = np.where(mask, values - level, 0.0)
    scatter = MAD_TO_SIGMA * masked_median(np.abs(centred), quiet)
    scatter = np.maximum(scatter, 1e-3 * np.ptp(centred, axis=1, keepdims=True))
    return level, np.where(scatter > 0, scatter, 1.0)


class Bins(NamedTuple):
    """(n,) median of the points in each bin, whether there are any, and their robust standard deviation."""

    median: np.ndarray
    mask: np.ndarray
    scatter: np.ndarray


def bin_points(place: np.ndarray, values: np.ndarray, half_width: float, bins: int) -> Bins:
    """Points in equal bins between -half_width and half_width.

    Parameters
    ----------
    place
        (T,) where each point lies; points beyond the window are left out.
    values
        (T,) ascending: sort once, then bin into as many windows as there are.
    half_width, bins
        Half of the window, and into how many bins it is cut.

    Returns
    -------
    Bins
        0 where a bin has no points; scatter (from the quartiles) 0 where it has fewer than three.
    """
    number = np.floor((place + half_width) * (bins / (2 * half_width)))
    inside = (number >= 0) & (number < bins)
    number, values = number[inside].astype(np.uint16), values[inside]
    # A stable sort of 16 bits is a radix sort: linear, and what is ascending stays so within each bin.
    ordered = values[np.argsort(number, kind="stable")]
    count = np.bincount(number, minlength=bins)
    mask = count > 0
    if not mask.any():
        return Bins(np.zeros(bins), mask, np.zeros(bins))
    first = np.cumsum(count) - count
    low, middle, high = (np.where(mask, _quantile(ordered, first, count, q), 0.0) for q in (0.25, 0.5, 0.75))
    return Bins(middle, mask, np.where(count >= LEAST_IN_BIN, IQR_TO_SIGMA * (high - low), 0.0))


def level_of_points(values: np.ndarray, quiet: np.ndarray) -> tuple[float, float]:
    """Median and robust standard deviation of the quiet points, as `level_and_scatter` takes them of one row."""
    chosen = values[quiet] if quiet.any() else values
    level = float(np.median(chosen))
    scatter = max(MAD_TO_SIGMA * float(np.median(np.abs(chosen - level))), 1e-3 * float(np.ptp(values)))
    return level, scatter if scatter > 0 else 1.0


def _quantile(ordered: np.ndarray, first: np.ndarray, count: np.ndarray, q: float) -> np.ndarray:
    """Quantile of each run of `count` ascending values from `first` on, between neighbours as numpy takes it."""
    at = q * np.maximum(count - 1, 0)
    low = np.minimum(first + np.floor(at).astype(np.intp), len(ordered) - 1)
    high = np.minimum(first + np.ceil(at).astype(np.intp), len(ordered) - 1)
    return np.asarray(ordered[low] + (at - np.floor(at)) * (ordered[high] - ordered[low]))
