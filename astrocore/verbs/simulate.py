"""simulate: a data set of simulated objects, for trying things out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from pydantic import Field

from astrocore.config import Settings
from astrocore.tasks import get_task
from astrocore.verbs.build import finish

FRACTIONS = (0.7, 0.15, 0.15)


class Args(Settings):
    """Make a data set of simulated objects; it says everywhere that they are simulated."""

    task: str
    """Name of the task."""
    out: Path
    """Folder of the data set to write; a data set that lies there is replaced."""
    n: int = Field(default=1200, ge=1, le=10_000_000)
    """Objects."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    """Seed of the objects and of the split."""


def run(args: Args) -> dict[str, Any]:
    """Simulate, split by group, write; returns what was written."""
    began = time.monotonic()
    draft = get_task(args.task).simulate.simulate(args.n, args.seed)
    return finish(draft, args.out, FRACTIONS, args.seed, began)
