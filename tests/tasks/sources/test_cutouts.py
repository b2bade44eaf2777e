"""Cutouts of one file an object: cubes and extensions, bands by name or in order, sizes, damage."""

from __future__ import annotations

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

from astrocore.tasks.sources.cutouts import Cut, read_images

from .frame_files import DEC, PIXEL, RA, header, noise, write

BANDS = "ugriz"


def read(*files: Path, bands: str = BANDS, size: int = 16) -> Cut:
    return read_images(files, [file.stem for file in files], bands, size)


def stacked(cut: Cut, row: int = 0, bands: str = BANDS) -> np.ndarray:
    return np.stack([cut.arrays[f"image_{band}"][row] for band in bands])


def extensions(path: Path, cube: np.ndarray, *cards: dict[str, object], primary: bool = False) -> Path:
    """One image a band; `primary` puts the first one into the primary HDU."""
    images = [(image, fits.Header(own)) for image, own in zip(cube, cards, strict=True)]
    return write(path, *([] if primary else [(None, fits.Header())]), *images)


def test_a_cube_in_the_order_of_the_bands(tmp_path: Path) -> None:
    cube = noise((5, 16, 16))
    cube[1, 3, 4], cube[2, 5, 6], cube[3, 0, 0] = np.nan, np.inf, 70.0
    file = write(tmp_path / "a.fits", (cube, header((16, 16), BUNIT="nanomaggy", SATURATE=60.0)))
    cut = read(file)
    wanted = np.where(np.isfinite(cube) & (cube < 60), cube, np.nan)
    np.testing.assert_array_equal(stacked(cut), wanted)
    assert cut.arrays["image_u"].dtype == np.float32 and list(cut.arrays) == [f"image_{band}" for band in BANDS]
    assert (cut.columns["ra"][0], cut.columns["dec"][0]) == pytest.approx((RA, DEC)) and cut.columns["up_angle"][0] == 0
    assert cut.columns["pixel_arcsec"][0] == pytest.approx(PIXEL * 3600)
    assert cut.defects == () and cut.notes == ()


@pytest.mark.parametrize("key", ["EXTNAME", "FILTER", "BAND", "FILTNAM"])
@pytest.mark.parametrize("primary", [False, True])
def test_extensions_by_name_in_any_order(tmp_path: Path, key: str, primary: bool) -> None:
    cube = noise((5, 16, 16))
    file = extensions(tmp_path / "a.fits", cube, *({key: band} for band in "zgiur"), primary=primary)
    np.testing.assert_array_equal(stacked(read(file), bands="zgiur"), cube)


def test_extensions_without_names_are_in_order(tmp_path: Path) -> None:
    cube = noise((5, 16, 16))
    plain = extensions(tmp_path / "a.fits", cube, *[{}] * 5, primary=True)
    chips = extensions(tmp_path / "b.fits", cube, *({"EXTNAME": f"CCD{i}"} for i in range(5)))
    half = extensions(tmp_path / "c.fits", cube, {"FILTER": "u"}, {}, {"FILTER": "r"}, {}, {})
    cut = read(plain, chips, half)
    assert cut.defects == ()
    for row in range(3):
        np.testing.assert_array_equal(stacked(cut, row), cube)


def test_a_cube_that_names_its_planes(tmp_path: Path) -> None:
    cube = noise((3, 16, 16))
    cut = read(write(tmp_path / "a.fits", (cube, fits.Header({"BANDS": "zrg"}))))
    np.testing.assert_array_equal(stacked(cut, bands="zrg"), cube)
    assert np.isnan(stacked(cut, bands="ui")).all() and cut.defects == ()
    assert "1 of 1 image files lack some of the bands ugriz" in cut.notes[0]


def test_named_bands_may_lack_and_others_are_passed_over(tmp_path: Path) -> None:
    cube = noise((3, 16, 16))
    cut = read(extensions(tmp_path / "a.fits", cube, {"FILTER": "y"}, {"FILTER": "HSC-R"}, {"FILTER": "g"}))
    np.testing.assert_array_equal(stacked(cut, bands="rg"), cube[1:])
    assert np.isnan(stacked(cut, bands="uiz")).all() and cut.defects == ()
    masked = extensions(tmp_path / "b.fits", noise((6, 16, 16)), *({"EXTNAME": name} for name in ("MASK", *BANDS)))
    assert np.isfinite(stacked(read(masked))).all()


