"""Conflicts of two voices, against the rule written out object by object."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from astrocore.analysis.conflict_pairs import conflict_pairs
from astrocore.analysis.conflicts import apart_voices, conflicts, disagreements
from astrocore.errors import InputError

CLASSES = ("bias", "darks", "flats")
VALUES = st.sampled_from([0.0, 0.2, 0.5, 0.6, 1.0, float("nan")])
ROWS = arrays(float, (6, 3), elements=VALUES)


def literally(a: np.ndarray, b: np.ndarray, confidence: float) -> list[bool]:
    """Row by row: both said, both sure, not the same."""
    found = []
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        if any(x != x for x in one + other) or max(one) < confidence or max(other) < confidence:
            found.append(False)
        else:
            found.append(one.index(max(one)) != other.index(max(other)))
    return found


@given(ROWS, ROWS, st.sampled_from([0.0, 0.5, 0.9]))
def test_as_the_rule_says(a: np.ndarray, b: np.ndarray, confidence: float) -> None:
    assert conflicts(a, b, confidence).tolist() == literally(a, b, confidence)


def test_what_each_part_says_is_told_in_words() -> None:
    image = np.array([[0.1, 0.2, 0.7], [0.1, 0.2, 0.7], [0.4, 0.3, 0.3], [np.nan] * 3])
    header = np.array([[0.0, 0.9, 0.1], [0.0, 0.1, 0.9], [0.0, 0.9, 0.1], [0.0, 0.9, 0.1]])
    assert (
        disagreements({"image": image, "header": header}, CLASSES).tolist()
        == ["image: flats, header: darks"] + [""] * 3
    )
    assert disagreements({"image": image}, CLASSES).tolist() == [""] * 4
    assert disagreements({"image": image, "header": header}, CLASSES, 0.3)[2] == "image: bias, header: darks"


def test_of_three_only_those_that_contradict_are_named() -> None:
    one, other, unsure = np.eye(3)[:1], np.eye(3)[1:2], np.full((1, 3), 1 / 3)
    assert disagreements({"a": one, "b": unsure, "c": other}, CLASSES).tolist() == ["a: bias, c: darks"]


def test_voices_of_other_objects_are_refused() -> None:
    for other in (np.ones((3, 3)), np.ones((2, 2)), np.ones(2)):
        with pytest.raises(InputError, match="same objects"):
            conflicts(np.ones((2, 3)), other)
    with pytest.raises(InputError, match="no voices"):
        disagreements({}, CLASSES)


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
