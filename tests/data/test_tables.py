"""Tables and .npz archives as users bring them, and what is no table."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from astrocore.data.tables import read_arrays, read_table
from astrocore.errors import FileUnreadable

TABLE = pd.DataFrame({"id": ["a", "b", "c"], "x": [1.5, np.nan, 3.0], "n": [1, 2, 3]})


def test_csv_with_comments_and_blanks(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("# from an archive, with a comma\n#\nid , x\n a,1\n# in between\n b,\n")
    table = read_table(file)
    assert list(table.columns) == ["id", "x"] and list(table["id"]) == ["a", "b"]
    assert table["x"][0] == 1 and pd.isna(table["x"][1])


def test_semicolons_separate_where_the_names_have_no_comma(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("# a; b, c\nid;x\na, b;1\nc;2\n")
    table = read_table(tmp_path / "t.csv")
    assert list(table.columns) == ["id", "x"] and list(table["id"]) == ["a, b", "c"] and list(table["x"]) == [1, 2]
    (tmp_path / "t.csv").write_text("id,x;y\na,1\n")
    assert list(read_table(tmp_path / "t.csv").columns) == ["id", "x;y"]
    (tmp_path / "t.csv").write_text("id;x\na;1;2\n")
    with pytest.raises(FileUnreadable, match="more cells than there are column names"):
        read_table(tmp_path / "t.csv")


def test_a_hash_inside_a_line_is_no_comment(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,x\nobject #1,2\n")
    assert list(read_table(tmp_path / "t.csv")["id"]) == ["object #1"]


@pytest.mark.parametrize("name", ["t.csv", "t.CSV", "t.tsv", "t.csv.gz", "t.parquet", "t.pq"])
def test_formats_give_one_table(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name.endswith((".parquet", ".pq")):
        TABLE.to_parquet(file)
    else:
        text = TABLE.to_csv(index=False, sep="\t" if ".tsv" in name else ",")
        file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    table = read_table(file)
    assert list(table["id"]) == ["a", "b", "c"] and list(table["n"]) == [1, 2, 3]
    assert table["x"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("name", "form"), [("t.fits", "fits"), ("t.FIT", "fits"), ("t.vot", "votable"), ("t.xml", "votable")]
)
def test_fits_tables_and_votables(tmp_path: Path, name: str, form: str) -> None:
    made = Table(
        {"id": ["a", "b ", "c"], "x": [1.5, np.nan, 3.0], "n": [6056439999999999997, 2, 3], "v": np.zeros((3, 2))}
    )
    made.write(tmp_path / name, format=form)
    table = read_table(tmp_path / name)
    assert list(table.columns) == ["id", "x", "n"] and list(table["id"].str.strip()) == ["a", "b", "c"]
    assert table["n"][0] == 6056439999999999997 and table["x"].isna().tolist() == [False, True, False]


@pytest.mark.filterwarnings("ignore")
@given(st.sampled_from(["t.fits", "t.vot"]), st.binary(max_size=40), st.integers(0, 6000))
def test_a_damaged_fits_table_or_votable_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, noise: bytes, place: int
) -> None:
    file = tmp_path_factory.mktemp("damaged") / name
    Table({"id": ["a", "b"], "x": [1.5, 2.0]}).write(file, format="fits" if name.endswith("fits") else "votable")
    content = bytearray(file.read_bytes())
    place = place % len(content)
    content[place : place + len(noise)] = noise
    file.write_bytes(content)
    try:
        assert len(read_table(file)) > 0
    except FileUnreadable as error:
        assert name in str(error)


def test_long_whole_numbers_stay_exact_beside_empty_cells(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,x\n6056439999999999997,1\n,2\n")
    assert read_table(tmp_path / "t.csv")["id"][0] == 6056439999999999997


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbfid,x\na,1\n")
    assert list(read_table(tmp_path / "t.csv").columns) == ["id", "x"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.csv", b"", "is empty"),
        ("t.csv", b"# only a comment\n", "is empty"),
        ("t.csv", b"id,x\n", "has no rows"),
        ("t.csv", b"id,x\na,1\nb,2,3,4\n", "check that it is whole"),
        ("t.csv", b"id,x\n\xff\xfe\x00,1\n", "check that it is whole"),
        ("t.csv.gz", b"no gzip", "check that it is whole"),
        ("t.parquet", b"PAR1 and nothing", "check that it is whole"),
        ("t.xlsx", b"", "is not a table"),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileUnreadable, match=says):
        read_table(tmp_path / name)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for read in (read_table, read_arrays):
        with pytest.raises(FileUnreadable, match="no file"):
            read(tmp_path / "none.csv")  # type: ignore[operator]


def test_arrays_come_back(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.arange(3), name=np.array(["a", "b"]))
    found = read_arrays(tmp_path / "a.npz")
    assert list(found) == ["x", "name"] and found["x"].tolist() == [0, 1, 2] and found["name"].tolist() == ["a", "b"]


def test_python_objects_and_single_arrays_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "objects.npz", x=np.array([{}], dtype=object))
    np.save(tmp_path / "single.npy", np.zeros(3))
    np.savez(tmp_path / "nothing.npz")
    for name in ("objects.npz", "single.npy", "nothing.npz"):
        with pytest.raises(FileUnreadable, match=name):
            read_arrays(tmp_path / name)


@given(st.data())
def test_a_damaged_archive_is_read_or_refused_never_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("npz")
    np.savez_compressed(folder / "a.npz", x=np.arange(50.0), y=np.array(["a"] * 50))
    content = bytearray((folder / "a.npz").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (folder / "a.npz").write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        read_arrays(folder / "a.npz")
    except FileUnreadable as error:
        assert "a.npz" in str(error)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("csv") / "t.csv"
    file.write_bytes(content)
    try:
        assert len(read_table(file)) > 0
    except FileUnreadable as error:
        assert "t.csv" in str(error)


@pytest.mark.parametrize("name", ["t.csv", "t.tsv.gz", "t.parquet", "t.fits", "t.vot"])
def test_the_first_rows_are_those_of_the_whole(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    whole = pd.DataFrame({"id": np.arange(30) + 2**62, "x": np.where(np.arange(30) % 3, np.arange(30) / 7, np.nan)})
    whole["name"] = [f"n{i}" for i in range(30)]
    if name.endswith(("fits", "vot")):
        Table.from_pandas(whole).write(file, format="fits" if name.endswith("fits") else "votable")
    elif name.endswith("parquet"):
        whole.to_parquet(file)
    else:
        lines = whole.to_csv(index=False, sep="\t" if "tsv" in name else ",").splitlines()
        text = "\n".join(["# first", *lines[:3], "# between", *lines[3:], "# last"])
        file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    head = read_table(file, 5)
    pd.testing.assert_frame_equal(head, read_table(file).head(5))
    assert [int(value) for value in head["id"]] == [2**62 + i for i in range(5)]
    assert len(read_table(file, 500)) == 30


def test_the_head_of_a_table_without_rows(tmp_path: Path) -> None:
    pd.DataFrame({"x": []}).to_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("x\n")
    for name in ("t.parquet", "t.csv"):
        with pytest.raises(FileUnreadable, match="has no rows"):
            read_table(tmp_path / name, 5)
