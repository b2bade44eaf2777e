"""Identifiers stay exact as text; columns that repeat or were rounded are passed over, and it is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.errors import DuplicateIds, GroupLeak, MissingColumns
from astrocore.tasks.sources.identity import as_text, object_ids

LARGE = 1237662226208063492


def ids(wanted: str = "", **columns: object) -> tuple[list[str], str]:
    found, notes = object_ids(pd.DataFrame(columns), wanted, "file")
    return found.tolist(), " ".join(notes)


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5))
def test_whole_numbers_of_64_bits_stay_exact(numbers: list[int]) -> None:
    text = [str(number) for number in numbers]
    for values in (pd.Series(np.array(numbers, dtype=np.uint64)), pd.Series(numbers, dtype="UInt64"), pd.Series(text)):
        assert as_text(values).tolist() == text


def test_floats_are_whole_where_they_can_be_and_as_they_stand_where_not() -> None:
    given_values = pd.Series([1.0, np.nan, 2.5, 1.23764870457714e18, 2.0**53])
    assert as_text(given_values).fillna("").tolist() == ["1", "", "2.5", "1.23764870457714e+18", "9007199254740992"]
    assert as_text(pd.Series([5.0, None], dtype="Float64")).fillna("").tolist() == ["5", ""]
    assert as_text(pd.Series([" a ", "", None], dtype=object)).fillna("-").tolist() == ["a", "-", "-"]


def test_the_best_column_goes_first_whatever_its_case() -> None:
    assert ids(objID=[LARGE, LARGE + 1], name=["x", "y"]) == ([str(LARGE), str(LARGE + 1)], "")
    assert ids("name", objID=[LARGE, LARGE + 1], name=["x", "y"]) == (["x", "y"], "")
    assert ids(x=[1.0, 2.0]) == (["file-000001", "file-000002"], "")
    assert ids(name=["x", None]) == (["x", "file-000002"], "")
    assert ids(name=[None, None], id=[4, 5]) == (["4", "5"], "")


def test_a_column_that_repeats_is_passed_over_where_another_tells_rows_apart() -> None:
    found, said = ids(objid=[LARGE, LARGE], specobjid=[2**63 + 1, 2**63 + 2])
    assert found == [str(2**63 + 1), str(2**63 + 2)]
    assert said == "The column objid repeats in 1 rows; the object_id is specobjid."


def test_rounded_numbers() -> None:
    rounded = [1.23764870457714e18, 1.23764870457714e18]
    found, said = ids(objid=rounded, specobjid=[3.72236013965159e18, 3.6e17])
    assert found == ["3.72236013965159e+18", "3.6e+17"]
    assert "objid was rounded" in said and "repeats in 1 rows; the object_id is specobjid" in said
    assert "The column specobjid was rounded" in said and "still tell the objects apart" in said
    found, said = ids(objid=rounded)
    assert found == ["file-000001", "file-000002"] and "named after the file and their row" in said


def test_repeated_and_missing_columns_are_named() -> None:
    with pytest.raises(DuplicateIds, match=r"Row 3 repeats the object_id a; .* name a column .* 2 rows are like it"):
        ids(object_id=["a", "b", "a", "b"])
    with pytest.raises(DuplicateIds, match="Row 2 repeats the name x"):
        ids("name", objid=[1, 2], name=["x", "x"])
    with pytest.raises(MissingColumns, match=r"lacks mine, which id_column names; it has the columns objid\."):
        ids("mine", objid=[1, 2])


def test_an_object_in_two_splits_is_a_leak_whatever_else_tells_the_rows_apart() -> None:
    splits = ["train", "test", "test"]
    with pytest.raises(GroupLeak, match=rf"1 objects are in more than one split, {LARGE} in train and test"):
        ids(objid=[LARGE, LARGE, 5], specobjid=[1, 2, 3], split=splits)
    with pytest.raises(GroupLeak, match="a in train and test"):
        ids(object_id=["a", "a", "b"], split=splits)
    # Row numbers of two tables, and numbers that were rounded to the same, tell nothing.
    assert ids(objid=[1, 2, 3], id=[1, 1, 2], split=splits)[0] == ["1", "2", "3"]
    assert ids(objid=[1.2e18, 1.2e18, 1.3e18], specobjid=[1, 2, 3], split=splits)[0] == ["1", "2", "3"]
