"""Records of measured frames: whole or not there, and read row by row."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from astrocore.errors import FileUnreadable
from astrocore.tasks.frames.columns import COLUMNS
from astrocore.tasks.frames.measured_files import INSTRUMENT, NIGHT, NOTES, NUMBERS, Store, Stored
from astrocore.tasks.frames.measuring import Measured, measure, shapes
from tests.tasks.frames.drawn import frame_of, noise

SIZE = (16, 24)
TEXTS = {INSTRUMENT: "C14", NIGHT: "2024-03-05", NOTES: "a note"}


def measured(seed: int) -> Measured:
    return measure(frame_of(noise((40, 60), seed), {"OBJECT": f"M{seed}"}), SIZE)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "records", SIZE)
    for seed in range(5):
        made.write(f"aa{seed}", measured(seed), TEXTS)
    return made


def test_a_record_comes_back(store: Store) -> None:
    record, expected = store.read("aa3"), measured(3)
    np.testing.assert_array_equal(record[NUMBERS], list(expected.numbers.values()))
    for name, array in expected.arrays.items():
        np.testing.assert_array_equal(record[name], array)
    assert str(record[INSTRUMENT]) == "C14" and str(record[NOTES]) == "a note" and len(record[NUMBERS]) == len(COLUMNS)
    assert store.has("aa3") and not store.has("aa9")


@pytest.mark.parametrize("what", ["cut", "empty", "one bit", "zeros", "foreign", "other array", "zip"])
def test_a_damaged_record_is_none_and_goes(store: Store, what: str) -> None:
    path = store.path("aa1")
    whole = bytearray(path.read_bytes())
    if what == "one bit":
        whole[len(whole) // 2] ^= 1
    contents = {
        "cut": bytes(whole[:-100]),
        "empty": b"",
        "one bit": bytes(whole),
        "zeros": bytes(whole[:2000]) + bytes(len(whole) - 2000),
        "foreign": b"\x93NUMPY\x01\x00\xff\xff{" + bytes(300),
        "zip": b"PK\x03\x04" + bytes(300),
    }
    path.unlink()
    if what == "other array":
        np.save(path, np.zeros(7))
    else:
        path.write_bytes(contents[what])
    assert not store.has("aa1") and not path.exists() and store.has("aa2")


def test_sizes_have_records_of_their_own(store: Store, tmp_path: Path) -> None:
    for size in ((24, 16), (16, 25)):
        assert not Store(tmp_path / "records", size).has("aa1")
    assert store.has("aa1")


def test_a_record_that_is_looked_up_counts_as_used(store: Store) -> None:
    path = store.path("aa1")
    os.utime(path, (1, 1))
    assert store.has("aa1") and path.stat().st_mtime > 1e9


def test_a_record_that_went_away_is_named(store: Store) -> None:
    store.path("aa2").unlink()
    with pytest.raises(FileUnreadable, match=r"aa2\.npy.*Build again"):
        store.read("aa2")


def test_nothing_half_written_is_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, record: np.ndarray, allow_pickle: bool) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="No space"):
        store.write("bb1", measured(1), TEXTS)
    assert not list(store.path("bb1").parent.iterdir()) and not store.has("bb1")


def test_rows_as_an_array_gives_them(store: Store) -> None:
    keys = ["aa3", "aa0", "aa4", "aa0"]
    for name, (shape, kind) in shapes(SIZE).items():
        stored, whole = Stored(store, keys, name), np.stack([store.read(key)[name] for key in keys])
        assert (stored.shape, stored.dtype, stored.ndim, len(stored)) == ((4, *shape), kind, len(shape) + 1, 4)
        for asked in (slice(1, 3), slice(4, 9), np.array([2, 0]), 1, -1, np.array([True, False, True, False])):
            np.testing.assert_array_equal(stored[asked], whole[asked])
        np.testing.assert_array_equal(np.asarray(stored), whole)
        assert stored[0:0].shape == (0, *shape)
