"""What each voice says of one object, and whether those that stand apart from the verdict disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.conflicts import apart_voices, conflicts
from astrocore.runs.predictions import Predictions
from astrocore.ui.numbers import MISSING, figure, percent

NONE = "none"
"""The part in the verdict of a voice that stands apart."""


def voices_of_one(predictions: Predictions, row: int, weights: Mapping[str, float]) -> None:
    """A badge where the voices apart disagree, and a line a voice; nothing where the run has no voices.

    Parameters
    ----------
    weights
        Voice -> share in the verdict.
    """
    if not predictions.voices:
        return
    one = predictions.take(np.array([row]))
    for first, second in disagreeing(one, weights):
        st.badge(f"{short(first)} and {short(second)} disagree", color="orange", icon=":material/call_split:")
    st.table(said_table(one, weights), border="horizontal", hide_index=True, alt="What each voice says")


def disagreeing(one: Predictions, weights: Mapping[str, float]) -> list[tuple[str, str]]:
    """Pairs of voices apart from the verdict whose most probable classes of one object differ."""
    apart = apart_voices(one.voices, weights)
    return [(a, b) for a, b in combinations(apart, 2) if conflicts(apart[a], apart[b], 0.0)[0]]


def said_table(one: Predictions, weights: Mapping[str, float]) -> pd.DataFrame:
    """Each voice's most probable class of one object, its probability, and the voice's part in the verdict."""
    return pd.DataFrame(
        {
            "voice": list(one.voices),
            "says": [said_class(p, one.classes)[0] or MISSING for p in one.voices.values()],
            "probability": [figure(float(p.max())) for p in one.voices.values()],
            "part in the verdict": [percent(weights[name]) if name in weights else NONE for name in one.voices],
        }
    )


def said_class(p: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """The most probable class by name (N,), "" where a voice has nothing to go by."""
    told = np.isfinite(p).all(axis=1)
    names = np.array([*classes, ""], object)
    return np.asarray(names[np.where(told, np.where(told[:, None], p, 0.0).argmax(axis=1), -1)])


def short(voice: str) -> str:
    """What a voice goes by: "image" for "image only"."""
    return voice.removesuffix(" only")
