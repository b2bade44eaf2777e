"""Which image of a FITS file is taken, and what becomes of its numbers, held against astropy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from astrocore.errors import (
    Damaged,
    FrameDefect,
    HeaderOnly,
    NothingMeasured,
    OneDimensional,
    TableAsImage,
    TableOnly,
    TooSmall,
    Truncated,
)
from astrocore.tasks.frames.reading import Frame, read_frame, stored
from astrocore.tasks.frames.reading.tiles import unpacked

from .bases import SHAPE, counts, fits_bytes, plain, with_cards


def frame_of(tmp_path: Path, *hdus: fits.PrimaryHDU | fits.ImageHDU | fits.CompImageHDU, name: str = "f.fits") -> Frame:
    (tmp_path / name).write_bytes(fits_bytes(*hdus))
    return read_frame(tmp_path / name)


NUMBERS = st.sampled_from(["u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"])


@given(
    data=NUMBERS.flatmap(
        lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=9))
    )
)
def test_plain_numbers_are_astropys(data: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "numbers.fits"
    path.write_bytes(fits_bytes(fits.PrimaryHDU(data)))
    with fits.open(path) as hdus, np.errstate(all="ignore"):
        expected = hdus[0].data.astype(np.float32)
    expected[~np.isfinite(expected)] = np.nan
    if np.isnan(expected).all():
        with pytest.raises(NothingMeasured):
            read_frame(path)
        return
    frame = read_frame(path)
    if not any("wrapped" in note for note in frame.notes):
        np.testing.assert_array_equal(frame.pixels, expected)
    if data.dtype.kind in "ui":
        assert frame.saturation == pytest.approx(float(np.iinfo(data.dtype).max))


def test_scale_zero_and_blank_are_applied(tmp_path: Path) -> None:
    cards = (
        "BSCALE  =                  0.5",
        "BZERO   =                 10.0",
        "BLANK   =                    3",
        "END",
    )
    data = fits_bytes(fits.PrimaryHDU(np.arange(20, dtype=np.int16).reshape(4, 5)))
    at = data.index(b"END     ")
    added = "".join(card.ljust(80) for card in cards).encode()
    (tmp_path / "s.fits").write_bytes(data[:at] + added + data[at + len(added) :])
    frame = read_frame(tmp_path / "s.fits")
    assert np.isnan(frame.pixels[0, 3]) and np.isnan(frame.pixels).sum() == 1
    assert frame.pixels[1, 1] == 13.0
    assert frame.saturation == 32767 * 0.5 + 10


def test_a_broken_card_spoils_only_itself(tmp_path: Path) -> None:
    data = plain()
    for old, new in (
        (b"GAIN    =                  1.4", b"GAIN    =                  1e-"),
        (b"'M 13    '", b"'M 13\xe4    "),
    ):
        assert old in data
        data = data.replace(old, new)
    (tmp_path / "b.fits").write_bytes(data)
    frame = read_frame(tmp_path / "b.fits")
    assert "2 broken cards were left out" in frame.notes
    assert np.isnan(frame.header.number("gain")) and frame.header.text("object") == ""
    assert frame.header.number("exposure_time") == 30 and frame.header.text("filter") == "V"
    np.testing.assert_array_equal(frame.pixels, counts())


def test_a_header_without_end_stops_where_the_text_does(tmp_path: Path) -> None:
    (tmp_path / "e.fits").write_bytes(plain().replace(b"END" + b" " * 77, b" " * 80, 1))
    frame = read_frame(tmp_path / "e.fits")
    assert "a header has no END" in frame.notes
    np.testing.assert_array_equal(frame.pixels, counts())


def test_a_primary_without_end_does_not_swallow_the_extension(tmp_path: Path) -> None:
    data = fits_bytes(fits.PrimaryHDU(), fits.CompImageHDU(counts() // 2, compression_type="RICE_1"))
    (tmp_path / "e.fits").write_bytes(data.replace(b"END" + b" " * 77, b" " * 80, 1))
    np.testing.assert_array_equal(read_frame(tmp_path / "e.fits").pixels, counts() // 2)


def test_a_lost_primary_does_not_take_the_extensions_along(tmp_path: Path) -> None:
    data = fits_bytes(fits.PrimaryHDU(), fits.ImageHDU(counts()))
    (tmp_path / "p.fits").write_bytes(data.replace(b"BITPIX", b"BITPLX", 1))
    np.testing.assert_array_equal(read_frame(tmp_path / "p.fits").pixels, counts())


def test_an_extension_that_can_not_be_found_is_damage_and_no_empty_header(tmp_path: Path) -> None:
    data = fits_bytes(fits.PrimaryHDU(), fits.ImageHDU(counts()))
    (tmp_path / "x.fits").write_bytes(data.replace(b"XTENSION", b"XTENSIOM", 1))
    with pytest.raises(Damaged):
        read_frame(tmp_path / "x.fits")


def test_masks_and_variances_are_not_taken(tmp_path: Path) -> None:
    big = np.ones((60, 60), np.float32)
    hdus = [fits.ImageHDU(big, name=name) for name in ("VAR", "MASK", "WEIGHT_MAP", "ERR")]
    frame = frame_of(tmp_path, fits.PrimaryHDU(), *hdus, fits.ImageHDU(counts(), name="SCI"))
    assert frame.pixels.shape == SHAPE and "SCI" in frame.chosen


def test_the_largest_is_taken_and_the_first_of_equals(tmp_path: Path) -> None:
    small, first, second = (fits.ImageHDU(data) for data in (counts()[:9, :9], counts(1), counts(2)))
    np.testing.assert_array_equal(frame_of(tmp_path, fits.PrimaryHDU(), small, first, second).pixels, counts(1))


def test_the_next_best_is_taken_where_the_best_is_cut(tmp_path: Path) -> None:
    data = fits_bytes(fits.PrimaryHDU(), fits.ImageHDU(counts(1)), fits.ImageHDU(np.ones((99, 99), np.float32)))
    (tmp_path / "c.fits").write_bytes(data[:-20000])
    frame = read_frame(tmp_path / "c.fits")
    np.testing.assert_array_equal(frame.pixels, counts(1))
    assert any("Truncated" in note for note in frame.notes)


def parts(sections: list[str], data: list[np.ndarray], name: str = "SCI{}") -> list[fits.ImageHDU]:
    made = [fits.ImageHDU(array, name=name.format(i + 1)) for i, array in enumerate(data)]
    for hdu, section in zip(made, sections, strict=False):
        hdu.header["DETSEC"] = section
        hdu.header["DATASEC"] = "[3:12,1:8]"
    return made


def test_amplifiers_are_placed_by_detsec_mirrored_and_without_overscan(tmp_path: Path) -> None:
    data = [np.arange(8 * 14, dtype=np.int32).reshape(8, 14) + 1000 * i for i in range(4)]
    sections = ["[1:20,1:16]", "[40:21,1:16]", "[1:20,32:17]", "[40:21,32:17]"]  # binned 2 x 2
    frame = frame_of(tmp_path, fits.PrimaryHDU(), *parts(sections, data))
    cut = [array[:, 2:12] for array in data]
    expected = np.block([[cut[0], cut[1][:, ::-1]], [cut[2][::-1], cut[3][::-1, ::-1]]])
    np.testing.assert_array_equal(frame.pixels, expected)
    assert "4 parts of the detector were put together by DETSEC" in frame.notes


@pytest.mark.parametrize(
    "sections", [["[1:10,1:8]", "[5:14,1:8]"], ["[1:10,1:8]", "[9001:9010,1:8]"], ["[1:3,1:8]", "UNKNOWN"], []]
)
def test_amplifiers_whose_places_make_no_sense_lie_side_by_side(sections: list[str], tmp_path: Path) -> None:
    data = [np.full((8, 14), i, np.int16) for i in range(2)]
    frame = frame_of(tmp_path, fits.PrimaryHDU(), *parts(sections, data, "amp{}"))
    np.testing.assert_array_equal(frame.pixels, np.hstack(data))


def test_images_without_detsec_are_not_put_together(tmp_path: Path) -> None:
    hdus = [fits.ImageHDU(counts(i), name="SCI") for i in range(2)]
    assert frame_of(tmp_path, fits.PrimaryHDU(), *hdus).pixels.shape == SHAPE


@pytest.mark.parametrize("planes", [3, 4])
def test_colours_are_averaged(planes: int, tmp_path: Path) -> None:
    cube = np.stack([counts(i) for i in range(planes)])
    frame = frame_of(tmp_path, fits.PrimaryHDU(cube))
    np.testing.assert_allclose(frame.pixels, cube[:3].mean(axis=0), rtol=1e-6)


def test_colours_along_a_row_are_averaged(tmp_path: Path) -> None:
    cube = np.stack([counts(i) for i in range(3)], axis=-1)
    np.testing.assert_allclose(frame_of(tmp_path, fits.PrimaryHDU(cube)).pixels, cube.mean(axis=-1), rtol=1e-6)


def test_of_a_cube_the_first_plane_with_values_is_taken(tmp_path: Path) -> None:
    cube = np.stack([counts(i).astype(np.float32) for i in range(6)])
    cube[:2] = np.nan
    frame = frame_of(tmp_path, fits.PrimaryHDU(cube[np.newaxis]))
    np.testing.assert_array_equal(frame.pixels, cube[2])
    assert "plane 3 of 6 was taken" in frame.notes


@pytest.mark.parametrize("compression", ["RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1", "PLIO_1"])
def test_compressed_images_are_unpacked(compression: str, tmp_path: Path) -> None:
    data = (np.pad(counts(), ((0, 8), (0, 4)), mode="edge") // 2).astype(np.int16)
    tile = (16, 34) if compression == "HCOMPRESS_1" else None
    image = fits.CompImageHDU(data, compression_type=compression, tile_shape=tile)
    np.testing.assert_array_equal(frame_of(tmp_path, fits.PrimaryHDU(), image).pixels, data)


@pytest.mark.parametrize("pattern", ["RGGB", "GBRG"])
def test_cells_of_a_colour_camera_are_averaged(pattern: str, tmp_path: Path) -> None:
    hdu = fits.PrimaryHDU(np.pad(counts(), ((0, 1), (0, 1))))
    hdu.header["BAYERPAT"] = pattern
    frame = frame_of(tmp_path, hdu)
    np.testing.assert_allclose(frame.pixels, counts().reshape(12, 2, 15, 2).mean(axis=(1, 3)), rtol=1e-6)
    assert any(pattern in note for note in frame.notes)


def test_the_saturation_of_the_header_goes_before_that_of_the_format(tmp_path: Path) -> None:
    hdu = with_cards(fits.PrimaryHDU(counts()))
    assert frame_of(tmp_path, hdu).saturation == 65535
    hdu.header["SATURATE"] = 60000
    assert frame_of(tmp_path, hdu).saturation == 60000
    assert np.isnan(frame_of(tmp_path, fits.PrimaryHDU(counts().astype(np.float32))).saturation)


TABLE = fits.BinTableHDU.from_columns([fits.Column("x", "E", array=np.arange(5))])


@pytest.mark.parametrize(
    ("hdus", "defect"),
    [
        ([fits.PrimaryHDU()], HeaderOnly),
        ([fits.PrimaryHDU(), TABLE], TableOnly),
        ([fits.PrimaryHDU(np.arange(50.0))], OneDimensional),
        ([fits.PrimaryHDU(np.zeros((1, 50)))], OneDimensional),
        ([fits.PrimaryHDU(np.zeros((1, 1)))], TooSmall),
        ([fits.PrimaryHDU(np.zeros((2000, 3)))], TableAsImage),
        ([fits.PrimaryHDU(np.full((9, 9), np.nan))], NothingMeasured),
    ],
)
def test_what_is_no_frame_says_why(hdus: list[fits.PrimaryHDU], defect: type[FrameDefect], tmp_path: Path) -> None:
    with pytest.raises(defect, match=r"f\.fits: .+\. "):
        frame_of(tmp_path, *hdus)


def test_a_constant_frame_is_a_frame(tmp_path: Path) -> None:
    assert (frame_of(tmp_path, fits.PrimaryHDU(np.zeros((9, 9), np.int16))).pixels == 0).all()


@pytest.mark.parametrize(("length", "defect"), [(200, Damaged), (2880, Truncated), (3000, Truncated)])
def test_a_cut_file_says_so(length: int, defect: type[FrameDefect], tmp_path: Path) -> None:
    (tmp_path / "cut.fits").write_bytes(plain()[:length])
    with pytest.raises(defect):
        read_frame(tmp_path / "cut.fits")


def test_missing_padding_is_no_defect(tmp_path: Path) -> None:
    (tmp_path / "pad.fits").write_bytes(plain()[: 2880 + 2 * 24 * 30])
    np.testing.assert_array_equal(read_frame(tmp_path / "pad.fits").pixels, counts())


@pytest.mark.parametrize(("keyword", "value"), [("BSCALE", 0), ("BSCALE", "one"), ("BZERO", "zero")])
def test_a_scale_that_can_not_be_used_is_left_out(keyword: str, value: object, tmp_path: Path) -> None:
    hdu = fits.PrimaryHDU(np.arange(20, dtype=np.int16).reshape(4, 5))
    made = fits_bytes(hdu).replace(b"EXTEND  =                    T", f"{keyword:8}= {value!r:>20}".encode(), 1)
    (tmp_path / "z.fits").write_bytes(made)
    frame = read_frame(tmp_path / "z.fits")
    np.testing.assert_array_equal(frame.pixels, hdu.data)
    assert f"{keyword} can't be used and was left out" in frame.notes


def test_a_compressed_cube_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(stored, "unpacked", lambda *given: calls.append(1) or unpacked(*given))
    cube = np.stack([np.full(SHAPE, i, np.int16) for i in range(3)])
    frame = frame_of(tmp_path, fits.PrimaryHDU(), fits.CompImageHDU(cube, compression_type="RICE_1"))
    assert (frame.pixels == 1).all() and len(calls) == 1
