"""Which image of a FITS file is the frame."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

from astrocore.tasks.frames.reading.sections import Section

AUXILIARY = frozenset(
    {"mask", "msk", "bpm", "badpix", "bad", "dq", "flag", "flags", "var", "variance", "err", "error", "errors", "ivar"}
    | {"invvar", "weight", "weights", "wht", "wt", "sigma", "rms", "noise", "unc", "uncert", "uncertainty", "cat"}
)
"""Words in EXTNAME of what accompanies an image, in lower case."""
AMPLIFIER = re.compile(r"(amp|im|vidinp|chan|channel|quad)[-_ ]*\d+", re.I)
"""EXTNAME of one amplifier's part of a detector."""


def best_first(sections: Sequence[Section]) -> list[Section]:
    """Image HDUs in the order in which they are tried.

    Masks, weights and variances, by EXTNAME, come last; before them the image with the largest plane comes first, and
    of equal ones the first in the file.
    """
    return sorted((s for s in sections if s.shape), key=lambda s: (auxiliary(s), -_plane_size(s), s.number))


def amplifiers(sections: Sequence[Section]) -> list[Section]:
    """The parts of one detector, in the order of the file; empty where the file does not hold one in parts.

    Parts are at least two images of one shape and number format, each either with a DETSEC of its own or with an
    EXTNAME such as amp1 or im1. Several chips, each with a DETSEC in one common plane, count as one detector.
    """
    images = [s for s in sections if s.shape and not auxiliary(s) and len(_long(s)) == 2]
    parts = [s for s in images if s.value("DETSEC") is not None or AMPLIFIER.fullmatch(s.name)]
    if len(parts) < 2 or len({(_long(s), s.bitpix) for s in parts}) > 1:
        return []
    places = [str(s.value("DETSEC") or s.name).strip() for s in parts]
    larger = any(_plane_size(s) > _plane_size(parts[0]) for s in images)
    return parts if len(set(places)) == len(parts) and not larger else []


def auxiliary(section: Section) -> bool:
    """Whether an HDU's name says that it accompanies an image."""
    return not AUXILIARY.isdisjoint(re.split(r"[^a-z]+", section.name.lower()))


def _long(section: Section) -> tuple[int, ...]:
    return tuple(side for side in section.shape if side != 1)


def _plane_size(section: Section) -> int:
    return prod(_long(section)[-2:])
