"""What is read once and kept: data sets, predictions, maps; keyed by path and time of change, never written to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.analysis.bootstrap import Interval, intervals_of_scores, intervals_per_class
from astrocore.data.dataset import Dataset, open_dataset
from astrocore.runs.predictions import Predictions
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


def labelled(run: Run, split: str) -> Predictions:
    """A run's predictions on the labelled objects of a split; raises as `predictions`."""
    return _labelled(str(run.path), stamp(run.predictions_file), split)


def score_intervals(run: Run, split: str) -> dict[str, Interval]:
    """Bootstrap intervals by group of all scores on a split, at argmax."""
    return _score_intervals(str(run.path), stamp(run.predictions_file), split)


def class_intervals(run: Run, split: str) -> dict[str, dict[str, Interval]]:
    """Bootstrap intervals by group of each class's scores on a split, at argmax."""
    return _class_intervals(str(run.path), stamp(run.predictions_file), split)


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


@st.cache_resource(max_entries=16, show_spinner=False)
def _labelled(path: str, when: tuple[int, ...], split: str) -> Predictions:
    return _predictions(path, when).split(split).labelled()


@st.cache_resource(max_entries=32, show_spinner="Resampling groups for the intervals …")
def _score_intervals(path: str, when: tuple[int, ...], split: str) -> dict[str, Interval]:
    some = _labelled(path, when, split)
    return intervals_of_scores(some.label, some.predicted, some.p, some.group, n=RESAMPLES)


@st.cache_resource(max_entries=32, show_spinner="Resampling groups for the intervals of each class …")
def _class_intervals(path: str, when: tuple[int, ...], split: str) -> dict[str, dict[str, Interval]]:
    some = _labelled(path, when, split)
    return intervals_per_class(some.label, some.predicted, some.p, some.classes, some.group, n=RESAMPLES)
