"""The filter of conflicts: objects of which two voices that stand apart from the verdict are sure of other classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.conflicts import apart_voices, conflicts
from astrocore.runs.predictions import Predictions
from astrocore.ui.said import short

KEY, CONFIDENCE = "conflicts", "conflict_confidence"
SURE = 0.5
"""Confidence of both to begin with."""
KEEP: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
"""Controls are bound to the address and kept across pages."""


def apart_pair(predictions: Predictions, weights: Mapping[str, float]) -> tuple[str, str] | None:
    """Names of the two voices that stand apart from the verdict; None where there are not two."""
    names = list(apart_voices(predictions.voices, weights))
    return (names[0], names[1]) if len(names) > 1 else None


def in_conflict(predictions: Predictions, pair: tuple[str, str]) -> np.ndarray:
    """(N,) bool, at the confidence that is set."""
    a, b = (predictions.voices[name] for name in pair)
    return conflicts(a, b, float(st.session_state.get(CONFIDENCE, SURE)))


def pick_conflicts(predictions: Predictions, weights: Mapping[str, float]) -> pd.Series | None:
    """The toggle, where the run has such voices; object_id of the conflicts where they are wanted alone, else None."""
    pair = apart_pair(predictions, weights)
    if pair is None:
        return None
    n = int(in_conflict(predictions, pair).sum())
    a, b = map(short, pair)
    about = f"Objects whose {a} and {b} speak for different classes, each with at least the confidence that is set."
    if not st.toggle(f"Conflicts only ({n:,})", key=KEY, help=about, **KEEP):
        return None
    pick_confidence()
    found = in_conflict(predictions, pair)
    if not found.any():
        st.caption("There is none at this confidence; all objects are shown.")
        return None
    return predictions.table["object_id"][found]


def pick_confidence() -> None:
    """The number from which on a voice counts as sure."""
    st.number_input("Both at least this sure", 0.0, 1.0, SURE, 0.05, key=CONFIDENCE, width=170, **KEEP)
