"""Synthetic frames: images with a TAN WCS in any orientation, and the FITS files that hold them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.nddata import Cutout2D, NoOverlapError
from astropy.wcs import WCS

RA, DEC = 150.0, 2.0
PIXEL = 0.396 / 3600
HERE = np.array([RA]), np.array([DEC])


def header(
    shape: tuple[int, int] = (64, 64),
    up: float = 0.0,
    mirrored: bool = False,
    shift: tuple[float, float] = (0.0, 0.0),
    pixel: float = PIXEL,
    **cards: object,
) -> fits.Header:
    """A TAN WCS about RA, DEC, which lie `shift` pixels (x, y) from the middle; +y has the position angle `up`."""
    angle, side = np.radians(up), -1 if mirrored else 1
    made = fits.Header({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": RA, "CRVAL2": DEC})
    made["CRPIX1"], made["CRPIX2"] = (shape[1] + 1) / 2 + shift[0], (shape[0] + 1) / 2 + shift[1]
    made["CD1_1"], made["CD1_2"] = -side * pixel * np.cos(angle), pixel * np.sin(angle)
    made["CD2_1"], made["CD2_2"] = side * pixel * np.sin(angle), pixel * np.cos(angle)
    made.update(cards)
    return made


def noise(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def write(path: Path, *images: tuple[np.ndarray | None, fits.Header]) -> Path:
    """A file with the first image in its primary HDU (None: an empty one) and the others as extensions."""
    (first, cards), *others = images
    hdus = [fits.PrimaryHDU(first, cards), *(fits.ImageHDU(image, more) for image, more in others)]
    path.parent.mkdir(parents=True, exist_ok=True)
    fits.HDUList(hdus).writeto(path)
    return path


def literal(image: np.ndarray, made: fits.Header, ra: float, dec: float, size: int) -> np.ndarray:
    """What Cutout2D cuts, NaN where it cuts nothing, mirrored so that +x is clockwise of +y on the sky."""
    wcs = WCS(made)
    try:
        cut = Cutout2D(image, SkyCoord(ra * u.deg, dec * u.deg), size, wcs, mode="partial", fill_value=np.nan).data
    except NoOverlapError:
        return np.full((size, size), np.nan)
    return cut[:, ::-1] if np.linalg.det(wcs.pixel_scale_matrix) > 0 else cut
