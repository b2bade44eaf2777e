"""Train the sources model on the measured sets, as a user would: fold by fold, or from bright to faint."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.folds import FOLDS, fold_of, some
from benchmarks.sources_problems import TRANSFER, read, settings, transfer
from benchmarks.training import held_out, trained, voices_of


def net_job(name: str, seed: int, variant: str, size: float, quick: bool) -> dict[str, np.ndarray]:
    """Probabilities (n, C) of the rows that are judged: of the verdict, uncalibrated too, and of each voice."""
    import torch

    torch.set_num_threads(1)
    if name == TRANSFER:
        return transferred(seed, variant, size, quick)
    draft = read(name, quick)
    fold = fold_of(draft, seed, quick)
    found: dict[str, np.ndarray] = {}
    for k in range(fold.max() + 1):
        preset, changes = settings(name, seed * FOLDS + k, variant, size, quick)
        with tempfile.TemporaryDirectory() as folder:
            data = held_out(draft, fold == k, seed * FOLDS + k, Path(folder))
            run = trained(data, Path(folder) / "run", changes, preset=preset)
            for title, p in voices_of(run, fold == k).items():
                found.setdefault(title, np.zeros((len(fold), p.shape[1])))[fold == k] = p
    return found


def transferred(seed: int, variant: str, size: float, quick: bool) -> dict[str, np.ndarray]:
    """Trained on the bright objects, a part of them kept for early stopping, blend and temperature."""
    draft = read(TRANSFER, quick)
    rows = transfer(draft)
    used = np.flatnonzero(rows.train | rows.test)
    preset, changes = settings(TRANSFER, seed, variant, size, quick)
    with tempfile.TemporaryDirectory() as folder:
        data = held_out(some(draft, used), rows.test[used], seed, Path(folder))
        run = trained(data, Path(folder) / "run", changes, preset=preset)
        title = "model" if variant == "faint-made" else f"model, {variant}"
        return voices_of(run, rows.test[used], title)
