"""Star, galaxy and quasar as surveys spell them; classes are those that the data has."""

from __future__ import annotations

import pandas as pd
import pytest

from astrocore.errors import UnknownLabel
from astrocore.tasks.sources.config import CLASSES
from astrocore.tasks.sources.labels import encode, held, no_labels, own_classes, spelled


def codes(*labels: object, wanted: tuple[str, ...] = ()) -> tuple[tuple[str, ...], list[int | None]]:
    ids = pd.Series([f"o{i}" for i in range(len(labels))])
    classes, found = encode(pd.Series(labels, dtype="object"), ids, wanted)
    assert found.dtype == "Int64"
    return classes, [None if pd.isna(code) else int(code) for code in found]


def test_three_classes_in_their_order_whatever_they_are_called() -> None:
    assert codes("Quasar", "galaxy", "Star ", "GALAXIES", None) == (CLASSES, [2, 1, 0, 1, None])


def test_a_class_left_out_is_no_class() -> None:
    assert codes("GALAXY", "STAR", "") == (("STAR", "GALAXY"), [1, 0, None])
    assert codes("QSO", "STAR") == (("STAR", "QSO"), [1, 0])
    assert codes("quasar", wanted=("STAR", "GALAXY", "QSO")) == (CLASSES, [2])
    assert codes(None, None) == (CLASSES, [None, None])


def test_own_classes_and_slips() -> None:
    assert codes("E", "Sb", "E") == (("E", "Sb"), [0, 1, 0])
    with pytest.raises(UnknownLabel, match=r"Row 2 \(o1\) has the label 'AGN\?'; known are STAR, GALAXY, QSO"):
        codes("STAR", "AGN?")
    assert "so the classes are the labels of the data: E, Sb." in own_classes(("E", "Sb"), ())[0]
    assert own_classes(("STAR", "QSO"), ()) == own_classes(("E", "Sb"), ("E", "Sb")) == ()
    assert "no label column (label, class)" in no_labels("")[0] and no_labels("class") == ()


def test_held_classes() -> None:
    given = pd.Series([2, None, 0], dtype="Int64")
    assert held(CLASSES, given)[0] == ("STAR", "QSO") and held(CLASSES, given)[1].fillna(-1).tolist() == [1, -1, 0]
    assert held(CLASSES, given, ("GALAXY",))[0] == CLASSES


def test_names_of_classes_in_any_spelling() -> None:
    assert spelled(("quasars", "Star", "E"), ("STAR", "QSO")) == {"quasars": "QSO", "Star": "STAR"}
    assert spelled(("qso",), ("Sb",)) == {}
