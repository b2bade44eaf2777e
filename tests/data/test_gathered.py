"""Gathered rows are those of the joined arrays, and nothing is read before it is asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.data.gathered import Gathered, gathered
from astrocore.errors import Misaligned


def parts(*lengths: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=(n, 2, 3)) for n in lengths]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.data())
def test_rows_are_those_of_the_joined_arrays(lengths: list[int], data: st.DataObject) -> None:
    given_parts = parts(*lengths)
    joined = np.concatenate(given_parts).astype(np.float32)
    rows = np.array(data.draw(st.lists(st.integers(0, max(sum(lengths) - 1, 0)), max_size=9 if sum(lengths) else 0)))
    rows = rows.astype(int)
    for chosen, truth in ((None, joined), (rows, joined[rows])):
        found = Gathered(given_parts, chosen)
        assert found.shape == truth.shape and len(found) == len(truth) and found.dtype == np.float32
        start, stop = sorted(data.draw(st.tuples(st.integers(0, 12), st.integers(0, 12))))
        np.testing.assert_array_equal(found[start:stop], truth[start:stop])
        np.testing.assert_array_equal(np.asarray(found), truth)
        if len(truth):
            np.testing.assert_array_equal(found[-1], truth[-1])
            np.testing.assert_array_equal(found[np.array([0, -1, 0])], truth[[0, -1, 0]])


def test_kinds_of_numbers() -> None:
    half = [part.astype(np.float16) for part in parts(2, 3)]
    assert Gathered(half).dtype == np.float16 and Gathered([half[0], parts(3)[0]]).dtype == np.float32
    assert Gathered([np.arange(12).reshape(2, 2, 3)])[1].tolist() == [[6, 7, 8], [9, 10, 11]]
    odd = np.array([[np.inf, -np.inf, np.nan, 1e300, 2.0]])
    np.testing.assert_array_equal(Gathered([odd])[0], [np.nan, np.nan, np.nan, np.nan, 2])


def test_rows_of_other_shape_are_refused() -> None:
    with pytest.raises(Misaligned, match=r"rows of \(2, 3\) and of \(3, 3\)"):
        gathered([np.zeros((1, 2, 3)), np.zeros((1, 3, 3))])


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((4, 2, 3)))
    map_ = np.load(tmp_path / "a.npy", mmap_mode="r+")
    lazy = gathered([map_[..., 1]], np.array([3, 1]))
    map_[3, :, 1] = 5
    assert lazy[0].tolist() == [5, 5] and lazy[1].tolist() == [0, 0]
