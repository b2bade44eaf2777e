"""experiment TASK: the experiments that a task's literature has set, every row and seed, as one table that goes on."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import active_children, get_context
from threading import Thread
from typing import Any

from astrocore.runs.lock import held
from astrocore.verbs.trials.args import Args as Args
from astrocore.verbs.trials.cells import Bench, Cell
from astrocore.verbs.trials.doing import do
from astrocore.verbs.trials.estimate import estimate
from astrocore.verbs.trials.programme import Programme, planned
from astrocore.verbs.trials.report import write

LOCK = ".lock"
"""File that one process at a time holds, of those that work on the experiments of a folder."""
EVERY, SHARE = 20.0, 0.02
"""Seconds between two tables that are written while cells are done, at least, and the share of the time for them."""


def run(args: Args, explicit: Mapping[str, Any]) -> dict[str, Any]:
    """Do what is not finished; the table is written now and then, and at the end.

    Raises
    ------
    ConfigError
        Settings do not fit, or the folder holds experiments with others.
    AstrocoreError
        A data set does not fit, or as for train.
    """
    programme = planned(args, explicit)
    bench, cells = programme.bench, programme.cells
    todo = [cell for cell in cells if not bench.done(cell)]
    cost = estimate(bench, todo, args.jobs)
    print(f"{len(cells)} cells, {len(cells) - len(todo)} of them done; {_told(cost)}", file=sys.stderr, flush=True)
    if args.estimate_only:
        return {"status": "estimated", "cells": {"done": len(cells) - len(todo), "total": len(cells)}, "estimate": cost}
    with held(bench.folder / LOCK), _interrupted_by_sigterm():
        whole = programme.begin()  # what was ever asked for in this folder is in its table
        asked = replace(programme, bench=whole.bench)
        status = "stopped"
        try:
            if all(_do_all(asked, whole, wave, cost) for wave in asked.waves):
                status = "done"
        finally:
            told = write(whole, status, cost)
    return told


def _do_all(programme: Programme, whole: Programme, wave: Sequence[Cell], cost: Mapping[str, float]) -> bool:
    """Do the cells that are not done, and write the `whole` table now and then; whether none was stopped."""
    bench, due = programme.bench, time.monotonic() + EVERY
    cells = [cell for cell in wave if not bench.done(cell)]
    for number, (cell, status, seconds) in enumerate(_done(bench, cells, programme.args.jobs), start=1):
        print(f"[{number}/{len(cells)}] {cell.name}: {status}, {seconds:.0f} s", file=sys.stderr, flush=True)
        if status == "stopped":
            return False
        if (began := time.monotonic()) > due:
            write(whole, "running", cost)
            due = time.monotonic() + max(EVERY, (time.monotonic() - began) / SHARE)
    return True


def _done(bench: Bench, cells: Sequence[Cell], jobs: int) -> Iterator[tuple[Cell, str, float]]:
    """Each cell with its status and time, as it ends."""
    if jobs == 1 or len(cells) < 2:
        yield from (_one(bench, cell) for cell in cells)
        return
    for name, value in (("OMP_NUM_THREADS", "1"), ("TQDM_DISABLE", "1")):
        os.environ.setdefault(name, value)
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_end_with, initargs=(os.getpid(),)) as pool:
        try:
            for future in as_completed([pool.submit(_one, bench, cell) for cell in cells]):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()  # they keep a checkpoint and end


def _end_with(parent: int) -> None:
    """In a process of the pool: end when the process that began it is gone, even by kill -9."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)  # a training keeps a checkpoint

    Thread(target=watch, daemon=True).start()


def _one(bench: Bench, cell: Cell) -> tuple[Cell, str, float]:
    began = time.monotonic()
    return cell, do(bench, cell), time.monotonic() - began


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Make SIGTERM an interruption, so that what runs besides is told to stop too."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    old = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, old)


def _told(cost: Mapping[str, float]) -> str:
    minutes = f"at most {cost['seconds'] / 60:.0f} min" if cost["seconds"] > 90 else "a minute or two"
    return f"{minutes} for the rest (nets stop early), {cost['memory_mb'] / 1e3:.1f} GB of memory"
