"""Cards of a gallery: long names of classes stay apart."""

from __future__ import annotations

import pytest

from astrocore.tasks import TASKS, get_task
from astrocore.ui.gallery import LETTERS, in_short


@pytest.mark.parametrize("task", TASKS)
def test_shortened_names_of_classes_fit_and_stay_apart(task: str) -> None:
    classes = get_task(task).config.CLASSES
    short = [in_short(name) for name in classes]
    assert len(set(short)) == len(classes) and max(map(len, short)) <= LETTERS
    assert [name for name in short if "…" not in name] == [name for name in classes if len(name) <= LETTERS]


def test_both_ends_are_kept() -> None:
    assert in_short("wavelength_calibration_baches") == "wavelength…on_baches"
    assert in_short("a" * LETTERS) == "a" * LETTERS
