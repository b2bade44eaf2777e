"""Simulated frames as files: FITS in several forms, and TIFF."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import tifffile
from astropy.io import fits
from astropy.io.fits.verify import VerifyWarning

from astrocore.tasks.frames.simulator.exposure import Exposure

ENDINGS = {
    "plain": ".fits",
    "cube": ".fit",
    "extension": ".fits",
    "compressed": ".fits.fz",
    "zipped": ".fits.gz",
    "tiff": ".tif",
}
"""Ending of a file's name by the form of its camera's files."""


def ending(exposure: Exposure) -> str:
    """Ending that a frame's camera gives its files."""
    return ENDINGS[exposure.form]


def write_fits(exposure: Exposure, path: Path) -> None:
    """Write a frame as its camera would.

    Parameters
    ----------
    exposure
        The frame.
    path
        The file to write, over what is there. A name that ends with .tif or .tiff gives a TIFF, with .fz a compressed
        and with .gz a zipped FITS; any other a FITS of the camera's form.
    """
    if path.suffix.lower() in (".tif", ".tiff"):
        tifffile.imwrite(path, exposure.pixels)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VerifyWarning)  # long comments are cut, as cameras' programs cut them
        units(exposure, compressed=path.suffix == ".fz").writeto(path, overwrite=True)


def units(exposure: Exposure, compressed: bool) -> fits.HDUList:
    """The frame as the units of a FITS file; whole numbers without sign are stored shifted, as FITS asks for."""
    header = fits.Header([fits.Card(*card) for card in exposure.cards])
    if exposure.bayer:
        header.append(("BAYERPAT", exposure.bayer, "Bayer color pattern"))
    if compressed:
        return fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(exposure.pixels, header, compression_type="RICE_1")])
    if exposure.form == "extension":
        return fits.HDUList([fits.PrimaryHDU(header=header), fits.ImageHDU(exposure.pixels, header, name="SCI")])
    pixels = exposure.pixels[np.newaxis] if exposure.form == "cube" else exposure.pixels
    return fits.HDUList([fits.PrimaryHDU(pixels, header)])
