"""Runs beside the shipped one: its predictions with embeddings that are turned, noisier, and fewer."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from astrocore.runs import Run

STAGES = {"pretrained": ("pretrain",), "scratch": ("finetune",)}
"""Runs that are made, and the stages that they say they were trained by."""


def add_siblings(home: Path, task: str) -> None:
    """Make the runs of STAGES, older than the shipped one, which says that it began with the first of them."""
    shipped = Run(home / "checkpoints" / task / "sample")
    for place, (name, stages) in enumerate(STAGES.items()):
        _add(shipped, name, stages, seed=place)
    shipped.update(init_from=f"{task}/pretrained", stages=[_stage("finetune")])


def _add(shipped: Run, name: str, stages: tuple[str, ...], seed: int) -> None:
    folder = shipped.path.with_name(name)
    folder.mkdir()
    shutil.copy(shipped.path / "run.json", folder)
    run = Run(folder)
    run.update(created=f"2020-01-0{seed + 1}T00:00:00.000+00:00", stages=[_stage(stage) for stage in stages])
    rng = np.random.default_rng(seed)
    made = shipped.predictions()
    keep = np.arange(len(made)) % 10 != seed  # each lacks a tenth of the objects
    embeddings = {
        kind: (x + rng.normal(0, (1 + seed) * np.nanstd(x), x.shape)).astype(np.float32)[:, ::-1]
        for kind, x in made.embeddings.items()
    }
    run.save_predictions(replace(made, embeddings=embeddings).take(keep))


def _stage(name: str) -> dict[str, object]:
    return {"name": name, "epochs": 5, "best_epoch": 5}
