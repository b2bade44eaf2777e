"""A frame as small images: three stretches of it, each of which another kind of structure survives."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.frames.measuring.blocks import Fine, block_max, block_mean, inner_shape, padded
from astrocore.tasks.frames.measuring.level import Level

CHANNELS = ("linear", "asinh", "peak")
"""linear: block means between their percentiles 1 and 99. asinh: block means over the noise of a pixel, faint and
bright structure alike. peak: the same of the brightest pixel of each block, so that stars and hot pixels survive."""
SCALE = 5.0
"""asinh of some 70 noises is one."""
BEYOND = 0.5
"""How far linear may go below zero and above one."""


def channels(blocks: Fine, level: Level, size: tuple[int, int]) -> np.ndarray:
    """Stretches of a frame: (channel, *size) float32, NaN around it.

    The aspect ratio is kept, up to what `inner_shape` says.
    """
    shape = inner_shape(blocks.shape, size)
    mean, peak = block_mean(blocks.mean, shape), block_max(blocks.peak, shape)
    mean = mean.astype(np.float64)
    low, high = np.percentile(mean, (1, 99))
    linear = (mean - low) / max(float(high - low), 0.1 * level.noise)
    stretched = [stretch(image, level.median, level.noise) for image in (mean, peak)]
    return padded(np.stack([np.clip(linear, -BEYOND, 1 + BEYOND), *stretched]), size)


def stretch(image: np.ndarray, median: float, noise: float) -> np.ndarray:
    """asinh((image - median) / noise) / SCALE."""
    return np.asarray(np.arcsinh((image.astype(np.float64) - median) / noise) / SCALE, np.float32)


def unstretched(image: np.ndarray, median: float, noise: float) -> np.ndarray:
    """The inverse of `stretch`: brightness [ADU]."""
    return np.asarray(np.sinh(image.astype(np.float64) * SCALE) * noise + median)
