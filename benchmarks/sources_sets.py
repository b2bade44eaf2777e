"""Simulated sets to take the sources model apart on: general, compact, and compact and faint ones; kept on disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from astrocore.data.dataset import open_dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.tasks.sources.simulate import simulate, simulate_compact
from benchmarks.folds import fold_of

FOLDS = 3
"""A seed tests on one third of the fields, and three seeds on all of them."""
SETS: dict[str, Callable[[int], Draft]] = {
    "general": lambda n: simulate(n, seed=11),
    "compact": lambda n: simulate_compact(n, seed=12),
    "compact and faint": lambda n: simulate_compact(n, seed=13, faint=True),
}


PLACE = "ASTROCORE_BENCHMARK_SETS"
"""Variable that names the folder of the sets, for this process and its children."""


def made(name: str, n: int) -> Draft:
    """The set, from the folder where it was made before; images stay on disk."""
    path = Path(os.environ[PLACE]) / f"{name.replace(' ', '-')}-{n}"
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = SETS[name](n)
        write_dataset(replace(draft, table=draft.table.assign(split="train")), path)
    found = open_dataset(path)
    table = found.table.drop(columns="split")
    arrays, units, origin = dict(found.arrays), found.units, dict(found.origin)
    return Draft("sources", found.classes, table, arrays, units, origin, found.sources)


def third_of(draft: Draft, seed: int) -> np.ndarray:
    """(N,) bool: the rows that a seed tests on."""
    return fold_of(draft, seed // FOLDS, False, FOLDS) == seed % FOLDS
