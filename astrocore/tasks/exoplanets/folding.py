"""From a light curve to folded views: trend taken out, folded, binned with masks, median 0 and unit scatter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.exoplanets.binning import MAD_TO_SIGMA, level_and_scatter

GLOBAL_BINS = 201
LOCAL_BINS = 61
LOCAL_DURATIONS = 2.0
"""The local view reaches this many durations to either side of mid-transit."""
TREND_DAYS = 1.0
"""Shortest width of the running median that is taken for the star and the instrument."""
GAP_DAYS = 0.5
"""A longer gap ends a segment; the trend does not reach across."""
FLUX_SCALE = 1e3
"""Relative flux is kept in parts per thousand about zero, so that float16 holds it."""
LEAST_POINTS = 5
"""Points out of transit from which a level is taken."""
LIMIT = 60_000.0
"""Largest value that is stored; float16 ends a little beyond."""


@dataclass(frozen=True)
class Views:
    """Folded views of one light curve: (G,) and (L,) float16 with masks, median 0, unit out-of-transit scatter."""

    global_view: np.ndarray
    global_mask: np.ndarray
    local_view: np.ndarray
    local_mask: np.ndarray


def phase_of(time: np.ndarray, period: float, epoch: float) -> np.ndarray:
    """Phase in [-0.5, 0.5), zero in mid-transit."""
    return np.asarray(np.mod((time - epoch) / period + 0.5, 1.0) - 0.5)


def expected_duration(period: np.ndarray, stellar_radius: np.ndarray) -> np.ndarray:
    """Duration [h] of a central transit of a main-sequence star of that radius [R_Sun]; NaN stands for the Sun."""
    radius = np.where(np.isfinite(stellar_radius) & (stellar_radius > 0), stellar_radius, 1.0)
    return np.asarray(13.0 * np.cbrt(period / 365.25) * np.cbrt(radius) ** 2)


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


def fold(
    time: np.ndarray, flux: np.ndarray, period: float, epoch: float, duration: float
) -> tuple[np.ndarray, np.ndarray]:
    """Phase (T,) and detrended relative flux (T,) of a light curve; times and `duration` in days."""
    phase = phase_of(time, period, epoch)
    in_transit = np.abs(phase) < transit_half_width(period, duration)
    return phase, relative(time, flux, in_transit, max(TREND_DAYS, 3 * duration))


def view(phase: np.ndarray, flux: np.ndarray, period: float, duration: float) -> Views:
    """Both views of a folded curve: phase (T,) in [-0.5, 0.5), flux (T,), NaN left out; period and duration in days."""
    usable = np.isfinite(flux) & np.isfinite(phase)
    phase, flux = phase[usable], flux[usable]
    if len(flux) == 0:
        return no_curve()
    quiet = np.abs(phase) > transit_half_width(period, duration)
    level, scatter = level_and_scatter(flux[None], np.ones((1, len(flux)), dtype=bool), quiet[None])
    flux = np.clip((flux - level[0]) / scatter[0], -LIMIT, LIMIT)
    whole = bin_median(phase, flux, 0.5, GLOBAL_BINS)
    local = bin_median(phase, flux, local_half_width(period, duration), LOCAL_BINS)
    return Views(*whole, *local)


def no_curve() -> Views:
    """Views of an object without a light curve: every bin masked."""
    whole, local = (np.zeros(bins, dtype=np.float16) for bins in (GLOBAL_BINS, LOCAL_BINS))
    return Views(whole, whole.astype(bool), local, local.astype(bool))


def folded_views(time: np.ndarray, flux: np.ndarray, period: float, epoch: float, duration: float) -> Views:
    """Views of a light curve; times, period and `duration` in days."""
    return view(*fold(time, flux, period, epoch, duration), period, duration)


def transit_half_width(period: float, duration: float) -> float:
    """Half of what is taken for transit, in phase: three quarters of a duration, at most a quarter of the orbit."""
    return min(0.75 * duration / period, 0.25)


def local_half_width(period: float, duration: float) -> float:
    """Half of the local window in phase: two durations, at most half the orbit."""
    return min(LOCAL_DURATIONS * duration / period, 0.5)


def bin_median(phase: np.ndarray, flux: np.ndarray, half_width: float, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Median (float16) of the points in each of `bins` equal bins within half_width of zero, and which have any."""
    place = np.floor((phase + half_width) / (2 * half_width) * bins)
    inside = (place >= 0) & (place < bins)
    place, flux = place[inside].astype(np.intp), flux[inside]
    order = np.lexsort((flux, place))
    count = np.bincount(place, minlength=bins)
    first = np.cumsum(count) - count
    mask = count > 0
    values = np.zeros(bins, dtype=np.float64)
    low, high = first + (count - 1) // 2, first + count // 2
    ordered = flux[order]
    values[mask] = (ordered[low[mask]] + ordered[high[mask]]) / 2
    return values.astype(np.float16), mask


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
    y = np.array([np.median(flux[window]) for window in windows])
    # Windows at the ends are cut short; beyond their middle the trend goes on straight.
    before, after = (y[2] - y[0]) / (x[2] - x[0]), (y[-1] - y[-3]) / (x[-1] - x[-3])
    straight = np.minimum(at - x[0], 0) * before + np.maximum(at - x[-1], 0) * after
    return np.asarray(np.interp(at, x, y) + straight)
