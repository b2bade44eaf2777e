"""Train a model on a data set: stages in order, checkpoints, predictions of every split at the end."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric

from astrocore.analysis.metrics import scores
from astrocore.analysis.probes import Part, left_out_nearest
from astrocore.config import Training, runs_root
from astrocore.errors import ConfigError
from astrocore.nn.fit import Progress, Stage, Stopped
from astrocore.nn.rows import Rows, in_order
from astrocore.nn.state import fits, load_weights, unpack
from astrocore.runs import DataRef, RunInfo, StageInfo, create_run, expect_task, load_run, load_state
from astrocore.runs.info import now
from astrocore.verbs.finish import finish
from astrocore.verbs.job import Job, one_at_a_time
from astrocore.verbs.plan import Args, Plan, make_plan

SCALE_ROWS, FEW_ROWS = 8192, 256
"""Training rows from which means, spreads and class weights are taken, and of which all inputs are held at once."""


@dataclass
class Start:
    """Where training begins: a checkpoint of a stage, and the stages already done."""

    checkpoint: tuple[Mapping[str, np.ndarray], Mapping[str, Any]] | None = None
    done: list[StageInfo] = field(default_factory=list)

    def of(self, stage: str) -> tuple[Mapping[str, np.ndarray], Mapping[str, Any]] | None:
        """The checkpoint, if it is of that stage."""
        return self.checkpoint if self.checkpoint and self.checkpoint[1]["progress"]["stage"] == stage else None


def run(args: Args, explicit: Mapping[str, Any]) -> dict[str, Any]:
    """Train as `args` and the task's settings in `explicit` say; returns what run.json says in short.

    Raises
    ------
    AstrocoreError
        Data, settings, weights or folder do not fit; see errors.py.
    """
    return train(make_plan(args, explicit))


def train(plan: Plan) -> dict[str, Any]:
    """Do what is planned; returns and raises as `run` does."""
    args = plan.args
    fabric = _fabric(plan.config)
    fabric.launch()
    job = Job(plan.run, fabric.is_global_zero)
    with ExitStack() as stack:
        stack.enter_context(job.working())
        if job.first:
            if args.init_from and not args.resume:
                _take_over(plan, plan.task.model.Model(plan.config, plan.dataset.classes))  # or no run is made
            _open(plan)
            job.opened = True
            if args.queue:
                stack.enter_context(
                    one_at_a_time(job, runs_root() / f".queue-{re.sub('[^a-z0-9]', '', str(fabric.device))}")
                )
                plan.run.update(status="running")
        fabric.barrier()
        return _train(plan, fabric, job)


def _fabric(config: Training) -> Fabric:
    try:
        return Fabric(
            accelerator=config.accelerator,
            devices=config.devices,
            num_nodes=config.num_nodes,
            precision=_precision(config),
            strategy="ddp" if config.devices * config.num_nodes > 1 else "auto",
        )
    except (RuntimeError, ValueError) as error:
        raise ConfigError(f"This machine can't train so: {error} Change accelerator, devices or precision.") from None


def _precision(config: Training) -> Any:
    if config.precision != "auto":
        return config.precision
    if config.accelerator == "cpu" or not torch.cuda.is_available():
        return "32-true"
    return "bf16-mixed" if torch.cuda.is_bf16_supported() else "16-mixed"


def _open(plan: Plan) -> None:
    """Make the run's folder, or mark the one that goes on as running."""
    status = "queued" if plan.args.queue else "running"
    if plan.args.resume:
        plan.run.update(status=status, pid=os.getpid(), finished=None)
        return
    packages = ("torch", "numpy", "lightning-fabric", "scikit-learn", "astrocore")
    info = RunInfo(
        task=plan.task.name,
        classes=plan.dataset.classes,
        status=status,
        preset=plan.preset,
        config=plan.config.model_dump(mode="json"),
        data=DataRef.of(plan.dataset),
        modalities=plan.task.config.MODALITIES,
        units=plan.dataset.units,
        seed=plan.config.seed,
        versions={name: _version(name) for name in packages} | {"python": platform.python_version()},
        init_from=plan.args.init_from,
        freeze_backbone=plan.args.freeze_backbone,
        fold=plan.fold,
        command=("python", "-m", "astrocore", *sys.argv[1:]),
        pid=os.getpid(),
    )
    create_run(plan.run.path, info)


