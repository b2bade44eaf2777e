"""What a job of a benchmark gave, kept on disk, so that a benchmark that was stopped goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, as_completed
from pathlib import Path
from typing import Any

import numpy as np

Job = Callable[..., dict[str, np.ndarray]]
BySeed = dict[str, list[np.ndarray]]
"""Title of a model -> probabilities, one array a seed."""


def kept(keep: Path | None, job: Job, *args: object) -> dict[str, np.ndarray]:
    """What the job gives, from the folder where it was done before."""
    if keep is None:
        return job(*args)
    path = keep / f"{'-'.join(map(str, (job.__name__, *args))).replace(' ', '_')}.npz"
    if not path.exists():
        keep.mkdir(parents=True, exist_ok=True)
        done: dict[str, Any] = {title: p.astype(np.float32) for title, p in job(*args).items()}
        with path.with_suffix(".part").open("wb") as file:
            np.savez(file, **done)
        path.with_suffix(".part").replace(path)
    with np.load(path) as found:
        return {title: p.astype(np.float64) for title, p in found.items()}


def collected(jobs: Mapping[Future[dict[str, np.ndarray]], tuple[int, int]], name: str) -> tuple[BySeed, BySeed]:
    """What jobs of kinds 0 and 1, by (kind, seed), gave, seeds ascending; each is told on stderr as it comes."""
    found: tuple[dict[str, dict[int, np.ndarray]], dict[str, dict[int, np.ndarray]]] = ({}, {})
    for job in as_completed(jobs):
        kind, seed = jobs[job]
        for title, p in job.result().items():
            found[kind].setdefault(title, {})[seed] = p
        print(f"  {name}: {next(iter(job.result()))[:60]} seed {seed}", file=sys.stderr, flush=True)
    first, second = ({t: [by[s] for s in sorted(by)] for t, by in side.items()} for side in found)
    return first, second
