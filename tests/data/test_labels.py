"""Labels become indices; what is no class is named with its row."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.data.labels import encode
from astrocore.errors import UnknownLabel

CLASSES = ("CAT", "DOG", "FISH")
SYNONYMS = {"KITTEN": "CAT", "WOLF": "DOG"}


def codes(*labels: object, wanted: tuple[str, ...] = ()) -> tuple[tuple[str, ...], list[int | None]]:
    ids = pd.Series([f"o{i}" for i in range(len(labels))])
    classes, found = encode(pd.Series(labels, dtype="object"), ids, CLASSES, wanted, SYNONYMS)
    assert found.dtype == "Int64"
    return classes, [None if pd.isna(code) else int(code) for code in found]


def test_default_classes_keep_their_order_whatever_comes_first() -> None:
    assert codes("FISH", "DOG") == (CLASSES, [2, 1])


def test_spelling_synonyms_and_empty_cells() -> None:
    assert codes("cat", " Kitten ", "wolf", None, "", "  ") == (CLASSES, [0, 0, 1, None, None, None])


def test_no_labels_at_all() -> None:
    assert codes(None, None) == (CLASSES, [None, None])


def test_the_data_brings_its_own_classes() -> None:
    assert codes("J", "C", "E", "J") == (("C", "E", "J"), [2, 0, 1, 2])
    assert codes(1, 0, 1) == (("0", "1"), [1, 0, 1])


def test_wanted_classes_win() -> None:
    assert codes("j", "C", wanted=("J", "C", "E")) == (("J", "C", "E"), [0, 1])
    assert codes("WOLF", "kitten", wanted=("Dog", "Cat")) == (("Dog", "Cat"), [0, 1])
    assert codes("wolf", "dog", wanted=("WOLF", "DOG")) == (("WOLF", "DOG"), [0, 1])


def test_without_synonyms() -> None:
    given_labels = pd.Series(["cat", "dog"])
    assert encode(given_labels, given_labels, CLASSES, ())[1].tolist() == [0, 1]
    with pytest.raises(UnknownLabel, match="KITTEN"):
        encode(pd.Series(["CAT", "KITTEN"]), given_labels, CLASSES, ())


def test_an_unknown_label_is_named_with_row_and_classes() -> None:
    with pytest.raises(UnknownLabel, match=r"Row 2 \(o1\) has the label 'BIRD\?'; known are CAT, DOG, FISH"):
        codes("CAT", "BIRD?")
    with pytest.raises(UnknownLabel, match=r"Row 1 \(o0\) has the label 'E'; known are C, J"):
        codes("E", "C", wanted=("C", "J"))


def test_a_column_of_texts_is_not_taken_for_classes() -> None:
    with pytest.raises(UnknownLabel, match="60 different texts"):
        codes(*(f"remark {i}" for i in range(60)))


@given(st.lists(st.sampled_from([None, "", "cat", "KITTEN", "Wolf", " fish"]), min_size=1))
def test_each_label_is_what_it_says(labels: list[str | None]) -> None:
    meant = {"cat": 0, "KITTEN": 0, "Wolf": 1, " fish": 2}
    assert codes(*labels) == (CLASSES, [meant.get(label or "") for label in labels])
