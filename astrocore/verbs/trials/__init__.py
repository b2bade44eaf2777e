"""experiment TASK: the experiments that a task's literature has set, every row and seed, as one table that goes on."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from pydantic import Field

from astrocore.config import Settings, runs_root, validated
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError
from astrocore.runs.experiments import FORMAT, save_experiments
from astrocore.runs.files import checked_name, write_json
from astrocore.runs.info import now
from astrocore.tasks import get_task
from astrocore.verbs.trials.cells import ALL, PRETRAIN, Bench, Cell, do
from astrocore.verbs.trials.estimate import estimate
from astrocore.verbs.trials.sets import choices, opened, with_choices
from astrocore.verbs.trials.table import experiment_entry

EVERY = 20.0
"""Seconds between two tables that are written while cells are done."""
SETTLED = "settled.json"
"""What can't change once the first cell is done."""


class Args(Settings):
    """Train and test every row of a task's experiments over several seeds; given again, it goes on from there."""

    task: str
    """The task whose experiments are to be made, such as sources."""
    name: str = "experiments"
    """Name of the folder checkpoints/<task>/<name>.experiment, for the runs, the outputs and the table."""
    seeds: int = Field(5, ge=1, le=1000)
    """Runs of each cell, with as many seeds, counted from --seed."""
    preset: str = ""
    """Settings to begin with; left empty: the task's first."""
    labels: tuple[str, ...] = ()
    """Choices of classes, such as SG,SGQ; left empty: all."""
    shares: tuple[float, ...] = (0.01, 0.05, 0.1)
    """Shares of the training labels for the label-efficiency curve; give 1 for none."""
    keep_common: bool = False
    """Test also on objects that are in training; else they are found by id, told and left out."""
    jobs: int = Field(1, ge=1, le=64)
    """Processes that train at the same time; each uses one thread where there are several."""
    estimate_only: bool = False
    """Say what it would cost, and stop."""


def run(args: Args, explicit: Mapping[str, Any]) -> dict[str, Any]:
    """Do what is not finished; the table is written now and then, and at the end.

    Raises
    ------
    ConfigError
        Settings do not fit, or the folder holds experiments with others.
    AstrocoreError
        A data set does not fit, or as for train.
    """
    task = get_task(args.task)
    trials = task.trials
    if trials is None:
        raise ConfigError(f"The task {args.task} has no set experiments; name a data set instead to compare regimes.")
    if bad := [share for share in args.shares if not 0 < share <= 1]:
        raise ConfigError(f"--shares {', '.join(map(str, bad))} must lie above 0 and not above 1.")
    folders = {name: explicit[name] for name in trials.sets.model_fields if name in explicit}
    asked = {name: value for name, value in explicit.items() if name not in folders}
    place = runs_root() / args.task / f"{checked_name(args.name)}.experiment"
    sets = opened(args.task, dict(validated(trials.sets, folders)), place / "sets")
    taken, left_out = choices(trials, sets, args.labels)
    bench = _bench(args, place, sets, taken, asked)
    todo = [cell for wave in _waves(args, bench, taken) for cell in wave if not bench.done(cell)]
    cost = estimate(bench, todo, args.jobs)
    total = sum(map(len, _waves(args, bench, taken)))
    print(f"{total} cells, {total - len(todo)} of them done; {_told(cost)}", file=sys.stderr, flush=True)
    report = _Report(args, bench, sets, taken, left_out, cost, total)
    if args.estimate_only:
        return report.short("estimated")
    with _patient():
        for wave in _waves(args, bench, taken):
            if not _all_done(bench, [cell for cell in wave if not bench.done(cell)], args.jobs, report):
                return report.short("stopped")
    return report.short("done")


class _Report:
    """Writes the table, and says in short what it is about."""

    def __init__(
        self,
        args: Args,
        bench: Bench,
        sets: Mapping[str, Dataset],
        labels: Sequence[str],
        left_out: Mapping[str, str],
        cost: Mapping[str, float],
        total: int,
    ) -> None:
        self.args, self.bench, self.sets, self.labels = args, bench, sets, labels
        self.left_out, self.cost, self.total = left_out, cost, total

    def short(self, status: str) -> dict[str, Any]:
        """The table, written, and where it is."""
        return self.write(status)

    def write(self, status: str) -> dict[str, Any]:
        """Everything that is known by now, into the folder."""
        trials, seeds = self.bench.trials, _seeds(self.args, self.bench)
        cells = [cell for wave in _waves(self.args, self.bench, self.labels) for cell in wave]
        told = {
            "format": FORMAT,
            "name": self.args.name,
            "task": self.args.task,
            "created": now(),
            "status": status,
            "seeds": list(seeds),
            "preset": self.bench.preset,
            "settings": dict(self.bench.explicit),
            "simulated": sorted({name for dataset in self.sets.values() for name in dataset.simulated}),
            "sets": {
                name: {"path": str(d.path), "fingerprint": d.fingerprint, "n": len(d)} for name, d in self.sets.items()
            },
            "cells": {"done": sum(map(self.bench.done, cells)), "total": self.total},
            "rows": {name: row.title for name, row in trials.rows.items()},
            "published": dict(trials.authors),
            "experiments": [
                experiment_entry(self.bench, experiment, labels, seeds, _shares(self.args), self.args.keep_common)
                for experiment in trials.experiments
                for labels in self.labels
            ],
            "left_out": dict(self.left_out),
            "estimate": dict(self.cost),
        }
        files = save_experiments(self.bench.folder, told)
        return told | {"files": list(map(str, files))}


