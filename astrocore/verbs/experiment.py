"""experiment: the training regimes side by side on one data set, over several seeds, as one table."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field

from astrocore.config import Settings, Training, configure, runs_root, validated
from astrocore.data.dataset import Dataset, open_dataset
from astrocore.errors import ConfigError
from astrocore.runs import DataRef, expect_task, load_run
from astrocore.runs.files import checked_name, replacing, write_json
from astrocore.tasks import Task, get_task
from astrocore.verbs.plan import Args as TrainArgs
from astrocore.verbs.plan import fitted
from astrocore.verbs.predict import described
from astrocore.verbs.regimes import PRETRAIN, PRETRAINED, REGIMES, Cell, cells, entry, table

TABLE = "table"
"""Name of the table's files, .json and .csv, in checkpoints/<task>/<name>.experiment."""


class Args(Settings):
    """Compare training regimes: from scratch, pre-trained, frozen, and gradient boosting on statistics."""

    data: Path
    """Folder of the data set."""
    name: str = Field(kw_only=True)
    """Name of the experiment; its runs are <name>-<regime>-<seed>. Given again, it goes on where it was left."""
    seeds: int = Field(5, ge=1, le=1000)
    """Runs of each regime, with as many seeds, counted from --seed."""
    preset: str = ""
    """Settings to begin with; left empty: the task's first."""
    init_from: str | None = None
    """Run (folder or task/name) with the pre-trained weights; left out: one is pre-trained for each seed."""


@dataclass(frozen=True)
class Experiment:
    """All that is settled before the first cell."""

    args: Args
    task: Task
    dataset: Dataset
    preset: str
    explicit: Mapping[str, Any]
    left_out: Mapping[str, str]
    """Regime -> why it is not there."""

    @property
    def folder(self) -> Path:
        """Where the table goes."""
        return runs_root() / self.task.name / f"{checked_name(self.args.name)}.experiment"

    def cells(self) -> list[Cell]:
        """Every run, in order."""
        first = int(self.explicit.get("seed", 0))
        regimes = [regime for regime in REGIMES if regime not in self.left_out]
        seeds = range(first, first + self.args.seeds)
        return cells(self.task.name, self.args.name, seeds, regimes, self.args.init_from is None)

    def settings(self, cell: Cell) -> dict[str, Any]:
        """What is set explicitly for a cell: the regimes compare nets, so none has a companion unless asked for."""
        return {"companion": False, **self.explicit, **cell.changes()}

    def config(self, cell: Cell) -> Training:
        """All settings of a cell."""
        config = self.task.config
        return fitted(
            self.task, configure(config.Config, config.PRESETS, self.preset, self.settings(cell)), self.dataset
        )

    def init_from(self, cell: Cell) -> str | None:
        """The run whose weights a cell begins with."""
        return (self.args.init_from or cell.pretrain.run.full_name) if cell.regime in PRETRAINED else None


def run(args: Args, explicit: Mapping[str, Any]) -> dict[str, Any]:
    """Train what is not finished yet, seed by seed; the table is written after every run.

    Raises
    ------
    ConfigError
        Settings do not fit, or a run of the experiment was made with others.
    AstrocoreError
        As for train.
    """
    experiment = _planned(args, explicit)
    todo = experiment.cells()
    for cell in todo:
        _check(experiment, cell)
    for number, cell in enumerate(todo, start=1):
        if not cell.done():
            _check_pretrained(cell)
            print(f"[{number}/{len(todo)}] {cell.run_name}", file=sys.stderr)
            if _do(experiment, cell) == "stopped":
                return {"status": "stopped", **_report(experiment)}
        _report(experiment)
    return {"status": "done", **_report(experiment)}


