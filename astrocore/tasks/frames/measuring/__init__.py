"""From a frame to what is kept of it: small images, profiles, numbers, words of the header."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.columns import COLUMNS, HEADER
from astrocore.tasks.frames.measuring.blocks import fine
from astrocore.tasks.frames.measuring.channels import CHANNELS, channels
from astrocore.tasks.frames.measuring.header_text import BYTES, packed
from astrocore.tasks.frames.measuring.level import level_of
from astrocore.tasks.frames.measuring.profiles import AXES, BINS, CURVES, profiles, square
from astrocore.tasks.frames.measuring.statistics import BINS as HISTOGRAM_BINS
from astrocore.tasks.frames.measuring.statistics import histogram, levels, statistics
from astrocore.tasks.frames.measuring.structure import structure
from astrocore.tasks.frames.measuring.words import WORDS, words
from astrocore.tasks.frames.reading import Frame, Header

VERSION = 1
"""Raised whenever what is measured changes: older caches are not used any more."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What is kept of a frame: `numbers` by column, `arrays` by name, of the shapes of `shapes`."""

    numbers: dict[str, float]
    arrays: dict[str, np.ndarray]


def shapes(size: tuple[int, int]) -> dict[str, tuple[tuple[int, ...], np.dtype]]:
    """Shape and type of each array of a frame, built at `size` (y, x)."""
    half = np.dtype(np.float16)
    return {
        "frame": ((len(CHANNELS), *size), half),
        "profile": ((len(AXES), len(CURVES), BINS), half),
        "histogram": ((HISTOGRAM_BINS,), half),
        "words": ((len(WORDS),), np.dtype(np.int8)),
        "header": ((BYTES,), np.dtype(np.uint8)),
    }


def measure(frame: Frame, size: tuple[int, int]) -> Measured:
    """Small images at `size` (y, x), profiles, histogram, header and numbers of a frame.

    Percentiles are taken from some 65,000 pixels, comparisons of neighbours from the middle of the frame; block means
    and maxima see every pixel.
    """
    level = level_of(frame.pixels)
    pixels = frame.pixels if level.missing == 0 else _filled(frame.pixels, level.median)
    blocks = fine(pixels)
    means, bins = square(blocks), histogram(level)
    arrays = {
        "frame": channels(blocks, level, size),
        "profile": profiles(means, level),
        "histogram": bins,
        "words": words(frame.header),
        "header": packed(frame.header),
    }
    numbers = {
        **statistics(level, bins),
        **levels(level, frame.saturation),
        **structure(means, level),
        **header_numbers(frame.header),
        "width": frame.pixels.shape[1],
        "height": frame.pixels.shape[0],
        "is_tiff": float(frame.kind == "tiff"),
    }
    kept = {name: arrays[name].astype(kind) for name, (_, kind) in shapes(size).items()}
    return Measured({name: float(numbers[name]) for name in COLUMNS}, kept)


def header_numbers(header: Header) -> dict[str, float]:
    """Numbers of a header, NaN where it does not tell them."""
    found = {column.name: header.number(column.name) for column in HEADER if column.name != "header_cards"}
    return found | {"header_cards": float(len(header.cards)) if header.cards else float("nan")}


def _filled(pixels: np.ndarray, value: float) -> np.ndarray:
    """Missing pixels replaced by the median."""
    return np.where(np.isfinite(pixels), pixels, np.float32(value))
