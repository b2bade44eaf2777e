"""Which plane of an image HDU makes the frame, and what is no frame by its shape."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

import numpy as np

from astrocore.errors import OneDimensional, TableAsImage, TooSmall
from astrocore.tasks.frames.reading.limits import check_size
from astrocore.tasks.frames.reading.sections import Section
from astrocore.tasks.frames.reading.source import Source
from astrocore.tasks.frames.reading.stored import Plane, Stored

COLOURS = (3, 4)
"""Planes that are taken for colours (and transparency)."""
MAX_PLANES = 16
"""Planes of a cube that are looked at for one with values."""
NARROW = 16
"""An image with fewer pixels than this on one side..."""
ELONGATED = 100
"""...and this many times as many on the other is a table of columns."""


def plane_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    """(y, x) of an image of this shape, axes of length 1 left out.

    Raises OneDimensional, TooSmall, or TableAsImage for an image less than 16 pixels wide and 100 times as long: that
    is how programs store columns of numbers, and no detector is cut like that.
    """
    long = tuple(side for side in shape if side != 1)
    if not long:
        raise TooSmall("The image has one pixel. At least 2 x 2 are needed.")
    if len(long) == 1:
        raise OneDimensional(f"The image is a row of {long[0]} numbers, such as a spectrum. Give the frame itself.")
    height, width = long[-2:]
    short, longer = sorted((height, width))
    if short < NARROW and longer >= ELONGATED * short:
        raise TableAsImage(
            f"The image of {height} x {width} holds columns of numbers, no frame. Give the frame itself."
        )
    return height, width


def read_plane(source: Source, section: Section) -> Plane:
    """The one plane of an image HDU that makes the frame.

    Three or four planes are colours: the first three are averaged. So are colours that alternate along a row, which
    only whole numbers do. Of more planes the first with a finite value is taken. Raises Truncated, TooLarge,
    UnreadableCodec, and what `plane_shape` raises.
    """
    stored = Stored(source, section)
    long = tuple(side for side in section.shape if side != 1)
    if len(long) == 3 and long[-1] in COLOURS and min(long[:2]) > NARROW and section.bitpix in (8, 16):
        check_size(f"HDU {section.number}", long)
        colours = stored.plane(0, long)
        mean = np.ascontiguousarray(colours.pixels[..., :3].mean(axis=-1, dtype=np.float32))
        return Plane(mean, colours.saturation, (*colours.notes, "three colours along a row were averaged"))
    height, width = plane_shape(section.shape)
    check_size(f"HDU {section.number}", (height, width))
    planes = prod(long[:-2])
    if planes in COLOURS:
        return _colours(stored.plane(i, (height, width)) for i in range(3))
    return _first_measured(stored, planes, (height, width))


def _colours(planes: Iterable[Plane]) -> Plane:
    """Three planes, averaged."""
    first, *others = planes
    for other in others:
        first.pixels[...] += other.pixels
    first.pixels[...] /= np.float32(3)
    return Plane(first.pixels, first.saturation, (*first.notes, "three planes, taken for colours, were averaged"))


def _first_measured(stored: Stored, planes: int, shape: tuple[int, int]) -> Plane:
    """The first plane that has a finite value."""
    for i in range(min(planes, MAX_PLANES)):
        plane = stored.plane(i, shape)
        if planes == 1 or np.isfinite(plane.pixels).any():
            break
    notes = () if planes == 1 else (f"plane {i + 1} of {planes} was taken",)
    return Plane(plane.pixels, plane.saturation, plane.notes + notes)