def _planned(args: Args, explicit: Mapping[str, Any]) -> Experiment:
    """The experiment, checked as far as it can be before anything is trained."""
    dataset = open_dataset(args.data)
    task = get_task(dataset.task)
    preset = args.preset or next(iter(task.config.PRESETS))
    config = fitted(task, configure(task.config.Config, task.config.PRESETS, preset, explicit), dataset)
    if config.devices * config.num_nodes > 1:
        raise ConfigError("An experiment trains each of its runs on one device; leave devices and num_nodes at 1.")
    if args.init_from:
        expect_task(load_run(args.init_from).weights()[1], task.name)
    reason = "" if args.init_from else _without_pretraining(task, config)
    return Experiment(args, task, dataset, preset, explicit, dict.fromkeys(PRETRAINED, reason) if reason else {})


def _without_pretraining(task: Task, config: Training) -> str:
    if PRETRAIN not in task.config.STAGES:
        return f"the task {task.name} has no pre-training; name a run to begin with by --init-from"
    return "" if config.pretrain_epochs else "pretrain_epochs is 0; set it, or name a run by --init-from"


def _check(experiment: Experiment, cell: Cell) -> None:
    """A run that is there must be one of this experiment, with these settings; raises ConfigError."""
    info = cell.info()
    if info is None:
        return
    wanted, found = experiment.config(cell), validated(experiment.task.config.Config, info.config)
    differ = [name for name in type(wanted).model_fields if getattr(wanted, name) != getattr(found, name)]
    differ += ["data"] * (info.data.fingerprint != experiment.dataset.fingerprint)
    differ += ["init_from"] * (info.init_from != experiment.init_from(cell))
    if differ:
        raise ConfigError(
            f"The run {cell.run.full_name} was made with other settings ({', '.join(differ)}); give the experiment "
            "another --name, or ask for what it began with."
        )


def _check_pretrained(cell: Cell) -> None:
    """The pre-training that a cell begins with must have learned something; raises ConfigError."""
    before = cell.pretrain.info() if cell.regime in PRETRAINED else None
    if before is not None and not before.stages:
        raise ConfigError(
            f"The pre-training {cell.pretrain.run.full_name} found no two modalities to align in any object; set "
            "--pretrain-epochs 0 to leave it out, under another --name."
        )


def _do(experiment: Experiment, cell: Cell) -> str:
    """Train a cell to the end, or on from where it was left; returns its status."""
    if cell.regime == "boosting":
        from astrocore.verbs.boosting import boost

        return boost(cell.run, experiment.task, experiment.dataset, experiment.config(cell)).status
    from astrocore.verbs.train import run as train

    begun = cell.info() is not None
    args = TrainArgs(
        data=experiment.args.data,
        run=cell.run_name,
        preset="" if begun else experiment.preset,
        init_from=None if begun else experiment.init_from(cell),
        freeze_backbone=cell.regime == "frozen" and not begun,
        resume=begun,
    )
    status: str = train(args, {} if begun else experiment.settings(cell))["status"]
    return status


def _report(experiment: Experiment) -> dict[str, Any]:
    """The table so far, also written as JSON and CSV."""
    entries = [found for cell in experiment.cells() if (found := entry(cell)) and cell.regime != PRETRAIN]
    regimes = table(entries)
    told = {
        "experiment": experiment.args.name,
        "task": experiment.task.name,
        "data": described(DataRef.of(experiment.dataset)),
        "preset": experiment.preset,
        "settings": dict(experiment.explicit),
        "init_from": experiment.args.init_from,
        "split": "test",
        "regimes": regimes,
        "left_out": dict(experiment.left_out),
        "runs": entries,
        "files": [str(experiment.folder / f"{TABLE}.{kind}") for kind in ("json", "csv")],
    }
    write_json(experiment.folder / f"{TABLE}.json", told)
    flat = pd.json_normalize([{"regime": name, **row} for name, row in regimes.items()], sep="_")
    with replacing(experiment.folder / f"{TABLE}.csv") as part:
        flat.to_csv(part, index=False)
    return told
