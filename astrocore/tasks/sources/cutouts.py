"""Cutouts as files: one multi-band FITS file an object, as images of one size in the order of the bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from astrocore.data.draft import Defect
from astrocore.errors import FileUnreadable, InputError
from astrocore.tasks.sources.cutter import blocks, places
from astrocore.tasks.sources.fits_images import Image, images_in, opened, unit_notes

MOST_PIXELS = 600
"""An image that is larger along both sides is no cutout of an object."""
TURN = ("up_angle", "pixel_arcsec")
"""How an image is turned on the sky, and how large its pixels are: columns that are always told, if only as NaN."""


@dataclass(frozen=True)
class Cut:
    """Images of N objects.

    `arrays` holds image_<band> (N, S, S) float32, axes (y, x), NaN where a pixel is missing. `columns` holds up_angle
    (N,) [deg], the position angle of +y, and pixel_arcsec (N,), the size of a pixel, NaN where unknown; and where the
    files tell it ra and dec (N,) [deg] of the centre. +x is 90 deg clockwise of +y on the sky.
    """

    arrays: dict[str, np.ndarray]
    columns: dict[str, np.ndarray]
    defects: tuple[Defect, ...] = ()
    notes: tuple[str, ...] = ()


class Plane(NamedTuple):
    """One band of a file: the band's letter, "" where the file doesn't name it, and its place in a cube or None."""

    band: str
    image: Image
    place: int | None = None


@dataclass
class Reading:
    """What the files have given so far."""

    arrays: dict[str, np.ndarray]
    columns: dict[str, np.ndarray]
    defects: list[Defect] = field(default_factory=list)
    units: Counter[str] = field(default_factory=Counter)
    absent: int = 0
    lacking: int = 0


def read_images(files: Sequence[Path], ids: Sequence[str], bands: str, size: int) -> Cut:
    """Images of N objects from a FITS file each.

    A file holds either a cube (band, y, x) or one image a band, named by FILTER, BAND or EXTNAME, else in the order
    of `bands`. A band that a file of named ones lacks is NaN. Images are cut about their centre, or padded with NaN.

    Parameters
    ----------
    files, ids
        (N,) The file of each object, which need not exist, and what the object is called.
    bands
        One letter each, such as "ugriz".
    size
        Pixels along a side of an image.

    Returns
    -------
    Cut
        A file that can't be used is one of its defects, and its row NaN.
    """
    found = Reading(empty_arrays(len(files), bands, size), empty_columns(len(files)))
    for row, (file, name) in enumerate(zip(files, ids, strict=True)):
        if not file.is_file():
            found.absent += 1
            continue
        try:
            _read_one(file, row, bands, size, found)
        except InputError as error:
            _forget(row, found)
            found.defects.append(Defect(file.name, type(error).__name__, f"{error} It is the file of {name}."))
    kept = {name: values for name, values in found.columns.items() if name in TURN or np.isfinite(values).any()}
    return Cut(found.arrays, kept, tuple(found.defects), tuple(_notes(found, len(files), bands)))


def empty_arrays(n: int, bands: str, size: int) -> dict[str, np.ndarray]:
    """Images of `n` objects of which every pixel is missing."""
    return {f"image_{band}": np.full((n, size, size), np.nan, dtype=np.float32) for band in bands}


def empty_columns(n: int) -> dict[str, np.ndarray]:
    """Unknown up_angle, ra and dec of `n` objects."""
    return {name: np.full(n, np.nan) for name in (*TURN, "ra", "dec")}


def reference_band(bands: str) -> str:
    """The band after which an image is said to be turned: the middle one, r of ugriz."""
    return bands[len(bands) // 2]


def planes_of(images: list[Image], bands: str, name: str) -> list[Plane]:
    """The bands of a file: the planes of its first cube, else its images.

    Raises
    ------
    FileUnreadable
        It has neither.
    """
    cube = next((image for image in images if len(image.shape) == 3), None)
    if cube is not None:
        letters = cube.letters or " " * cube.shape[0]
        return [Plane(letter.strip(), cube, place) for place, letter in enumerate(letters)]
    found = [Plane(image.band(bands), image) for image in images if len(image.shape) == 2]
    if not found:
        raise FileUnreadable(
            f"{name} holds no image; bring a cube (band, y, x) or one image (y, x) a band, and check that it is whole."
        )
    return found


def matched(planes: list[Plane], bands: str, name: str) -> dict[str, Plane]:
    """The planes by band: by name where each plane or each band has one of its own, else in order.

    Raises
    ------
    InputError
        There is another number of planes than bands, or their names contradict the order, or none is one of `bands`.
    """
    names = [plane.band for plane in planes]
    named = [band for band in names if band]
    found = {plane.band: plane for plane in planes if plane.band and plane.band in bands}
    wanted = f"the {len(bands)} bands {bands}"
    if len(set(named)) == len(named) and (len(named) == len(names) or len(found) == len(bands)):
        if not found:
            raise InputError(f"{name} holds the bands {', '.join(names)}, none of {wanted}; set `bands` to its own.")
        return found
    if len(planes) != len(bands):
        last = planes[0].image.shape[-1]
        mend = "set `bands` to its own, or name each of its images by FILTER"
        if last == len(bands):
            mend = "its axes look like (y, x, band), which must be (band, y, x)"
        raise InputError(f"{name} holds another number of bands, {len(planes)}, than {wanted}; {mend}.")
    if any(own and own != band for own, band in zip(names, bands, strict=True)):
        told = ", ".join(own or "(unnamed)" for own in names)
        raise InputError(f"{name} names its images {told}, in another order than {wanted}; name each of them, or none.")
    return dict(zip(bands, planes, strict=True))


def _read_one(file: Path, row: int, bands: str, size: int, found: Reading) -> None:
    """Fill one row from an object's file."""
    with opened(file) as hdus:
        planes = matched(planes_of(images_in(hdus, file.name), bands, file.name), bands, file.name)
        for band, plane in planes.items():
            found.arrays[f"image_{band}"][row] = _centred(plane, size)
        images = [planes[band].image for band in (reference_band(bands), *bands) if band in planes]
        main = next((image for image in images if image.sky is not None), images[0])
        _locate(main, row, found.columns)
    found.units[main.unit] += 1
    found.lacking += len(planes) < len(bands)


