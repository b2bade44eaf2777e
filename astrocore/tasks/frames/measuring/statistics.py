"""Numbers of a frame's brightness: the original's statistics, and robust ones that do not depend on the camera."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from astrocore.tasks.frames.measuring.level import Level, mad, median

BINS = 50
HISTOGRAM = (0.1, 99.9)
"""Percentiles between which the histogram runs."""
FULL = 0.98
SPIKE = 6.0
SPIKES = 4096
"""Pixels that stand out of which the neighbours are looked at, up to twice as many."""


def histogram(level: Level) -> np.ndarray:
    """(BINS,) share of the sampled pixels in each bin between the percentiles HISTOGRAM.

    Of pixels that are all equal it is the middle bin.
    """
    low, high = level.percentile(*HISTOGRAM)
    if high <= low:
        return np.asarray(np.eye(1, BINS, BINS // 2)[0])
    # The sample is sorted, so bins are found by their edges; np.histogram refuses bins that are narrow for their place.
    places = np.searchsorted(level.sample, np.linspace(low, high, BINS + 1))
    places[-1] = np.searchsorted(level.sample, high, side="right")
    return np.asarray(np.diff(places) / max(places[-1] - places[0], 1))


def statistics(level: Level, bins: np.ndarray) -> dict[str, float]:
    """The original's: moments of the pixels, and of the histogram's axis from 0 to 1 by the shares `bins`."""
    x = level.sample
    places = (np.arange(BINS) + 0.5) / BINS
    mean = float(bins @ places)
    std = float(np.sqrt(bins @ (places - mean) ** 2))
    z = (places - mean) / max(std, 1e-6)
    return {
        "mean": float(x.mean()),
        "std": float(x.std()),
        "median": level.median,
        "min": float(x[0]),
        "max": float(x[-1]),
        **dict(zip(("faint", "bright"), map(float, level.percentile(*HISTOGRAM)), strict=True)),
        "mad": mad(x) / 1.4826,
        "hist_mean": mean,
        "hist_std": std,
        "hist_skew": float(bins @ z**3),
        "hist_kurtosis": float(bins @ z**4) - 3,
    }


def levels(level: Level, saturation: float) -> dict[str, float]:
    """How far a frame is filled, how its brightness scatters, and what its pixels are to their neighbours."""
    low, faint, bright, high = (level.percentile(0.1, 1, 99, 99.9) - level.median) / level.noise
    known = np.isfinite(saturation) and saturation > 0
    return {
        "noise": level.noise,
        "missing": level.missing,
        "fill": level.median / saturation if known else np.nan,
        "saturated": float((level.sample >= FULL * saturation).mean()) if known else np.nan,
        "photon_share": level.noise**2 / level.median if level.median > 0 else np.nan,
        "spread": float(bright - faint),
        "tail_high": float(high),
        "tail_low": float(-low),
        "peak": float(level.sample[-1] - level.median) / level.noise,
        **_spikes(level),
        **_lags(level),
    }


def _spikes(level: Level) -> dict[str, float]:
    """Pixels that stand out of their surroundings, and how bright their neighbours are."""
    crop = level.crop
    if min(crop.shape) < 8:
        return {"above": np.nan, "spike_share": np.nan}
    over = crop - ndimage.uniform_filter(crop, 9, mode="nearest")
    out = over > SPIKE * level.noise
    y, x = np.divmod(np.flatnonzero(out), crop.shape[1])
    every = max(1, len(y) // SPIKES)
    return {"above": float(out.mean()), "spike_share": _neighbours(over, y[::every], x[::every])}


def _neighbours(over: np.ndarray, y: np.ndarray, x: np.ndarray) -> float:
    """How bright the eight neighbours of pixels are in the mean, over the pixels; the median, NaN without pixels."""
    if not len(y):
        return float("nan")
    wide = np.pad(over, 1, mode="edge")
    around = sum(wide[y + i, x + j] for i, j in np.ndindex(3, 3)) - over[y, x]
    return median(around / 8 / over[y, x])


def _lags(level: Level) -> dict[str, float]:
    """Correlations of a pixel with its neighbours, of values clipped to what is usual; NaN where all are equal."""
    width = 6 * max(mad(level.crop), 1e-6 * level.noise)
    z = np.clip(level.crop - median(level.crop), -width, width) / width
    z -= z.mean()
    power = float((z * z).mean())
    found = {}
    for axis, name in ((1, "lag_x"), (0, "lag_y")):
        for lag, ending in ((1, ""), (4, "4")):
            found[name + ending] = _correlation(z, power, axis, lag)
    return found


def _correlation(z: np.ndarray, power: float, axis: int, lag: int) -> float:
    if z.shape[axis] <= lag or power <= 0:
        return float("nan")
    moved = np.moveaxis(z, axis, 0)
    total = np.einsum("ij,ij->", moved[lag:], moved[:-lag])
    return float(total / moved[lag:].size / power)
