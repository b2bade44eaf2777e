"""Models that judge a camera which they never saw: simple ones, and ours, on measured and on simulated frames."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from astrocore.data.dataset import Dataset, open_dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.runs import Run, load_run
from astrocore.tasks import get_task
from astrocore.tasks.frames.columns import HEADER, STATISTICS
from astrocore.tasks.frames.config import CLASSES
from benchmarks.folds import some
from benchmarks.simple import POWERS, fit, simple_models
from benchmarks.training import trained

TASK = get_task("frames")
FEATURES = {
    "the original's statistics": tuple(column.name for column in STATISTICS),
    "the original's features": tuple(column.name for column in (*STATISTICS, *HEADER[:8])),
    "our numbers of the image": ("image",),
    "our numbers of image and header": ("image", "header"),
}
TUNING = {"epochs": 5, "lr": 6e-4, "warmup": 0.1, "keep": "last"}
REPEATS = 8
"""How often each measured frame stands in the tuning set, beside some simulated ones."""


def features(draft: Draft, of: str) -> np.ndarray:
    """(N, F) of a set of features, NaN where missing."""
    names = FEATURES[of]
    config = TASK.config.Config(modalities=names if names[0] == "image" else ("image", "header"))
    table = TASK.data.features(draft.table, draft.arrays, config)
    return (table if names[0] == "image" else table[list(names)]).to_numpy(float)


def simple(train: Draft, test: Draft, of: str, seed: int, quick: bool) -> dict[str, np.ndarray]:
    """Probabilities (n, 11) of each simple model, plain and class-balanced."""
    x, y = features(train, of), train.table["label"].to_numpy(int)
    known = np.array([len(np.unique(column[np.isfinite(column)])) > 1 for column in x.T])
    present, codes = np.unique(y, return_inverse=True)
    asked, found = features(test, of)[:, known], {}
    for name, model in simple_models(seed, len(y), quick):
        for weights, power in {"": 0.0, ", balanced": POWERS["balanced"]}.items():
            p = np.zeros((len(asked), len(CLASSES)))
            p[:, present] = fit(model, x[:, known], codes, power).predict_proba(asked)
            found[f"{name}{weights}"] = p
    return found


def ours(run: Run, draft: Draft) -> dict[str, np.ndarray]:
    """Probabilities (n, 11) of a run's verdict, its net, and the net's word on image and on header alone."""
    from astrocore.verbs.predict import predict_dataset

    with tempfile.TemporaryDirectory() as folder:
        table = draft.table.assign(split="test")
        data = write_dataset(replace(draft, table=table), Path(folder) / "data")
        found = predict_dataset(run, data)
    said = {"verdict": found.p, **found.voices}
    return {name: np.nan_to_num(np.asarray(p, float), nan=1 / len(CLASSES)) for name, p in said.items()}


def tuned(first: str, data: Path, real: Draft, out: np.ndarray, seed: int, quick: bool) -> dict[str, np.ndarray]:
    """As `ours`, of the frames `out`: `first` trained on with the other measured frames among simulated ones."""
    import torch

    torch.set_num_threads(1)
    simulated = open_dataset(data)
    some_simulated = np.sort(np.random.default_rng(seed).permutation(len(simulated))[: 100 if quick else 1500])
    changes: dict[str, Any] = {**TUNING, "seed": seed} | ({"epochs": 1} if quick else {})
    with tempfile.TemporaryDirectory() as folder:
        mixed = write_dataset(
            _mixed(simulated, some_simulated, some(real, np.flatnonzero(~out)), seed), Path(folder) / "data"
        )
        settings = {**load_run(first).read_info().config, **changes}
        run = trained(mixed, Path(folder) / "run", settings, load_run(first))
        return ours(run, some(real, np.flatnonzero(out)))


def _mixed(simulated: Dataset, rows: np.ndarray, real: Draft, seed: int) -> Draft:
    """Simulated frames, some of them for validation, and the measured ones REPEATS times in training."""
    table, arrays = simulated.rows(rows)
    table = table.drop(columns="split").reset_index(drop=True)
    table["split"] = split_by_group(table, (0.85, 0.15, 0.0), seed)
    copies = [real.table.assign(split="train", object_id=real.table["object_id"] + f"#{i}") for i in range(REPEATS)]
    whole = pd.concat([table, *copies], ignore_index=True)
    joined = {name: np.concatenate([arrays[name], *[real.arrays[name]] * REPEATS]) for name in arrays}
    return replace(real, table=whole, arrays=joined, classes=CLASSES)
