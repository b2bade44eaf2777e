"""What users have on disk becomes a draft, what is wrong with it is named, and rows become the net's inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.data.splits import split_by_group
from astrocore.errors import (
    AstrocoreError,
    BadValue,
    DuplicateIds,
    FileUnreadable,
    GroupLeak,
    LeakColumn,
    MissingColumns,
    UnknownLabel,
)
from astrocore.tasks.exoplanets.config import CLASSES
from astrocore.tasks.exoplanets.data import read

from .conftest import FIVE, Write, source

# ------------------------------------------------------------------------------------------------------ tables


def test_five_features_and_labels(write: Write) -> None:
    draft = read(write(), source())
    assert draft.classes == CLASSES and draft.table["label"].tolist() == [0, 1, 2, 0]
    assert (
        draft.table["object_id"].tolist() == draft.table["group"].tolist() == [f"planets-00000{i}" for i in range(1, 5)]
    )
    assert draft.units == {
        "period": "d",
        "depth": "ppm",
        "planet_radius": "R_Earth",
        "stellar_temp": "K",
        "stellar_radius": "R_Sun",
    }
    assert draft.arrays == {} and draft.origin == {"planet": "measured", "star": "measured"}
    assert draft.sources == ("planets.csv",)
    np.testing.assert_array_equal(draft.table["depth"], FIVE["depth"])


def test_parquet_and_comments_read_the_same(write: Write, tmp_path: Path) -> None:
    file = write()
    pd.read_csv(file).to_parquet(tmp_path / "planets.parquet")
    text = "# made by hand\n" + file.read_text()
    first, second = read(file, source()), read(tmp_path / "planets.parquet", source())
    pd.testing.assert_frame_equal(first.table, second.table)
    file.write_text(text)
    pd.testing.assert_frame_equal(first.table, read(file, source()).table)


def test_archive_names_labels_and_stars(write: Write) -> None:
    names = {"period": "koi_period", "depth": "koi_depth", "planet_radius": "koi_prad", "label": "koi_disposition"}
    changes = {new: FIVE[old] for old, new in names.items()} | dict.fromkeys(names)
    draft = read(write(**changes, kepid=[1, 1, 2, 3], koi_score=[1, 0.5, 0, 1], koi_fpflag_nt=[0, 0, 1, 0]), source())
    assert draft.table["group"].tolist() == ["KIC 1", "KIC 1", "KIC 2", "KIC 3"]
    assert draft.table["object_id"].tolist() == ["KIC 1.01", "KIC 1.02", "KIC 2", "KIC 3"]
    assert draft.table["planet_radius"].tolist() == FIVE["planet_radius"]
    assert not any(name.startswith("koi") for name in draft.table)


def test_our_name_goes_before_an_alias(write: Write) -> None:
    draft = read(write(koi_period=[1.0, 2.0, 3.0, 4.0]), source())
    assert draft.table["period"].tolist() == FIVE["period"] and draft.table["koi_period"].tolist() == [1, 2, 3, 4]
    draft = read(write(Period=[1.0, 2.0, 3.0, 4.0]), source())
    assert draft.table["period"].tolist() == FIVE["period"] and draft.table["Period"].tolist() == [1, 2, 3, 4]


def test_other_numbers_are_kept_and_texts_and_leaks_are_not(write: Write) -> None:
    draft = read(
        write(sector=[1, 2, 3, None], remark=list("abcd"), tfop=list("abcd"), koi_score=[1, 0, 1, 0]), source()
    )
    assert draft.table.columns.tolist()[3:] == [*list(FIVE)[:5], "sector"]
    assert np.isnan(draft.table["sector"][3])


def test_minus_one_is_missing_where_nothing_can_be_negative(write: Write) -> None:
    draft = read(write(impact=[-1, 0.3, 0.2, 0.1], duration=[2.0, -1, 3.0, 4.0], snr=[9, 9, -1, 9]), source())
    assert draft.table[["impact", "duration", "snr"]].isna().sum().tolist() == [1, 1, 1]


def test_units_of_depth_and_duration(write: Write) -> None:
    shallow = [9e-4, 1.2e-4, 0.045, 3e-4]
    file = write(depth=shallow, duration=[0.1, 0.2, 0.05, 0.5])
    with pytest.raises(BadValue, match=r"values of duration lie below 0\.15; say with duration_unit"):
        read(file, source())
    with pytest.raises(BadValue, match=r"values of depth lie below 0\.0006; say with depth_unit"):
        read(file, source(duration_unit="d"))
    table = read(file, source(depth_unit="fraction", duration_unit="d")).table
    np.testing.assert_allclose(table["depth"], FIVE["depth"])
    np.testing.assert_allclose(table["duration"], [2.4, 4.8, 1.2, 12])
    assert read(file, source(depth_unit="ppm", duration_unit="h")).table["depth"].tolist() == shallow
    table = read(file, source(depth_unit="radius_ratio", duration_unit="d")).table
    assert "depth" not in table and table["radius_ratio"].tolist() == shallow


def test_missing_stars_and_no_labels(write: Write) -> None:
    draft = read(write(stellar_temp=None, stellar_radius=None, label=None), source())
    assert draft.origin == {"planet": "measured"} and draft.table["label"].isna().all() and draft.classes == CLASSES


def test_a_label_column_by_name(write: Write) -> None:
    file = write(older=["CANDIDATE"] * 4)
    assert read(file, source(label_column="older")).table["label"].tolist() == [1] * 4
    with pytest.raises(MissingColumns, match="younger"):
        read(file, source(label_column="younger"))


def test_a_folder_of_splits(write: Write, tmp_path: Path) -> None:
    write("train.csv", tic=[1, 2, 3, 4])
    write("test.csv", tic=[5, 6, 7, 8])
    draft = read(tmp_path, source())
    assert draft.table["split"].tolist() == ["train"] * 4 + ["test"] * 4
    assert split_by_group(draft.table)[4:].tolist() == ["test"] * 4
    write("test.csv", tic=[5, 6, 7, 1], period=[1.0, 2.0, 3.0, 4.0])
    with pytest.raises(GroupLeak, match="TIC 1"):
        read(tmp_path, source())


# --------------------------------------------------------------------------------------------------- bad tables


@pytest.mark.parametrize(
    ("changes", "options", "error", "says"),
    [
        ({"period": None}, {}, MissingColumns, "lacks the columns period .period in d.; it has depth"),
        ({}, {"columns": ("duration",)}, MissingColumns, "lacks the columns duration"),
        ({}, {"columns": ("koi_score",)}, LeakColumn, "koi_score can't be a feature: it is the vetting robot"),
        (
            {"label": ["CONFIRMED", "PLANET", "CANDIDATE", ""]},
            {},
            UnknownLabel,
            r"Row 2 \(planets-000002\).*'PLANET'.*CAND",
        ),
        ({"period": [1, 2, 0, 4]}, {}, BadValue, r"Row 3 \(planets-000003\) has a period of zero or less"),
        ({"period": [1, 2, -3, 4]}, {}, BadValue, "Row 3 .* has a period of zero or less"),
        ({"period": [1, None, 3, 4]}, {}, BadValue, "Row 2 .* has no period"),
        ({"period": [1, "long", 3, 4]}, {}, BadValue, "Row 2 .* has 'long' in the column period"),
        ({"depth": [900, np.inf, 80, 70]}, {}, BadValue, "Row 2 .* has an infinite depth"),
        ({"stellar_radius": [1, 1, 1, -1]}, {}, BadValue, "Row 4 .* has a stellar_radius of zero or less"),
        ({"object_id": ["a", "b", "a", "c"]}, {}, DuplicateIds, "Row 3 repeats the object_id a"),
        ({"group": list("aabb"), "split": ["train", "test", "val", "val"]}, {}, GroupLeak, "a among them"),
        ({"split": ["train", "test", "x", "val"]}, {}, BadValue, "Row 3 has the split 'x'"),
        (
            {name: [1, 1, 1, None] for name in list(FIVE)[:5]} | {"depth": [1, 1, 1, None]},
            {},
            BadValue,
            "Row 4 .* has none of",
        ),
    ],
)
def test_what_is_wrong_with_a_table_is_named(
    write: Write, changes: dict[str, object], options: dict[str, object], error: type[AstrocoreError], says: str
) -> None:
    with pytest.raises(error, match=says):
        read(write(**changes), source(**options))


@pytest.mark.parametrize("content", ["", "# nothing\n", "period,depth,label\n"])
def test_empty_files(tmp_path: Path, content: str) -> None:
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(FileUnreadable, match=r"t\.csv"):
        read(tmp_path / "t.csv", source())


def test_files_and_folders_without_tables(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no file"):
        read(tmp_path / "none.csv", source())
    with pytest.raises(FileUnreadable, match=r"without train\.csv"):
        read(tmp_path, source())
