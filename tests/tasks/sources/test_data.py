"""Whatever a user has on disk becomes a draft that can be split and written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.errors import AstrocoreError, ConfigError, FileUnreadable, GroupLeak, Misaligned, MissingColumns
from astrocore.tasks.sources.data import read

from .conftest import FOUR, Write, objid, original_set, source
from .frame_files import header, noise
from .frame_files import write as write_fits
from .test_photoobj import photoobj


def written(draft: Draft, folder: Path) -> Dataset:
    return write_dataset(
        Draft(**{**vars(draft), "table": draft.table.assign(split=split_by_group(draft.table))}), folder
    )


# -------------------------------------------------------------------------------------------------- original's arrays


def test_the_originals_arrays_as_they_are(tmp_path: Path) -> None:
    arrays = original_set(tmp_path / "in", n=9)
    draft = read(tmp_path / "in", source())
    assert draft.classes == ("STAR", "GALAXY", "QSO") and draft.table["label"].tolist() == [1, 2, 0] * 3
    assert draft.table["object_id"].tolist() == [str(number) for number in arrays["objlist"]]
    assert draft.table["group"].tolist() == [f"field 752-{1 + i % 6}-{100 + i}" for i in range(9)]
    assert draft.origin == {"photometry": "measured", "image": "measured"} and draft.notes == ()
    raw = arrays["dnnx"][:, 0:20:4].astype(float) + arrays["dnnx"][:, 3:20:4]
    np.testing.assert_allclose(draft.table[[f"modelMag_{band}" for band in "ugriz"]], raw)
    found = written(draft, tmp_path / "out")
    assert found.array_names == tuple(sorted(f"image_{band}" for band in "ugriz"))
    np.testing.assert_array_equal(found.arrays["image_i"], arrays["X"][..., 3])
    assert found.units["deVRad_u"] == "arcsec" and found.arrays["image_i"].dtype == np.float32


def test_selections_take_the_images_along(tmp_path: Path) -> None:
    arrays = original_set(tmp_path / "in", n=9)
    draft = read(tmp_path / "in" / "X_exp1.npy", source(leave_out=("QSO",), faint=20.2))
    raw = (arrays["dnnx"][:, 0:20:4].astype(float) + arrays["dnnx"][:, 3:20:4]).mean(axis=1)
    rows = np.flatnonzero((arrays["y"] != "QSO") & (raw > 20.2))
    assert 0 < len(rows) < 6 and draft.table["object_id"].tolist() == [str(arrays["objlist"][row]) for row in rows]
    assert draft.classes == ("STAR", "GALAXY") and len(draft.notes) == 2
    np.testing.assert_array_equal(written(draft, tmp_path / "out").arrays["image_z"], arrays["X"][rows, :, :, 4])


def test_parts_of_one_field_and_an_object_in_two_parts(tmp_path: Path) -> None:
    one = [objid(752, 1, 11, number) for number in range(6)]
    original_set(tmp_path, "train", n=4, objlist=np.array(one[:4]))
    original_set(tmp_path, "test", n=2, objlist=np.array(one[4:]))
    draft = read(tmp_path, source())
    assert set(draft.table["group"]) == {"field 752-1-11 train", "field 752-1-11 test"}
    assert any("tears 1 of 1 fields" in note for note in draft.notes)
    assert split_by_group(draft.table).tolist()[4:] == ["test", "test"]
    original_set(tmp_path, "test", n=2, objlist=np.array([one[3], one[5]]))
    with pytest.raises(GroupLeak, match=f"1 objects are in more than one split, {one[3]} in train and test"):
        read(tmp_path, source())


def test_images_alone(tmp_path: Path) -> None:
    original_set(tmp_path, dnnx=None, y=None, objlist=None)
    draft = read(tmp_path, source())
    assert draft.origin == {"image": "measured"} and draft.table["label"].isna().all()
    assert draft.table["object_id"][0] == f"{tmp_path.name}-000001"
    with pytest.raises(MissingColumns, match="deVRad_<band>"):
        read(tmp_path, source(compact=0.5))


# -------------------------------------------------------------------------------------------------------- tables


def test_a_table_in_any_form(write: Write, tmp_path: Path) -> None:
    first = read(write(), source())
    assert first.origin == {"photometry": "measured"} and first.sources == ("objects.csv",) and first.arrays == {}
    pd.DataFrame(FOUR).to_parquet(tmp_path / "t.parquet")
    Table(FOUR).write(tmp_path / "t.fits")
    Table(FOUR).write(tmp_path / "t.vot", format="votable")
    for name in ("t.parquet", "t.fits", "t.vot"):
        pd.testing.assert_frame_equal(read(tmp_path / name, source()).table, first.table)


def test_large_identifiers_stay_exact_in_any_form(tmp_path: Path) -> None:
    numbers = [objid(752, 1, 11, number) for number in (1, 2)]
    columns = {"objid": numbers, "r": [17.0, 18.0]}
    pd.DataFrame(columns).to_csv(tmp_path / "t.csv", index=False)
    pd.DataFrame(columns).to_parquet(tmp_path / "t.parquet")
    Table(columns).write(tmp_path / "t.fits")
    (tmp_path / "blank.csv").write_text(f"objid,r\n{2**63 + 5},17\n,18\n")
    for name in ("t.csv", "t.parquet", "t.fits"):
        assert read(tmp_path / name, source()).table["object_id"].tolist() == [str(number) for number in numbers]
    assert read(tmp_path / "blank.csv", source()).table["object_id"].tolist() == [str(2**63 + 5), "blank-000002"]


def test_a_photoobj_file(tmp_path: Path) -> None:
    columns = photoobj(tmp_path / "photoObj.fits")
    draft = read(tmp_path / "photoObj.fits", source())
    assert len(draft.table) == 2 and draft.table["group"].tolist() == ["field 3900-6-269"] * 2
    wanted = (np.asarray(columns["MODELMAG"]).astype(float) - np.asarray(columns["EXTINCTION"]))[[0, 3]]
    np.testing.assert_allclose(draft.table[[f"dered_{band}" for band in "ugriz"]], wanted)
    assert "2 primary of 4" in draft.notes[0] and "every object is unlabelled" in draft.notes[1]


def test_a_folder_of_splits(write: Write, tmp_path: Path) -> None:
    write("in/train.csv")
    write("in/test.csv", object_id=list("efgh"))
    draft = read(tmp_path / "in", source())
    assert draft.table["split"].tolist() == ["train"] * 4 + ["test"] * 4 and draft.sources == ("in",)
    write("in/test.csv", object_id=list("efga"))
    with pytest.raises(GroupLeak, match="a in train and test"):
        read(tmp_path / "in", source())


def test_a_table_with_images_of_its_rows(write: Write, tmp_path: Path) -> None:
    pixels = noise((4, 8, 8, 2))
    np.save(tmp_path / "pixels.npy", pixels)
    draft = read(write(), source(images="pixels.npy", bands="gr", leave_out=("STAR",)))
    np.testing.assert_array_equal(np.asarray(draft.arrays["image_r"]), pixels[[1, 2], :, :, 1])
    assert draft.sources == ("objects.csv", "pixels.npy") and draft.origin["image"] == "measured"
    with pytest.raises(Misaligned, match="4 objects and the table 3 rows"):
        read(write(**{name: values[:3] for name, values in FOUR.items()}), source(images="pixels.npy", bands="gr"))


def test_simulated_fields_are_said_to_be(write: Write) -> None:
    assert read(write(group=["SIM field 00001"] * 4), source()).origin == {"photometry": "simulated"}


def test_rows_of_which_nothing_is_known_are_told(write: Write) -> None:
    draft = read(write(modelMag_g=[17, -9999, 18, 19], modelMag_r=[17, 99, 18, 19]), source())
    assert draft.notes[-1] == "1 objects have neither photometry nor images."


CELL = st.one_of(
    st.sampled_from(["", "17.5", "-9999", "99", "inf", "nan", "STAR", "1e400", "abc", "=1", "0x1F", "-0", "1,5", "é"]),
    st.integers(-(2**70), 2**70).map(str),
    st.text(max_size=4),
)
NAMES = st.lists(
    st.sampled_from(["object_id", "objid", "u", "g", "modelMag_r", "z", "zErr", "class", "ra", "dec", "split", "group",
                     "run", "camcol", "field", "deVRad_r", "dered_r", "extinction_r", "label", "redshift", "x"]),
    min_size=1, max_size=6, unique=True,
)  # fmt: skip


@given(NAMES, st.data())
def test_whatever_stands_in_a_table_it_is_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.tuples(*[CELL] * len(names)), max_size=4))
    file = tmp_path_factory.mktemp("t") / "t.csv"
    pd.DataFrame(rows, columns=names).to_csv(file, index=False)
    try:
        draft = read(file, source())
    except AstrocoreError as error:
        assert len(str(error)) > 20
    else:
        assert (
            draft.table["object_id"].is_unique
            and not np.isinf(draft.table.select_dtypes("number").to_numpy(float)).any()
        )


# -------------------------------------------------------------------------------------------------------- images


def test_a_folder_of_images_and_one(tmp_path: Path) -> None:
    cube = noise((5, 8, 8))
    for place, name in enumerate(("a", "b")):
        write_fits(tmp_path / f"{name}.fits", (cube + place, header((8, 8))))
    draft = read(tmp_path, source(image_size=8))
    assert draft.table["object_id"].tolist() == ["a", "b"] and draft.origin == {"image": "measured"}
    assert draft.table["group"].tolist() == ["cell 149.85 +2.00"] * 2 and draft.table["label"].isna().all()
    np.testing.assert_array_equal(draft.arrays["image_u"][1], cube[0] + 1)
    one = read(tmp_path / "b.fits", source(image_size=8))
    assert one.table["object_id"].tolist() == ["b"] and one.sources == ("b.fits",)


def test_folders_named_after_classes_and_splits(tmp_path: Path) -> None:
    for name in ("train/STAR/a", "train/quasars/b", "test/star/c", "test/odd/d"):
        write_fits(tmp_path / f"{name}.fits", (noise((5, 8, 8)), header((8, 8))))
    draft = read(tmp_path, source(image_size=8))
    assert draft.table["object_id"].tolist() == ["d", "c", "a", "b"]
    assert draft.table["split"].tolist() == ["test", "test", "train", "train"]
    assert draft.classes == ("STAR", "QSO") and draft.table["label"].fillna(-1).tolist() == [-1, 0, 0, 1]


def test_images_of_which_none_can_be_used(tmp_path: Path) -> None:
    write_fits(tmp_path / "a.fits", (noise((3, 8, 8)), header((8, 8))))
    with pytest.raises(FileUnreadable, match=r"None of the images could be used \(1 files\); a\.fits"):
        read(tmp_path, source())


# --------------------------------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize("content", ["", "# nothing\n", "u,g,class\n"])
def test_empty_tables(tmp_path: Path, content: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(FileUnreadable, match=r"t\.csv"):
        read(tmp_path / "t.csv", source())


@pytest.mark.parametrize(
    ("name", "options", "error", "says"),
    [
        ("none.csv", {}, FileUnreadable, "There is no file or folder"),
        ("empty", {}, FileUnreadable, "holds neither arrays X_"),
        ("other.npy", {}, FileUnreadable, r"other\.npy is none of the original's arrays"),
        ("plain.csv", {}, MissingColumns, "There are no images, and no column is one of photometry"),
        ("plain.csv", {"images": "a.npy", "frames": "b"}, ConfigError, "images and frames are set"),
        ("broken.fits", {}, FileUnreadable, r"broken\.fits"),
        ("set", {"images": "other.npy"}, ConfigError, "images is set and the arrays bring images"),
    ],
)
def test_what_can_not_be_read(
    tmp_path: Path, name: str, options: dict[str, object], error: type[AstrocoreError], says: str
) -> None:
    (tmp_path / "empty").mkdir()
    np.save(tmp_path / "other.npy", np.zeros(3))
    (tmp_path / "plain.csv").write_text("name,chi\na,1\n")
    (tmp_path / "broken.fits").write_bytes(b"SIMPLE  =")
    original_set(tmp_path / "set")
    with pytest.raises(error, match=says):
        read(tmp_path / name, source(**options))
