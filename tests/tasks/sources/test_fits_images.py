"""FITS files as surveys and users leave them: packed, damaged, with masks, of bands named in many ways."""

from __future__ import annotations

import bz2
import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from astrocore.errors import FileUnreadable
from astrocore.tasks.sources.fits_images import band_in, images_in, is_auxiliary, listed, opened, unit_notes

from .frame_files import DEC, RA, header, noise, write


@pytest.mark.parametrize(
    ("text", "band"),
    [
        *(("u", "u"), ("R", "r"), ("SDSS g'", "g"), ("sdssi", "i"), ("HSC-Z", "z"), ("HSC-R2", "r"), ("ip", "i")),
        *(("frame-z-002583-2-0136.fits.bz2", "z"), ("g DECam SDSS c0001 4720.0 1520.0", "g"), ("g.00000", "g")),
        *(("rings.v3.skycell.1234.stk.r.unconv.fits", "r"), ("image_i", "i"), ("g_R", "g")),
        *(("", ""), ("Halpha", ""), ("HSC-Y", ""), ("F606W", ""), ("u-g", ""), ("2", ""), ("NGC-4321", "")),
    ],
)
def test_bands_by_name(text: str, band: str) -> None:
    assert band_in(text, "ugriz") == band


def test_masks_by_name() -> None:
    assert all(map(is_auxiliary, ("MASK", "skycell.stk.r.unconv.wt.fits", "coadd-r_weight.fits.fz", "ERR", "DQ")))
    assert not any(map(is_auxiliary, ("SCI", "IMAGE", "frame-r-002583.fits", "", "maskelyne_r.fits", "flagstaff.fit")))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_packed_files_are_told_by_their_content(tmp_path: Path, pack: object) -> None:
    image = noise((5, 7))
    whole = write(tmp_path / "whole.fits", (image, header((5, 7), FILTER="g", BUNIT="nanomaggy", SATURATE=7)))
    (tmp_path / "packed.fits").write_bytes(pack(whole.read_bytes()))  # type: ignore[operator]
    with opened(tmp_path / "packed.fits") as hdus:
        (found,) = images_in(hdus, "packed.fits")
        np.testing.assert_array_equal(found.pixels(), image)
        assert found.shape == (5, 7) and (found.band("ugriz"), found.unit, found.saturation) == ("g", "nanomaggy", 7)
        assert found.sky is not None and found.name == "packed.fits"


def test_a_file_that_is_none(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.fits", (noise((64, 64)), header())).read_bytes()
    content = {
        "empty.fits": (b"", "empty.fits is empty"),
        "pointer.fits": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        "text.fits": (b"hello" * 1000, "does not begin like a FITS file"),
        "half.fits": (whole[: len(whole) // 2], "half.fits has pixels that can't be read"),
        "header.fits": (whole[:700], "header.fits"),
        "half.fits.gz": (gzip.compress(whole)[:9000], "half.fits.gz can't be read as FITS"),
        "half.fits.bz2": (bz2.compress(whole)[:9000], "half.fits.bz2 can't be read as FITS"),
    }
    for name, (sent, says) in content.items():
        (tmp_path / name).write_bytes(sent)
        with pytest.raises(FileUnreadable, match=says), opened(tmp_path / name) as hdus:
            assert images_in(hdus, name)[0].pixels().shape == (64, 64)
    with pytest.raises(FileUnreadable, match="no file none"), opened(tmp_path / "none.fits"):
        pass


def test_what_accompanies_images_is_left_out_and_the_rest_numbered(tmp_path: Path) -> None:
    image = noise((8, 8))
    file = write(
        tmp_path / "exposure.fits",
        (None, fits.Header({"FILTER": "HSC-I", "BUNIT": "adu", "SATLEVEL": 5.5})),
        (image, header((8, 8), EXTNAME="IMAGE")),
        (image, header((8, 8), EXTNAME="MASK")),
        (image, header((8, 8), EXTNAME="SCI2", FILTER="z", BUNIT="nmgy", SATURATE="unknown")),
        (image, header((8, 8), EXTTYPE="VARIANCE")),
    )
    with opened(file) as hdus:
        found = images_in(hdus, "exposure.fits")
    assert [image.name for image in found] == ["exposure.fits[1]", "exposure.fits[3]"]
    assert [image.band("ugriz") for image in found] == ["i", "z"] and [image.unit for image in found] == ["adu", "nmgy"]
    assert [image.saturation for image in found] == [5.5, np.inf]


@pytest.mark.parametrize(
    ("cards", "position"),
    [
        ({"RA": RA, "DEC": DEC}, (RA, DEC)),
        ({"RA": "10:00:00", "DEC": "+02:00:00"}, (np.nan, np.nan)),
        ({"RA": 10.0, "DEC": 120.0}, (np.nan, np.nan)),
        ({"RA_OBJ": 1.0, "DEC_OBJ": -2}, (1.0, -2.0)),
        ({"SATURATE": True}, (np.nan, np.nan)),
    ],
)
def test_positions_in_headers(tmp_path: Path, cards: dict[str, object], position: tuple[float, float]) -> None:
    with opened(write(tmp_path / "a.fits", (noise((4, 4)), fits.Header(cards)))) as hdus:
        (found,) = images_in(hdus, "a.fits")
    np.testing.assert_array_equal(found.position, position)
    assert found.sky is None and found.saturation == np.inf


def test_words_for_lists_and_units() -> None:
    assert listed(list("abc")) == "a, b, c" and listed(list("abcdefg")) == "a, b, c, d, e and 2 more"
    notes = unit_notes(Counter({"nanomaggy": 5, "nMgy": 1, "adu": 2, "": 1}), "frames")
    assert len(notes) == 2 and "1 frames do not say their unit" in notes[0] and "2 frames are in adu" in notes[1]
