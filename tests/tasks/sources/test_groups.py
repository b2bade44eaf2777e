"""Objects of a field stay together: by columns, by the bits of an objID, by a cell of the sky."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.sources.groups import CELL, cells, field_of, groups, regrouped

from .conftest import objid


def grouped(**columns: object) -> list[str]:
    raw = pd.DataFrame(columns)
    place = {name: raw[name].to_numpy(float) if name in raw else np.full(len(raw), np.nan) for name in ("ra", "dec")}
    ids = pd.Series([f"o{i}" for i in range(len(raw))]) if "objid" not in raw else raw["objid"].astype(str)
    return groups(raw, ids, place["ra"], place["dec"])[0].tolist()


@given(st.integers(1, 2**16 - 1), st.integers(1, 6), st.integers(1, 2**12 - 1), st.integers(0, 2**16 - 1))
def test_the_bits_of_an_objid(run: int, camcol: int, field: int, number: int) -> None:
    assert field_of(str(objid(run, camcol, field, number))) == (run, camcol, field)
    assert field_of(str(objid(run, camcol, field, number, sky=1, rerun=40))) == (run, camcol, field)


def test_published_objids() -> None:
    assert field_of("1237662226208063492") == (3900, 6, 269)
    assert field_of("1237661382772195474") == (3704, 3, 91)  # the example of pydl's sdss_objid


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "-5", "12", "1.2e18", "٣", str(2**63), str(2**70), "4472832130942575872"),
        *(str(objid(752, 7, 11, 1)), str(objid(752, 0, 11, 1)), str(objid(0, 1, 11, 1)), str(objid(1, 1, 0, 1))),
        *(str(objid(1, 1, 11, 1, rerun=302)), str(objid(1, 1, 11, 1, sky=5))),
    ],
)
def test_other_numbers_are_no_objids(text: str) -> None:
    assert field_of(text) is None


def test_best_first_and_row_by_row() -> None:
    one = objid(752, 1, 11, 1)
    assert grouped(run=[1, 2], camcol=[1, 2], field=[3, 4], objid=[one, one + 1]) == ["field 1-1-3", "field 2-2-4"]
    assert grouped(objid=[one, 5], ra=[10.1, 10.1], dec=[0.1, 0.1]) == ["field 752-1-11", "cell 10.00 +0.00"]
    assert grouped(group=["mine", None], objid=[one, one + 1]) == ["mine", "field 752-1-11"]
    assert grouped(Run=[1, None], CAMCOL=[1, 2], Field=[3, 4]) == ["field 1-1-3", "o1"]
    assert grouped(ra=[10.1, np.nan], dec=[0.1, 0.1]) == ["cell 10.00 +0.00", "o1"]


def test_a_split_that_tears_fields_makes_a_group_in_each() -> None:
    raw = pd.DataFrame(
        {"run": [1] * 4, "camcol": [1] * 4, "field": [1, 1, 2, 2], "split": ["train", "test", "train", "train"]}
    )
    nan = np.full(4, np.nan)
    found, notes = groups(raw, pd.Series(list("abcd")), nan, nan)
    assert found.tolist() == ["field 1-1-1 train", "field 1-1-1 test", "field 1-1-2", "field 1-1-2"]
    assert notes[0].startswith("The split tears 1 of 2 fields of the sky apart")
    own = groups(raw.assign(group="mine"), pd.Series(list("abcd")), nan, nan)[0]
    assert own.tolist() == ["mine"] * 4  # to be refused by check_groups


@given(st.floats(-360, 720), st.floats(-90, 90))
def test_cells_hold_what_they_name_and_are_small(ra: float, dec: float) -> None:
    name = cells(np.array([ra]), np.array([dec]), pd.RangeIndex(1))[0]
    left, low = (float(part) for part in name.split()[1:])
    assert low <= dec < low + CELL + 1e-9 or dec == 90
    assert (ra % 360) - left >= -0.006
    same = cells(np.array([ra + 1e-7, ra]), np.array([dec, dec]), pd.RangeIndex(2))
    assert len(set(same)) in (1, 2) and len(name) < 24
    if abs(dec) < 85:
        assert ((ra % 360) - left) * np.cos(np.radians(dec)) < 1.1 * CELL


def test_images_that_tell_a_place_make_cells() -> None:
    table = pd.DataFrame(
        {"object_id": ["a", "b"], "group": ["a", "field 1-1-1"], "ra": [10.1, 10.1], "dec": [0.1, 0.1]}
    )
    assert regrouped(table).tolist() == ["cell 10.00 +0.00", "field 1-1-1"]
    assert regrouped(table.assign(split="train")).tolist() == ["a", "field 1-1-1"]
    assert regrouped(table.drop(columns="ra")).tolist() == ["a", "field 1-1-1"]
