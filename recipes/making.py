"""What the recipes share: run a recipe's steps, ship the first of its objects, and tell the run where they lie."""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from astrocore.data.dataset import open_dataset, write_dataset  # noqa: E402
from astrocore.data.draft import Draft  # noqa: E402
from astrocore.runs import DataRef, Run  # noqa: E402


@dataclass(frozen=True)
class Recipe:
    """A shipped sample and run: commands by step, in order, of which "simulate" and "train" make the two."""

    about: str
    large: str
    """The data set that is simulated, which stays on this machine."""
    small: str
    """What is shipped of it."""
    run: str
    """The run, task/name."""
    shipped: int
    """Objects that are shipped."""
    steps: Mapping[str, tuple[str, ...]]
    spread: bool = False
    """Whether what is shipped is spread evenly over all objects, and not the first: for objects in long groups."""

    def make(self) -> None:
        """Rebuild sample and run from nothing, or the parts that the command line names."""
        words = argparse.ArgumentParser(description=self.about.split("\n")[0])
        words.add_argument("--only", nargs="+", choices=list(self.steps), default=list(self.steps))
        wanted = words.parse_args().only
        if "train" in wanted:
            shutil.rmtree(ROOT / "checkpoints" / self.run, ignore_errors=True)
        for name in (name for name in self.steps if name in wanted):
            for step in self.steps[name]:
                print(f"\n$ python -m astrocore {step}", flush=True)
                subprocess.run([sys.executable, "-m", "astrocore", *shlex.split(step)], cwd=ROOT, check=True)
            if name == "simulate":
                cut(ROOT / self.large, ROOT / self.small, self.shipped, self.spread)
            if name == "train":
                refer(ROOT / "checkpoints" / self.run, ROOT / self.small)


def cut(large: Path, small: Path, n: int, spread: bool = False) -> None:
    """Write `n` objects of a data set as another; splitting them anew would put tested groups into train."""
    data = open_dataset(large)
    n = min(n, len(data))
    table, arrays = data.rows(np.arange(n) * len(data) // n if spread else np.arange(n))
    write_dataset(
        Draft(data.task, data.classes, table, arrays, dict(data.units), dict(data.origin), data.sources), small
    )


def refer(folder: Path, small: Path) -> None:
    """Tell the run where some of its objects are shipped: the whole stays on this machine."""
    run = Run(folder)
    run.update(data=run.read_info().data.model_copy(update={"part": DataRef.of(open_dataset(small))}))
