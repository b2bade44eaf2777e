"""The slow trend of a star and its instrument taken out of a light curve, what lies in transit left alone."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.exoplanets.binning import MAD_TO_SIGMA

TREND_DAYS = 1.0
"""Shortest width of the running median that is taken for the star and the instrument."""
GAP_DAYS = 0.5
"""A longer gap ends a segment; the trend does not reach across."""
LEAST_POINTS = 5
"""Points out of transit from which a level is taken."""


def relative(time: np.ndarray, flux: np.ndarray, in_transit: np.ndarray, width: float) -> np.ndarray:
    """Flux over its trend, minus one (T,), NaN kept; flux that is given about zero loses its trend only.

    The trend is a running median of the points out of transit, `width` days wide, taken every quarter of
    that and joined by lines, each segment between long gaps by itself. A segment with too few of them is NaN.
    """
    usable = np.isfinite(time) & np.isfinite(flux)
    deviation = np.full(flux.shape, np.nan)
    if not usable.any():
        return deviation
    level = float(np.median(flux[usable]))
    divide = bool(is_absolute(np.float64(level), np.float64(spread(flux[usable]))))
    for rows in _segments(time, usable):
        quiet = rows[~in_transit[rows]]
        if len(quiet) < LEAST_POINTS:
            continue
        trend = _trend(time[quiet], flux[quiet], time[rows], width)
        deviation[rows] = flux[rows] / np.maximum(trend, 1e-3 * level) - 1 if divide else flux[rows] - trend
    return deviation


def is_absolute(level: np.ndarray | np.float64, scatter: np.ndarray | np.float64) -> np.ndarray:
    """Whether flux with that median and scatter is a brightness, to be divided by its level; else it is about zero."""
    return np.asarray((level > 0) & (level > 3 * scatter))


def spread(values: np.ndarray) -> float:
    """Robust standard deviation: 1.4826 times the median absolute deviation; 0 for no values."""
    return float(MAD_TO_SIGMA * np.median(np.abs(values - np.median(values)))) if len(values) else 0.0


def _segments(time: np.ndarray, usable: np.ndarray) -> list[np.ndarray]:
    """Row numbers of the usable points in time order, cut at long gaps."""
    rows = np.flatnonzero(usable)
    rows = rows[np.argsort(time[rows], kind="stable")]
    return np.split(rows, np.flatnonzero(np.diff(time[rows]) > GAP_DAYS) + 1) if len(rows) else []


def _trend(time: np.ndarray, flux: np.ndarray, at: np.ndarray, width: float) -> np.ndarray:
    """Running median of (time, flux), evaluated `at` other times of the same segment."""
    low, high = float(at[0]), float(at[-1])
    centres = np.linspace(low, high, max(int(np.ceil((high - low) / (width / 4))), 1) + 1)
    left, right = np.searchsorted(time, centres - width / 2), np.searchsorted(time, centres + width / 2, side="right")
    spans = dict.fromkeys(zip(left, right, strict=True))  # each once: between sparse points windows repeat
    windows = [slice(a, b) for a, b in spans if b - a >= LEAST_POINTS]
    if len(windows) < 3:
        return np.full(at.shape, np.median(flux))
    x = np.array([time[window].mean() for window in windows])
    y = np.array([_middle(flux[window]) for window in windows])
    # Windows at the ends are cut short; beyond their middle the trend goes on straight.
    before, after = (y[2] - y[0]) / (x[2] - x[0]), (y[-1] - y[-3]) / (x[-1] - x[-3])
    straight = np.minimum(at - x[0], 0) * before + np.maximum(at - x[-1], 0) * after
    return np.asarray(np.interp(at, x, y) + straight)


def _middle(values: np.ndarray) -> float:
    """Median of a few numbers, many times faster than numpy's, which is made for many."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
