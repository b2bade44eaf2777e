"""Labels become indices; what is no class is named with its row."""

from __future__ import annotations

import pandas as pd
import pytest

from astrocore.errors import UnknownLabel
from astrocore.tasks.exoplanets.config import CLASSES
from astrocore.tasks.exoplanets.labels import encode


def codes(*labels: object, wanted: tuple[str, ...] = ()) -> tuple[tuple[str, ...], list[int | None]]:
    ids = pd.Series([f"o{i}" for i in range(len(labels))])
    classes, found = encode(pd.Series(labels, dtype="object"), ids, CLASSES, wanted)
    assert found.dtype == "Int64"
    return classes, [None if pd.isna(code) else int(code) for code in found]


def test_default_classes_keep_their_order_whatever_comes_first() -> None:
    assert codes("FALSE POSITIVE", "CANDIDATE") == (CLASSES, [2, 1])


def test_spelling_short_forms_and_empty_cells() -> None:
    assert codes("confirmed", "CP", "KP", "pc", "APC", "FP", "fa", "false_positive", None, "", "  ") == (
        CLASSES,
        [0, 0, 0, 1, 1, 2, 2, 2, None, None, None],
    )


def test_no_labels_at_all() -> None:
    assert codes(None, None) == (CLASSES, [None, None])


def test_the_data_brings_its_own_classes() -> None:
    assert codes("J", "C", "E", "J") == (("C", "E", "J"), [2, 0, 1, 2])
    assert codes(1, 0, 1) == (("0", "1"), [1, 0, 1])


def test_wanted_classes_win() -> None:
    assert codes("j", "C", wanted=("J", "C", "E")) == (("J", "C", "E"), [0, 1])
    assert codes("FP", "CP", wanted=("FALSE POSITIVE", "CONFIRMED")) == (("FALSE POSITIVE", "CONFIRMED"), [0, 1])


def test_an_unknown_label_is_named_with_row_and_classes() -> None:
    with pytest.raises(
        UnknownLabel, match=r"Row 2 \(o1\) has the label 'PLANET\?'; known are CONFIRMED, CANDIDATE, FALSE"
    ):
        codes("CONFIRMED", "PLANET?")
    with pytest.raises(UnknownLabel, match=r"Row 1 \(o0\) has the label 'E'; known are C, J"):
        codes("E", "C", wanted=("C", "J"))


def test_a_column_of_texts_is_not_taken_for_classes() -> None:
    with pytest.raises(UnknownLabel, match="60 different texts"):
        codes(*(f"remark {i}" for i in range(60)))
