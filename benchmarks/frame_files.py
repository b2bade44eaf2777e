"""Many frames on disk from few simulated ones: the same light with other bytes, in folders by class."""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.io.fits.verify import VerifyWarning

from astrocore.tasks.frames.simulator import Exposure, night

SMALLEST, LARGEST = 1e6, 4e6
"""Pixels of a frame, unless other frames are asked for."""


def distinct(n: int, seed: int, size: float) -> list[Exposure]:
    """`n` frames of whole numbers from several nights, a few a night; at size 4 only those of 1 to 4 million pixels."""
    return list(_first(n, _fitting(seed, size)))


def _fitting(seed: int, size: float) -> Iterator[Exposure]:
    for number in count():
        frames = night(seed, number, size=size)
        least, most = SMALLEST * (size / 4) ** 2, LARGEST * (size / 4) ** 2
        if frames[0].pixels.dtype == np.uint16 and least <= frames[0].pixels.size <= most:
            yield from frames[:: max(1, len(frames) // 5)]


def _first(n: int, frames: Iterator[Exposure]) -> Iterator[Exposure]:
    for _ in range(n):
        yield next(frames)


def write_many(folder: Path, n: int, frames: list[Exposure], seed: int = 0) -> float:
    """Write `n` files by repeating `frames`, each a few counts brighter and with a seam of noise of its own.

    Returns
    -------
    float
        Million pixels of all files.
    """
    need, free = sum(frames[i % len(frames)].pixels.nbytes for i in range(n)), shutil.disk_usage(folder.parent).free
    if need > 0.8 * free:
        sys.exit(f"{n:,} frames need {need / 1e9:.1f} GB, and {folder.parent} has {free / 1e9:.1f} GB free.")
    rng, pixels = np.random.default_rng(seed), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VerifyWarning)
        headers = [fits.Header([fits.Card(*card[:2]) for card in frame.cards]) for frame in frames]
    for i in range(n):
        frame, header = frames[i % len(frames)], headers[i % len(frames)].copy()
        values = np.minimum(frame.pixels, 60_000) + np.uint16(i // len(frames) % 50)
        values[: len(values) // 8] += rng.integers(0, 4, (len(values) // 8, values.shape[1]), np.uint16)
        header["RUNNING"] = i
        header["DATE-OBS"] = f"{2000 + i // len(frames) % 25}-{1 + i % len(frames) % 12:02d}-10T22:00:00"
        path = folder / frame.label / f"{i:06d}.fits"
        path.parent.mkdir(parents=True, exist_ok=True)
        fits.PrimaryHDU(values, header).writeto(path)
        pixels += values.size
    return pixels / 1e6
