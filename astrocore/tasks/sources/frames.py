"""Cutouts from survey frames: each object and band out of the frame that holds it best, by that frame's own WCS.

The bands of a field need not lie on the same pixels (those of an SDSS field are shifted by up to 11), so a position
on the sky is turned into pixels frame by frame. Each frame is opened once, and one is in memory at a time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from astrocore.data.draft import Defect
from astrocore.errors import FileUnreadable, InputError
from astrocore.tasks.sources.celestial import Sky
from astrocore.tasks.sources.cutouts import Cut
from astrocore.tasks.sources.fits_images import (
    ENDINGS,
    FILTER_CARDS,
    Image,
    band_in,
    holds_other,
    images_in,
    is_auxiliary,
    listed,
    opened,
)
from astrocore.tasks.sources.frame_cuts import FrameCuts


def cut_frames(folder: Path, ra: np.ndarray, dec: np.ndarray, bands: str, size: int) -> Cut:
    """Images of N objects from the survey frames below a folder.

    A frame is an image (y, x) with a celestial WCS, alone in its file or one of several; its band is named by FILTER,
    BAND or FILTNAM, by EXTNAME, or by the file. Where several frames of a band hold an object, it is cut from the one
    in which it is furthest from an edge. Pixels beyond the edge, saturated (from SATURATE or SATLEVEL on) or not
    finite are NaN. Sky is not subtracted.

    Parameters
    ----------
    folder
        Where the frames lie, packed or not; hidden files are left out.
    ra, dec
        (N,) Coordinates of the objects [deg, ICRS]; NaN where unknown.
    bands
        One letter each, such as "ugriz".
    size
        Pixels along a side of an image.

    Returns
    -------
    Cut
        A file or image that can't be used is one of its defects.

    Raises
    ------
    FileUnreadable
        There is no such folder, or no usable frame in it.
    """
    done = FrameCuts(np.asarray(ra, dtype=np.float64), np.asarray(dec, dtype=np.float64), bands, size)
    defects: list[Defect] = []
    names = frame_files(folder)
    aside = [name for name in names if not _add_file(folder / name, name, done, defects)]
    if not done.frames:
        first = f" {defects[0].message}" if defects else " They hold tables, or masks and errors by their names."
        raise FileUnreadable(f"None of the {len(names)} FITS files in {folder} is a frame that can be used.{first}")
    note = f"{len(aside)} files were passed over as tables, or as masks, weights or errors by their names: "
    return done.result(defects, [f"{note}{listed(aside)}."] if aside else [])


def frame_files(folder: Path) -> list[str]:
    """Names of the FITS files below a folder, sorted; hidden ones are left out.

    Raises
    ------
    FileUnreadable
        There is no such folder, or no FITS file in it.
    """
    if not folder.is_dir():
        raise FileUnreadable(f"There is no folder {folder}; name the one that holds the frames.")
    files = [file.relative_to(folder) for file in sorted(folder.rglob("*")) if file.is_file()]
    names = [file.as_posix() for file in files if not any(part.startswith(".") for part in file.parts)]
    names = [name for name in names if name.lower().endswith(ENDINGS)]
    if not names:
        raise FileUnreadable(f"{folder} holds no frames; bring FITS files with images ({', '.join(ENDINGS)}).")
    return names


def _add_file(path: Path, name: str, done: FrameCuts, defects: list[Defect]) -> bool:
    """Cut from every frame that a file holds; False for one that is no frame by its name, or holds tables alone."""
    if is_auxiliary(path.name):
        return False
    try:
        with opened(path, name) as hdus:
            images = images_in(hdus, name)
            flat = [image for image in images if len(image.shape) == 2]
            for image in flat:
                _add_image(image, path.name, done, defects)
            if images and not flat:
                axes = len(images[0].shape)
                raise InputError(f"{name} holds an image whose number of axes is {axes}; a frame has two, (y, x).")
            if not images and not holds_other(hdus):
                raise FileUnreadable(f"{name} holds neither image nor table; it may be cut off, so fetch it again.")
    except InputError as error:
        defects.append(_defect(name, error))
        return True
    return bool(images)


def _add_image(image: Image, file: str, done: FrameCuts, defects: list[Defect]) -> None:
    try:
        done.add(image, *_frame(image, file, done.bands))
    except InputError as error:
        defects.append(_defect(image.name, error))


def _frame(image: Image, file: str, bands: str) -> tuple[str, Sky]:
    """Band and WCS of an image; raises InputError where it lacks either."""
    band, wanted = image.band(bands) or band_in("" if image.filter else file, bands), f"one of {', '.join(bands)}"
    if not band and not image.filter:
        cards = ", ".join(FILTER_CARDS)
        raise InputError(f"{image.name} does not tell its band; one of {cards}, or the file's name, must say {wanted}.")
    if not band or band not in bands:
        raise InputError(f"{image.name} was taken with the filter {image.filter}, which is not {wanted}.")
    if image.sky is None:
        raise InputError(f"{image.name} has no celestial WCS (CTYPE1, CRVAL1, CD1_1 ...) that tells where it lies.")
    return band, image.sky


def _defect(name: str, error: InputError) -> Defect:
    return Defect(name, type(error).__name__, str(error))
