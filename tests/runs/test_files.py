"""Files are whole or not there."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.errors import ConfigError, RunNotWritable
from astrocore.runs.files import checked_name, plain, replacing, write_json, write_text


@pytest.mark.parametrize("name", ["a", "run-1", "2026.11_x", "-", "x" * 80])
def test_plain_names_are_taken(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "../x", "a b", "x" * 81, "ä", "a\n", "a\0", "C:\\x"])
def test_names_that_could_leave_the_folder_are_refused(name: str) -> None:
    with pytest.raises(ConfigError):
        checked_name(name)


@given(st.text(max_size=90))
def test_no_accepted_name_is_a_path(name: str) -> None:
    try:
        checked_name(name)
    except ConfigError:
        return
    assert (Path("/root") / name).parent == Path("/root") and (Path("/root") / name).name == name


def test_write_replaces_the_whole_file_and_leaves_nothing_beside(tmp_path: Path) -> None:
    file = tmp_path / "new" / "x.txt"
    write_text(file, "long content")
    write_text(file, "é")
    assert file.read_text(encoding="utf-8") == "é"
    assert [item.name for item in file.parent.iterdir()] == ["x.txt"]


def test_a_reader_in_between_keeps_the_old_file(tmp_path: Path) -> None:
    write_text(tmp_path / "x.txt", "old content")
    with (tmp_path / "x.txt").open() as reader:
        write_text(tmp_path / "x.txt", "new")
        assert reader.read() == "old content"


def test_an_error_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    write_text(file, "old")
    with pytest.raises(KeyError), replacing(file) as part:
        part.write_text("half")
        raise KeyError
    assert file.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["x.txt"]


def test_a_file_in_the_way_of_the_folder_is_a_readable_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(RunNotWritable, match="taken"):
        write_text(tmp_path / "taken" / "x.txt", "y")


def test_a_full_disk_is_a_readable_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "x.txt", "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("astrocore.runs.files.os.fsync", full)
    with pytest.raises(RunNotWritable, match="no space left on device"):
        write_text(tmp_path / "x.txt", "new")
    assert (tmp_path / "x.txt").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_json_is_strict(tmp_path: Path) -> None:
    value = {
        "nan": math.nan,
        "inf": np.float32(np.inf),
        "a": np.arange(3),
        "p": Path("x/y"),
        1: (True, None, np.int64(4)),
    }
    write_json(tmp_path / "x.json", value)

    def fail(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads((tmp_path / "x.json").read_text(), parse_constant=fail)
    assert found == {"nan": None, "inf": None, "a": [0, 1, 2], "p": "x/y", "1": [True, None, 4]}


def test_plain_keeps_what_json_has() -> None:
    assert plain([1, 1.5, "x", True, None, {"a": []}]) == [1, 1.5, "x", True, None, {"a": []}]
