"""What a file gave: the pixels of one image, its header, and what was done to get there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.reading.header import Header


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame.

    `pixels` is (y, x), float32, in the units of the file, at least 2 x 2, NaN where nothing was measured; at least one
    pixel was measured. `saturation` is NaN where neither the header nor the number format tells it.
    """

    pixels: np.ndarray
    header: Header
    kind: str
    """fits | tiff"""
    chosen: str
    """Which HDU or page was taken, in words."""
    saturation: float
    """From which value on a pixel is saturated, in the units of the pixels."""
    notes: tuple[str, ...]
    """What was done: planes averaged, amplifiers put together, broken cards left out."""
