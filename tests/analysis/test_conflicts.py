"""Conflicts against a loop over objects; which pairs they are, against a count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.analysis.conflict_pairs import conflict_pairs
from astrocore.analysis.conflicts import apart_voices, conflicts
from astrocore.errors import InputError


def drawn(seed: int, n: int) -> np.ndarray:
    """Probabilities (n, 3), some rows NaN."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(3, 0.4), n)
    p[rng.random(n) < 0.2] = np.nan
    return p


def slow(a: np.ndarray, b: np.ndarray, confidence: float) -> list[bool]:
    """Object by object."""
    found = []
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        known = all(value == value for value in x + y)
        found.append(known and max(x) >= confidence and max(y) >= confidence and x.index(max(x)) != y.index(max(y)))
    return found


@given(st.integers(0, 1000), st.integers(0, 12), st.floats(0, 1))
def test_as_object_by_object(seed: int, n: int, confidence: float) -> None:
    a, b = drawn(seed, n), drawn(seed + 1, n)
    found = conflicts(a, b, confidence)
    assert found.dtype == bool and found.tolist() == slow(a, b, confidence)
    np.testing.assert_array_equal(found, conflicts(b, a, confidence))


def test_half_is_sure_enough_unless_said_otherwise() -> None:
    a, b = np.array([[0.5, 0.3, 0.2]]), np.array([[0.1, 0.1, 0.8]])
    assert conflicts(a, b).tolist() == [True] and conflicts(a, b, 0.51).tolist() == [False]


def test_other_objects_are_refused() -> None:
    with pytest.raises(InputError, match="same objects"):
        conflicts(np.ones((3, 2)), np.ones((4, 2)))


def test_a_voice_that_lost_does_not_stand_apart() -> None:
    p = np.ones((1, 1))
    voices = dict.fromkeys(("net", "companion", "image only", "header only"), p)
    assert list(apart_voices(voices, {"net": 1.0, "companion": 0.0})) == ["image only", "header only"]


def test_pairs_are_counted_with_who_was_right() -> None:
    a, b, v = (np.eye(3)[codes] for codes in ([0, 0, 0, 1, 2], [1, 1, 1, 0, 0], [0, 1, 1, 1, 1]))
    label, where = np.array([0, 1, -1, -1, 2]), np.array([True, True, True, True, False])
    table = conflict_pairs(a, b, v, label, where)
    assert table[["a", "b", "n", "labelled"]].to_numpy().tolist() == [[0, 1, 3, 2], [1, 0, 1, 0]]
    assert table.loc[0, ["right_a", "right_b", "right_verdict"]].tolist() == [0.5, 0.5, 1.0]
    assert table.loc[1, ["right_a", "right_b", "right_verdict"]].isna().all()
    assert conflict_pairs(a, b, v, label, np.zeros(5, bool)).empty
