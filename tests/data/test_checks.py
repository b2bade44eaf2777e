"""Each thing that is wrong with a draft has its named error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from astrocore.data.checks import check_draft
from astrocore.data.dataset import Draft
from astrocore.errors import (
    AstrocoreError,
    BadValue,
    DuplicateIds,
    FileUnreadable,
    GroupLeak,
    Misaligned,
    MissingColumns,
    UnknownLabel,
)


def draft() -> Draft:
    table = pd.DataFrame(
        {
            "object_id": list("abcd"),
            "group": ["g1", "g1", "g2", "g3"],
            "label": pd.array([0, 1, None, 1], dtype="Int64"),
            "split": ["train", "train", "val", "test"],
        }
    )
    return Draft("toy", ("x", "y"), table, {"view": np.zeros((4, 2))})


def cell(name: str, row: int, value: object) -> Callable[[Draft], None]:
    def spoil(draft: Draft) -> None:
        draft.table[name] = draft.table[name].astype(object)
        draft.table.loc[row, name] = value

    return spoil


def test_a_sound_draft_passes_with_and_without_splits() -> None:
    check_draft(draft())
    loose = draft()
    del loose.table["split"]
    check_draft(loose)


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (lambda d: setattr(d, "table", d.table.drop(columns="group")), MissingColumns, "group"),
        (lambda d: setattr(d, "table", d.table[:0]), FileUnreadable, "no rows"),
        (cell("object_id", 2, "a"), DuplicateIds, "1 object_id stand in more than one row, a among them"),
        (cell("object_id", 2, None), BadValue, "Row 3 has no object_id"),
        (cell("group", 1, None), BadValue, "Row 2 has no group"),
        (lambda d: d.arrays.update(view=np.zeros((3, 2))), Misaligned, "view has 3 rows and the table 4"),
        (cell("label", 0, 2), UnknownLabel, "Label 2"),
        (cell("label", 0, -1), UnknownLabel, "Label -1"),
        (cell("split", 3, "holdout"), BadValue, "Row 4 has the split 'holdout'"),
        (cell("split", 3, None), BadValue, "Row 4 has the split"),
        (cell("split", 0, "test"), GroupLeak, "1 groups lie in more than one split, g1 among them"),
    ],
)
def test_what_is_wrong_is_named(spoil: Callable[[Draft], None], error: type[AstrocoreError], says: str) -> None:
    spoilt = draft()
    spoil(spoilt)
    with pytest.raises(error, match=says):
        check_draft(spoilt)
