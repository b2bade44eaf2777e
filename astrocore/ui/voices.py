"""Voices: whose probabilities a page shows, and how the net, its companion and their verdict compare."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from astrocore.analysis.conflicts import apart_voices
from astrocore.analysis.metrics import scores
from astrocore.runs.info import Verdict
from astrocore.runs.predictions import Predictions
from astrocore.runs.profiles import VERDICT
from astrocore.runs.run import Run
from astrocore.ui import cache
from astrocore.ui.numbers import NBSP, cell, sample

KEY = "voice"
COMPARED = {"accuracy": "accuracy", "macro_f1": "macro F1", "auc_macro": "ROC AUC", "nll": "NLL [nat]", "ece": "ECE"}
PAIRED = ("accuracy", "macro_f1", "nll")
"""Scores of which the paired difference is shown."""

APART = "No part in the verdict, beside it only: {names}, each on the n objects of which it has something to go by."


def pick_voice(predictions: Predictions) -> str:
    """The picker of the voice, where there are several; returns its name."""
    options = [VERDICT, *predictions.weighed]
    if len(options) == 1:
        return VERDICT
    if st.session_state.get(KEY, VERDICT) not in options:
        del st.session_state[KEY]  # another run had more voices
    picked = st.segmented_control(
        "Voice",
        options,
        default=VERDICT,
        required=True,
        key=KEY,
        bind="query-params",
        persist_state="session",
        help="Whose probabilities are shown: the run's verdict, or one of the models that it was made from or that "
        "stand beside it.",
    )
    return str(picked) if picked in options else VERDICT


def voices_tab(run: Run, predictions: Predictions, split: str) -> None:
    """Scores of each voice with intervals, and how much better the verdict is, on the same objects."""
    some = cache.labelled(run, split)
    where = sample(some, split)
    if not predictions.voices:
        st.info("This run speaks with one voice: its predictions are those of a single model.")
        return
    st.caption(f"{where}, with 95 % intervals by groups. {spoken(run.read_info().verdict)}")
    names = [VERDICT, *(name for name in predictions.voices if len(cache.labelled(run, split, name)))]
    if apart := apart_voices(predictions.voices, run.read_info().verdict.weights):
        st.caption(APART.format(names=" and ".join(apart)))
    st.table(voices_table(run, split, names), border="horizontal", alt="Scores of each voice")
    st.markdown("**Verdict minus voice, on the same objects**")
    st.table(difference_table(run, split, names[1:]), border="horizontal", alt="Paired differences")
    st.caption(
        f"{where}. Paired: both are judged on the same resamples of groups. An interval without 0 is a difference "
        "that the choice of objects does not explain. NLL is better when lower."
    )


def spoken(verdict: Verdict) -> str:
    """How the verdict is made, in a sentence."""
    parts = " and ".join(f"{100 * share:.0f}{NBSP}% {name}" for name, share in verdict.weights.items() if share > 0)
    if not verdict.n:
        return f"The verdict is {parts}; there were too few validation objects to fit more."
    return f"The verdict is {parts}, at temperature {verdict.temperature:.3g}; chosen on val, n = {verdict.n:,}."


def voices_table(run: Run, split: str, names: Sequence[str]) -> pd.DataFrame:
    """Scores of each voice as text, a row a voice; with n where they judge different objects."""
    rows = {}
    judged = {name: cache.labelled(run, split, name) for name in names}
    differ = len(set(map(len, judged.values()))) > 1
    for name, some in judged.items():
        found, ends = scores(some.label, some.predicted, some.p), cache.score_intervals(run, split, name)
        called = f"{name} :small[:gray[n{NBSP}={NBSP}{len(some):,}]]" if differ else name
        rows[called] = {title: cell(found[key], ends[key]) for key, title in COMPARED.items()}
    return pd.DataFrame(rows).T.rename_axis("voice")


def difference_table(run: Run, split: str, names: Sequence[str]) -> pd.DataFrame:
    """Verdict minus each voice as text, a row a voice."""
    rows = {}
    for name in names:
        found = cache.voice_differences(run, split, name)
        rows[f"verdict − {name}"] = {COMPARED[key]: cell(*found[key], digits=3, signed=True) for key in PAIRED}
    return pd.DataFrame(rows).T.rename_axis("difference")