def _train(plan: Plan, fabric: Fabric, job: Job) -> dict[str, Any]:
    """Every stage that is still to do, then weights and predictions."""
    torch.manual_seed(plan.config.seed)
    model: Any = plan.task.model.Model(plan.config, plan.dataset.classes)
    start = _start(plan, model)
    resident = plan.config.resident_mb * 1_000_000
    val = Rows(plan.fetch, plan.judges(), fabric.device, resident)
    job.log({"event": "resume" if plan.args.resume else "start", "origin": dict(plan.dataset.origin)})
    trained = 0
    for number, name, epochs in plan.stages():
        index = plan.indices(name)
        rows = Rows(plan.fetch, index, fabric.device, resident)
        frozen = plan.args.freeze_backbone
        config = plan.config.of_stage(name)
        labels = plan.copies.labels(index)
        stage = Stage(fabric, model, name, number, epochs, rows, val, config, job, SCORES, frozen, labels)
        trained = sum(p.numel() for p in stage.trained())
        if trained == 0 or name in {stage.name for stage in start.done}:
            continue
        try:
            progress = stage.run(start.of(name))
        except Stopped:
            return _stopped(plan, job)
        start.done.append(_stage_info(progress, epochs, stage.steps_per_epoch()))
        if job.first:
            plan.run.update(stages=start.done)
    fabric.barrier()
    return finish(plan, model, fabric.device, job, trained) if job.first else {}


def _start(plan: Plan, model: Any) -> Start:
    """Give the model its first weights: from the checkpoint, from another run, or its own with the data's scale."""
    if plan.args.resume and plan.run.checkpoint_file.is_file():
        start = Start(load_state(plan.run.checkpoint_file), list(plan.run.read_info().stages))
        assert start.checkpoint is not None
        model.load_state_dict(unpack(start.checkpoint[0])["best"])
        return start
    index = plan.dataset.indices("train")
    some = np.sort(np.random.default_rng(plan.config.seed).permutation(index)[:SCALE_ROWS])
    model.fit_scale(_to_scale(plan, some, getattr(model, "SCALED", None)))
    if plan.args.init_from:
        _take_over(plan, model)
    return Start()


def _to_scale(plan: Plan, rows: np.ndarray, names: tuple[str, ...] | None) -> dict[str, torch.Tensor]:
    """Inputs that a model's scales are taken from, those of `names` or all; of the others few rows are held at once."""
    parts = []
    for at in in_order(len(rows), FEW_ROWS):
        found = plan.fetch(rows[at])
        parts.append({name: found[name] for name in found if names is None or name in names})
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in joined.items()}


def _take_over(plan: Plan, model: Any) -> None:
    """Give the model the weights of the run that it begins with, but those of other classes or another head.

    Raises
    ------
    WrongTask
        They are of another task, or do not fit.
    """
    arrays, metadata = load_run(str(plan.args.init_from)).weights()
    expect_task(metadata, plan.task.name)
    same = tuple(metadata["classes"]) == plan.dataset.classes and fits(model, arrays, model.OF_CLASSES)
    load_weights(model, arrays, but=model.OF_DATA if same else model.OF_DATA + model.OF_CLASSES)


def _stopped(plan: Plan, job: Job) -> dict[str, Any]:
    if job.first:
        plan.run.update(status="stopped", finished=now())
    return {"run": str(plan.run.path), "status": "stopped"}


def _stage_info(progress: Progress, epochs: int, steps: int) -> StageInfo:
    return StageInfo(
        name=progress.stage,
        epochs=progress.epoch,
        best_epoch=progress.best_epoch,
        steps=progress.epoch * steps,
        seconds=progress.seconds,
        stopped_early=progress.epoch < epochs,
    )


def _scores(label: np.ndarray, p: np.ndarray) -> dict[str, float]:
    """What the learning curves show beside the losses."""
    found = scores(label, p.argmax(1), p)
    return {name: found[name] for name in ("accuracy", "macro_f1")}


def _neighbours(label: np.ndarray, x: np.ndarray) -> dict[str, float]:
    """How many of the objects (N, D) their nearest ones in this embedding name rightly."""
    found = scores(label, left_out_nearest(Part(x, label), int(label.max()) + 1).argmax(1))
    return {f"neighbours_{name}": found[name] for name in ("accuracy", "macro_f1")}


SCORES = {"logits": _scores, "embedding": _neighbours}


def _version(package: str) -> str:
    from astrocore import __version__

    return __version__ if package == "astrocore" else version(package)
