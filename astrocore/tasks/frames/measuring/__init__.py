"""From a frame to what is kept of it: small images, profiles, numbers, words of the header."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.columns import COLUMNS, HEADER
from astrocore.tasks.frames.measuring.blocks import HUGE, Fine, fine, sound
from astrocore.tasks.frames.measuring.channels import CHANNELS, channels
from astrocore.tasks.frames.measuring.header_text import BYTES, packed
from astrocore.tasks.frames.measuring.level import Level, level_of
from astrocore.tasks.frames.measuring.profiles import AXES, BINS, CURVES, profiles, square
from astrocore.tasks.frames.measuring.statistics import BINS as HISTOGRAM_BINS
from astrocore.tasks.frames.measuring.statistics import histogram, levels, statistics
from astrocore.tasks.frames.measuring.structure import structure
from astrocore.tasks.frames.measuring.words import WORDS, words
from astrocore.tasks.frames.reading import Frame, Header

VERSION = 2
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

    Percentiles are taken from some 100,000 pixels, comparisons of neighbours from the middle of the frame; block means
    and maxima see every pixel. Whatever the pixels, images, profiles and histogram hold finite numbers, with NaN around
    the frame alone; a number that can't be told is NaN, never zero.
    """
    level, blocks = _looked_at(frame.pixels)
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
    return Measured({name: _finite(numbers[name]) for name in COLUMNS}, kept)


def _looked_at(pixels: np.ndarray) -> tuple[Level, Fine]:
    """Level and blocks of a frame. A pixel without a usable number is missing, and the median stands for it in blocks.

    That a frame has such pixels shows in its blocks, which saves most frames a pass over them.
    """
    with np.errstate(all="ignore"):
        blocks = fine(pixels)
    if sound(blocks):
        return level_of(pixels), blocks
    known = np.abs(pixels) <= HUGE
    level = level_of(np.where(known, pixels, np.float32(np.nan)))
    return level, fine(np.where(known, pixels, np.float32(level.median)))


def header_numbers(header: Header) -> dict[str, float]:
    """Numbers of a header, NaN where it does not tell them."""
    found = {column.name: header.number(column.name) for column in HEADER}
    return found | {"header_cards": float(len(header.cards)) if header.cards else float("nan")}


def _finite(value: float) -> float:
    """The number, NaN where it is none: a quotient of numbers as far apart as no detector's."""
    return float(value) if np.isfinite(value) else float("nan")
