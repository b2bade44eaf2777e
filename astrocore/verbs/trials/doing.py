"""Doing a cell of a task's experiments: train its net, or read what is there, and keep what it says of test objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.runs.files import replacing
from astrocore.verbs.plan import Args as TrainArgs
from astrocore.verbs.trials.cells import PRETRAIN, Bench, Cell, tested


def do(bench: Bench, cell: Cell) -> str:
    """Do a cell, or go on with it; returns done or stopped."""
    kind = "net" if cell.row == PRETRAIN else bench.row(cell).kind
    if kind == "net":
        if _train(bench, cell) == "stopped":
            return "stopped"
        if cell.row != PRETRAIN:
            for test, p in _said(bench, cell):
                keep(bench.output(cell, test), p=p)
        return "done"
    from astrocore.verbs.trials.readers import probe, simple

    for test, found in (probe if kind == "probe" else simple)(bench, cell):
        keep(bench.output(cell, test), **found)
    return "done"


def _train(bench: Bench, cell: Cell) -> str:
    """Train the cell's net, or go on from where it was left; returns its status."""
    from astrocore.verbs.train import run as train

    run = bench.run(cell)
    begun = (run.path / "run.json").is_file()
    if begun and run.read_info().status == "done":
        return "done"
    first = str(bench.run(cell.pretraining).path) if bench.row(cell).pretrained else None
    args = TrainArgs(
        data=bench.data[cell.set_name, cell.labels],
        run=str(run.path),
        preset="" if begun else bench.preset,
        init_from=None if begun else first,
        resume=begun,
    )
    status: str = train(args, {} if begun else bench.settings(cell))["status"]
    return status


def _said(bench: Bench, cell: Cell) -> Iterator[tuple[str, np.ndarray]]:
    """What the cell's net says of each set's test objects, (n, C)."""
    from astrocore.verbs.network import load_network

    network = load_network(bench.run(cell))
    for name, dataset, rows in tested(bench, cell):
        yield name, network.predict(dataset, rows).p


def keep(path: Path, **arrays: Any) -> None:
    """Write arrays as one .npz, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part, part.open("wb") as file:
        np.savez(file, **arrays)
