"""The original's arrays as they are: one set, parts of a set, what lacks, what is wrong; pixels stay on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.errors import AstrocoreError, BadValue, FileUnreadable, Misaligned
from astrocore.tasks.sources.columns import ORIGINAL_24
from astrocore.tasks.sources.original import is_original, planes, read_original

from .conftest import original_set


def test_any_of_the_files_or_the_folder(tmp_path: Path) -> None:
    arrays = original_set(tmp_path)
    for path in (tmp_path, *(tmp_path / f"{kind}_exp1.npy" for kind in ("X", "dnnx", "y", "objlist"))):
        assert is_original(path)
        found = read_original(path, "ugriz")
        assert found.table["object_id"].tolist() == [str(number) for number in arrays["objlist"]]
        assert found.table["label"].tolist() == arrays["y"].tolist() and found.notes == ()
        assert "split" not in found.table and not set(ORIGINAL_24[20:]) & set(found.table)
        np.testing.assert_array_equal(found.table[list(ORIGINAL_24[:20])], arrays["dnnx"][:, :20])
        assert isinstance(found.images[0], np.memmap)
    assert found.files == ("X_exp1.npy", "dnnx_exp1.npy", "objlist_exp1.npy", "y_exp1.npy")


def test_planes_are_those_of_the_chosen_rows(tmp_path: Path) -> None:
    arrays = original_set(tmp_path)
    rows = np.array([4, 0, 5])
    made = planes(read_original(tmp_path, "ugriz").images, rows, "ugriz")
    assert list(made) == [f"image_{band}" for band in "ugriz"]
    np.testing.assert_array_equal(np.asarray(made["image_i"]), arrays["X"][rows, :, :, 3])
    assert planes((), rows, "ugriz") == {}


def test_odd_pixels_and_kinds_of_numbers(tmp_path: Path) -> None:
    x = np.zeros((6, 8, 8, 5))
    x[2, 0, 0, 1], x[2, 0, 1, 1] = np.nan, np.inf
    original_set(tmp_path, X=x)
    plane = planes(read_original(tmp_path, "ugriz").images, np.arange(6), "ugriz")["image_g"]
    assert plane.dtype == np.float32 and np.isnan(plane[2][0, :2]).all() and np.isfinite(plane[2][1:]).all()
    original_set(tmp_path, X=np.full((6, 8, 8, 5), 7, dtype=np.uint8))
    assert (
        planes(read_original(tmp_path, "ugriz").images, np.arange(6), "ugriz")["image_z"][0].tolist() == [[7] * 8] * 8
    )


@pytest.mark.parametrize(
    "lacking", [("X",), ("dnnx",), ("y",), ("objlist",), ("X", "y", "objlist"), ("dnnx", "y", "objlist")]
)
def test_any_but_images_or_features_may_be_missing(tmp_path: Path, lacking: tuple[str, ...]) -> None:
    original_set(tmp_path, **dict.fromkeys(lacking))
    found = read_original(tmp_path, "ugriz")
    assert len(found.table) == 6 and len(found.images) == ("X" not in lacking)
    for kind, column in (("dnnx", "dered_u"), ("y", "label"), ("objlist", "object_id")):
        assert (column in found.table) == (kind not in lacking)


def test_several_sets_need_a_file(tmp_path: Path) -> None:
    original_set(tmp_path)
    second = original_set(tmp_path, "exp2", n=4, seed=1)
    original_set(tmp_path, "other", X=None, dnnx=None)  # labels alone are no set
    with pytest.raises(
        FileUnreadable, match=r"holds 2 sets \(\*_exp1, \*_exp2\); name one of their files, such as X_exp1"
    ):
        read_original(tmp_path, "ugriz")
    found = read_original(tmp_path / "y_exp2.npy", "ugriz")
    assert found.table["label"].tolist() == second["y"].tolist()
    with pytest.raises(FileUnreadable, match=r"Beside objlist_other\.npy, y_other\.npy there is neither X"):
        read_original(tmp_path / "y_other.npy", "ugriz")


@pytest.mark.parametrize("form", ["suffix", "suffix and name", "folders", "folders with names"])
def test_parts_keep_their_split(tmp_path: Path, form: str) -> None:
    test, train = (
        original_set(
            tmp_path / split if form.startswith("folders") else tmp_path,
            {"suffix": split, "suffix and name": f"exp{n}_{split}", "folders": "", "folders with names": f"exp{n}"}[
                form
            ],
            n=n,
            seed=n,
        )
        for split, n in (("test", 3), ("train", 5))
    )
    found = read_original(tmp_path, "ugriz")
    assert found.table["split"].tolist() == ["train"] * 5 + ["test"] * 3
    assert found.table["object_id"].tolist() == [str(number) for number in (*train["objlist"], *test["objlist"])]
    images = planes(found.images, np.array([7, 0, 5]), "ugriz")["image_r"]
    np.testing.assert_array_equal(
        np.asarray(images), [test["X"][2, :, :, 2], train["X"][0, :, :, 2], test["X"][0, :, :, 2]]
    )
    one = next(path for path in sorted(tmp_path.rglob("dnnx*.npy")) if "test" in str(path.relative_to(tmp_path)))
    assert read_original(one, "ugriz").table["split"].tolist() == ["test"] * 3


def test_a_part_without_images_is_empty_there(tmp_path: Path) -> None:
    train = original_set(tmp_path, "train", n=2)
    original_set(tmp_path, "val", n=2, seed=1, X=None)
    plane = planes(read_original(tmp_path, "ugriz").images, np.arange(4), "ugriz")["image_u"]
    np.testing.assert_array_equal(plane[:2], train["X"][..., 0])
    assert np.isnan(plane[2:]).all() and plane.dtype == np.float32


def test_identifiers_of_64_bits_in_either_part(tmp_path: Path) -> None:
    original_set(tmp_path, "train", n=1, objlist=np.array([2**63 + 5], dtype=np.uint64))
    original_set(tmp_path, "test", n=1, objlist=np.array([b"1237662226208063492"]), y=np.array([b"STAR"]))
    found = read_original(tmp_path, "ugriz").table
    assert found["object_id"].tolist() == [str(2**63 + 5), "1237662226208063492"]
    assert found["label"].tolist() == ["GALAXY", "STAR"]


def test_colours_of_dereddened_magnitudes_are_told(tmp_path: Path) -> None:
    features = original_set(tmp_path)["dnnx"].copy()
    features[1, 20] += 0.5
    features[2, 0] = -9999  # unknown, so nothing can be said of its colour
    original_set(tmp_path, dnnx=features)
    assert "differ from those of dered + extinction in 1 objects" in read_original(tmp_path, "ugriz").notes[0]


@pytest.mark.parametrize(
    ("replace", "bands", "error", "says"),
    [
        (
            {"y": np.array(["STAR"] * 5)},
            "ugriz",
            Misaligned,
            "not the same number of rows: X 6, dnnx 6, y 5, objlist 6",
        ),
        ({"X": np.zeros((4, 8, 8, 5))}, "ugriz", Misaligned, "X 4, dnnx 6"),
        ({}, "gri", BadValue, r"X is 6 x 8 x 8 x 5, so it has 5 bands on its last axis, and bands names 3 \(gri\)"),
        ({"X": np.zeros((6, 5, 8, 8))}, "ugriz", BadValue, "has 8 bands on its last axis, and bands names 5"),
        ({"X": np.zeros((6, 8, 9, 5))}, "ugriz", BadValue, "not square"),
        ({"X": np.zeros((6, 8, 8))}, "ugriz", BadValue, r"X is 6 x 8 x 8; images are an array \(N, y, x, band\)"),
        ({"X": np.full((6, 8, 8, 5), "a")}, "ugriz", BadValue, "pixels are numbers"),
        (
            {"dnnx": np.zeros((6, 23))},
            "ugriz",
            BadValue,
            "dnnx has 23 columns and the original's features are 24: dered_u",
        ),
        ({"dnnx": np.full((6, 24), "a")}, "ugriz", BadValue, "dnnx holds <U1"),
        (
            {"objlist": np.zeros(6, dtype="V3")},
            "ugriz",
            BadValue,
            r"objlist holds \|V3; it must be text or whole numbers",
        ),
        ({"y": np.eye(6)}, "ugriz", BadValue, "y has 2 axes; the original's has 1"),
        ({"y": np.array(["STAR", None] * 3, dtype=object)}, "ugriz", FileUnreadable, r"y_exp1\.npy .* Python objects"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, replace: dict[str, object], bands: str, error: type[AstrocoreError], says: str
) -> None:
    original_set(tmp_path, **replace)
    with pytest.raises(error, match=says):
        read_original(tmp_path, bands)


@pytest.mark.parametrize("length", [0, 7, 90, 200])
def test_files_that_are_cut_off(tmp_path: Path, length: int) -> None:
    original_set(tmp_path)
    file = tmp_path / "dnnx_exp1.npy"
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(FileUnreadable, match=r"dnnx_exp1\.npy can't be read as a \.npy"):
        read_original(tmp_path, "ugriz")


@given(st.sampled_from(["X", "dnnx", "y", "objlist"]), st.integers(0, 140), st.binary(min_size=1, max_size=6))
def test_files_with_other_bytes_are_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, kind: str, place: int, put: bytes
) -> None:
    folder = tmp_path_factory.mktemp("a")
    original_set(folder, n=2)
    file = folder / f"{kind}_exp1.npy"
    content = bytearray(file.read_bytes())
    content[place : place + len(put)] = put
    file.write_bytes(content)
    try:
        found = read_original(folder, "ugriz")
    except AstrocoreError as error:
        assert kind in str(error)
    else:
        assert len(found.table) > 0


def test_parts_of_other_size_are_refused(tmp_path: Path) -> None:
    original_set(tmp_path, "train", n=2)
    original_set(tmp_path, "test", n=2, seed=1, X=np.zeros((2, 9, 9, 5)))
    with pytest.raises(Misaligned, match=r"images of \(8, 8, 5\) and of \(9, 9, 5\)"):
        read_original(tmp_path, "ugriz")


def test_other_folders_and_files(tmp_path: Path) -> None:
    for name in ("Xs.npy", "my_y.npy", "dnnx_a.npz"):
        (tmp_path / name).write_bytes(b"")
    assert not is_original(tmp_path) and not is_original(tmp_path / "Xs.npy")
    np.savez(tmp_path / "X_a.npy.npz", a=np.zeros(3))
    (tmp_path / "X_a.npy.npz").rename(tmp_path / "X_a.npy")
    with pytest.raises(FileUnreadable, match=r"X_a\.npy is an archive of arrays"):
        read_original(tmp_path, "ugriz")
