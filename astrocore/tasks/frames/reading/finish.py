"""The last steps, the same for all formats: colour mosaic, what is not finite, and whether anything was measured."""

from __future__ import annotations

import numpy as np

from astrocore.errors import NothingMeasured
from astrocore.tasks.frames.reading.frame import Frame
from astrocore.tasks.frames.reading.header import Header, normal
from astrocore.tasks.frames.reading.mending import PATTERN_CARDS, PATTERNS, cells_averaged, without_infinities
from astrocore.tasks.frames.reading.stored import Plane


def finished(plane: Plane, header: Header, kind: str, chosen: str, notes: tuple[str, ...]) -> Frame:
    """The frame of a plane; raises NothingMeasured where all its pixels are blank. A constant image is a frame."""
    pixels = without_infinities(plane.pixels)
    told = [*notes, *plane.notes]
    pattern = bayer_pattern(header)
    if pattern and min(pixels.shape) >= 4 and "averaged" not in " ".join(plane.notes):
        pixels = cells_averaged(pixels)
        told.append(f"the {pattern} cells of a colour camera were averaged, 2 x 2 pixels each")
    if np.isnan(pixels[0, 0]) and np.isnan(pixels).all():
        raise NothingMeasured(
            "All pixels of the image are blank, NaN, infinite or too large for single precision. Give a frame that "
            "holds a measurement."
        )
    return Frame(pixels, header, kind, chosen, plane.saturation, tuple(told))


def bayer_pattern(header: Header) -> str:
    """The pattern of a colour camera that the header names; "" where it names none."""
    names = {normal(keyword) for keyword in PATTERN_CARDS}
    said = (card.value for card in header.cards if normal(card.keyword) in names)
    patterns = (value.strip().upper() for value in said if isinstance(value, str))
    return next((pattern for pattern in patterns if pattern in PATTERNS), "")
