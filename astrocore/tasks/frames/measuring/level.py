"""What a frame's brightness is measured by: its median and the noise of its pixels, from a sample of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

SAMPLE = 1 << 16
"""Pixels that statistics are taken from, up to twice as many: percentiles of these are as good as those of all, and do
not grow with the frame."""
CROP = 384
"""Side of the part in the middle of a frame in which pixels are held against their neighbours [pixel]."""
FAINTEST = 1e-30
"""Noise below this is none: single precision could not divide by it."""


@dataclass(frozen=True, eq=False)
class Level:
    """Brightness of a frame.

    Attributes
    ----------
    sample
        (n,) finite pixels, spread evenly over the frame, sorted.
    median, noise
        Of the pixels; the noise from differences of neighbours in `crop`, so that structure does not count. At least
        a thousandth of the range between percentiles 1 and 99; one where there is no noise at all.
    crop
        (y, x) the middle of the frame at full resolution, the median where pixels are missing.
    missing
        Share of the pixels that are missing.
    """

    sample: np.ndarray
    median: float
    noise: float
    crop: np.ndarray
    missing: float

    def percentile(self, *q: float) -> np.ndarray:
        """Percentiles of the sample."""
        return np.asarray(self.sample[np.round((len(self.sample) - 1) * np.asarray(q) / 100).astype(int)])


def level_of(pixels: np.ndarray) -> Level:
    """Measure a frame's (y, x) brightness; a frame without any finite pixel has a level of zero."""
    spread = _spread(pixels)
    finite = spread[np.isfinite(spread)]
    missing = 1 - len(finite) / max(spread.size, 1)
    if not len(finite):
        finite = np.zeros(1, np.float32)
    sample = np.sort(finite).astype(np.float64)
    middle = float(sample[len(sample) // 2])
    part = _middle(pixels)
    known = np.isfinite(part)
    crop = np.where(known, part, np.float32(middle)).astype(np.float32)
    low, high = sample[round((len(sample) - 1) * 0.01)], sample[round((len(sample) - 1) * 0.99)]
    noise = max(_noise(np.where(known, crop, np.float32(np.nan))), 1e-3 * float(high - low))
    return Level(sample, middle, noise if noise > FAINTEST else 1.0, crop, missing)


def _spread(pixels: np.ndarray) -> np.ndarray:
    """About SAMPLE pixels: every k-th, k without a factor in common with the width, so that all columns are seen."""
    flat = pixels.reshape(-1)
    step = max(1, flat.size // SAMPLE)
    while gcd(step, pixels.shape[1]) > 1:
        step += 1
    return flat[::step]


def _middle(pixels: np.ndarray) -> np.ndarray:
    y, x = ((max(0, n - CROP)) // 2 for n in pixels.shape)
    return pixels[y : y + CROP, x : x + CROP]


def _noise(crop: np.ndarray) -> float:
    """Of a pixel, from differences of neighbours along both axes, the smaller one: lines run along one of them.

    Pixels that are missing, NaN, have no difference to their neighbours.
    """
    found = [np.diff(crop, axis=axis) for axis in (0, 1)]
    if np.isnan(crop).any():
        found = [steps[np.isfinite(steps)] for steps in found]
    return min(map(mad, found)) / float(np.sqrt(2))


def mad(x: np.ndarray) -> float:
    """Median absolute deviation from the median, scaled to a Gaussian's sigma; of some hundred thousand at most."""
    flat = x.reshape(-1)
    flat = flat[:: max(1, flat.size // SAMPLE)]
    return 1.4826 * median(np.abs(flat - median(flat))) if flat.size else 0.0


def median(x: np.ndarray) -> float:
    """The number in the middle, of an even number the upper one: several times as fast as NumPy's, which looks for NaN.

    Of some hundred thousand at most.
    """
    flat = x.reshape(-1)
    flat = flat[:: max(1, flat.size // SAMPLE)]
    return float(np.partition(flat, flat.size // 2)[flat.size // 2])
