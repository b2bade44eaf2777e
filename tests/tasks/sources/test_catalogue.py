"""Any table of magnitudes becomes a draft's table: names, missing values, leaks, the third of three, what is wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.data.draft import Draft
from astrocore.errors import (
    AstrocoreError,
    BadValue,
    ConfigError,
    DuplicateIds,
    LeakColumn,
    MissingColumns,
    UnknownLabel,
)
from astrocore.tasks.sources.catalogue import completed, draft_table

from .conftest import FOUR, objid, source


def drafted(options: dict[str, object] | None = None, **changes: object) -> Draft:
    columns = {name: values for name, values in ({**FOUR, **changes}).items() if values is not None}
    return draft_table(pd.DataFrame(columns).convert_dtypes(), source(**(options or {})), "file")


def test_four_objects() -> None:
    draft = drafted()
    assert draft.classes == ("STAR", "GALAXY", "QSO") and draft.table["label"].tolist() == [0, 1, 2, 0]
    assert draft.table.columns.tolist() == ["object_id", "group", "label", "modelMag_g", "modelMag_r"]
    assert draft.table["object_id"].tolist() == draft.table["group"].tolist() == list("abcd")
    assert draft.units == {"modelMag_g": "mag", "modelMag_r": "mag"} and draft.notes == ()
    assert draft.table["modelMag_g"].dtype == np.float64 and draft.doubtful == {}


def test_other_numbers_are_kept_and_texts_leaks_and_bookkeeping_are_not() -> None:
    draft = drafted(
        chi=[1, 2, 3, None], remark=list("wxyz"), redshift=[0, 1, 2, 0], plate=[1, 2, 3, 4], run=[1, 1, 1, 1],
        specObjID=[5, 6, 7, 8], z=[0.1, 1, 2, 0], zErr=[1, 1, 1, 1], empty=[None] * 4, flag=[True, False, True, True],
    )  # fmt: skip
    assert draft.table.columns.tolist()[3:] == ["modelMag_g", "modelMag_r", "chi", "flag"]
    assert np.isnan(draft.table["chi"][3]) and draft.units["chi"] == ""
    assert draft.notes[-1] == "Columns that give the label away were left out: redshift, plate, redshift_z, zErr."


def test_what_stands_for_missing_is_emptied_and_counted() -> None:
    draft = drafted(modelMag_g=[-9999, 99, 20, 21], modelMag_r=[17, "", 20, 45.0], psfMag_r=[99, -9999, 99, 99])
    np.testing.assert_array_equal(draft.table["modelMag_g"], [np.nan, np.nan, 20, 21])
    assert np.isnan(draft.table["modelMag_r"][1]) and "psfMag_r" not in draft.table
    said = " ".join(draft.notes)
    assert "6 values that stand for missing ones (-9999, 99) were read as empty: modelMag_g 2, psfMag_r 4." in said
    assert "Magnitudes outside 0 to 35 (modelMag_r 1). Kept" in said and draft.doubtful == {"modelMag_r": 1}


MAG = st.one_of(st.none(), st.floats(12, 25).map(lambda x: round(x, 3)))


@given(
    st.lists(st.fixed_dictionaries({"modelMag_u": MAG, "dered_u": MAG, "extinction_u": MAG}), min_size=1, max_size=5)
)
def test_two_of_three_tell_the_third(rows: list[dict[str, float | None]]) -> None:
    found = completed(pd.DataFrame(rows, dtype=float))
    for row, (_, made) in zip(rows, found.iterrows(), strict=True):
        model, dered, extinction = (row[f"{name}_u"] for name in ("modelMag", "dered", "extinction"))
        if model is None and None not in (dered, extinction):
            model = dered + extinction  # type: ignore[operator]
        if dered is None and None not in (row["modelMag_u"], extinction):
            dered = row["modelMag_u"] - extinction  # type: ignore[operator]
        if extinction is None and None not in (row["modelMag_u"], row["dered_u"]):
            extinction = row["modelMag_u"] - row["dered_u"]  # type: ignore[operator]
        truth = [np.nan if value is None else value for value in (model, dered, extinction)]
        np.testing.assert_allclose(made[["modelMag_u", "dered_u", "extinction_u"]], truth)


def test_the_third_by_band_and_extinction_alone() -> None:
    draft = drafted(dered_r=[16.0, None, 19.5, 21.0], extinction_g=[0.1] * 4, extinction_z=[0.05] * 4)
    np.testing.assert_allclose(draft.table["extinction_r"], [0.5, np.nan, 0.5, 0.5])
    np.testing.assert_allclose(draft.table["dered_g"], np.array(FOUR["modelMag_g"]) - 0.1)
    assert not {"modelMag_z", "dered_z"} & set(draft.table) and draft.units["dered_g"] == "mag"


def test_colours_are_made_of_magnitudes_and_kept_without_them() -> None:
    assert "g_r" not in drafted(g_r=[0.5] * 4).table and "g-r" not in drafted(**{"g-r": [0.5] * 4}).table
    assert "r_i" in drafted(r_i=[0.5] * 4).table
    dereddened = {"modelMag_g": None, "dered_g": [1.0] * 4, "g_r": [0.5] * 4}
    assert "g_r" in drafted(**dereddened).table and "g_r" not in drafted(**dereddened, extinction_g=[0.1] * 4).table


def test_fields_and_exact_identifiers() -> None:
    numbers = [objid(752, 1, 11, i) for i in range(4)]
    draft = drafted(object_id=None, objid=numbers, ra=[10.0] * 4, dec=[1.0] * 4)
    assert draft.table["object_id"].tolist() == [str(number) for number in numbers]
    assert draft.table["group"].unique().tolist() == ["field 752-1-11"] and draft.units["ra"] == "deg"


def test_labels_by_another_column_and_none() -> None:
    other = {"class": None, "sort": ["quasar", "", "galaxy", "galaxy"]}
    draft = drafted(**other)
    assert draft.table["label"].isna().all() and draft.classes == ("STAR", "GALAXY", "QSO")
    assert draft.notes == ("There is no label column (label, class); every object is unlabelled.",)
    draft = drafted({"label_column": "sort"}, **other)
    assert draft.classes == ("GALAXY", "QSO") and draft.table["label"].fillna(-1).tolist() == [1, -1, 0, 0]
    assert drafted({"mapping": ("label=sort",)}, **other).classes == ("GALAXY", "QSO")
    # The usual column is a leak, then.
    assert any("left out: class" in note for note in drafted({"label_column": "sort"}, sort=other["sort"]).notes)


def test_a_split_is_kept() -> None:
    draft = drafted(split=["training", "test", "val", "train"])
    assert draft.table["split"].tolist() == ["train", "test", "val", "train"]


@pytest.mark.parametrize(
    ("changes", "options", "error", "says"),
    [
        ({}, {"columns": ("psfMag_r",)}, MissingColumns, "lacks psfMag_r, which columns asks for; it has .*object_id"),
        ({}, {"columns": ("redshift",)}, LeakColumn, "redshift can't be a feature: stars have none"),
        ({"plate": [1, 2, 3, 4]}, {"columns": ("plate",)}, LeakColumn, "plate can't be a feature"),
        ({}, {"mapping": ("modelMag_u=my_u",)}, MissingColumns, "lacks my_u, which the mapping names"),
        ({}, {"mapping": ("glow=modelMag_r",)}, ConfigError, "knows no 'glow'"),
        ({}, {"label_column": "kind"}, MissingColumns, "lacks kind, which label_column names"),
        ({}, {"id_column": "who"}, MissingColumns, "lacks who, which id_column names"),
        (
            {"class": ["STAR", "NEBULA", "QSO", ""]},
            {},
            UnknownLabel,
            r"Row 2 \(b\) has the label 'NEBULA'; known are STAR",
        ),
        ({"object_id": list("abca")}, {}, DuplicateIds, "Row 4 repeats the object_id a"),
        ({"modelMag_r": [1, np.inf, 2, 3]}, {}, BadValue, r"Row 2 \(b\) has an infinite modelMag_r"),
        (
            {"modelMag_r": ["17", "faint", "18", "19"]},
            {},
            BadValue,
            r"Row 2 \(b\) has 'faint' in the column modelMag_r",
        ),
        ({"deVRad_r": [1, 1, -0.4, 1]}, {}, BadValue, r"Row 3 \(c\) has a deVRad_r below zero"),
        ({"dec": [1, 1, 1, 99.5]}, {}, BadValue, r"Row 4 \(d\) has a declination"),
        ({"split": ["train", "x", "test", "val"]}, {}, BadValue, "Row 2 has the split 'x'"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(
    changes: dict[str, object], options: dict[str, object], error: type[AstrocoreError], says: str
) -> None:
    with pytest.raises(error, match=says):
        drafted(options, **changes)
