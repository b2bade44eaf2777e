"""Cells without a net of their own: a probe of what pre-training learned, and the best of a few simple models."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin, clone
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from astrocore.analysis.probes import Part, linear_probe
from astrocore.analysis.retrieval import unit
from astrocore.data.dataset import Dataset
from astrocore.runs import Predictions
from astrocore.tasks import get_task
from astrocore.verbs.companion import feature_rows
from astrocore.verbs.trials.cells import Bench, Cell, config_of, taught, tested

Found = Iterator[tuple[str, dict[str, Any]]]


def probe(bench: Bench, cell: Cell) -> Found:
    """Logistic regression on the embeddings that pre-training gave, its strength chosen on validation."""
    from astrocore.verbs.network import load_network

    network = load_network(bench.run(cell.pretraining))
    dataset = taught(bench, cell)
    rows = _labelled(dataset, "train"), _labelled(dataset, "val")
    names = sorted(network.model.taught())
    train, val = (Part(_embedded(network.voices(dataset, index), names), labels_of(dataset, index)) for index in rows)
    for name, other, index in tested(bench, cell):
        judged = Part(_embedded(network.voices(other, index), names), labels_of(other, index))
        p, strength = linear_probe(train, val, judged, len(dataset.classes))
        yield name, {"p": p.astype(np.float32), "chosen": f"C = {strength:g}"}


def simple(bench: Bench, cell: Cell) -> Found:
    """The model that names most validation objects rightly, trained on the features that the net is given."""
    dataset, config, task = taught(bench, cell), config_of(bench, cell), get_task(bench.task)
    train, val = _labelled(dataset, "train"), _labelled(dataset, "val")
    x, judges = (feature_rows(task.data.features, dataset, index, config).to_numpy(float) for index in (train, val))
    y, known = labels_of(dataset, train), labels_of(dataset, val)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = {name: clone(model).fit(x, y) for name, model in simple_models(cell.seed, len(y)).items()}
    right = {name: float((model.predict(judges) == known).mean()) for name, model in fitted.items()}
    best = max(right, key=right.__getitem__)
    for name, other, index in tested(bench, cell):
        seen = feature_rows(task.data.features, other, index, config).to_numpy(float)
        p = np.zeros((len(index), len(dataset.classes)), np.float32)
        p[:, fitted[best].classes_] = fitted[best].predict_proba(seen)
        yield name, {"p": p, "chosen": best}


def simple_models(seed: int, n: int) -> dict[str, ClassifierMixin]:
    """What the choice is among: lines of several strengths, extra trees, boosting; for n training objects."""
    found: dict[str, ClassifierMixin] = {
        f"logistic, C = {strength:g}": make_pipeline(
            SimpleImputer(keep_empty_features=True),
            StandardScaler(),
            LogisticRegression(C=strength, max_iter=500),
        )
        for strength in (0.01, 0.1, 1.0, 10.0)
    }
    trees = ExtraTreesClassifier(300, min_samples_leaf=2 if n > 200 else 1, n_jobs=1, random_state=seed)
    found["extra trees"] = make_pipeline(SimpleImputer(keep_empty_features=True), trees)
    for rounds in (100, 300):
        found[f"boosting, {rounds} rounds"] = HistGradientBoostingClassifier(
            max_iter=rounds,
            learning_rate=0.05,
            max_leaf_nodes=12,
            min_samples_leaf=int(np.clip(n // 50, 3, 20)),
            l2_regularization=3.0,
            max_features=0.5,
            random_state=seed,
        )
    return found


def labels_of(dataset: Dataset, rows: np.ndarray) -> np.ndarray:
    """Labels (n,) int of labelled rows."""
    return np.asarray(dataset.table["label"].iloc[rows].to_numpy(np.int64))


def _labelled(dataset: Dataset, split: str) -> np.ndarray:
    rows = dataset.indices(split)
    return np.asarray(rows[dataset.table["label"].notna().to_numpy()[rows]])


def _embedded(found: Predictions, names: list[str]) -> np.ndarray:
    """These embeddings of each object, side by side, each of length one; zero where missing."""
    return np.concatenate([unit(np.nan_to_num(found.embeddings[name])) for name in names], axis=1)
