"""What becomes of TIFF pages: bits, colours, palettes, several pages, and tags as cards."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import tifffile

from astrocore.errors import Damaged, FrameDefect, NotAnImage, OneDimensional, TableAsImage, Truncated
from astrocore.tasks.frames.reading import Frame, read_frame

from .bases import colours, counts, tiff


def frame_of(tmp_path: Path, data: bytes, name: str = "f.tif") -> Frame:
    (tmp_path / name).write_bytes(data)
    return read_frame(tmp_path / name)


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "i1", "i2", "i4", "f4", "f8", "f2"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_numbers_of_every_kind(kind: str, order: str, tmp_path: Path) -> None:
    data = (counts() % 120).astype(kind)
    frame = frame_of(tmp_path, tiff(data, byteorder=order, photometric="minisblack"))
    np.testing.assert_array_equal(frame.pixels, data.astype(np.float32))
    assert frame.pixels.dtype.isnative and frame.kind == "tiff"
    top = float(np.iinfo(kind).max) if kind[0] in "ui" else np.nan
    np.testing.assert_equal(frame.saturation, top)


@pytest.mark.parametrize("codec", ["zlib", "lzw", "packbits", "zstd", "lzma", "jpeg2000", "png", "jpegxl", "lerc"])
def test_codecs_without_loss(codec: str, tmp_path: Path) -> None:
    options = {"compressionargs": {"level": 0}} if codec == "jpeg2000" else {}
    data = tiff(compression=codec, **options)
    np.testing.assert_array_equal(frame_of(tmp_path, data).pixels, counts())


@pytest.mark.parametrize(
    "options", [{"tile": (16, 16)}, {"rowsperstrip": 5}, {"bigtiff": True}, {"predictor": True, "compression": "zlib"}]
)
def test_layouts(options: dict[str, object], tmp_path: Path) -> None:
    np.testing.assert_array_equal(frame_of(tmp_path, tiff(**options)).pixels, counts())


@pytest.mark.parametrize("bits", [1, 4, 12])
def test_packed_bits_saturate_at_their_own_top(bits: int, tmp_path: Path) -> None:
    data = (counts() % 2**bits).astype(np.uint16 if bits > 8 else np.uint8)
    if bits == 1:
        made = tiff(data.astype(bool), photometric="minisblack")
    else:
        made = tiff(data, photometric="minisblack", bitspersample=bits)
    frame = frame_of(tmp_path, made)
    np.testing.assert_array_equal(frame.pixels, data)
    assert frame.saturation == 2**bits - 1


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("alpha", [False, True])
def test_colours_are_averaged_and_transparency_dropped(planar: str, alpha: bool, tmp_path: Path) -> None:
    data = colours()
    image = np.concatenate([data, np.full_like(data[..., :1], 9)], axis=-1) if alpha else data
    made = np.moveaxis(image, -1, 0) if planar == "separate" else image
    options = {"extrasamples": ["unassalpha"]} if alpha else {}
    frame = frame_of(tmp_path, tiff(made, photometric="rgb", planarconfig=planar, **options))
    np.testing.assert_allclose(frame.pixels, data.mean(axis=-1), rtol=1e-6)
    assert "colours were averaged" in frame.notes


def test_white_is_zero(tmp_path: Path) -> None:
    frame = frame_of(tmp_path, tiff(photometric="miniswhite"))
    np.testing.assert_array_equal(frame.pixels, 65535 - counts().astype(np.float32))


def test_a_palette_is_looked_up(tmp_path: Path) -> None:
    index = (counts() >> 8).astype(np.uint8)
    colormap = np.random.default_rng(1).integers(0, 65536, (3, 256)).astype(np.uint16)
    frame = frame_of(tmp_path, tiff(index, photometric="palette", colormap=colormap))
    np.testing.assert_allclose(frame.pixels, colormap[:, index].mean(axis=0), rtol=1e-6)
    assert frame.saturation == 65535


def test_inks_take_light_away(tmp_path: Path) -> None:
    inks = np.zeros((20, 20, 4), np.uint8)
    inks[5:, :, :3] = 255
    inks[10:, :, :] = (0, 0, 0, 255)
    frame = frame_of(tmp_path, tiff(inks, photometric="separated"))
    assert frame.pixels[0, 0] == 255 and frame.pixels[7, 0] == 0 and frame.pixels[15, 0] == 0


def test_the_largest_page_is_taken_and_the_first_of_equals(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        for page in (counts()[:10, :10], counts(1), counts(2)):
            writer.write(page, metadata=None)
    frame = frame_of(tmp_path, out.getvalue())
    np.testing.assert_array_equal(frame.pixels, counts(1))
    assert frame.chosen == "page 2"


def test_tags_are_cards(tmp_path: Path) -> None:
    description = "EXPTIME = 12.5 / s\nIMAGETYP= 'Dark Frame'\nnonsense\nGAIN: 2\nCCD-TEMP = -5.0"
    extra = [(271, "s", 0, "ZWO", True), (272, "s", 0, "ASI 294", True), (315, "s", 0, "A. Nonymous", True)]
    made = tiff(description=description, extratags=extra, datetime="2024:03:01 21:00:00")
    header = frame_of(tmp_path, made).header
    assert header.number("exposure_time") == 12.5 and header.number("gain") == 2 and header.number("temperature") == -5
    assert header.text("frame_type") == "Dark Frame"
    assert header.text("instrument") == "ASI 294"
    assert header.text("date") == "2024:03:01 21:00:00"


def test_an_exposure_time_of_exif_is_a_fraction(tmp_path: Path) -> None:
    made = tiff(description="", extratags=[(33434, "2I", 1, (1, 250), True)])
    assert frame_of(tmp_path, made).header.number("exposure_time") == pytest.approx(0.004)


@pytest.mark.parametrize(
    ("data", "defect"),
    [
        (tiff(np.ones((9, 9), np.complex64)), NotAnImage),
        (tiff(np.ones((1, 90), np.uint8)), OneDimensional),
        (tiff(np.ones((2000, 3), np.uint8)), TableAsImage),
        (tiff()[:600], FrameDefect),
        (b"II*\0\x08\0\0\0", Damaged),
    ],
)
def test_what_is_no_frame_says_why(data: bytes, defect: type[FrameDefect], tmp_path: Path) -> None:
    with pytest.raises(defect):
        frame_of(tmp_path, data)


def test_strips_that_are_not_told_of_are_noted(tmp_path: Path) -> None:
    data = tiff(rowsperstrip=5)
    counted = data.index(b"\x17\x01\x03\0\x05\0\0\0")  # StripByteCounts, five of 16 bits
    at = int.from_bytes(data[counted + 8 : counted + 12], "little")
    frame = frame_of(tmp_path, data[: at + 8] + b"\0\0" + data[at + 10 :])
    assert any("missing" in note for note in frame.notes)
    np.testing.assert_array_equal(frame.pixels[:20], counts()[:20])


def test_missing_strips_are_a_cut_file(tmp_path: Path) -> None:
    with pytest.raises(Truncated):
        frame_of(tmp_path, tiff()[:-200])
