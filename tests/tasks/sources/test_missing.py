"""Numbers that stand for missing values are emptied and counted; impossible ones are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.errors import BadValue
from astrocore.tasks.sources.missing import doubt_notes, doubtful, emptied, refuse_impossible


@pytest.mark.parametrize(
    ("name", "missing", "kept"),
    [
        ("psfMag_r", [-9999, 99, -99, 9999, 99.99, 999, -999], [30.6, -1, 0, 12, 35.5]),
        ("modelMag_u", [-9999, 99], [24.9, -5]),
        ("modelMagErr_r", [-9999, 99, 999, -1, -1000, -9], [0.0, 3.7, 1652.9]),
        ("deVRad_r", [-9999, -1, 9999], [0.0, 1e-9, 29.7]),
        ("psffwhm_r", [-9999, 0, -1], [0.6, 2.5]),
        ("extinction_r", [-9999, 99, -9], [0.0, 7.3, -1]),
        ("ra", [-9999, -999], [-99, 99, -9, 0]),
        ("chi2", [-9999, -999], [99, 9999, -1, 0, -9]),
    ],
)
def test_what_stands_for_missing_depends_on_the_quantity(name: str, missing: list[float], kept: list[float]) -> None:
    table, notes = emptied(pd.DataFrame({name: [*missing, *kept, np.nan]}))
    np.testing.assert_array_equal(table[name], [*[np.nan] * len(missing), *kept, np.nan])
    assert (
        notes[0].startswith(f"{len(missing)} values that stand for missing ones")
        and f"{name} {len(missing)}" in notes[0]
    )


def test_the_note_counts_by_column_and_names_the_numbers() -> None:
    raw = pd.DataFrame({"modelMag_r": [99, -9999, 20.0], "deVRad_r": [-1, 1, 2], "ra": [1, 2, 3]})
    assert emptied(raw)[1] == (
        "3 values that stand for missing ones (-9999, -1, 99) were read as empty: modelMag_r 2, deVRad_r 1.",
    )
    assert emptied(raw[["ra"]])[1] == ()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("deVRad_r", -0.5, "has a deVRad_r below zero"),
        ("psfMagErr_g", -2, "has a psfMagErr_g below zero"),
        ("ra", 400, "has a right ascension that is none"),
        ("dec", -91, "has a declination that is none"),
    ],
)
def test_impossible_numbers_are_refused_by_row(name: str, value: float, says: str) -> None:
    ids = pd.Series(["a", "b", "c"])
    with pytest.raises(BadValue, match=rf"Row 2 \(b\) {says}"):
        refuse_impossible(pd.DataFrame({name: [1.0, value, np.nan]}), ids)
    refuse_impossible(pd.DataFrame({name: [1.0, np.nan, 0.0]}), ids)


def test_doubtful_magnitudes_are_counted() -> None:
    table = pd.DataFrame(
        {"modelMag_r": [-1.0, 36.0, 20.0], "deVRad_r": [40.0, 50.0, 1.0], "psfMag_r": [1.0, 2, np.nan]}
    )
    assert doubtful(table) == {"modelMag_r": 2}
    assert "(modelMag_r 2). Kept" in doubt_notes({"modelMag_r": 2})[0] and doubt_notes({}) == ()
