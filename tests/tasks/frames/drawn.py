"""Frames drawn for tests: pixels as a reader gives them, and what a camera might have seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from astrocore.tasks.frames.measuring.blocks import fine
from astrocore.tasks.frames.measuring.level import Level, level_of
from astrocore.tasks.frames.measuring.profiles import square
from astrocore.tasks.frames.reading import Card, Frame, Header


def header_of(cards: Mapping[str, object]) -> Header:
    return Header(tuple(Card(key, value, "") for key, value in cards.items()))  # type: ignore[arg-type]


def frame_of(pixels: np.ndarray, cards: Mapping[str, object] | None = None, saturation: float = 65535.0) -> Frame:
    return Frame(np.asarray(pixels, np.float32), header_of(cards or {}), "fits", "HDU 0 (primary)", saturation, ())


def noise(shape: tuple[int, int], seed: int = 0, median: float = 1000.0, sigma: float = 10.0) -> np.ndarray:
    """(y, x) float32 of whole numbers, as a camera counts."""
    drawn = np.random.default_rng(seed).normal(median, sigma, shape)
    return np.asarray(np.round(drawn), np.float32)


def stars(shape: tuple[int, int], n: int, peak: float = 2000.0, width: float = 1.5) -> np.ndarray:
    """(y, x) light of `n` stars, well apart from each other and from the edges."""
    side = int(np.ceil(np.sqrt(n)))
    along = []
    for place, length in zip(np.divmod(np.arange(n), side), shape, strict=True):
        centre = (place + 0.5) / side * length
        along.append(np.exp(-((np.arange(length) - centre[:, None]) ** 2) / (2 * width**2)))
    return np.asarray(peak * along[0].T @ along[1])


def spectrum(shape: tuple[int, int], at: list[float], strength: float, width: float = 3.0) -> np.ndarray:
    """(y, x) light of lines across all rows at these columns; negative strengths are dips."""
    x = np.arange(shape[1])
    profile = sum(strength * np.exp(-((x - place) ** 2) / (2 * width**2)) for place in at)
    return np.broadcast_to(profile, shape)


def squared(pixels: np.ndarray) -> tuple[np.ndarray, Level]:
    """What the numbers of a frame's shape are made of."""
    return square(fine(np.asarray(pixels, np.float32))), level_of(np.asarray(pixels, np.float32))
