"""What each voice says of one object, and that a voice without a word says nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.runs import Predictions, Profile
from astrocore.ui.said import disagreeing, said_class, said_table, short
from astrocore.ui.verdicts import decided

CLASSES = ("bias", "darks")
WEIGHTS = {"net": 0.25, "companion": 0.75}
NOTHING = [np.nan, np.nan]


def one(image: list[float], header: list[float]) -> Predictions:
    table = pd.DataFrame({"object_id": ["a"], "group": ["n"], "split": ["test"], "label": pd.array([0], dtype="Int64")})
    p = np.array([[0.8, 0.2]], np.float32)
    voices = {"net": p, "companion": p[:, ::-1], "image only": np.array([image]), "header only": np.array([header])}
    return Predictions(CLASSES, table, p, voices=voices)


def test_only_voices_apart_are_told_to_disagree() -> None:
    assert disagreeing(one([0.9, 0.1], [0.45, 0.55]), WEIGHTS) == [("image only", "header only")]
    assert disagreeing(one([0.9, 0.1], [0.6, 0.4]), WEIGHTS) == []
    assert disagreeing(one(NOTHING, [0.1, 0.9]), WEIGHTS) == []
    assert [short("image only"), short("net")] == ["image", "net"]


def test_a_line_a_voice() -> None:
    table = said_table(one(NOTHING, [0.125, 0.875]), WEIGHTS)
    assert table.to_numpy().tolist() == [
        ["net", "bias", "0.800", "25 %"],
        ["companion", "darks", "0.800", "75 %"],
        ["image only", "–", "–", "none"],
        ["header only", "darks", "0.875", "none"],
    ]


def test_without_a_word_there_is_no_class() -> None:
    p = np.array([[0.2, 0.8], NOTHING, [0.7, 0.3]])
    assert said_class(p, CLASSES).tolist() == ["darks", "", "bias"]
    assert said_class(p[:0], CLASSES).tolist() == []


def test_a_profile_of_a_voice_without_a_word_decides_nothing() -> None:
    profile = Profile(name="p", task="toy", classes=CLASSES, thresholds={"bias": 0.1, "darks": 0.1}, voice="image only")
    assert decided(one([0.3, 0.7], NOTHING), profile).tolist() == ["darks"]
    assert decided(one(NOTHING, [0.3, 0.7]), profile).tolist() == ["unknown"]