def _centred(plane: Plane, size: int) -> np.ndarray:
    """The middle of a plane (size, size), mirrored where its WCS says so."""
    height, width = plane.image.shape[-2:]
    if min(height, width) > MOST_PIXELS:
        raise InputError(
            f"{plane.image.name} has {width} x {height} pixels, so it looks like a survey frame, not like a cutout of "
            "one object. Bring a table with ra and dec, and name the folder of the frames by the setting frames."
        )
    pixels, sky = plane.image.pixels(), plane.image.sky
    flat = pixels if plane.place is None else pixels[plane.place]
    at = places(np.array([(width - 1) / 2]), np.array([(height - 1) / 2]), size, (height, width))
    cut = blocks(flat, at.x, at.y, size, plane.image.saturation)[0]
    return np.flip(cut, axis=1) if sky is not None and sky.mirrored else cut


def _locate(image: Image, row: int, columns: dict[str, np.ndarray]) -> None:
    """Where the image lies and how it is turned, by its WCS, else by the position that its header gives."""
    if image.sky is None:
        columns["ra"][row], columns["dec"][row] = image.position
        return
    x, y = (np.array([value]) for value in image.sky.centre)
    columns["ra"][row], columns["dec"][row] = (value[0] for value in image.sky.positions(x, y))
    columns["up_angle"][row] = image.sky.up_angle(x, y)[0]
    columns["pixel_arcsec"][row] = image.sky.pixel_arcsec


def _forget(row: int, found: Reading) -> None:
    for values in (*found.arrays.values(), *found.columns.values()):
        values[row] = np.nan


def _notes(found: Reading, n: int, bands: str) -> list[str]:
    notes = []
    if found.absent:
        notes.append(f"{found.absent} of {n} objects have no image file; their images are missing.")
    if found.lacking:
        notes.append(f"{found.lacking} of {n} image files lack some of the bands {bands}, which are missing there.")
    return notes + unit_notes(found.units, "image files")
