"""Cells become numbers; what is none is named by its row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.data.values import numbers, refuse
from astrocore.errors import BadValue

IDS = pd.Series(["a", "b", "c"])


@pytest.mark.parametrize(
    "cells",
    [
        pd.Series([1.5, np.nan, -3.0]),
        pd.Series([1.5, None, -3.0], dtype="Float64"),
        pd.Series(["1.5", " ", "-3"], dtype="string"),
        pd.Series([1.5, None, "-3e0"], dtype=object),
    ],
)
def test_numbers_however_they_stand_there(cells: pd.Series) -> None:
    found = numbers(cells, IDS)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [1.5, np.nan, -3])


def test_whole_numbers_and_what_is_returned_is_a_copy() -> None:
    cells = pd.Series([1, 2, 3])
    found = numbers(cells, IDS)
    found[0] = 7
    assert cells.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(numbers(pd.Series([1, None, 3], dtype="Int64"), IDS), [1, np.nan, 3])


def test_text_and_infinities_are_refused() -> None:
    with pytest.raises(BadValue, match=r"Row 2 \(b\) has 'faint' in the column r, where a number belongs\.$"):
        numbers(pd.Series(["1", "faint", ""], name="r", dtype="string"), IDS)
    with pytest.raises(BadValue, match=r"Row 1 \(a\) has an infinite r; leave .*\. 2 rows are like it\.$"):
        numbers(pd.Series([np.inf, 1, -np.inf], name="r"), IDS)


def test_refusing_only_what_is_bad() -> None:
    refuse(pd.Series([False, False, False]), IDS, "is bad")
    with pytest.raises(BadValue, match=r"^Row 3 \(c\) is bad\.$"):
        refuse(pd.Series([False, False, True], index=[7, 8, 9]), IDS, "is bad")
