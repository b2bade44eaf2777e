"""The shipped frames sample and run: simulated raw frames of many cameras, a net trained on them, maps and profiles.

    make sample                 (or: python recipes/frames_sample.py [--only NAME ...])

Twenty thousand frames of some 780 cameras are simulated into data/frames-20k, which stays on this machine, and the run
`sample` is trained on them; sample_data/frames holds 150 of the same frames, spread evenly, in the same splits, less
than 10 MB.
Everything comes from fixed seeds. The expected scores on the test split stand in checkpoints/frames/sample/run.json and
are printed at the end; another machine's arithmetic may move them in the second decimal.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recipes.making import Recipe

LARGE, RUN = "data/frames-20k", "frames/sample"
STEPS = {
    "simulate": (f"simulate frames {LARGE} --n 20000 --seed 1",),
    "train": (f"train {LARGE} --run sample --epochs 6 --seed 1 --accelerator cpu",),
    "project": (
        f"project {RUN} --method pca --embedding all",
        f"project {RUN} --method pca --dims 3",
        f"project {RUN} --method tsne --embedding fused",
        f"project {RUN} --method umap --embedding fused",
    ),
    "judge": (
        f"boundaries {RUN}",
        f"thresholds {RUN} --objective target_precision --target 0.95 --abstain --name precision-95",
        f"evaluate {RUN}",
    ),
}
RECIPE = Recipe(
    about=__doc__ or "",
    large=LARGE,
    small="sample_data/frames",
    run=RUN,
    shipped=150,
    spread=True,
    steps=STEPS,
)

if __name__ == "__main__":
    RECIPE.make()
