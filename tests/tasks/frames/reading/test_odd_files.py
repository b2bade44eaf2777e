"""What real awkward files give, each looked at by hand."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from astrocore.errors import FrameDefect
from astrocore.tasks.frames.reading import read_frame

FOLDER = Path(os.environ.get("ASTROCORE_REAL_DATA", "../shared/data")) / "frames" / "_odd"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="no measured frames: set ASTROCORE_REAL_DATA"),
]

Expected = tuple[int, int] | str

REJECTED = (
    "Symiatos2+Haute-Provence-Observatory-s-data-reduction__Rejected_Ksi_Cas_M2_ML_Wed_Sep_21_2022_23.09.09_00002.fits"
)
EXPECTED: dict[str, tuple[Expected, str]] = {
    "Julia-Favaro+Multi-Messenger-Lab__Dark_ASIImg_1sec_frame0001.fit": ("Truncated", "2.09 of 2.46 MB are there"),
    "LCOGT+neoexchange__example_bintable.fits": ("TableOnly", "one binary table"),
    "LCOGT+neoexchange__ldac_test_catalog_corrupt.fits": ("TableOnly", "two tables, and bytes that are no HDU"),
    "LCOGT+neoexchange__mef_raw_test_frame.fits": ((1024, 1024), "four amplifiers, placed by DETSEC; primary 0 x 0"),
    REJECTED: (
        (100, 2048),
        "a sound frame with an axis of length 1, rejected by its observers",
    ),
    "callendeprieto+chain__thar.fits": ("TableAsImage", "134617 rows of wavelength and flux"),
    "callendeprieto+chain__x0002364843-20191120-HORS-Cal.fits": ("TableAsImage", "orders x pixels x 3 values"),
    "cylammarco+ASPIRED-example__v_slit_red_1.fits.gz": ((254, 1024), "packed"),
    "panoptes+POCS__dark.fits": ((700, 700), "a dark"),
    "panoptes+POCS__noheader.fits": ((200, 200), "a sky without cards"),
    "panoptes+POCS__rotation.fits": ((200, 200), "a sky with trails"),
    "panoptes+POCS__solved.fits.fz": ((700, 700), "compressed, primary empty"),
    "pypeit+PypeIt-development-suite__b15.fits.gz": ((350, 2112), "packed bias"),
    "pypeit+PypeIt-development-suite__b150910_2036.fits.gz": (
        (2048, 2048),
        "four amplifiers of LRIS, placed by DETSEC",
    ),
    "pypi+astropy__arange.fits": ((10, 11), "seven planes, the first is taken"),
    "pypi+astropy__ascii.fits": ("TableOnly", "a text table"),
    "pypi+astropy__blank.fits": ("TooSmall", "one pixel"),
    "pypi+astropy__checksum.fits": ((40, 30), "image in the primary, then a table"),
    "pypi+astropy__comp.fits": ((300, 440), "compressed"),
    "pypi+astropy__compressed_image.fits": ((10, 10), "compressed"),
    "pypi+astropy__double_ext.fits": ((5, 5), "compressed, two XTENSION cards, constant"),
    "pypi+astropy__group_invalid.fits": ("HeaderOnly", "GROUPS without groups"),
    "pypi+astropy__history_header.fits": ("HeaderOnly", "NAXIS = 0"),
    "pypi+astropy__m13_hcomp.fits": ((300, 300), "HCOMPRESS"),
    "pypi+astropy__m13_rice.fits": ((300, 300), "RICE"),
    "pypi+astropy__o4sp040b0_raw.fits": ((44, 62), "two exposures of STIS, each with ERR and DQ; the first"),
    "pypi+astropy__random_groups.fits": ("TableOnly", "visibilities of a radio array"),
    "pypi+astropy__scale.fits": ((21, 20), "scaled numbers"),
    "pypi+astropy__tb.fits": ("TableOnly", "one binary table"),
    "pypi+astropy__test0.fits": ((40, 40), "four chips of WFPC2 without DETSEC; the first"),
    "pypi+ccdproc__flat-mef.fits": ((10, 10), "three unnamed images; the first, constant"),
    "pypi+ccdproc__science-mef.fits": ((10, 10), "three unnamed images; the first"),
    "pypi+pillow__10ct_32bit_128.tiff": ((128, 128), "floating point"),
    "pypi+pillow__16bit.MM.deflate.tif": ((64, 64), "deflate, big endian"),
    "pypi+pillow__16bit.cropped.tif": ((64, 64), "16 bits"),
    "pypi+pillow__g4_orientation_5.tif": ((590, 88), "fax, white is 0"),
    "pypi+pillow__hopper_bigtiff.tif": ((128, 128), "BigTIFF in colour"),
    "pypi+pillow__hopper_unknown_pixel_mode.tif": ((128, 128), "colours of 32 bits"),
    "pypi+pillow__tiff_16bit_RGB.tiff": ((40, 100), "colours of 16 bits"),
    "pypi+pillow__tiff_16bit_RGBa.tiff": ((40, 100), "colours and transparency"),
    "pypi+pillow__tiff_strip_cmyk_jpeg.tif": ((100, 100), "inks, JPEG"),
    "pypi+pillow__tiff_wrong_bits_per_sample.tiff": ((53, 52), "four samples, bits told for fewer"),
    "pypi+pillow__total-pages-zero.tif": ((2156, 1728), "three pages; the first"),
    "pypi+sunpy__aia_171_level1.fits": ((128, 128), "the Sun, double precision"),
    "pypi+sunpy__gbm.fits": ("TableOnly", "three tables"),
    "pypi+sunpy__gzip_test.fits.gz": ((32, 32), "packed, 64-bit numbers"),
    "pypi+sunpy__not_actually_fits.fits": ("NotAnImage", "a web page"),
    "rzellem+EXOTIC_sampledata__HATP-32171220013343.FITS": ((500, 650), "a sky; ending in capitals"),
    "tiagohm+nebulosa.data__LIGHT.fit": ("LfsPointer", "never fetched"),
}
"""Name -> shape of the frame or reason of the defect, and why."""


def test_the_table_names_every_file() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_odd_file_gives_what_is_expected(name: str) -> None:
    expected, _ = EXPECTED[name]
    if isinstance(expected, str):
        with pytest.raises(FrameDefect) as caught:
            read_frame(FOLDER / name)
        assert type(caught.value).__name__ == expected
        assert name in str(caught.value)
        return
    frame = read_frame(FOLDER / name)
    assert frame.pixels.shape == expected
    assert frame.pixels.dtype == np.float32


SINGLE = [name for name, (expected, why) in EXPECTED.items() if expected != str(expected) and "placed" not in why]
"""Frames made of one image."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in SINGLE if ".fit" in name.lower()])
def test_pixels_of_one_image_are_astropys(name: str) -> None:
    with fits.open(FOLDER / name) as hdus:
        data = next(hdu.data for hdu in hdus if hdu.is_image and hdu.data is not None)
    data = data if data.ndim == 2 else data[0]
    np.testing.assert_allclose(read_frame(FOLDER / name).pixels, data.astype(np.float32), rtol=2e-7)


def test_amplifiers_lie_where_detsec_says() -> None:
    name = "pypeit+PypeIt-development-suite__b150910_2036.fits.gz"
    with fits.open(FOLDER / name) as hdus:
        first, second = (hdus[i].data[:, 25:537].astype(np.float32) for i in (1, 2))
    pixels = read_frame(FOLDER / name).pixels
    np.testing.assert_array_equal(pixels[:, :512], first)
    np.testing.assert_array_equal(pixels[:, 512:1024], second[:, ::-1])
