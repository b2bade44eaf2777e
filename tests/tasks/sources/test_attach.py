"""Images beside a table: rows of an array, files named after objects, survey frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.data.draft import Draft
from astrocore.errors import AstrocoreError, BadValue, ConfigError, FileUnreadable, Misaligned, MissingColumns
from astrocore.tasks.sources.attach import add_cut, attach, check_one_kind, image_files, stem_of
from astrocore.tasks.sources.config import CLASSES
from astrocore.tasks.sources.cutouts import Cut

from .conftest import source
from .frame_files import DEC, RA, header, noise, write


def draft(*ids: str, **columns: object) -> Draft:
    return Draft("sources", CLASSES, pd.DataFrame({"object_id": list(ids), **columns}))


def test_rows_of_an_array(tmp_path: Path) -> None:
    pixels = noise((5, 8, 8, 3))
    np.save(tmp_path / "images.npy", pixels)
    np.savez(tmp_path / "images.npz", pixels=pixels, ids=np.arange(5))
    for name in ("images.npy", "images.npz"):
        found = draft("a", "b")
        attach(found, np.array([3, 1]), 5, source(images=name, bands="gri"), tmp_path)
        assert list(found.arrays) == ["image_g", "image_r", "image_i"]
        np.testing.assert_array_equal(np.asarray(found.arrays["image_r"]), pixels[[3, 1], :, :, 1])


@pytest.mark.parametrize(
    ("name", "bands", "error", "says"),
    [
        (
            "images.npy",
            "ugriz",
            BadValue,
            r"images\.npy is 5 x 8 x 8 x 3, so it has 3 bands .* bands names 5 \(ugriz\)",
        ),
        ("short.npy", "gri", Misaligned, r"short\.npy has images of 4 objects and the table 5 rows"),
        ("none.npy", "gri", FileUnreadable, "There is no file"),
        ("two.npz", "gri", BadValue, r"two\.npz holds 2 arrays of four axes"),
        ("images.txt", "gri", ConfigError, r"images names images\.txt; it must be a folder of FITS files, a \.npy"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path: Path, name: str, bands: str, error: type[AstrocoreError], says: str) -> None:
    np.save(tmp_path / "images.npy", noise((5, 8, 8, 3)))
    np.save(tmp_path / "short.npy", noise((4, 8, 8, 3)))
    np.savez(tmp_path / "two.npz", a=noise((5, 8, 8, 3)), b=noise((5, 8, 8, 3)))
    with pytest.raises(error, match=says):
        attach(draft(*"abcde"), np.arange(5), 5, source(images=name, bands=bands), tmp_path)


def test_files_named_after_objects(tmp_path: Path) -> None:
    cube = noise((5, 8, 8))
    folder = tmp_path / "cutouts"
    write(folder / "more" / "b.fits", (cube, header((8, 8), up=30.0)))
    write(folder / "x.fits", (cube, header((8, 8))))
    (folder / "c.fits.gz").write_bytes(b"no image")
    found = draft("a", "b", "c", ra=[10.0, np.nan, 10.0], dec=[1.0, 1.0, 1.0])
    attach(found, np.arange(3), 3, source(images=folder, image_size=8), tmp_path)
    np.testing.assert_array_equal(found.arrays["image_g"][1], cube[1])
    assert np.isnan(found.arrays["image_g"][[0, 2]]).all()
    assert [defect.file for defect in found.defects] == ["c.fits.gz"] and "1 of 3 objects have no image" in found.notes[
        0
    ]
    # A place that the table tells goes before that of the file.
    assert found.table["ra"].tolist() == [10, pytest.approx(RA), 10] and found.table["dec"].tolist() == [1, 1, 1]
    assert found.table["up_angle"][1] == pytest.approx(30) and found.units == {
        "up_angle": "deg",
        "pixel_arcsec": "arcsec",
        "ra": "deg",
        "dec": "deg",
    }


def test_folders_without_a_file_for_any_object(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(FileUnreadable, match="is named after an object, for it holds none; the first object is a"):
        attach(draft("a"), np.arange(1), 1, source(images="none"), tmp_path)
    write(tmp_path / "some" / "x.fits", (noise((5, 8, 8)), header((8, 8))))
    with pytest.raises(FileUnreadable, match="of which the first is x; the first object is a"):
        attach(draft("a"), np.arange(1), 1, source(images="some"), tmp_path)


def test_cuts_from_frames(tmp_path: Path) -> None:
    frames = {band: noise((64, 64), seed) for seed, band in enumerate("gr")}
    for band, pixels in frames.items():
        write(tmp_path / "frames" / f"{band}.fits", (pixels, header(FILTER=band, BUNIT="nanomaggy")))
    found = draft("a", "b", ra=[RA, np.nan], dec=[DEC, DEC])
    attach(found, np.arange(2), 2, source(frames="frames", bands="gr", image_size=8), tmp_path)
    assert found.arrays["image_r"].shape == (2, 8, 8) and np.isnan(found.arrays["image_r"][1]).all()
    assert np.isin(found.arrays["image_g"][0], frames["g"]).all()
    with pytest.raises(MissingColumns, match="needs the columns ra and dec"):
        attach(draft("a"), np.arange(1), 1, source(frames="frames"), tmp_path)


def test_nothing_asked_for_and_nothing_found() -> None:
    found = draft("a", ra=[1.0])
    attach(found, np.arange(1), 1, source(), Path())
    nothing = np.full((1, 4, 4), np.nan, dtype=np.float32)
    add_cut(found, Cut({"image_r": nothing}, {"up_angle": np.array([np.nan])}, notes=("told",)))
    assert found.arrays == {} and found.notes == ("told",) and found.table.columns.tolist() == ["object_id", "ra"]


def test_images_come_from_one_place() -> None:
    check_one_kind(source(images="a"), False)
    check_one_kind(source(), True)
    with pytest.raises(ConfigError, match="images and frames are set; keep one"):
        check_one_kind(source(images="a", frames="b"), False)
    with pytest.raises(ConfigError, match="frames is set and the arrays bring images of their own"):
        check_one_kind(source(frames="b"), True)


def test_names_of_files(tmp_path: Path) -> None:
    for name in ("b.fits", "a.FIT", ".hidden.fits", "sub/c.fits.bz2", ".git/d.fits", "e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [stem_of(file) for file in image_files(tmp_path)] == ["a", "b", "c"]
    assert stem_of(Path("x.y.fits.gz")) == "x.y"


def test_an_identifier_leads_out_of_no_folder(tmp_path: Path) -> None:
    write(tmp_path / "outside.fits", (noise((1, 8, 8)), header((8, 8))))
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "a.fits", (noise((1, 8, 8)), header((8, 8))))
    found = draft("a", "../outside")
    attach(found, np.arange(2), 2, source(images=tmp_path / "in", image_size=8, bands="r"), tmp_path)
    assert np.isfinite(found.arrays["image_r"]).any(axis=(1, 2)).tolist() == [True, False]
