"""The shipped exoplanets sample and run: simulated objects, a net trained on them, maps and a profile.

    make sample                 (or: python recipes/exoplanets_sample.py)

About five minutes on two cores. Everything is simulated, from fixed seeds. The expected scores on the test split
stand in checkpoints/exoplanets/sample/run.json and are printed at the end; another machine's arithmetic may move
them in the second decimal.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA, RUN = "sample_data/exoplanets", "exoplanets/sample"
STEPS = (
    f"simulate exoplanets {DATA} --n 1200 --seed 1",
    f"train {DATA} --run sample --epochs 40 --seed 1 --accelerator cpu",
    f"project {RUN} --method pca --embedding all",
    f"project {RUN} --method pca --dims 3",
    f"project {RUN} --method tsne --embedding all",
    f"project {RUN} --method umap --embedding all",
    f"thresholds {RUN} --objective target_precision --target 0.9 --abstain --name precision-90",
    f"evaluate {RUN}",
)


def main() -> None:
    """Rebuild the sample and the run from nothing."""
    shutil.rmtree(ROOT / "checkpoints" / RUN, ignore_errors=True)
    for step in STEPS:
        print(f"\n$ python -m astrocore {step}", flush=True)
        subprocess.run([sys.executable, "-m", "astrocore", *shlex.split(step)], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
