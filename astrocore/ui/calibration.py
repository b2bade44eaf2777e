"""Calibration on the Evaluate page: confidence against accuracy, before and after the verdict's temperature."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.blend import blended
from astrocore.analysis.calibration import reliability
from astrocore.charts.calibration import reliability_chart
from astrocore.runs.profiles import VERDICT
from astrocore.runs.run import Run
from astrocore.ui import cache
from astrocore.ui.layout import halves
from astrocore.ui.numbers import cell, sample
from astrocore.ui.plots import draw

BINS = 10
BEFORE, AFTER = "before: mean of voices", "after: temperature"
READ = (
    "A line below the diagonal: too sure of itself; above: too careful. NLL punishes confident errors, "
    "ECE is the mean gap to the diagonal; both are better when lower."
)


def calibration_tab(run: Run, split: str, voice: str) -> None:
    """Reliability and its scores: of the verdict before and after its temperature, of another voice as it is."""
    some, verdict = cache.labelled(run, split, voice), run.read_info().verdict
    where = sample(some, split)
    if voice == VERDICT and verdict.n and set(verdict.weights) <= set(some.voices):
        several = {BEFORE: blended(some.voices, verdict.weights), AFTER: some.p}
        said = f"Temperature {verdict.temperature:.3g}, fitted on val, n = {verdict.n:,}."
    else:
        several, said = {voice: some.p}, "No temperature was fitted to these probabilities."
    left, right = halves()
    with left:
        tables = {name: reliability(some.label, p, BINS) for name, p in several.items()}
        chart = reliability_chart(tables, f"Calibration: {split}, n = {len(some):,}")
        draw(chart, "evaluate:reliability", "Accuracy against confidence, and objects in each bin of confidence")
    with right:
        st.table(_scores(run, split, voice, several), border="horizontal", alt="Scores of the calibration")
        st.caption(f"{where}, with 95 % intervals by groups. {said}")
        st.caption(READ)


def _scores(run: Run, split: str, voice: str, several: dict[str, np.ndarray]) -> pd.DataFrame:
    """NLL and ECE of each, as text with intervals."""
    rows = {}
    for name, p in several.items():
        found = cache.calibration_scores(run, split, voice, name, p)
        rows[name] = {"NLL [nat]": cell(*found["nll"]), "ECE": cell(*found["ece"])}
    return pd.DataFrame(rows).T.rename_axis("probabilities")
