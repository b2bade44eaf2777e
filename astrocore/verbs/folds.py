"""folds: as many nets as parts, each trained without one part, and what each says of the part that it never saw.

Thresholds and operating points that are fitted on the whole of train and val, each object judged by a net that did not
learn from its group, are steadier than those of one small validation split.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from astrocore.config import Settings, Training, configure, validated
from astrocore.data.dataset import IDENTITY, Dataset, open_dataset
from astrocore.data.splits import parts_by_group
from astrocore.errors import ConfigError
from astrocore.runs import DataRef, FoldRef, Predictions, Run, RunInfo, create_run, run_folder
from astrocore.runs.info import now
from astrocore.tasks import Task, get_task
from astrocore.verbs.plan import Args as TrainArgs
from astrocore.verbs.plan import fitted, make_plan
from astrocore.verbs.regimes import mean_sd


class Args(Settings):
    """Train on all but one part of a data set, part by part, and judge each part by the net that never saw it."""

    data: Path
    """Folder of the data set."""
    run: str = Field(kw_only=True)
    """Name of the run that all is put together into; the folds are <run>-fold1 and so on. Given again, it goes on where
    it was left."""
    k: int = Field(5, ge=3, le=100)
    """Parts of the objects of train and val, by group and spread evenly over the classes: one is held out, the next one
    validates, the others train. The data set's test objects take no part."""
    preset: str = ""
    """Settings to begin with; left empty: the task's first."""


@dataclass(frozen=True)
class Folds:
    """All that is settled before the first fold."""

    args: Args
    task: Task
    dataset: Dataset
    preset: str
    explicit: Mapping[str, Any]
    config: Training
    part: np.ndarray
    """(N,) part of each object, from 1; 0 for test objects, which are in none."""

    @property
    def numbers(self) -> range:
        """Numbers of the folds, each after the part that it holds out."""
        return range(1, self.args.k + 1)

    @property
    def whole(self) -> Run:
        """The run that all is put together into."""
        return Run(run_folder(self.task.name, self.args.run))

    def run(self, number: int) -> Run:
        """A fold's own run."""
        return Run(run_folder(self.task.name, f"{self.args.run}-fold{number}"))

    def ref(self, number: int) -> FoldRef:
        """What a fold's run.json says of it."""
        return FoldRef(of=self.args.run, number=number, k=self.args.k, seed=self.config.seed)

    def split(self, number: int) -> Dataset:
        """The data set as a fold sees it: the part held out goes to test, the next one is val (after the last: 1)."""
        judge = number % self.args.k + 1
        held = (self.part == number) | (self.part == 0)
        split = np.where(held, "test", np.where(self.part == judge, "val", "train")).astype(object)
        return self.dataset.with_table(self.dataset.table.assign(split=split))


def run(args: Args, explicit: Mapping[str, Any]) -> dict[str, Any]:
    """Train the folds that are not finished yet and put them together.

    Returns
    -------
    dict
        Scores of each fold on the part held out, their mean and standard deviation (n - 1), and, of the run that all is
        put together into, scores on val (each object judged by the net that never saw its group) and on test (the mean
        of the nets' probabilities).

    Raises
    ------
    ConfigError
        Settings do not fit, there are fewer groups than parts, or a run of that name was made with others.
    AstrocoreError
        As for train.
    """
    folds = _planned(args, explicit)
    _check_whole(folds)
    for number in folds.numbers:
        _check(folds, number)
    for number in folds.numbers:
        if _status(folds.run(number)) == "done":
            continue
        print(f"[{number}/{args.k}] {folds.run(number).name}", file=sys.stderr)
        if _train(folds, number) == "stopped":
            return {"run": str(folds.whole.path), "status": "stopped"}
    return _together(folds)


def _planned(args: Args, explicit: Mapping[str, Any]) -> Folds:
    dataset = open_dataset(args.data)
    task = get_task(dataset.task)
    preset = args.preset or next(iter(task.config.PRESETS))
    config = fitted(task, configure(task.config.Config, task.config.PRESETS, preset, explicit), dataset)
    if config.devices * config.num_nodes > 1:
        raise ConfigError("Folds are trained on one device, one after the other; leave devices and num_nodes at 1.")
    if config.epochs == 0:
        raise ConfigError("Folds are judged by their labels, so each has to learn from some; set epochs above 0.")
    part = np.zeros(len(dataset.table), dtype=int)
    mine = (dataset.table["split"] != "test").to_numpy()
    part[mine] = 1 + parts_by_group(dataset.table[mine], args.k, config.seed)
    return Folds(args, task, dataset, preset, explicit, config, part)


