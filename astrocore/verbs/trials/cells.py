"""The cells of a task's experiments: one classifier each, trained on one set, and what it says of test objects."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.config import Training, configure
from astrocore.data.dataset import Dataset, open_dataset
from astrocore.data.few_labels import few_labels
from astrocore.runs import Run
from astrocore.tasks import get_task
from astrocore.tasks.trials import Row, Trials
from astrocore.verbs.plan import fitted

ALL = "all"
"""In the place of a choice of classes: pre-training sees every object and no label."""
PRETRAIN = "pretrain"
"""In the place of a row: what the pre-trained rows begin with."""


@dataclass(frozen=True)
class Cell:
    """One classifier of the table; or, of the row PRETRAIN, the net that others begin with."""

    set_name: str
    labels: str
    row: str
    seed: int
    share: float = 1.0

    @property
    def name(self) -> str:
        """Name of its folder and files."""
        few = "" if self.share >= 1 else f"-{100 * self.share:g}pc"
        return f"{self.set_name}-{self.labels}-{self.row}{few}-{self.seed}"

    @property
    def pretraining(self) -> Cell:
        """The cell that this one begins with."""
        return Cell(self.set_name, ALL, PRETRAIN, self.seed)


@dataclass(frozen=True)
class Bench:
    """All that a cell needs to know of the experiments that it is part of; it goes to other processes as it is."""

    task: str
    folder: Path
    """Where runs and outputs are kept."""
    data: Mapping[tuple[str, str], Path]
    """(set, labels) -> folder of the data set."""
    tests: Mapping[str, tuple[str, ...]]
    """Set that is trained on -> sets that are tested on."""
    preset: str
    explicit: Mapping[str, Any]
    """Settings of training that were asked for."""

    @property
    def trials(self) -> Trials:
        """The task's experiments."""
        found = get_task(self.task).trials
        assert found is not None
        return found

    def row(self, cell: Cell) -> Row:
        """How the cell's classifier is made."""
        return Row(PRETRAIN) if cell.row == PRETRAIN else self.trials.rows[cell.row]

    def dataset(self, set_name: str, labels: str) -> Dataset:
        """A set with the classes of a choice."""
        return _opened(self.data[set_name, labels])

    def run(self, cell: Cell) -> Run:
        """Where the cell's net is kept."""
        return Run(self.folder / "runs" / cell.name)

    def output(self, cell: Cell, test: str) -> Path:
        """What the cell says of a set's test objects."""
        return self.folder / "outputs" / f"{cell.name}-on-{test}.npz"

    def done(self, cell: Cell) -> bool:
        """Whether the cell needs no more work."""
        if cell.row == PRETRAIN:
            run = self.run(cell)
            return (run.path / "run.json").is_file() and run.read_info().status == "done"
        return all(self.output(cell, test).is_file() for test in self.tests[cell.set_name])

    def seconds(self, cell: Cell) -> float:
        """Time that its net has been trained for, in finished stages."""
        run = self.run(cell)
        stages = run.read_info().stages if (run.path / "run.json").is_file() else ()
        return sum(stage.seconds for stage in stages)

    def settings(self, cell: Cell) -> dict[str, Any]:
        """Settings of training of a cell: what the row asks for, over what was asked for; pre-training the other way.

        Nets are compared, so none has a companion unless asked for; a share s of the labels gets 1 / sqrt(s) as many
        epochs, for these have fewer steps.
        """
        if cell.row == PRETRAIN:
            return {**self.trials.pretraining, **self.explicit, "seed": cell.seed, "epochs": 0, "companion": False}
        found = {"companion": False, **self.explicit, **self.row(cell).changes, "seed": cell.seed}
        common = self.common()
        more = 1 / math.sqrt(cell.share)
        longer = {name: math.ceil(more * getattr(common, name)) for name in ("epochs", "patience")}
        return found | {"pretrain_epochs": 0, "label_share": cell.share, **longer}

    def common(self) -> Training:
        """The settings that all cells begin with."""
        config = get_task(self.task).config
        return configure(config.Config, config.PRESETS, self.preset, self.explicit)


@lru_cache(maxsize=16)
def _opened(folder: Path) -> Dataset:
    """A set, opened once a process: cells and tables ask for it again and again."""
    return open_dataset(folder)


def taught(bench: Bench, cell: Cell) -> Dataset:
    """The set that a cell learns from, with the labels that it may know."""
    return few_labels(bench.dataset(cell.set_name, cell.labels), cell.share, cell.seed)


def tested(bench: Bench, cell: Cell) -> Iterator[tuple[str, Dataset, np.ndarray]]:
    """Name, data set and row numbers of each set's labelled test objects."""
    for name in bench.tests[cell.set_name]:
        dataset = bench.dataset(name, cell.labels)
        yield name, dataset, test_rows(dataset)


def test_rows(dataset: Dataset) -> np.ndarray:
    """Row numbers of the labelled test objects."""
    rows = dataset.indices("test")
    return np.asarray(rows[dataset.table["label"].notna().to_numpy()[rows]])


def config_of(bench: Bench, cell: Cell) -> Training:
    """All settings of a cell, fitted to its data."""
    task = get_task(bench.task)
    dataset = bench.dataset(cell.set_name, cell.labels)
    config = configure(task.config.Config, task.config.PRESETS, bench.preset, bench.settings(cell))
    return fitted(task, config, dataset)