@pytest.mark.parametrize(("side", "size"), [(40, 16), (41, 16), (40, 15), (41, 15), (9, 16), (10, 15)])
def test_the_middle_is_kept_or_padded(tmp_path: Path, side: int, size: int) -> None:
    cube = noise((5, side, side))
    cut = stacked(read(write(tmp_path / "a.fits", (cube, header((side, side)))), size=size))
    assert cut.shape == (5, size, size)
    padded = np.pad(cube, ((0, 0), (size, size), (size, size)), constant_values=np.nan)
    place = next(
        (y, x)
        for y in range(side + size)
        for x in range(side + size)
        if np.array_equal(padded[:, y : y + size, x : x + size], cut, equal_nan=True)
    )
    middle = [start - size + (size - 1) / 2 - (side - 1) / 2 for start in place]
    assert np.abs(middle).max() <= 0.5
    assert np.isfinite(cut).sum() == 5 * min(side, size) ** 2


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("up", [0.0, 62.0, 90.0, 200.0, 270.0])
def test_turned_and_mirrored_images_hold_a_star_where_the_angle_says(tmp_path: Path, up: float, mirrored: bool) -> None:
    made = header((33, 33), up=up, mirrored=mirrored)
    star = SkyCoord(RA * u.deg, DEC * u.deg).directional_offset_by(35 * u.deg, 10 * 0.396 * u.arcsec)
    x, y = (int(np.round(value)) for value in WCS(made).world_to_pixel(star))
    cube = np.zeros((5, 33, 33), dtype=np.float32)
    cube[:, y, x] = 1
    cut = read(write(tmp_path / "a.fits", (cube, made)), size=33)
    found = np.unravel_index(stacked(cut)[0].argmax(), (33, 33))
    angle = np.radians(35 - cut.columns["up_angle"][0])
    np.testing.assert_allclose(found, (16 + 10 * np.cos(angle), 16 - 10 * np.sin(angle)), atol=0.71)
    assert (cut.columns["up_angle"][0] - up + 180) % 360 == pytest.approx(180, abs=1e-6)


def test_each_band_is_mirrored_by_its_own_wcs(tmp_path: Path) -> None:
    image = noise((16, 16))
    straight, mirrored = header((16, 16), FILTER="g"), header((16, 16), mirrored=True, FILTER="r")
    cut = read(write(tmp_path / "a.fits", (image, straight), (image[:, ::-1], mirrored)), bands="gr")
    np.testing.assert_array_equal(stacked(cut, bands="gr"), [image, image])


def test_positions_from_header_cards_where_there_is_no_wcs(tmp_path: Path) -> None:
    cube = noise((5, 16, 16))
    told = write(tmp_path / "a.fits", (cube, fits.Header({"RA": 12.5, "DEC": -3.0})))
    silent = write(tmp_path / "b.fits", (cube, fits.Header()))
    cut = read(told, silent)
    np.testing.assert_array_equal(cut.columns["ra"], [12.5, np.nan])
    np.testing.assert_array_equal(cut.columns["dec"], [-3.0, np.nan])
    assert np.isnan(cut.columns["up_angle"]).all() and list(read(silent).columns) == ["up_angle", "pixel_arcsec"]
    assert "2 image files do not say their unit" in cut.notes[0]


def test_a_wrong_number_of_bands_is_told_with_both_numbers(tmp_path: Path) -> None:
    good = write(tmp_path / "good.fits", (noise((5, 16, 16)), fits.Header()))
    four = write(tmp_path / "four.fits", (noise((4, 16, 16)), fits.Header()))
    last = write(tmp_path / "last.fits", (noise((16, 16, 5)), fits.Header()))
    flat = write(tmp_path / "flat.fits", (noise((16, 16)), fits.Header()))
    cut = read(four, last, good, flat)
    assert [defect.file for defect in cut.defects] == ["four.fits", "last.fits", "flat.fits"]
    assert (
        "another number of bands, 4, than the 5 bands ugriz" in cut.defects[0].message
        and "file of four" in cut.defects[0].message
    )
    assert "(y, x, band)" in cut.defects[1].message and "1, than the 5" in cut.defects[2].message
    assert [np.isfinite(stacked(cut, row)).all() for row in range(4)] == [False, False, True, False]


