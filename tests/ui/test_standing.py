"""Where a number stands: the share of a class's training objects that have less, ties not among them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.tasks.card import Fact
from astrocore.ui.standing import with_standing


def test_objects_that_have_as_much_do_not_have_less() -> None:
    table = pd.DataFrame(
        {
            "split": ["train"] * 16 + ["test"],
            "label": pd.array([0] * 10 + [1] * 5 + [None] + [0], dtype="Int64"),
            "seconds": [0.0] * 5 + [1.0, 1.0, 2.0, 3.0, np.nan] + [5.0] * 5 + [0.5, 0.5],
        }
    )
    facts = [Fact("seconds", value) for value in (0.0, 1.0, 4.0, float("nan"))] + [Fact("colour", 1.0), Fact("a", "b")]
    found = [fact.standing for fact in with_standing(facts, table, ("dark", "light", "none"))]
    assert found == [
        {"dark": 0.0, "light": 0.0},
        {"dark": 5 / 9, "light": 0.0},
        {"dark": 1.0, "light": 0.0},
        {},
        {},
        {},
    ]
