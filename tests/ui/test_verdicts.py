"""The table of verdicts: what each voice says, and where parts of the input contradict each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.runs import Predictions
from astrocore.ui.verdicts import verdict_table


def test_parts_that_contradict_each_other_are_told_and_missing_ones_say_nothing() -> None:
    table = pd.DataFrame({"object_id": ["a", "b", "c"], "group": "g", "split": "test", "label": pd.NA})
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], np.float32)
    header = np.array([[0.1, 0.9], [0.3, 0.7], [np.nan, np.nan]], np.float32)
    voices = {"net": p, "image only": p, "header only": header}
    predictions = Predictions(("flats", "darks"), table, p, voices=voices)
    names = np.array(["flats", "darks", "flats"], object)
    found = verdict_table(predictions, names, pd.DataFrame(index=range(3)))
    assert found["conflict"].tolist() == ["image: flats, header: darks", "", ""]
    assert found["header only says"].tolist() == ["darks", "darks", ""]
    assert found["net says"].tolist() == ["flats", "darks", "flats"]
    alone = Predictions(("flats", "darks"), table, p, voices={"net": p})
    assert "conflict" not in verdict_table(alone, names, pd.DataFrame(index=range(3)))
