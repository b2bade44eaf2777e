"""Train the exoplanets model fold by fold, as a user would, through the verb; every variant of it is a row."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.runs import Run
from astrocore.tasks import get_task
from benchmarks.folds import FOLDS, fold_of
from benchmarks.problems import SIMULATED, read, settings
from benchmarks.training import held_out, split, trained, voices_of

SHUFFLED = "model: net alone, curves dealt to other stars in the test"


def net_job(name: str, seed: int, variant: str, quick: bool) -> dict[str, np.ndarray]:
    """Out-of-fold probabilities (N, C) of one variant; several rows for "both". "four more" gives (4, N, C)."""
    import torch

    torch.set_num_threads(1)
    draft = read(name, quick)
    if variant == SIMULATED:
        return {f"model: {variant}": transferred(name, draft, seed, quick)}
    fold = fold_of(draft, seed, quick)
    found: dict[str, np.ndarray] = {}
    for k in range(fold.max() + 1):
        for title, p in one_fold(name, draft, fold == k, seed * FOLDS + k, variant, quick).items():
            found.setdefault(title, np.zeros((*p.shape[:-2], len(fold), p.shape[-1])))[..., fold == k, :] = p
    return found


def one_fold(name: str, draft: Draft, test: np.ndarray, seed: int, variant: str, quick: bool) -> dict[str, np.ndarray]:
    """Probabilities of the test rows."""
    with tempfile.TemporaryDirectory() as folder:
        data, place = held_out(draft, test, seed, Path(folder)), Path(folder)
        changes = settings(name, draft, seed, variant, quick)
        if variant == "four more":
            runs = [trained(data, place / str(i), {**changes, "seed": 1000 * i + seed}) for i in range(1, 5)]
            return {"model: four more nets": np.stack([run.predictions().p[test] for run in runs])}
        if variant == "pretrained, frozen":
            first = trained(data, place / "first", {**changes, "epochs": 0})
            return {f"model: {variant}": trained(data, place / "run", changes, first, True).predictions().p[test]}
        if variant == "pretrained on Kepler curves":
            kepler = write_dataset(split(read("kepler", quick), seed), place / "kepler")
            first = trained(kepler, place / "first", {**changes, "epochs": 0, "pretrain_epochs": 1 if quick else 15})
            return {f"model: {variant}": trained(data, place / "run", changes, first).predictions().p[test]}
        run = trained(data, place / "run", changes)
        return voices(run, draft, test, seed, data) if variant == "both" else {f"model: {variant}": _p(run, test)}


def transferred(name: str, draft: Draft, seed: int, quick: bool) -> np.ndarray:
    """Probabilities (N, C) of all measured rows by a model that has seen simulated objects only."""
    from astrocore.verbs.network import load_network

    with tempfile.TemporaryDirectory() as folder:
        data = write_dataset(split(simulated(300 if quick else 3000), seed), Path(folder) / "simulated")
        run = trained(data, Path(folder) / "run", settings(name, draft, seed, SIMULATED, quick))
        measured = write_dataset(split(draft, seed), Path(folder) / "measured")
        return np.asarray(load_network(run).predict(measured).p, dtype=np.float64)


@cache
def simulated(n: int) -> Draft:
    """Objects with folded views, simulated once a process."""
    return get_task("exoplanets").simulate.simulate(n, seed=1)


def voices(run: Run, draft: Draft, test: np.ndarray, seed: int, data: Dataset) -> dict[str, np.ndarray]:
    """Verdict, each voice, the verdict before its temperature, and the net with curves dealt to other stars."""
    from astrocore.verbs.network import load_network

    found = voices_of(run, test)
    if draft.arrays:
        order = np.random.default_rng(seed).permutation(np.flatnonzero(test))
        arrays = {key: np.array(array) for key, array in draft.arrays.items()}
        for array in arrays.values():
            array[test] = array[order]
        mixed = replace(draft, table=data.table, arrays=arrays)
        other = write_dataset(mixed, run.path.parent / "mixed")
        predicted = load_network(run).predict(other, np.flatnonzero(test))
        found[SHUFFLED] = np.asarray(predicted.voices.get("net", predicted.p), dtype=np.float64)
    return found


def _p(run: Run, test: np.ndarray) -> np.ndarray:
    return np.asarray(run.predictions().p[test], dtype=np.float64)
