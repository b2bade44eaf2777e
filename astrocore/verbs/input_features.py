"""The numbers that a net is given, as an embedding of their own: what a probe makes without any net."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from astrocore.config import validated
from astrocore.data.dataset import Dataset
from astrocore.errors import AstrocoreError
from astrocore.runs import Predictions, Run
from astrocore.tasks import get_task
from astrocore.verbs.same_objects import same_objects

if TYPE_CHECKING:
    from astrocore.verbs.align_args import Args

INPUTS = "features (no net)"
BLOCK = 2048
"""Rows that are read at once."""


def with_inputs(run: Run, predictions: Predictions, args: Args) -> Predictions:
    """The same predictions with the task's features as one more embedding, where the data set is here.

    Features stand for at most `args.train_objects` labelled objects of each split; the others have none.
    """
    try:
        found = pd.concat([_of_split(run, predictions, name, args) for name in ("train", "val", args.split)])
    except AstrocoreError:
        return predictions  # the ablation, which needs the same data set, says why
    kept = predictions.table["object_id"].astype(str)
    x = found[~found.index.duplicated()].reindex(kept).to_numpy(np.float32)
    if not x.shape[1]:
        return predictions
    train = (predictions.table["split"] == "train").to_numpy(bool)
    return replace(predictions, embeddings={INPUTS: filled(x, train), **predictions.embeddings})


def filled(x: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Features (N, F) with the training median for what is missing, and a flag for each column that lacks some.

    Rows without any number stay NaN.
    """
    known = np.isfinite(x)
    some = known.any(axis=1)
    fitted = x[train & some] if (train & some).any() else x[some]
    medians = np.array([np.median(c[np.isfinite(c)]) if np.isfinite(c).any() else 0.0 for c in fitted.T], np.float32)
    flags = ~known[:, (~known[some]).any(axis=0)]
    whole = np.concatenate([np.where(known, x, medians), flags], axis=1).astype(np.float32)
    whole[~some] = np.nan
    return whole


def _of_split(run: Run, predictions: Predictions, split: str, args: Args) -> pd.DataFrame:
    """Features of some objects of a split, by object_id."""
    dataset, rows = same_objects(run, predictions.split(split).labelled(), args.data, args.train_objects, args.seed)
    info = run.read_info()
    config = validated(get_task(info.task).config.Config, info.config)
    blocks = [_features(dataset, rows[at : at + BLOCK], config) for at in range(0, len(rows), BLOCK)]
    return pd.concat(blocks)


def _features(dataset: Dataset, rows: np.ndarray, config: object) -> pd.DataFrame:
    table, arrays = dataset.rows(rows)
    found = get_task(dataset.task).data.features(table, arrays, config)
    return found.astype(float).set_index(table["object_id"].astype(str).to_numpy())
