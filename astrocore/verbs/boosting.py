"""The fair comparison: statistics of the curves and the task's features into gradient boosting, kept as a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from astrocore.config import Training
from astrocore.data.dataset import IDENTITY, Dataset
from astrocore.errors import BadValue
from astrocore.runs import Companion, DataRef, Predictions, Run, RunInfo, StageInfo, companion_file, create_run
from astrocore.runs.info import now
from astrocore.tasks import Task
from astrocore.verbs.companion import Features, feature_rows, fit_companion


def boost(run: Run, task: Task, dataset: Dataset, config: Training) -> RunInfo:
    """Fit on split train and predict every object; the run's folder is made, or its unfinished work done again.

    Raises
    ------
    BadValue
        There is nothing to learn from: one class, or no feature.
    RunNotWritable
        The folder can't be written, or another process works there.
    """
    from astrocore.runs import save_companion
    from astrocore.verbs.scored import scores_by_split

    with run.hold():
        _open(run, task, dataset, config)
        features = _features(task)
        fitted = fit_companion(task, dataset, config, features)
        if fitted.companion is None:
            raise BadValue(f"Gradient boosting has nothing to learn on {dataset.path}: {fitted.reason}.")
        save_companion(fitted.companion, companion_file(run.path))
        predictions = _predictions(dataset, fitted.companion, features, config)
        run.save_predictions(predictions)
        size = sum(len(tree.nodes) for trees in fitted.companion.model._predictors for tree in trees)
        return run.update(
            status="done",
            finished=now(),
            metrics=scores_by_split(predictions),
            stages=[StageInfo(name="boosting", epochs=fitted.rounds, seconds=fitted.seconds)],
            parameters=size,
            trained_parameters=size,
        )


def _open(run: Run, task: Task, dataset: Dataset, config: Training) -> None:
    if (run.path / "run.json").is_file():
        run.update(status="running", pid=os.getpid(), finished=None)
        return
    info = RunInfo(
        task=task.name,
        classes=dataset.classes,
        status="running",
        config=config.model_dump(mode="json"),
        data=DataRef.of(dataset),
        modalities=task.config.MODALITIES,
        units=dataset.units,
        seed=config.seed,
        pid=os.getpid(),
    )
    create_run(run.path, info)


def _features(task: Task) -> Features:
    """The task's features and, where its data module has them, the statistics of its curves."""
    statistics = getattr(task.data, "statistics", None)

    def both(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Any) -> pd.DataFrame:
        own: pd.DataFrame = task.data.features(table, arrays, config).reset_index(drop=True)
        if statistics is None:
            return own
        more: pd.DataFrame = statistics(table, arrays, config).reset_index(drop=True)
        return pd.concat([own, more.drop(columns=[name for name in more if name in own])], axis=1)

    return both


def _predictions(dataset: Dataset, model: Companion, features: Features, config: Training) -> Predictions:
    """Of all rows, block by block."""
    index = np.arange(len(dataset))
    blocks = np.array_split(index, max(1, len(index) // 1024))
    p = np.concatenate([model.predict(feature_rows(features, dataset, block, config)) for block in blocks])
    measured = [name for name in dataset.table.columns if name not in IDENTITY]
    table = dataset.table.reset_index(drop=True)[[*IDENTITY, *measured]]
    return Predictions(classes=dataset.classes, table=table, p=p, units=dict(dataset.units))
