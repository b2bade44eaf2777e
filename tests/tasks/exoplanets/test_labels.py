"""Short forms of the follow-up programmes stand for the default classes."""

from __future__ import annotations

import pandas as pd
import pytest

from astrocore.errors import UnknownLabel
from astrocore.tasks.exoplanets.config import CLASSES
from astrocore.tasks.exoplanets.labels import encode


def codes(*labels: object, wanted: tuple[str, ...] = ()) -> tuple[tuple[str, ...], list[int | None]]:
    ids = pd.Series([f"o{i}" for i in range(len(labels))])
    classes, found = encode(pd.Series(labels, dtype="object"), ids, wanted)
    return classes, [None if pd.isna(code) else int(code) for code in found]


def test_spelling_short_forms_and_empty_cells() -> None:
    assert codes("confirmed", "CP", "KP", "pc", "APC", "FP", "fa", "false_positive", None, "", "  ") == (
        CLASSES,
        [0, 0, 0, 1, 1, 2, 2, 2, None, None, None],
    )


def test_short_forms_stand_for_wanted_classes_too() -> None:
    assert codes("FP", "CP", wanted=("FALSE POSITIVE", "CONFIRMED")) == (("FALSE POSITIVE", "CONFIRMED"), [0, 1])


def test_an_unknown_label_is_told_with_this_tasks_classes() -> None:
    with pytest.raises(
        UnknownLabel, match=r"Row 2 \(o1\) has the label 'PLANET\?'; known are CONFIRMED, CANDIDATE, FALSE"
    ):
        codes("CONFIRMED", "PLANET?")
