"""Cuts of the published sets against the literal mean of each row; what is unknown is left out and counted."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.data.draft import Draft
from astrocore.errors import ConfigError, MissingColumns
from astrocore.tasks.sources.config import CLASSES
from astrocore.tasks.sources.selections import compact, faint, select

from .conftest import source

VALUE = st.one_of(st.floats(0, 3), st.just(math.nan))
ROW = st.fixed_dictionaries(
    {f"{name}_{band}": VALUE for name in ("deVRad", "psffwhm") for band in "gr"} | {"deVRad_u": VALUE}
)


@given(st.lists(ROW, min_size=1, max_size=6), st.floats(0.1, 2))
def test_compact_row_by_row(rows: list[dict[str, float]], limit: float) -> None:
    found = compact(pd.DataFrame(rows), limit)
    for row, keep in zip(rows, found.keep, strict=True):
        # u has no width, so it takes no part.
        known = [
            row[f"deVRad_{band}"] / row[f"psffwhm_{band}"] if row[f"psffwhm_{band}"] else math.inf for band in "gr"
        ]
        assert keep == (sum(known) / 2 <= limit)
    # Zero over zero and over nothing are unknown too.
    with np.errstate(all="ignore"):
        unknown = [not np.isfinite(sum(np.divide(r[f"deVRad_{b}"], r[f"psffwhm_{b}"]) for b in "gr")) for r in rows]
    assert found.unknown.tolist() == unknown


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "object_id": list("abcd"),
            "label": pd.array([0, 1, None, 2], dtype="Int64"),
            "modelMag_g": [19.0, 21.0, 21.0, np.nan],
            "modelMag_r": [20.9, 19.1, 20.0, 25.0],
            "deVRad_r": [0.1, 2.0, 0.4, 0.2],
            "psffwhm_r": [1.0, 1.0, 1.0, 1.0],
        }
    )


def test_faint_is_the_mean_over_the_bands_of_the_table() -> None:
    found = faint(table(), 20.0)
    assert found.keep.tolist() == [False, True, True, False] and found.unknown.tolist() == [False, False, False, True]
    assert found.cut == "mean of modelMag over gr fainter than 20"
    assert compact(table(), 0.4).keep.tolist() == [True, False, True, True]


def test_notes_tell_the_cut_and_the_classes() -> None:
    draft = Draft("sources", CLASSES, table(), notes=("before",))
    assert select(draft, source(compact=0.5, faint=20)).tolist() == [2]
    assert draft.notes == (
        "before",
        "Kept 3 of 4 objects, mean of deVRad/psffwhm over r at most 0.5: 1 STAR, 0 GALAXY, 1 QSO, 1 unlabelled.",
        "Kept 1 of 3 objects, mean of modelMag over gr fainter than 20: 0 STAR, 0 GALAXY, 0 QSO, 1 unlabelled. "
        "Objects of which it is unknown, left out too: 1.",
    )
    assert draft.table["object_id"].tolist() == ["c"] and draft.table.index.tolist() == [0] and draft.classes == CLASSES


def test_classes_left_out_are_none_any_more() -> None:
    draft = Draft("sources", CLASSES, table())
    assert select(draft, source(leave_out=("quasar",))).tolist() == [0, 1, 2]
    assert draft.classes == ("STAR", "GALAXY") and draft.table["label"].fillna(-1).tolist() == [0, 1, -1]
    assert draft.notes == ("Kept 3 of 4 objects, not QSO: 1 STAR, 1 GALAXY, 0 QSO, 1 unlabelled.",)
    named = Draft("sources", CLASSES, table())
    select(named, source(leave_out=("STAR",), compact=0.3, classes=CLASSES))
    assert named.classes == ("GALAXY", "QSO") and named.table["label"].tolist() == [1]


def test_without_a_cut_nothing_changes() -> None:
    draft = Draft("sources", ("STAR", "GALAXY", "QSO"), table())
    assert select(draft, source()).tolist() == [0, 1, 2, 3] and draft.notes == () and draft.classes == CLASSES


def test_what_can_not_be_cut() -> None:
    with pytest.raises(MissingColumns, match="needs deVRad_<band> and psffwhm_<band> in at least one band"):
        compact(table().drop(columns="psffwhm_r"), 0.5)
    with pytest.raises(MissingColumns, match="needs modelMag_<band> in at least one band, such as modelMag_r"):
        faint(table()[["deVRad_r"]], 20)
    with pytest.raises(ConfigError, match=r"No object is left. Kept 0 of 4 objects, .* Widen the cut"):
        select(Draft("sources", CLASSES, table()), source(faint=40))
    with pytest.raises(ConfigError, match="leave_out names NEBULA, but the classes are STAR, GALAXY, QSO"):
        select(Draft("sources", CLASSES, table()), source(leave_out=("NEBULA",)))
