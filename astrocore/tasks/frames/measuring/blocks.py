"""Pixels in blocks: an image made small by the mean or the maximum of each block, whatever its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ELONGATED = 4.0
"""Frames that are longer than this many times their width are squeezed along their longer side to it: a spectrograph's
frame of 100 x 2048 pixels would otherwise be a line of three pixels at the size of training."""

FINE = 384
"""Blocks along each axis that a large frame is put into first, up to twice as many; all that is smaller is made of
these."""
ROWS = 16
"""Rows of blocks that are made at a time."""
HUGE = 1e15
"""Numbers beyond are no measurement: their squares do not fit into single precision."""


@dataclass(frozen=True, eq=False)
class Fine:
    """A frame without missing pixels in blocks of a few pixels: their means and their maxima (y, x).

    `shape` is that of the frame.
    """

    mean: np.ndarray
    peak: np.ndarray
    shape: tuple[int, int]


def fine(pixels: np.ndarray) -> Fine:
    """The only two passes over all pixels of a frame (y, x), but for what is left at its far edges, less than a block.

    Rows and columns are added up as slices, which is several times as fast as `reduceat`.
    """
    y, x = (max(1, n // FINE) for n in pixels.shape)
    cut = pixels[: pixels.shape[0] // y * y, : pixels.shape[1] // x * x]
    # A few rows at a time, so that the second look at them finds them in the processor's cache.
    parts = [cut[top : top + y * ROWS] for top in range(0, len(cut), y * ROWS)]
    total, peak = (
        np.concatenate(found)
        for found in zip(*([_block(part, y, x, of) for of in (np.add, np.maximum)] for part in parts), strict=True)
    )
    return Fine(total / np.float32(y * x), peak, (pixels.shape[0], pixels.shape[1]))


def sound(blocks: Fine) -> bool:
    """Whether all pixels of the blocks were finite and, but for a margin, none beyond HUGE."""
    return bool(np.isfinite(blocks.mean).all() and blocks.mean.min() >= -HUGE and blocks.peak.max() <= HUGE)


def _block(pixels: np.ndarray, y: int, x: int, of: np.ufunc) -> np.ndarray:
    """Blocks of y by x pixels put together by `of`."""
    return _folded(_folded(pixels, y, of), x, of, axis=1)


def _folded(pixels: np.ndarray, k: int, of: np.ufunc, axis: int = 0) -> np.ndarray:
    """Each `k` neighbours along an axis put together by `of`."""
    if k == 1:
        return pixels
    slices = [pixels[i::k] if axis == 0 else pixels[:, i::k] for i in range(k)]
    out: np.ndarray = of(slices[0], slices[1])
    for one in slices[2:]:
        of(out, one, out=out)
    return out


def block_mean(pixels: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Mean of each block, (y, x) -> `shape`; an axis shorter than asked for repeats its pixels."""
    rows, columns = (_edges(n, out) for n, out in zip(pixels.shape, shape, strict=True))
    sums = _reduced(pixels, rows, columns, np.add)
    sizes = np.maximum(np.diff(rows), 1)[:, None] * np.maximum(np.diff(columns), 1)[None]
    return np.asarray(sums / sizes, np.float32)


def block_max(pixels: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Largest pixel of each block, (y, x) -> `shape`."""
    rows, columns = (_edges(n, out) for n, out in zip(pixels.shape, shape, strict=True))
    return _reduced(pixels, rows, columns, np.maximum)


def _reduced(pixels: np.ndarray, rows: np.ndarray, columns: np.ndarray, of: np.ufunc) -> np.ndarray:
    """Blocks between edges put together by `of`; a block that is empty is the pixel at its edge."""
    return _joined(np.ascontiguousarray(_joined(pixels, rows, of).T), columns, of).T


def _joined(pixels: np.ndarray, edges: np.ndarray, of: np.ufunc) -> np.ndarray:
    """Rows between edges put together; blocks are small, so this is several times as fast as `reduceat`."""
    first, sizes = edges[:-1], np.diff(edges)
    out = pixels[first]
    for k in range(1, int(sizes.max())):
        longer = sizes > k
        out[longer] = of(out[longer], pixels[first[longer] + k])
    return np.asarray(out)


def _edges(n: int, out: int) -> np.ndarray:
    """Where blocks begin and the last one ends, (out + 1,); equal neighbours where there are more blocks than pixels.

    A block that is empty is the pixel at its edge, so an axis that is too short repeats its pixels.
    """
    edges = np.arange(out + 1) * n // out
    return np.asarray(np.minimum(edges, np.append(np.full(out, n - 1), n)))


def inner_shape(shape: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """The part (y, x) of an image of `size` that a frame of `shape` fills: its aspect ratio kept, up to ELONGATED."""
    y, x = (float(max(n, 1)) for n in shape)
    y, x = max(y, x / ELONGATED), max(x, y / ELONGATED)
    scale = min(size[0] / y, size[1] / x)
    return max(1, round(y * scale)), max(1, round(x * scale))


def padded(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The image (..., y, x) in the middle of one of `size`, NaN around it."""
    out = np.full((*image.shape[:-2], *size), np.nan, np.float32)
    top, left = (size[0] - image.shape[-2]) // 2, (size[1] - image.shape[-1]) // 2
    out[..., top : top + image.shape[-2], left : left + image.shape[-1]] = image
    return out
