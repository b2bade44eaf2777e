"""What is read once and kept: data sets, predictions, maps; keyed by path and time of change, never written to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.bootstrap import Interval, intervals_of_scores, intervals_per_class
from astrocore.analysis.metrics import scores
from astrocore.analysis.paired import differences
from astrocore.data.dataset import Dataset, open_dataset
from astrocore.runs.predictions import Predictions
from astrocore.runs.profiles import VERDICT
from astrocore.runs.run import Run

RESAMPLES = 500


def stamp(*files: Path) -> tuple[int, ...]:
    """Times of change in nanoseconds; 0 for what is not there."""
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


def dataset(path: Path) -> Dataset:
    """An opened data set; raises FileUnreadable or Misaligned."""
    return _dataset(str(path), stamp(path / "dataset.json", path / "objects.parquet"))


def predictions(run: Run) -> Predictions:
    """A run's predictions; raises RunMissing or FileUnreadable."""
    return _predictions(str(run.path), stamp(run.predictions_file))


def voiced(run: Run, voice: str) -> Predictions:
    """A run's predictions as one voice judges them, of the objects that it judges: see `judges`.

    Raises as `predictions`, and ConfigError for an unknown voice.
    """
    return _voiced(str(run.path), stamp(run.predictions_file), voice)


def judges(predictions: Predictions, voice: str) -> np.ndarray:
    """(N,) bool: objects of which a voice has a word; one that goes by an image alone has none where it is missing."""
    p = predictions.voices.get(voice)
    return np.ones(len(predictions), dtype=bool) if p is None else np.isfinite(p).all(axis=1)


def labelled(run: Run, split: str, voice: str = VERDICT) -> Predictions:
    """A run's predictions on the labelled objects of a split, by one voice; raises as `voiced`."""
    return _labelled(str(run.path), stamp(run.predictions_file), split, voice)


def score_intervals(run: Run, split: str, voice: str = VERDICT) -> dict[str, Interval]:
    """Bootstrap intervals by group of all scores on a split, at argmax."""
    return _score_intervals(str(run.path), stamp(run.predictions_file), split, voice)


def class_intervals(run: Run, split: str, voice: str = VERDICT) -> dict[str, dict[str, Interval]]:
    """Bootstrap intervals by group of each class's scores on a split, at argmax."""
    return _class_intervals(str(run.path), stamp(run.predictions_file), split, voice)


def voice_differences(run: Run, split: str, voice: str) -> dict[str, tuple[float, Interval]]:
    """Scores of the verdict minus those of a voice, on what it judges of a split, with paired intervals by group."""
    return _voice_differences(str(run.path), stamp(run.predictions_file), split, voice)


def calibration_scores(run: Run, split: str, voice: str, name: str, p: np.ndarray) -> dict[str, tuple[float, Interval]]:
    """Negative log likelihood and calibration error of probabilities that are called `name`, with intervals."""
    return _calibration_scores(str(run.path), stamp(run.predictions_file), split, voice, name, p)


def row_of(table: pd.DataFrame, object_id: str) -> int | None:
    """The row number of an object; None where there is no such object."""
    found = np.flatnonzero((table["object_id"].astype(str) == object_id).to_numpy())
    return int(found[0]) if len(found) else None


@st.cache_resource(max_entries=8, show_spinner="Opening the data set …")
def _dataset(path: str, when: tuple[int, ...]) -> Dataset:
    return open_dataset(Path(path))


@st.cache_resource(max_entries=8, show_spinner="Reading the predictions …")
def _predictions(path: str, when: tuple[int, ...]) -> Predictions:
    return Run(Path(path)).predictions()


@st.cache_resource(max_entries=8, show_spinner=False)
def _voiced(path: str, when: tuple[int, ...], voice: str) -> Predictions:
    whole = _predictions(path, when)
    if voice == VERDICT:
        return whole
    there = judges(whole, voice)
    return (whole if there.all() else whole.take(there)).voice(voice)


@st.cache_resource(max_entries=16, show_spinner=False)
def _labelled(path: str, when: tuple[int, ...], split: str, voice: str) -> Predictions:
    return _voiced(path, when, voice).split(split).labelled()


@st.cache_resource(max_entries=32, show_spinner="Resampling groups for the intervals …")
def _score_intervals(path: str, when: tuple[int, ...], split: str, voice: str) -> dict[str, Interval]:
    some = _labelled(path, when, split, voice)
    return intervals_of_scores(some.label, some.predicted, some.p, some.group, n=RESAMPLES)


@st.cache_resource(max_entries=32, show_spinner="Resampling groups for the intervals of each class …")
def _class_intervals(path: str, when: tuple[int, ...], split: str, voice: str) -> dict[str, dict[str, Interval]]:
    some = _labelled(path, when, split, voice)
    return intervals_per_class(some.label, some.predicted, some.p, some.classes, some.group, n=RESAMPLES)


@st.cache_resource(max_entries=32, show_spinner="Resampling groups for the paired differences …")
def _voice_differences(path: str, when: tuple[int, ...], split: str, voice: str) -> dict[str, tuple[float, Interval]]:
    whole, one = _labelled(path, when, split, VERDICT), _labelled(path, when, split, voice)
    whole = whole.take(judges(whole, voice))
    return differences(whole.label, whole.p, one.p, whole.group, n=RESAMPLES)


@st.cache_resource(max_entries=32, show_spinner=False)
def _calibration_scores(
    path: str, when: tuple[int, ...], split: str, voice: str, name: str, _p: np.ndarray
) -> dict[str, tuple[float, Interval]]:
    """The cache tells them apart by `name`; it does not look into the probabilities."""
    some = _labelled(path, when, split, voice)
    found = scores(some.label, _p.argmax(axis=1), _p)
    ends = intervals_of_scores(some.label, _p.argmax(axis=1), _p, some.group, n=RESAMPLES)
    return {key: (found[key], ends[key]) for key in ("nll", "ece")}
