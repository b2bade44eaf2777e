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
FAINT = int(0.1 * (BINS - 1))
"""Percentile 10 lies in the middle between this block mean, in order of brightness, and the next."""


def square(blocks: Fine) -> np.ndarray:
    """Block means (BINS, BINS) of a frame, each axis stretched to the full length."""
    return block_mean(blocks.mean, (BINS, BINS))


def profiles(means: np.ndarray, level: Level) -> np.ndarray:
    """(axis, curve, BINS) of the square of a frame, stretched as its channels are."""
    found = []
    for image in (means, means.T):
        ordered = np.sort(image, axis=1)
        faint, bright = (ordered[:, at : at + 2].mean(axis=1) for at in (FAINT, BINS - 2 - FAINT))
        found.append(np.stack([faint, image.mean(axis=1), bright]))
    return stretch(np.stack(found), level.median, level.noise)
