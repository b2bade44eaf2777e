"""The parts of one detector, read by several amplifiers, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from astrocore.tasks.frames.reading.limits import check_size
from astrocore.tasks.frames.reading.pixels import read_plane
from astrocore.tasks.frames.reading.sections import Section
from astrocore.tasks.frames.reading.source import Source
from astrocore.tasks.frames.reading.stored import Plane

SECTION = re.compile(r"\[\s*(\d{1,6})\s*:\s*(\d{1,6})\s*,\s*(\d{1,6})\s*:\s*(\d{1,6})\s*\]")
LARGEST_GAP = 2
"""A plane more than this many times as large as its parts is not filled: its parts are put side by side."""


class Place(NamedTuple):
    """Where a part lies, in its own pixels and on the common plane; slices are (y, x)."""

    own: tuple[slice, slice]
    on_plane: tuple[slice, slice]
    mirrored: tuple[int, int]
    """Steps, 1 or -1, with which its own pixels are taken along y and x."""


def put_together(source: Source, parts: Sequence[Section]) -> Plane:
    """One frame of the parts.

    By DETSEC, without the overscan that DATASEC leaves out, where these fit each other; else side by side, in the
    order of the file. What no part covers is NaN. Raises what `read_plane` raises.
    """
    shape = tuple(side for side in parts[0].shape if side != 1)
    places = placed(parts, (shape[0], shape[1]))
    height, width = extent(places) if places else (shape[0], shape[1] * len(parts))
    check_size("The detector", (height, width))
    whole = np.full((height, width), np.nan, np.float32)
    told: list[str] = []
    for i, part in enumerate(parts):
        plane = read_plane(source, part)
        told += plane.notes
        if places:
            cut = plane.pixels[places[i].own][:: places[i].mirrored[0], :: places[i].mirrored[1]]
            whole[places[i].on_plane] = cut
        else:
            whole[:, i * shape[1] : (i + 1) * shape[1]] = plane.pixels
    how = "put together by DETSEC" if places else "put side by side"
    return Plane(whole, plane.saturation, (f"{len(parts)} parts of the detector were {how}", *dict.fromkeys(told)))


def placed(parts: Sequence[Section], shape: tuple[int, int]) -> list[Place]:
    """Where the parts lie; empty where DETSEC and DATASEC do not fit each other, or parts overlap."""
    detector = [bounds(part.value("DETSEC")) for part in parts]
    data = [bounds(part.value("DATASEC")) or (1, shape[1], 1, shape[0]) for part in parts]
    if not all(detector):
        return []
    found = [box for box in detector if box]
    left = min(min(box[:2]) for box in found)
    low = min(min(box[2:]) for box in found)
    places = [_place(box, own, (left, low), shape) for box, own in zip(found, data, strict=True)]
    whole = [place for place in places if place]
    return whole if len(whole) == len(parts) and _apart(whole, len(parts) * shape[0] * shape[1]) else []


def bounds(text: object) -> tuple[int, int, int, int] | None:
    """The x from and to, y from and to of "[1:1024,2048:1025]", counted from 1; None where it is no such text."""
    found = SECTION.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        return None
    x0, x1, y0, y1 = map(int, found.groups())
    return None if 0 in (x0, x1, y0, y1) else (x0, x1, y0, y1)


def extent(places: Sequence[Place]) -> tuple[int, int]:
    """(y, x) of the plane that holds all places."""
    return max(place.on_plane[0].stop for place in places), max(place.on_plane[1].stop for place in places)


def _place(
    box: tuple[int, int, int, int], own: tuple[int, int, int, int], corner: tuple[int, int], shape: tuple[int, int]
) -> Place | None:
    """One part's place; None where its data do not fit into its pixels or its box is no multiple of its data."""
    slices, targets, steps = [], [], []
    for axis, side in ((1, shape[0]), (0, shape[1])):  # y, then x
        first, last = sorted(own[2 * axis : 2 * axis + 2])
        start, stop = box[2 * axis : 2 * axis + 2]
        length, covered = last - first + 1, abs(stop - start) + 1
        binning = covered // length
        if last > side or binning < 1 or binning * length != covered:
            return None
        offset = (min(start, stop) - corner[axis]) // binning
        slices.append(slice(first - 1, last))
        targets.append(slice(offset, offset + length))
        steps.append(1 if start <= stop else -1)
    return Place((slices[0], slices[1]), (targets[0], targets[1]), (steps[0], steps[1]))


def _apart(places: Sequence[Place], pixels: int) -> bool:
    """Whether no two places overlap, and the plane is not much larger than the `pixels` of the parts."""
    height, width = extent(places)
    if height * width > LARGEST_GAP * pixels:
        return False
    boxes = [(p.on_plane[0].start, p.on_plane[0].stop, p.on_plane[1].start, p.on_plane[1].stop) for p in places]
    return not any(
        a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3] for i, a in enumerate(boxes) for b in boxes[:i]
    )
