"""Files: every form opens, holds the frame, and is valid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from astropy.io import fits

from astrocore.tasks.frames.simulator import Exposure, ending, write_fits
from astrocore.tasks.frames.simulator.writing import ENDINGS

CARDS = (("EXPTIME", 3.5, "s"), ("OBJECT", "M 31", ""))


def frame(dtype: str, form: str = "plain", bayer: str = "") -> Exposure:
    pixels = np.arange(40 * 30).reshape(40, 30).astype(dtype)
    pixels[0, 0] = 65535
    return Exposure(pixels, CARDS, "darks", "sim-cam-00000", "sim-night-00000", "sim-00000-0000", bayer, form)


def data(path: Path) -> tuple[np.ndarray, fits.Header]:
    """Image and the header beside it."""
    with fits.open(path) as units:
        units.verify("exception")
        unit = next(unit for unit in units if unit.data is not None)
        return np.array(unit.data), unit.header.copy()


@pytest.mark.parametrize(
    ("dtype", "form"),
    # Compression of real numbers would lose digits: no camera writes such.
    [
        (d, f)
        for d in ("uint16", "int32", "float32")
        for f in ENDINGS
        if f != "tiff" and (d, f) != ("float32", "compressed")
    ],
)
def test_every_form_gives_back_the_frame(dtype: str, form: str, tmp_path: Path) -> None:
    exposure = frame(dtype, form)
    path = tmp_path / f"{exposure.name}{ending(exposure)}"
    write_fits(exposure, path)
    pixels, header = data(path)
    assert pixels.shape == ((1, 40, 30) if form == "cube" else (40, 30))
    np.testing.assert_array_equal(pixels.squeeze(), exposure.pixels)
    assert pixels.dtype.kind == exposure.pixels.dtype.kind
    assert (header["EXPTIME"], header["OBJECT"]) == (3.5, "M 31")


def test_whole_numbers_are_stored_with_a_zero_point(tmp_path: Path) -> None:
    write_fits(frame("uint16"), tmp_path / "a.fits")
    with fits.open(tmp_path / "a.fits", do_not_scale_image_data=True) as units:
        assert units[0].header["BZERO"] == 32768
        assert units[0].data.dtype == np.dtype(">i2")


def test_an_extension_leaves_the_primary_unit_without_data(tmp_path: Path) -> None:
    write_fits(frame("uint16", "extension"), tmp_path / "a.fits")
    with fits.open(tmp_path / "a.fits") as units:
        assert units[0].data is None
        assert units[0].header["OBJECT"] == "M 31"


def test_a_zipped_file_is_zipped(tmp_path: Path) -> None:
    write_fits(frame("uint16", "zipped"), tmp_path / "a.fits.gz")
    assert (tmp_path / "a.fits.gz").read_bytes()[:2] == b"\x1f\x8b"


def test_a_tiff_has_the_pixels_alone(tmp_path: Path) -> None:
    exposure = frame("uint16", "tiff")
    write_fits(exposure, tmp_path / f"a{ending(exposure)}")
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), exposure.pixels)


def test_a_colour_mosaic_is_named(tmp_path: Path) -> None:
    write_fits(frame("uint16", bayer="GRBG"), tmp_path / "a.fits")
    assert data(tmp_path / "a.fits")[1]["BAYERPAT"] == "GRBG"


def test_a_file_is_written_over(tmp_path: Path) -> None:
    for dtype in ("int32", "uint16"):
        write_fits(frame(dtype), tmp_path / "a.fits")
    assert data(tmp_path / "a.fits")[0].dtype == np.uint16


def test_every_night_can_be_written_and_is_valid(nights: list[list[Exposure]], tmp_path: Path) -> None:
    for frames in nights[:25]:
        exposure = frames[len(frames) // 2]
        path = tmp_path / f"{exposure.name}{ending(exposure)}"
        write_fits(exposure, path)
        if path.suffix == ".tif":
            assert exposure.cards == ()
            continue
        pixels, _ = data(path)
        np.testing.assert_array_equal(pixels.squeeze(), exposure.pixels)