def _bench(
    args: Args, folder: Path, sets: Mapping[str, Dataset], labels: list[str], explicit: Mapping[str, Any]
) -> Bench:
    """Where everything is and how it is trained, held against what the folder was begun with."""
    task = get_task(args.task)
    trials = task.trials
    assert trials is not None
    preset = args.preset or next(iter(task.config.PRESETS))
    tests: dict[str, tuple[str, ...]] = {}
    for experiment in trials.experiments:
        tests[experiment.train] = (*tests.get(experiment.train, ()), experiment.test)
    bench = Bench(args.task, folder, {}, tests, preset, explicit)
    if explicit.get("pretrain_epochs") == 0:
        raise ConfigError("Some rows begin with pre-training; set pretrain_epochs above 0, or leave it to the task.")
    settled = {
        "preset": preset,
        "settings": bench.common().model_dump(mode="json", exclude={"seed"}),
        "sets": {name: dataset.fingerprint for name, dataset in sets.items()},
    }
    _settle(folder, settled)
    return Bench(args.task, folder, with_choices(trials, sets, labels, folder), tests, preset, explicit)


def _settle(folder: Path, settled: Mapping[str, Any]) -> None:
    """Keep what can't change, or hold it against what is kept; raises ConfigError."""
    file = folder / SETTLED
    if not file.is_file():
        write_json(file, settled)
        return
    kept = json.loads(file.read_text())
    if differ := [name for name in settled if kept.get(name) != settled[name]]:
        raise ConfigError(
            f"{folder} holds experiments with other {', '.join(differ)}; give these another --name, or ask for what "
            "those began with."
        )


def _seeds(args: Args, bench: Bench) -> range:
    first = int(bench.explicit.get("seed", 0))
    return range(first, first + args.seeds)


def _shares(args: Args) -> list[float]:
    return sorted({share for share in args.shares if share < 1})


def _waves(args: Args, bench: Bench, labels: Sequence[str]) -> list[list[Cell]]:
    """All cells: pre-training first, then what may begin with it; seed by seed."""
    trials = bench.trials
    first, then = list[Cell](), list[Cell]()
    for seed in _seeds(args, bench):
        for name in bench.tests:
            first.append(Cell(name, ALL, PRETRAIN, seed))
            for choice in labels:
                few = _shares(args) if choice in trials.few else []
                then += [Cell(name, choice, row, seed) for row in trials.rows]
                then += [Cell(name, choice, row, seed, s) for s in few for row, how in trials.rows.items() if how.few]
    return [first, then]


def _all_done(bench: Bench, cells: Sequence[Cell], jobs: int, report: _Report) -> bool:
    """Do the cells, some at a time, and write the table now and then; whether none was stopped."""
    written = time.monotonic()
    for number, (cell, status, seconds) in enumerate(_done(bench, cells, jobs), start=1):
        print(f"[{number}/{len(cells)}] {cell.name}: {status}, {seconds:.0f} s", file=sys.stderr, flush=True)
        if status == "stopped":
            return False
        if time.monotonic() - written > EVERY:
            report.write("running")
            written = time.monotonic()
    return True


def _done(bench: Bench, cells: Sequence[Cell], jobs: int) -> Iterator[tuple[Cell, str, float]]:
    """Each cell with its status and time, as it ends."""
    if jobs == 1 or len(cells) < 2:
        yield from (_one(bench, cell) for cell in cells)
        return
    threads = {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    before = {name: os.environ.get(name) for name in threads}
    os.environ.update({name: value for name, value in threads.items() if before[name] is None})
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        try:
            for future in as_completed([pool.submit(_one, bench, cell) for cell in cells]):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()  # they keep a checkpoint and end


def _one(bench: Bench, cell: Cell) -> tuple[Cell, str, float]:
    began = time.monotonic()
    return cell, do(bench, cell), time.monotonic() - began


@contextmanager
def _patient() -> Iterator[None]:
    """Make SIGTERM an interruption, so that what runs besides is told to stop too."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, old)


def _told(cost: Mapping[str, float]) -> str:
    minutes = cost["seconds"] / 60
    return f"at most {minutes:.0f} min for the rest (nets stop early), {cost['memory_mb'] / 1e3:.1f} GB of memory"
