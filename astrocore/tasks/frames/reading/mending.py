"""What is put right in the pixels: numbers that ran over, the mosaic of a colour camera, what is not finite."""

from __future__ import annotations

import numpy as np

PATTERNS = ("RGGB", "BGGR", "GRBG", "GBRG")
PATTERN_CARDS = ("BAYERPAT", "BAYERPATTERN", "BAYRPAT", "COLORTYP", "COLORTYPE", "CFAPAT", "CFA-PAT")
EDGE = 4096
"""Width of the ranges in which pixels near the ends and near 0 are counted."""
LEAST_AT_EDGE = 4
CHUNK = 1 << 20


def wrapped(raw: np.ndarray) -> bool:
    """Whether 16-bit counts of a camera were stored as signed numbers, so that those above 32767 became negative.

    Parameters
    ----------
    raw
        Any shape, 16-bit signed integers. The caller has made sure that the header gives no zero point.

    Returns
    -------
    bool
        True where values lie at both ends, within 4096 of 32767 and of -32768, so that the distribution runs on over
        the end, and the negative ones crowd at the far end, or leave a gap below 0. The negative values of a
        difference image crowd below 0. One value may be left out of account there: that of saturated pixels. So is
        -32768, which often stands for a blank.
    """
    if raw.size == 0 or raw.min() > EDGE - 32768 or raw.max() < 32767 - EDGE:
        return False
    counts = np.zeros(65536, np.int64)  # of the values from -32768 to 32767
    for start in range(0, raw.size, CHUNK):
        piece = raw.reshape(-1)[start : start + CHUNK].astype(np.int32)
        counts += np.bincount(piece + 32768, minlength=65536)
    edge = min(counts[-EDGE:].sum(), counts[1:EDGE].sum())
    deep, shallow = counts[1:16384], counts[16384:32768]
    gap = counts[32768 - EDGE : 32768]
    crowd_far = deep.sum() >= shallow.sum() - shallow.max()
    return bool(edge >= LEAST_AT_EDGE and (crowd_far or gap.sum() - gap.max() <= edge))


def cells_averaged(pixels: np.ndarray) -> np.ndarray:
    """(y, x) of a colour camera's mosaic -> (y // 2, x // 2), each cell of 2 x 2 averaged; an odd edge is dropped."""
    height, width = (side // 2 * 2 for side in pixels.shape)
    whole = pixels[:height, :width]
    cells: np.ndarray = whole[::2, ::2] + whole[1::2, ::2]
    cells += whole[::2, 1::2]
    cells += whole[1::2, 1::2]
    cells *= 0.25
    return cells


def without_infinities(pixels: np.ndarray) -> np.ndarray:
    """The same float32 array, changed in place: what is not finite becomes NaN."""
    with np.errstate(all="ignore"):
        if not np.isfinite(pixels.sum()):  # a cheap look; the sum of sound pixels may overflow, which does no harm
            pixels[~np.isfinite(pixels)] = np.nan
    return pixels
