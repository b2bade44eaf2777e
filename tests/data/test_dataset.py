"""A draft becomes a folder and comes back; damaged folders are refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.data.dataset import Draft, Origin, find_datasets, open_dataset, write_dataset
from astrocore.errors import FileUnreadable, InputError, Misaligned, MissingColumns


def draft(n: int = 6) -> Draft:
    table = pd.DataFrame(
        {
            "object_id": [f"o{i}" for i in range(n)],
            "group": [f"g{i // 2}" for i in range(n)],
            "label": pd.array([(0, 1, None)[i % 3] for i in range(n)], dtype="Int64"),
            "split": ["train"] * (n - 4) + ["val"] * 2 + ["test"] * 2,
            "period": np.arange(n) + 0.5,
            "colour": [np.nan] * n,
        },
        index=range(100, 100 + n),
    )
    arrays = {"view": np.arange(n * 3, dtype=np.float16).reshape(n, 3)}
    origin: dict[str, Origin] = {"light_curve": "simulated", "star": "measured"}
    return Draft("toy", ("a", "b"), table, arrays, {"period": "d"}, origin, ("t.csv",))


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    written = draft()
    found = write_dataset(written, tmp_path / "set")
    assert (found.task, found.classes, found.sources, len(found)) == ("toy", ("a", "b"), ("t.csv",), 6)
    assert found.units == {"period": "d", "colour": ""} and found.simulated == ("light_curve",)
    assert list(found.table.index) == list(range(6))
    pd.testing.assert_frame_equal(
        found.table, written.table.reset_index(drop=True), check_dtype=False, check_column_type=False
    )
    assert found.table["label"].dtype == "Int64"
    np.testing.assert_array_equal(found.arrays["view"], written.arrays["view"])
    assert isinstance(found.arrays["view"], np.memmap) and not found.arrays["view"].flags.writeable
    assert sorted(p.name for p in tmp_path.iterdir()) == ["set"]


def test_settings_are_kept_beside_the_content(tmp_path: Path) -> None:
    plain, told = draft(), draft()
    told.settings = {"mapping": ["a=b"], "faint": None}
    first, second = (write_dataset(one, tmp_path / name) for name, one in (("plain", plain), ("told", told)))
    assert first.settings == {} and second.settings == {"mapping": ["a=b"], "faint": None}
    assert first.fingerprint == second.fingerprint  # of the content alone
    file = tmp_path / "told" / "dataset.json"
    meta = json.loads(file.read_text())
    del meta["settings"]
    file.write_text(json.dumps(meta))  # as earlier versions wrote it
    assert open_dataset(tmp_path / "told").settings == {}
    file.write_text(json.dumps({**meta, "settings": 3}))
    with pytest.raises(FileUnreadable, match="build it again"):
        open_dataset(tmp_path / "told")


def test_rows_and_indices(tmp_path: Path) -> None:
    found = write_dataset(draft(), tmp_path / "set")
    assert found.indices("train").tolist() == [0, 1] and found.indices("test").tolist() == [4, 5]
    assert found.indices("all").tolist() == list(range(6))
    table, arrays = found.rows(np.array([5, 0]))
    assert table["object_id"].tolist() == ["o5", "o0"] and arrays["view"][:, 0].tolist() == [15, 0]


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    first, again, other = draft(), draft(), draft()
    other.arrays["view"][3, 1] += 1
    prints = [write_dataset(d, tmp_path / f"{i}").fingerprint for i, d in enumerate((first, again, other))]
    assert prints[0] == prints[1] != prints[2]


def test_ids_that_are_numbers_become_text(tmp_path: Path) -> None:
    numbered = draft()
    numbered.table["object_id"] = range(6)
    assert write_dataset(numbered, tmp_path / "set").table["object_id"].tolist() == list("012345")


def test_a_data_set_is_replaced_and_anything_else_is_not(tmp_path: Path) -> None:
    write_dataset(draft(6), tmp_path / "set")
    assert len(write_dataset(draft(8), tmp_path / "set")) == 8
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("cat")
    (tmp_path / "file").write_text("text")
    for name in ("photos", "file"):
        with pytest.raises(FileUnreadable, match="is not a data set"):
            write_dataset(draft(), tmp_path / name)
    assert (tmp_path / "photos" / "cat.jpg").read_text() == "cat"


def test_without_splits_nothing_is_written(tmp_path: Path) -> None:
    loose = draft()
    del loose.table["split"]
    with pytest.raises(MissingColumns, match="split"):
        write_dataset(loose, tmp_path / "set")
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    write_dataset(draft(8), tmp_path / "set")
    broken = draft()
    broken.arrays["view"] = np.array([{}] * 6, dtype=object)
    with pytest.raises(ValueError, match="allow_pickle"):
        write_dataset(broken, tmp_path / "set")
    assert [p.name for p in tmp_path.iterdir()] == ["set"] and len(open_dataset(tmp_path / "set")) == 8


@pytest.mark.parametrize("name", ["view.npy", "objects.parquet", "dataset.json"])
@pytest.mark.parametrize("length", [None, 0, 7, 90])
def test_damaged_folders(tmp_path: Path, name: str, length: int | None) -> None:
    write_dataset(draft(), tmp_path / "set")
    file = tmp_path / "set" / name
    content = file.read_bytes()
    file.unlink()
    if length is not None:
        file.write_bytes(content[:length])
    with pytest.raises(FileUnreadable, match=name.split(".")[0] if length is None else "build it again"):
        open_dataset(tmp_path / "set")


def test_an_array_of_other_length_is_misaligned(tmp_path: Path) -> None:
    write_dataset(draft(), tmp_path / "set")
    np.save(tmp_path / "set" / "view.npy", np.zeros((5, 3)))
    with pytest.raises(Misaligned, match=r"view\.npy has 5 rows and objects\.parquet 6"):
        open_dataset(tmp_path / "set")


def test_an_array_with_python_objects_is_not_loaded(tmp_path: Path) -> None:
    write_dataset(draft(), tmp_path / "set")
    np.save(tmp_path / "set" / "view.npy", np.array([{}] * 6, dtype=object), allow_pickle=True)
    with pytest.raises(InputError):
        open_dataset(tmp_path / "set")


def test_finding_data_sets(tmp_path: Path) -> None:
    for name in ("b", "deep/a", ".b.1.part"):
        write_dataset(draft(), tmp_path / name)
    other = draft()
    other.task = "else"
    write_dataset(other, tmp_path / "c")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "dataset.json").write_text("[")
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "dataset.json").write_text(json.dumps([1]))
    assert list(find_datasets(tmp_path, "toy")) == [tmp_path / "b", tmp_path / "deep" / "a"]
    assert list(find_datasets(tmp_path)) == [tmp_path / "b", tmp_path / "c", tmp_path / "deep" / "a"]
    assert list(find_datasets(tmp_path / "nowhere")) == []
