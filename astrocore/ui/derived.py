"""The derived features of an object: those that a run is given, and where they stand among its training objects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.config import validated
from astrocore.data.dataset import Dataset
from astrocore.errors import AstrocoreError
from astrocore.runs.run import Run
from astrocore.tasks import Task, get_task
from astrocore.tasks.card import Fact
from astrocore.ui import cache
from astrocore.ui.standing import with_standing

MOST = 5_000
"""Training objects that a derived feature is held against; a fair sample where there are more."""


def training_data(run: Run) -> Dataset | None:
    """The data set that a run was trained on, or a part of it, if it is still here and the same."""
    for reference in run.read_info().data.places:
        with suppress(AstrocoreError):
            data = cache.dataset(reference.folder)
            if data.fingerprint == reference.fingerprint:
                return data
    return None


def derived_facts(facts: Sequence[Fact], task: Task, data: Dataset, row: int, run: Run | None) -> tuple[Fact, ...]:
    """Of an object's derived features those that the run is given (without a run: one of default settings).

    Each with where it stands among the training objects, where they are here.
    """
    derived = [fact for fact in facts if fact.derived]
    if not derived:
        return ()
    try:
        config = validated(task.config.Config, run.read_info().config if run else {})
        given = set(task.data.features(*data.rows(np.array([row])), config))
        derived = [fact for fact in derived if fact.name in given]
        among = training_data(run) if run else data
        if among is not None:
            known = _features(task.name, str(among.path), among.fingerprint, config.model_dump_json())
            return with_standing(derived, known, among.classes)
    except AstrocoreError as error:
        st.caption(f"Which of these the run is given can't be said, nor where they stand: {error}")
    return tuple(derived)


@st.cache_resource(max_entries=8, show_spinner="Computing the derived features of the training objects …")
def _features(task: str, data: str, fingerprint: str, config: str) -> pd.DataFrame:
    """Label, split and features of training objects."""
    known, opened = get_task(task), cache.dataset(Path(data))
    index = opened.indices("train")
    if len(index) > MOST:
        index = np.sort(np.random.default_rng(0).choice(index, MOST, replace=False))
    table, arrays = opened.rows(index)
    settings: dict[str, Any] = json.loads(config)
    found = known.data.features(table, arrays, validated(known.config.Config, settings))
    return found.assign(label=table["label"].to_numpy(), split=table["split"].to_numpy())
