"""Cuts from synthetic frames against astropy's Cutout2D, in all orientations, and frames that can't be used."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from astrocore.errors import FileUnreadable
from astrocore.tasks.sources.cutouts import Cut
from astrocore.tasks.sources.frames import cut_frames

from .frame_files import DEC, HERE, PIXEL, RA, header, literal, noise, write

PLACE = st.integers(-40, 120).map(lambda n: n + 0.25)


def sky_of(made: fits.Header, x: float, y: float) -> tuple[float, float]:
    ra, dec = WCS(made).all_pix2world(x, y, 0)
    return float(ra), float(dec)


@given(
    st.lists(st.tuples(PLACE, PLACE), min_size=1, max_size=5),
    st.floats(0, 360),
    st.booleans(),
    st.floats(-11, 11),
    st.integers(3, 33),
)
def test_cuts_are_those_of_cutout2d(
    tmp_path_factory: pytest.TempPathFactory,
    at: list[tuple[float, float]],
    up: float,
    mirrored: bool,
    shift: float,
    size: int,
) -> None:
    folder, images = tmp_path_factory.mktemp("frames"), noise((2, 70, 90))
    first = header((70, 90), up=up, mirrored=mirrored, FILTER="g")
    second = header((70, 90), up=up, mirrored=mirrored, shift=(shift, -shift / 2), FILTER="r")
    write(folder / "a.fits", (images[0], first))
    write(folder / "b.fits", (images[1], second))
    ra, dec = np.array([sky_of(first, x, y) for x, y in at]).T
    cut = cut_frames(folder, ra, dec, "gr", size)
    for band, image, made in zip("gr", images, (first, second), strict=True):
        wanted = [literal(image, made, *place, size) for place in zip(ra, dec, strict=True)]
        np.testing.assert_array_equal(cut.arrays[f"image_{band}"], wanted)
    known = np.isfinite(cut.columns["up_angle"])
    np.testing.assert_allclose((cut.columns["up_angle"][known] - up + 180) % 360, 180, atol=0.05)
    assert (known | np.isnan(cut.arrays["image_g"]).all(axis=(1, 2))).all()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("up", [0.0, 45.0, 90.0, 180.0, 270.0, 300.0])
def test_a_star_lies_where_the_angle_says(tmp_path: Path, up: float, mirrored: bool) -> None:
    made = header((80, 80), up=up, mirrored=mirrored, FILTER="r")
    star = SkyCoord(RA * u.deg, DEC * u.deg).directional_offset_by(20 * u.deg, 11 * 0.396 * u.arcsec)
    x, y = (int(np.round(value)) for value in WCS(made).world_to_pixel(star))
    image = np.zeros((80, 80), dtype=np.float32)
    image[y, x] = 1
    cut = cut_frames(write(tmp_path / "r.fits", (image, made)).parent, *HERE, "r", 33)
    found = np.unravel_index(cut.arrays["image_r"][0].argmax(), (33, 33))
    angle = np.radians(20 - cut.columns["up_angle"][0])
    np.testing.assert_allclose(found, (16 + 11 * np.cos(angle), 16 - 11 * np.sin(angle)), atol=1.1)


def test_bands_by_header_extension_and_name(tmp_path: Path) -> None:
    images = noise((6, 64, 64))
    write(tmp_path / "a.fits", (images[0], header(FILTER="SDSS u'")))
    write(tmp_path / "b.fit", (None, fits.Header()), (images[1], header(EXTNAME="g")), (images[2], header(BAND="R")))
    write(tmp_path / "frame-i-002583-2-0136.fits", (images[3], header()))
    packed = write(tmp_path / "new" / "z.fits", (images[4], header(FILTNAM="z")))
    (tmp_path / "z.fits.bz2").write_bytes(bz2.compress(packed.read_bytes()))
    packed.unlink()
    write(tmp_path / ".hidden.fits", (images[5], header(FILTER="u")))
    cut = cut_frames(tmp_path, *HERE, "ugriz", 16)
    for band, image in zip("ugriz", images[:5], strict=True):
        np.testing.assert_array_equal(cut.arrays[f"image_{band}"][0], image[24:40, 24:40])
    assert cut.defects == () and len(cut.notes) == 1 and "5 frames do not say their unit" in cut.notes[0]


def test_other_packings(tmp_path: Path) -> None:
    image = np.round(noise((64, 64)) * 100)
    plain = write(tmp_path / "plain" / "g.fits", (image, header()))
    (tmp_path / "g.fits.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    tiles = fits.CompImageHDU(image.astype(np.int16), header(FILTER="r", SATURATE=150))
    fits.HDUList([fits.PrimaryHDU(), tiles]).writeto(tmp_path / "r.fits.fz")
    cut = cut_frames(tmp_path, *HERE, "gr", 16)
    middle = image[24:40, 24:40]
    np.testing.assert_array_equal(cut.arrays["image_g"][0], middle)
    np.testing.assert_array_equal(cut.arrays["image_r"][0], np.where(middle < 150, middle, np.nan))
    assert np.isnan(cut.arrays["image_r"]).any()


def test_scaled_integers_with_blanks(tmp_path: Path) -> None:
    stored = np.arange(64 * 64, dtype=np.int16).reshape(64, 64)
    hdu = fits.PrimaryHDU(stored, header(FILTER="r"))
    hdu.header["BLANK"] = int(stored[32, 32])
    hdu.header["BSCALE"], hdu.header["BZERO"] = 0.5, 10.0
    hdu.writeto(tmp_path / "r.fits")
    content = bytearray((tmp_path / "r.fits").read_bytes())
    for key, value in (("BSCALE", 0.5), ("BZERO", 10.0)):  # astropy scales what it writes: set the cards afterwards
        card = fits.Card(key, value).image.encode()
        start = content.find(key.encode())
        content[start : start + 80] = card
    (tmp_path / "r.fits").write_bytes(content)
    found = cut_frames(tmp_path, *HERE, "r", 16).arrays["image_r"][0]
    with fits.open(tmp_path / "r.fits") as hdus:
        wanted = np.asarray(hdus[0].data[24:40, 24:40], dtype=np.float32)
    np.testing.assert_array_equal(found, wanted)
    assert np.isnan(found[8, 8])


def test_frames_that_can_not_be_used_are_told_and_passed_over(tmp_path: Path) -> None:
    image = noise((64, 64))
    good = write(tmp_path / "good.fits", (image, header(FILTER="r")))
    write(tmp_path / "nowcs-r.fits", (image, fits.Header()))
    write(tmp_path / "singular.fits", (image, header(FILTER="r", CD1_1=0.0, CD1_2=0.0)))
    write(tmp_path / "cube-r.fits", (noise((3, 64, 64)), header()))
    write(tmp_path / "spectrum-r.fits", (noise((64,)), fits.Header()))
    write(tmp_path / "y.fits", (image, header(FILTER="y")))
    write(tmp_path / "m31.fits", (image, header()))
    write(tmp_path / "nothing-r.fits", (None, fits.Header()))
    (tmp_path / "empty-r.fits").touch()
    (tmp_path / "pointer-r.fits").write_text("version https://git-lfs.github.com/spec/v1\n")
    (tmp_path / "half-r.fits").write_bytes(good.read_bytes()[:9000])
    (tmp_path / "half-r.fits.bz2").write_bytes(bz2.compress(good.read_bytes())[:9000])
    cut = cut_frames(tmp_path, *HERE, "gr", 16)
    told = {defect.file: (defect.error, defect.message) for defect in cut.defects}
    says = {
        "nowcs-r.fits": "no celestial WCS",
        "singular.fits": "no celestial WCS",
        "cube-r.fits": "number of axes is 3",
        "spectrum-r.fits": "number of axes is 1",
        "y.fits": "filter y, which is not one of g, r",
        "m31.fits": "does not tell its band",
        "nothing-r.fits": "neither image nor table",
        "empty-r.fits": "is empty",
        "pointer-r.fits": "git lfs pull",
        "half-r.fits.bz2": "can't be read as FITS",
    }
    assert set(says) <= set(told) and all(text in told[name][1] for name, text in says.items())
    # Half a frame is not read where an earlier one holds the object as well.
    assert set(told) == set(says) and told["half-r.fits.bz2"][0] == "FileUnreadable"
    np.testing.assert_array_equal(cut.arrays["image_r"][0], image[24:40, 24:40])
    assert np.isnan(cut.arrays["image_g"]).all()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder, image = tmp_path_factory.mktemp("sound"), noise((20, 20))
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(image, header((20, 20), FILTER="g"))]).writeto(folder / "g.fz")
    write(
        folder / "g.fits", (image, header((20, 20), CTYPE1="RA---TAN-SIP", CTYPE2="DEC--TAN-SIP", A_ORDER=2, A_2_0=0))
    )
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.filterwarnings("ignore")
@given(
    st.sampled_from(["g.fz", "g.fits"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0.05, 1),
)
def test_a_damaged_frame_takes_no_other_with_it(
    tmp_path_factory: pytest.TempPathFactory,
    sound: dict[str, bytes],
    name: str,
    changes: list[tuple[float, int]],
    part: float,
) -> None:
    folder, image = tmp_path_factory.mktemp("damaged"), noise((64, 64))
    content = bytearray(sound[name])
    for place, value in changes:
        content[int(place * len(content))] = value
    (folder / name).write_bytes(content[: int(part * len(content))])
    write(folder / "a.fits", (image, header(FILTER="r")))
    cut = cut_frames(folder, *HERE, "gr", 16)
    np.testing.assert_array_equal(cut.arrays["image_r"][0], image[24:40, 24:40])
    assert all(defect.file.startswith(name) for defect in cut.defects)


def test_half_a_frame_alone(tmp_path: Path) -> None:
    whole = write(tmp_path / "r.fits", (noise((64, 64)), header()))
    whole.write_bytes(whole.read_bytes()[:9000])
    with pytest.raises(FileUnreadable, match=r"None of the 1 FITS files .* r\.fits has pixels that can't be read"):
        cut_frames(tmp_path, *HERE, "r", 16)


def test_masks_and_tables_beside_frames_are_no_defects(tmp_path: Path) -> None:
    write(tmp_path / "r.fits", (noise((64, 64)), header(BUNIT="nmgy")))
    write(tmp_path / "r.mask.fits", (np.ones((64, 64)), header(shift=(1, 1))))
    Table({"ra": [RA]}).write(tmp_path / "objects.fits")
    cut = cut_frames(tmp_path, *HERE, "r", 16)
    assert cut.defects == () and len(cut.notes) == 1
    assert "2 files were passed over" in cut.notes[0] and "objects.fits, r.mask.fits" in cut.notes[0]


def test_images_of_one_file_are_told_by_number(tmp_path: Path) -> None:
    image = noise((64, 64))
    chips = [(image, header(shift=(place * 64.0, 0))) for place in (0, 1)]
    write(tmp_path / "chips.fits", (None, fits.Header({"FILTER": "g"})), *chips, (image, fits.Header()))
    cut = cut_frames(tmp_path, RA + np.array([0.0, 64.0]) * PIXEL, np.full(2, DEC), "g", 16)
    assert [defect.file for defect in cut.defects] == ["chips.fits[3]"]
    np.testing.assert_allclose(cut.arrays["image_g"], np.stack([image[24:40, 24:40]] * 2))


def test_nothing_to_cut_from(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no folder"):
        cut_frames(tmp_path / "none", *HERE, "r", 16)
    with pytest.raises(FileUnreadable, match=r"holds no frames; bring FITS files with images \(\.fits, "):
        cut_frames(tmp_path, *HERE, "r", 16)
    Table({"ra": [RA]}).write(tmp_path / "objects.fits")
    with pytest.raises(FileUnreadable, match=r"None of the 1 FITS files .* They hold tables"):
        cut_frames(tmp_path, *HERE, "r", 16)


def test_no_objects(tmp_path: Path) -> None:
    write(tmp_path / "r.fits", (noise((64, 64)), header()))
    cut: Cut = cut_frames(tmp_path, np.empty(0), np.empty(0), "r", 16)
    assert cut.arrays["image_r"].shape == (0, 16, 16) and cut.columns["up_angle"].shape == (0,) and cut.notes == ()


def test_each_frame_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(4):
        write(tmp_path / f"r{place}.fits", (noise((64, 64)), header(shift=(20.0 - 10 * place, 0), FILTER="r")))
    opened: list[object] = []
    fits_open = fits.open
    monkeypatch.setattr(fits, "open", lambda *args, **kwargs: opened.append(args[0]) or fits_open(*args, **kwargs))
    cut_frames(tmp_path, RA + np.arange(-20, 20) * PIXEL, np.full(40, DEC), "r", 16)
    assert sorted(opened) == sorted(tmp_path.iterdir())  # type: ignore[type-var]
