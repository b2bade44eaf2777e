"""The table of a task's experiments, of the cells that are finished by now, into their folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from astrocore.runs.experiments import FORMAT, save_experiments
from astrocore.runs.info import now
from astrocore.verbs.trials.programme import Programme
from astrocore.verbs.trials.table import experiment_entry


def write(programme: Programme, status: str, cost: Mapping[str, float]) -> dict[str, Any]:
    """Write the table as JSON, CSV and LaTeX; returns it, with the names of the files."""
    args, bench, cells = programme.args, programme.bench, programme.cells
    told = {
        "format": FORMAT,
        "name": args.name,
        "task": args.task,
        "created": now(),
        "status": status,
        "seeds": list(programme.seeds),
        "preset": bench.preset,
        "settings": dict(bench.explicit),
        "simulated": sorted({name for dataset in programme.sets.values() for name in dataset.simulated}),
        "sets": {
            name: {"path": str(dataset.path), "fingerprint": dataset.fingerprint, "n": len(dataset)}
            for name, dataset in programme.sets.items()
        },
        "cells": {"done": sum(map(bench.done, cells)), "total": len(cells)},
        "seconds": sum(bench.seconds(cell) for cell in cells),
        "rows": {name: row.title for name, row in bench.trials.rows.items()},
        "published": dict(bench.trials.authors),
        "experiments": [
            experiment_entry(bench, experiment, labels, programme.seeds, programme.shares, args.keep_common)
            for experiment in bench.trials.experiments
            for labels in programme.labels
        ],
        "left_out": dict(programme.left_out),
        "estimate": dict(cost),
    }
    return told | {"files": [str(file) for file in save_experiments(bench.folder, told)]}
