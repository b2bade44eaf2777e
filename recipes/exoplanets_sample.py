"""The shipped exoplanets sample and run: simulated objects, a net trained on them, maps and a profile.

    make sample                 (or: python recipes/exoplanets_sample.py [--only NAME ...])

Twenty thousand objects are simulated into data/exoplanets-20k, which stays on this machine, and the run `sample` is
trained on them; sample_data/exoplanets holds the first 1,200 of the same objects, in the same splits, with their
light curves, less than 6 MB. On two idle cores the simulation takes about five minutes. Everything comes from fixed
seeds. The expected scores on the test split stand in checkpoints/exoplanets/sample/run.json and are printed at the
end; another machine's arithmetic may move them in the second decimal.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from astrocore.data.dataset import open_dataset, write_dataset  # noqa: E402
from astrocore.data.draft import Draft  # noqa: E402
from astrocore.runs import DataRef, Run  # noqa: E402

SHIPPED = 1200
LARGE, SMALL, RUN = "data/exoplanets-20k", "sample_data/exoplanets", "exoplanets/sample"
STEPS = {
    "simulate": (f"simulate exoplanets {LARGE} --n 20000 --seed 1",),
    "train": (f"train {LARGE} --run sample --pretrain-epochs 8 --epochs 12 --seed 1 --accelerator cpu",),
    # One embedding by the slow methods: each takes minutes for 20,000 objects.
    "project": (
        f"project {RUN} --method pca --embedding all",
        f"project {RUN} --method pca --dims 3",
        f"project {RUN} --method tsne --embedding fused",
        f"project {RUN} --method umap --embedding fused",
    ),
    "judge": (
        f"align {RUN}",
        f"boundaries {RUN} --x period --y planet_radius",
        f"boundaries {RUN}",
        f"thresholds {RUN} --objective target_precision --target 0.9 --abstain --name precision-90",
        f"evaluate {RUN}",
    ),
}


def main() -> None:
    """Rebuild the sample and the run from nothing, or some parts of them again."""
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("--only", nargs="+", choices=list(STEPS), default=list(STEPS))
    wanted = words.parse_args().only
    if "train" in wanted:
        shutil.rmtree(ROOT / "checkpoints" / RUN, ignore_errors=True)
    for step in (step for name in STEPS if name in wanted for step in STEPS[name]):
        print(f"\n$ python -m astrocore {step}", flush=True)
        subprocess.run([sys.executable, "-m", "astrocore", *shlex.split(step)], cwd=ROOT, check=True)
        if step in STEPS["simulate"]:
            cut(ROOT / LARGE, ROOT / SMALL, SHIPPED)
        if step in STEPS["train"]:
            refer(ROOT / "checkpoints" / RUN, ROOT / SMALL)


def cut(large: Path, small: Path, n: int) -> None:
    """Write the first `n` objects of a data set as another; splitting them anew would put tested stars into train."""
    data = open_dataset(large)
    table, arrays = data.rows(np.arange(min(n, len(data))))
    write_dataset(
        Draft(data.task, data.classes, table, arrays, dict(data.units), dict(data.origin), data.sources), small
    )


def refer(folder: Path, small: Path) -> None:
    """Tell the run where some of its objects are shipped: the whole stays on this machine."""
    run = Run(folder)
    run.update(data=run.read_info().data.model_copy(update={"part": DataRef.of(open_dataset(small))}))


if __name__ == "__main__":
    main()
