"""What a training is to do, settled and checked before torch is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from astrocore.config import Settings, Training, configure, validated
from astrocore.data.dataset import Dataset, open_dataset
from astrocore.data.few_labels import few_labels
from astrocore.errors import BadValue, ConfigError, NothingToResume, WrongTask
from astrocore.runs import FoldRef, Run, load_run, run_folder
from astrocore.tasks import Task, get_task
from astrocore.tasks.contract import ChecksClasses, ChecksInputs, ChoosesSettings
from astrocore.verbs.copies import Copies


class Args(Settings):
    """Train a model on a data set."""

    data: Path
    """Folder of the data set."""
    run: str = ""
    """Name of the run below checkpoints/<task>, or a folder; left empty: the date and time."""
    preset: str = ""
    """Settings to begin with; left empty: the task's first."""
    init_from: str | None = None
    """Run (folder or task/name) whose weights to start from."""
    freeze_backbone: bool = False
    """Train only what stands on the encoders; needs init_from."""
    resume: bool = False
    """Go on where the run was stopped or killed, with the settings that it has."""
    queue: bool = False
    """Wait until no other queued job trains on this device."""


TRIED = 256
"""Training rows whose inputs are made before a run begins."""


@dataclass(frozen=True)
class Plan:
    """All that is settled before training starts."""

    args: Args
    task: Task
    dataset: Dataset
    config: Training
    preset: str
    run: Run
    fold: FoldRef | None = None
    """Where the run is one fold of several."""

    def stages(self) -> list[tuple[int, str, int]]:
        """(number, name, epochs) of the stages to train; a frozen backbone has nothing to pre-train."""
        pretrain = 0 if self.args.freeze_backbone else self.config.pretrain_epochs
        epochs = [pretrain if name == "pretrain" else self.config.epochs for name in self.task.config.STAGES]
        return [(i, name, n) for i, (name, n) in enumerate(zip(self.task.config.STAGES, epochs, strict=True)) if n > 0]

    @cached_property
    def taught(self) -> Dataset:
        """The data set with the labels that training may use."""
        return few_labels(self.dataset, self.config.label_share, self.config.seed)

    def fetch(self, index: np.ndarray) -> dict[str, np.ndarray]:
        """Model inputs, labels and a number for each group, of the rows `index`, and of copies (see Copies)."""
        table, arrays = self.copies.rows(index)
        label = table["label"].fillna(-1).to_numpy(np.int64)
        group = pd.util.hash_array(table["group"].to_numpy(object)).astype(np.int64)
        return {**self.task.data.prepare(table, arrays, self.config), "label": label, "group": group}

    @property
    def copies(self) -> Copies:
        """The data set's rows and the degraded copies that the settings ask for."""
        return Copies(self.task, self.taught, self.config)

    def judges(self) -> np.ndarray:
        """Row numbers that an epoch is judged by: of split val, and of their copies."""
        return self.copies.index(self.dataset.indices("val"))

    def indices(self, stage: str) -> np.ndarray:
        """Row numbers that a stage trains on: all of split train in pre-training, else the labelled ones.

        Raises
        ------
        BadValue
            There are none.
        """
        index = self.dataset.indices("train")
        if stage != "pretrain":
            index = index[self.taught.table["label"].notna().to_numpy()[index]]
        if len(index) == 0:
            raise BadValue(
                f"{self.dataset.path} has no {'' if stage == 'pretrain' else 'labelled '}rows in split train."
            )
        return index


