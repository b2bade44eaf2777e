"""The toy task in TASKS, a data set of it, a run with predictions, and a net that needs no torch."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from astrocore.config import runs_root
from astrocore.data.dataset import IDENTITY, Dataset, open_dataset
from astrocore.runs import DataRef, Predictions, Run, RunInfo, create_run, load_run
from astrocore.tasks import TASKS, get_task
from astrocore.verbs import simulate


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, in which the toy is a task; returns the home."""
    monkeypatch.setitem(TASKS, "toy", "tests.toy")
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def dataset(toy: Path) -> Dataset:
    """300 toy objects, split."""
    simulate.run(simulate.Args(task="toy", out=toy / "data" / "points", n=300, seed=1))
    return open_dataset(toy / "data" / "points")


@pytest.fixture
def run(dataset: Dataset) -> Run:
    """A run on these, with the predictions of the stand-in net."""
    info = RunInfo(task="toy", classes=dataset.classes, status="done", data=DataRef.of(dataset))
    made = create_run(runs_root() / "toy" / "first", info)
    made.save_predictions(guess(dataset, dataset.indices("all"), dataset.classes))
    return made


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[np.ndarray | None]]:
    """Put the stand-in net in the place of verbs/network.py; collects the row numbers that it was asked for."""
    asked: list[np.ndarray | None] = []

    def load_network(run: Run) -> SimpleNamespace:
        def predict(dataset: Dataset, index: np.ndarray | None = None, progress: bool = False) -> Predictions:
            asked.append(index)
            rows = dataset.indices("all") if index is None else index
            return guess(dataset, rows, load_run(run.path).read_info().classes)

        def blocks(dataset: Dataset, index: np.ndarray | None = None, progress: bool = False) -> Iterator[Predictions]:
            yield predict(dataset, index)

        task = get_task(run.read_info().task)
        own = {"task": task, "config": task.config.Config(), "companion": None}
        return SimpleNamespace(predict=predict, blocks=blocks, verdict=None, **own)

    module = ModuleType("astrocore.verbs.network")
    module.load_network = load_network
    module.judged = lambda predictions, verdict: predictions
    module.BATCH = 512
    monkeypatch.setitem(sys.modules, "astrocore.verbs.network", module)
    yield asked


def guess(dataset: Dataset, index: np.ndarray, classes: tuple[str, ...]) -> Predictions:
    """Probabilities that are right more often than not, by object_id; labels matched by class name."""
    table = dataset.table.iloc[index].reset_index(drop=True)
    own = {i: classes.index(name) for i, name in enumerate(dataset.classes) if name in classes}
    table["label"] = table["label"].map(own).astype("Int64")
    noise = np.array([hash_of(name) for name in table["object_id"]])
    known = table["label"].fillna(0).to_numpy(float)
    logit = 2 * (2 * known - 1) + 4 * (noise - 0.5) * 2
    p = 1 / (1 + np.exp(-logit))
    fused = np.stack([logit, noise, noise**2, np.ones(len(noise))], axis=1).astype(np.float32)
    image = np.array(dataset.arrays["image"][index])
    measured = [name for name in table.columns if name not in IDENTITY]
    columns = ["object_id", "group", "split", "label", *measured]
    probabilities = np.stack([1 - p, p], axis=1).astype(np.float32)
    embeddings = {"fused": fused, "image": image}
    voices = {"net": probabilities[:, ::-1]}  # a stand-in that says the opposite
    return Predictions(classes, table[columns], probabilities, embeddings, dict(dataset.units), voices)


def hash_of(name: str) -> float:
    """A number from 0 to 1 that belongs to the name."""
    return float(np.random.default_rng(list(name.encode())).random())