def _status(run: Run) -> str:
    """What run.json says; empty where there is none."""
    return run.read_info().status if (run.path / "run.json").is_file() else ""


def _check(folds: Folds, number: int) -> None:
    """A run that is there must be this fold, with these settings; raises ConfigError."""
    run = folds.run(number)
    if not _status(run):
        return
    info = run.read_info()
    found = validated(folds.task.config.Config, info.config)
    differ = [name for name in type(found).model_fields if getattr(folds.config, name) != getattr(found, name)]
    differ += ["data"] * (info.data.fingerprint != folds.dataset.fingerprint)
    differ += ["parts"] * (info.fold != folds.ref(number))
    if differ:
        raise ConfigError(
            f"The run {run.full_name} was made with other settings ({', '.join(differ)}); give the folds another "
            "--run, or ask for what they began with."
        )


def _check_whole(folds: Folds) -> None:
    """A run of the name that all goes into must be of such folds; raises ConfigError."""
    if _status(folds.whole) and not folds.whole.read_info().folds:
        raise ConfigError(f"The run {folds.whole.full_name} is there and no run of folds; give another --run.")


def _train(folds: Folds, number: int) -> str:
    """Train a fold to the end, or on from where it was left; returns its status."""
    from astrocore.verbs.train import train

    run, begun = folds.run(number), bool(_status(folds.run(number)))
    args = TrainArgs(data=folds.args.data, run=run.name, preset="" if begun else folds.preset, resume=begun)
    plan = make_plan(args, {} if begun else folds.explicit, folds.split(number), folds.ref(number))
    status: str = train(plan)["status"]
    return status


def _together(folds: Folds) -> dict[str, Any]:
    """Write the run that all is put together into; what the verb returns."""
    from astrocore.verbs.scored import scores_by_split

    table = folds.dataset.table.reset_index(drop=True)
    measured = [name for name in table if name not in IDENTITY]
    table = table.assign(split=np.where(folds.part > 0, "val", "test").astype(object))[[*IDENTITY, *measured]]
    p, each = _said(folds)
    predictions = Predictions(folds.dataset.classes, table, p.astype(np.float32), units=dict(folds.dataset.units))
    with folds.whole.hold():
        if not _status(folds.whole):
            create_run(folds.whole.path, _info(folds))
        folds.whole.save_predictions(predictions)
        metrics = scores_by_split(predictions)
        folds.whole.update(**{**_info(folds).model_dump(), "status": "imported", "metrics": metrics})
    names = dict.fromkeys(name for fold in each for name in fold["scores"])
    spread = {name: mean_sd([fold["scores"][name] for fold in each if fold["scores"]]) for name in names}
    told = {"run": str(folds.whole.path), "status": "done", "k": folds.args.k}
    return {**told, "scores": spread, "metrics": metrics, "folds": each}


def _said(folds: Folds) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Probabilities (N, C), each by the net that held the object out, on test the mean; scores of each fold."""
    from astrocore.analysis.metrics import scores

    p, each = np.zeros((len(folds.part), len(folds.dataset.classes))), []
    for number in folds.numbers:
        found = folds.run(number).predictions()
        held, test = folds.part == number, folds.part == 0
        p[held] = found.p[held]
        p[test] += found.p[test] / folds.args.k
        known = held & (found.label >= 0)
        judged = scores(found.label[known], found.predicted[known], found.p[known]) if known.any() else {}
        each.append({"run": folds.run(number).full_name, "n": int(known.sum()), "scores": judged})
    return p, each


def _info(folds: Folds) -> RunInfo:
    return RunInfo(
        task=folds.task.name,
        classes=folds.dataset.classes,
        status="running",
        preset=folds.preset,
        config=folds.config.model_dump(mode="json"),
        data=DataRef.of(folds.dataset),
        modalities=folds.task.config.MODALITIES,
        units=dict(folds.dataset.units),
        seed=folds.config.seed,
        folds=tuple(folds.run(number).full_name for number in folds.numbers),
        command=("python", "-m", "astrocore", *sys.argv[1:]),
        pid=os.getpid(),
        finished=now(),
    )