def make_plan(
    args: Args, explicit: Mapping[str, Any], dataset: Dataset | None = None, fold: FoldRef | None = None
) -> Plan:
    """Settle data set, task, settings and folder; raises as `run` does.

    `dataset` is that of `args` with other splits, for a run that is one `fold` of several.
    """
    dataset = open_dataset(args.data) if dataset is None else dataset
    task = get_task(dataset.task)
    name = args.run or datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    place = Run(Path(name) if "/" in name else run_folder(task.name, name))
    if args.resume:
        return _resumed(args, explicit, task, dataset, place, fold)
    if args.freeze_backbone and not args.init_from:
        raise ConfigError(
            "--freeze-backbone needs --init-from RUN: a backbone that was never trained would stay random."
        )
    preset = args.preset or next(iter(task.config.PRESETS))
    config = fitted(task, configure(task.config.Config, task.config.PRESETS, preset, explicit), dataset)
    _check_explicit(task, explicit, config, dataset)
    if args.freeze_backbone and args.init_from and isinstance(task.data, ChecksInputs):
        first = load_run(args.init_from)
        if first.read_info().untaught:
            task.data.check_frozen(config, validated(task.config.Config, first.read_info().config))
    plan = Plan(args, task, dataset, config, preset, place, fold)
    _try(plan)
    return plan


def _check_explicit(task: Task, explicit: Mapping[str, Any], config: Training, dataset: Dataset) -> None:
    """Raise ConfigError where what was asked for has no effect, or names what the data set does not have."""
    if explicit.get("pretrain_epochs") and "pretrain" not in task.config.STAGES:
        raise ConfigError(f"The net of {task.name} is not pre-trained; leave pretrain_epochs out.")
    if isinstance(task.data, ChecksClasses):
        task.data.check_classes(config, dataset.classes)


def _try(plan: Plan) -> None:
    """Make the inputs of some training rows, so that what can't work is told before a run's folder is there.

    Raises
    ------
    InputError
        A setting asks for what the data set does not have, no row serves a stage, or the net would see nothing.
    """
    rows = [plan.indices(name) for _, name, _ in plan.stages()] or [plan.dataset.indices("train")]
    if not len(rows[0]):
        return
    some = rows[0][np.unique(np.linspace(0, len(rows[0]) - 1, TRIED).astype(int))]
    table, arrays = plan.dataset.rows(some)
    numbers = plan.task.data.features(table, arrays, plan.config)
    inputs = plan.task.data.prepare(table, arrays, plan.config, numbers)
    if isinstance(plan.task.data, ChecksInputs):
        plan.task.data.check_inputs(plan.config, inputs)
    masks = [array for array in inputs.values() if array.dtype == bool]
    if not np.isfinite(numbers.to_numpy(float)).any() and not any(mask.any() for mask in masks):
        raise BadValue(
            f"{plan.dataset.path} has nothing of what the net would see by these settings; choose other modalities or "
            "features, or build the data set with them."
        )


def fitted(task: Task, config: Training, dataset: Dataset) -> Training:
    """The settings, with what they leave open chosen for the data set, where the task has a choice to make."""
    if not isinstance(task.data, ChoosesSettings):
        return config
    return cast(Training, task.data.fitted(config, list(dataset.units)))


def _resumed(
    args: Args, explicit: Mapping[str, Any], task: Task, dataset: Dataset, place: Run, fold: FoldRef | None
) -> Plan:
    """The plan of a run that was broken off: its own settings, held against what is asked now."""
    info = place.read_info()
    if info.fold != fold:
        raise ConfigError(
            f"The run {place.name} is a fold of {info.fold.of}; go on with it by the command that began it, "
            f"python -m astrocore folds {args.data} --run {info.fold.of}."
            if info.fold
            else f"The run {place.name} is no fold of several, so it can't go on as one; choose another name."
        )
    if info.task != task.name or info.data.fingerprint != dataset.fingerprint:
        raise WrongTask(
            f"The run {place.name} was trained on {info.data.path}, not on {dataset.path}; resume it on its own data."
        )
    if info.status in ("done", "imported"):
        raise NothingToResume(
            f"The run {place.name} is {info.status}; to train on, start a new one with --init-from {place.name}."
        )
    config = validated(task.config.Config, info.config)
    changed = [name for name, value in explicit.items() if getattr(config, name) != value]
    if changed or (args.preset and args.preset != info.preset):
        raise ConfigError(
            f"A run goes on with the settings it has: {', '.join(changed) or 'preset'} can't change in resume."
        )
    kept = args.model_copy(update={"init_from": info.init_from, "freeze_backbone": info.freeze_backbone})
    return Plan(kept, task, dataset, config, info.preset, place, fold)
