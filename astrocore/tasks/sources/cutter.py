"""Blocks of pixels out of an image, by the rounding of astropy.nddata.Cutout2D, NaN beyond its edge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Places(NamedTuple):
    """Where blocks begin, `x` and `y` (N,) whole numbers, and which of them touch the image (N,)."""

    x: np.ndarray
    y: np.ndarray
    touch: np.ndarray


def places(x: np.ndarray, y: np.ndarray, size: int, shape: tuple[int, int]) -> Places:
    """The blocks of `size` pixels a side about positions x, y (N,) of an image of `shape` (y, x).

    Each begins at ceil(position - size / 2), as Cutout2D's do; one about an unknown position touches nothing.
    """
    with np.errstate(invalid="ignore"):
        left, low = np.ceil(x - size / 2), np.ceil(y - size / 2)
        touch = (left > -size) & (low > -size) & (left < shape[1]) & (low < shape[0])
    first_x, first_y = (np.where(touch, value, -size).astype(np.int64) for value in (left, low))
    return Places(first_x, first_y, touch)


def margin(x: np.ndarray, y: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Pixels (N,) from positions x, y (N,) to the nearest edge of an image of `shape` (y, x); negative outside."""
    across = np.minimum(x + 0.5, shape[1] - 0.5 - x)
    return np.asarray(np.minimum(across, np.minimum(y + 0.5, shape[0] - 0.5 - y)))


def blocks(image: np.ndarray, first_x: np.ndarray, first_y: np.ndarray, size: int, saturation: float) -> np.ndarray:
    """Blocks (N, size, size) float32 of an image (y, x); NaN off its edge, where not finite, and from `saturation` on.

    The blocks need not lie inside the image, but must touch it.
    """
    found = np.full((len(first_x), size, size), np.nan, dtype=np.float32)
    height, width = image.shape
    with np.errstate(over="ignore", invalid="ignore"):
        for block, x, y in zip(found, first_x.tolist(), first_y.tolist(), strict=True):
            left, low, right, high = max(x, 0), max(y, 0), min(x + size, width), min(y + size, height)
            block[low - y : high - y, left - x : right - x] = image[low:high, left:right]
        found[~(np.isfinite(found) & (found < saturation))] = np.nan
    return found
