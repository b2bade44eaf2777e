"""Row and column profiles: how a frame's brightness runs along each of its axes."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.frames.measuring.blocks import Fine, block_mean
from astrocore.tasks.frames.measuring.channels import stretch
from astrocore.tasks.frames.measuring.level import Level

BINS = 256
"""Bins along each axis, whatever its length."""
AXES = ("y", "x")
CURVES = ("faint", "mean", "bright")
"""Of each row or column: percentile 10, mean and percentile 90 of its block means."""


def square(blocks: Fine) -> np.ndarray:
    """Block means (BINS, BINS) of a frame, each axis stretched to the full length."""
    return block_mean(blocks.mean, (BINS, BINS))


def profiles(means: np.ndarray, level: Level) -> np.ndarray:
    """(axis, curve, BINS) of the square of a frame, stretched as its channels are."""
    found = []
    for across in (1, 0):
        low, high = np.percentile(means, (10, 90), axis=across)
        found.append(np.stack([low, means.mean(axis=across), high]))
    return stretch(np.stack(found), level.median, level.noise)
