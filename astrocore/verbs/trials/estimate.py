"""What a task's experiments will cost, measured on a few steps before they begin."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.tasks import get_task
from astrocore.verbs.plan import Args as TrainArgs
from astrocore.verbs.plan import Plan, make_plan
from astrocore.verbs.trials.cells import PRETRAIN, Bench, Cell

STEPS = 3
"""Steps that are timed, after a first one."""
EMBEDDINGS, START_SECONDS = 3, 2.0
"""How often an object goes through the layers for its prediction, and what a training takes before and after."""
SIMPLE_SECONDS = 0.004
"""Time of the simple models for a training object; of a probe about a tenth."""


def estimate(bench: Bench, cells: Sequence[Cell], jobs: int) -> dict[str, float]:
    """{"cells", "seconds", "memory_mb"}: time at most, for nets stop early, and memory of all processes together."""
    rates: dict[tuple[str, str], tuple[float, float]] = {}
    total = 0.0
    for cell, seeds in Counter(replace(cell, seed=0) for cell in cells).items():  # a seed costs what another does
        key = (cell.set_name, cell.row)
        if cell.row != PRETRAIN and bench.row(cell).kind != "net":
            n = len(bench.dataset(cell.set_name, cell.labels).indices("train")) * cell.share
            total += seeds * SIMPLE_SECONDS * n * (1.0 if bench.row(cell).kind == "simple" else 0.1)
            continue
        plan = _plan(bench, cell)
        if key not in rates:
            rates[key] = _timed(plan)
        total += seeds * _seconds(plan, *rates[key])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {"cells": len(cells), "seconds": total / jobs, "memory_mb": peak * jobs}


def _plan(bench: Bench, cell: Cell) -> Plan:
    """What the cell would train; nothing is written."""
    args = TrainArgs(data=bench.data[cell.set_name, cell.labels], run=str(Path("/") / cell.name), preset=bench.preset)
    return make_plan(args, bench.settings(cell))


def _seconds(plan: Plan, trained: float, judged: float) -> float:
    """Time of all epochs, from seconds an object of training and of validation."""
    name, epochs = plan.stages()[0][1:]
    found = epochs * (trained * len(plan.indices(name)) + judged * len(plan.judges()))
    return found + EMBEDDINGS * judged * len(plan.dataset) + START_SECONDS


def _timed(plan: Plan) -> tuple[float, float]:
    """Seconds an object in training and in validation."""
    import torch

    name = plan.stages()[0][1]
    model: Any = get_task(plan.task.name).model.Model(plan.config, plan.dataset.classes)
    index = plan.indices(name)[: plan.config.of_stage(name).batch_size]
    batch = {key: torch.from_numpy(np.ascontiguousarray(x)) for key, x in plan.fetch(index).items()}
    model.fit_scale(batch)
    times = []
    for _ in range(1 + STEPS):
        began = time.monotonic()
        loss = model.train()(model.augment(batch, name), name)["loss"]
        loss.backward()
        times.append(time.monotonic() - began)
    began = time.monotonic()
    with torch.no_grad():
        model.eval()(batch, name)
    return min(times[1:]) / len(index), (time.monotonic() - began) / len(index)
