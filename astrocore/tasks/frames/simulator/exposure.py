"""One raw frame: its pixels, its header and what it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Card = tuple[str, object, str]
"""Keyword, value and comment of a header's line."""


@dataclass(frozen=True, eq=False)
class Exposure:
    """One raw frame as its camera gave it."""

    pixels: np.ndarray
    """(y, x) [ADU], uint16; int32 from near-infrared detectors, float32 from software that writes such."""
    cards: tuple[Card, ...]
    """Header without what tells the form of the data; may be empty, and may lie."""
    label: str
    """What it is, one of CLASSES."""
    camera: str
    """Name of the camera, common to a night's frames."""
    night: str
    """Name of the night."""
    name: str
    """File name without ending; it does not tell the class."""
    bayer: str = ""
    """Order of the colours over the pixels, such as RGGB; "" without a colour mosaic."""
    form: str = "plain"
    """How the camera's software writes files: plain, cube, extension, compressed, zipped, tiff."""