def test_names_that_contradict(tmp_path: Path) -> None:
    cube = noise((5, 16, 16))
    twice = extensions(tmp_path / "twice.fits", cube, *({"FILTER": band} for band in "ugrir"))
    other = extensions(tmp_path / "other.fits", cube[:2], {"FILTER": "J"}, {"FILTER": "H"})
    swapped = extensions(tmp_path / "swapped.fits", cube, {"FILTER": "g"}, {"FILTER": "u"}, {}, {}, {})
    told = {defect.file: defect.message for defect in read(twice, other, swapped).defects}
    assert "u, g, r, i, r, in another order" in told["twice.fits"] and "none of the 5" in told["other.fits"]
    assert "g, u, (unnamed)" in told["swapped.fits"]


def test_files_that_are_absent_or_no_images(tmp_path: Path) -> None:
    good = write(tmp_path / "good.fits", (noise((5, 16, 16)), header((16, 16))))
    (tmp_path / "empty.fits").touch()
    (tmp_path / "pointer.fits").write_text("version https://git-lfs.github.com/spec/v1\n")
    (tmp_path / "text.fits").write_text("no image " * 500)
    (tmp_path / "half.fits").write_bytes(good.read_bytes()[:4000])
    Table({"a": [1.0]}).write(tmp_path / "table.fits")
    write(tmp_path / "spectrum.fits", (noise((50,)), fits.Header()))
    bad = [tmp_path / f"{name}.fits" for name in ("empty", "pointer", "text", "half", "table", "spectrum")]
    cut = read(tmp_path / "absent.fits", *bad, good)
    assert [defect.file for defect in cut.defects] == [file.name for file in bad]
    assert {defect.error for defect in cut.defects} == {"FileUnreadable"}
    assert "1 of 8 objects have no image file" in cut.notes[0]
    assert np.isnan(np.stack([cut.arrays[name][:7] for name in cut.arrays])).all()
    assert np.isnan(cut.columns["ra"][:7]).all() and np.isfinite(stacked(cut, 7)).all()


def test_a_band_that_is_damaged_takes_the_row_with_it(tmp_path: Path) -> None:
    file = extensions(tmp_path / "a.fits", noise((5, 64, 64)), *({"FILTER": band, "RA": 1.0} for band in BANDS))
    file.write_bytes(file.read_bytes()[:-9000])
    cut = read(file)
    assert [defect.error for defect in cut.defects] == ["FileUnreadable"]
    assert np.isnan(stacked(cut)).all() and "ra" not in cut.columns


def test_no_objects_and_all_absent(tmp_path: Path) -> None:
    assert read().arrays["image_z"].shape == (0, 16, 16) and read().notes == ()
    cut = read(tmp_path / "a.fits", tmp_path / "b.fits")
    assert np.isnan(stacked(cut)).all() and cut.defects == () and "2 of 2" in cut.notes[0]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder, cube = tmp_path_factory.mktemp("sound"), noise((5, 9, 9))
    images = [fits.CompImageHDU(image, header((9, 9), FILTER=band)) for image, band in zip(cube, BANDS, strict=True)]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(folder / "packed.fz")
    write(folder / "cube.fits", (cube, header((9, 9))))
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.filterwarnings("ignore")
@given(
    st.sampled_from(["packed.fz", "cube.fits"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0.05, 1),
)
def test_a_damaged_file_is_read_or_a_defect(
    tmp_path_factory: pytest.TempPathFactory,
    sound: dict[str, bytes],
    name: str,
    changes: list[tuple[float, int]],
    part: float,
) -> None:
    content = bytearray(sound[name])
    for place, value in changes:
        content[int(place * len(content))] = value
    file = tmp_path_factory.mktemp("fits") / name
    file.write_bytes(content[: int(part * len(content))])
    cut = read(file, size=9)
    assert len(cut.defects) <= 1 and all(defect.file == name for defect in cut.defects)
    assert not cut.defects or np.isnan(stacked(cut)).all()


def test_tile_compressed_images(tmp_path: Path, sound: dict[str, bytes]) -> None:
    (tmp_path / "a.fz").write_bytes(sound["packed.fz"])
    cut = read(tmp_path / "a.fz", size=9)
    np.testing.assert_allclose(stacked(cut), noise((5, 9, 9)), atol=0.5)
    assert cut.columns["ra"][0] == pytest.approx(RA)
