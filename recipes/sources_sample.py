"""The shipped sources sample and run: simulated objects, a net trained on them, maps and a profile.

    make sample                 (or: python recipes/sources_sample.py [--only NAME ...])

Twenty thousand objects are simulated with galsim into data/sources-20k, which stays on this machine, and the run
`sample` is trained on them; sample_data/sources holds the first 1,200 of the same objects, in the same splits, with
their images in five bands, less than 20 MB. On two busy cores the simulation took a minute and a half and the training
ten minutes. Everything comes from fixed seeds. The expected scores on the test split stand in
checkpoints/sources/sample/run.json and are printed at the end; another machine's arithmetic may move them in the
second decimal.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recipes.making import Recipe

LARGE, RUN = "data/sources-20k", "sources/sample"
STEPS = {
    "simulate": (f"simulate sources {LARGE} --n 20000 --seed 1",),
    "train": (f"train {LARGE} --run sample --epochs 15 --seed 1 --accelerator cpu",),
    # One embedding by the slow methods: each takes minutes for 20,000 objects.
    "project": (
        f"project {RUN} --method pca --embedding all",
        f"project {RUN} --method pca --dims 3",
        f"project {RUN} --method tsne --embedding fused",
        f"project {RUN} --method umap --embedding fused",
    ),
    "judge": (
        f"align {RUN}",
        f"boundaries {RUN} --x dered_r --y deVRad_r",
        f"boundaries {RUN}",
        f"thresholds {RUN} --objective target_precision --target 0.95 --abstain --name precision-95",
        f"evaluate {RUN}",
    ),
}
RECIPE = Recipe(
    about=__doc__ or "",
    large=LARGE,
    small="sample_data/sources",
    run=RUN,
    shipped=1200,
    steps=STEPS,
)

if __name__ == "__main__":
    RECIPE.make()
