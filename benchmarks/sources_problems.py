"""The measured sets that the sources model is judged on, photometry alone: data, features, folds and settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.config import configure
from astrocore.data.draft import Draft
from astrocore.tasks import get_task
from astrocore.tasks.sources.columns import ORIGINAL_24
from astrocore.tasks.sources.config import PRESETS
from benchmarks.folds import some

ROOT = Path(__file__).resolve().parents[1]
BANDS = "ugriz"
COLOURS = tuple(f"{a}-{b}" for a, b in combinations(BANDS, 2))
MAGNITUDES = tuple(f"modelMag_{band}" for band in BANDS)
DR7 = (*(f"psfMag_{b}" for b in BANDS), *(f"petroMag_{b}" for b in BANDS), "petroRad_r", "extinction_r")
DR7_MADE = (
    *(f"psfMag_{a}-psfMag_{b}" for a, b in combinations(BANDS, 2)),
    *(f"psfMag_{b}-petroMag_{b}" for b in BANDS),
)
FAINT = tuple(PRESETS["faint"]["photometry_columns"])

TRANSFER = "transfer"
BRIGHT_END, FAINT_END = 20.8, 21.3
"""Trained on objects brighter than that in r (modelMag, not dereddened), tested on those fainter than this."""
INNER_TRAIN, INNER_TEST = 20.4, (20.6, 20.8)
"""The same among the training rows alone: where the noise of faint-making is chosen."""
SIZES = (0.05, 0.1, 0.15, 0.2, 0.3)
"""Values of faint_size to choose from."""
EDGES = (21.3, 21.55, 21.8, 22.05, 23.0)
"""Bins of r in which the test objects are looked at."""


@dataclass(frozen=True)
class Problem:
    """One table of results: where the data is, how our model is trained, what the simple models get."""

    title: str
    file: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    simple: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sets of features by name; the last is what our model gets."""
    weighted: bool = False
    """Whether classes are so unlike in number that class weights matter."""


PROBLEMS = {
    "exp3": Problem(
        "Experiment 3, star or galaxy, in-domain, 24 features",
        "dnnx_sg_exp3.npy",
        {"photometry_columns": ORIGINAL_24},
        {"24 features": ORIGINAL_24},
    ),
    TRANSFER: Problem(
        f"Experiment 3, trained at r < {BRIGHT_END}, tested at r > {FAINT_END}",
        "dnnx_sg_exp3.npy",
        {},
        {"24 features": ORIGINAL_24, "colours and radii": FAINT},
    ),
    "dr14": Problem(
        "SDSS DR14, star, galaxy or quasar, five magnitudes",
        "sdss_dr14.csv",
        {"photometry_columns": (*MAGNITUDES, *COLOURS)},
        {"magnitudes": MAGNITUDES, "magnitudes and colours": (*MAGNITUDES, *COLOURS)},
        weighted=True,
    ),
    "dr7": Problem(
        "SDSS DR7, star, galaxy or quasar, PSF and Petrosian magnitudes",
        "sdss_dr7.csv",
        {"photometry_columns": (*DR7, *DR7_MADE), "numeric_bins": 0},  # bins need more than a thousand objects
        {"columns": DR7, "columns, colours and differences": (*DR7, *DR7_MADE)},
        weighted=True,
    ),
}
VARIANTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "faint-made": ("faint", {}),
    "same features, not faint-made": ("faint", {"faint": 0.0}),
    "24 features, not faint-made": ("small", {"photometry_columns": ORIGINAL_24}),
}
"""Ways to train for the transfer: preset, and what is changed in it."""
QUICK_ROWS = {"exp3": 400, TRANSFER: 1000, "dr14": 400, "dr7": 400}


def real_data() -> Path:
    """Folder of the measured data."""
    return Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "sources"


@cache
def read(name: str, quick: bool) -> Draft:
    """The data set of a problem, by the task's reader; a part of it for --quick."""
    task = get_task("sources")
    draft = task.data.read(real_data() / PROBLEMS[name].file, task.config.Source())
    if not quick:
        return draft
    return some(draft, np.sort(np.random.default_rng(0).permutation(len(draft.table))[: QUICK_ROWS[name]]))


def features(draft: Draft, columns: tuple[str, ...]) -> np.ndarray:
    """(N, F) of all rows, as our net and companion have them."""
    task = get_task("sources")
    config = task.config.Config(modalities=("photometry",), photometry_columns=columns)
    return task.data.features(draft.table, draft.arrays, config).to_numpy(float)


def magnitude(draft: Draft) -> np.ndarray:
    """Magnitude in r of all rows, not dereddened."""
    return draft.table["modelMag_r"].to_numpy(float)


@dataclass(frozen=True)
class Transfer:
    """Rows to train on and to test on, as masks (N,), and how many were left out since their field is in the test."""

    train: np.ndarray
    test: np.ndarray
    left_out: int


def cut(draft: Draft, bright: float, faint: tuple[float, float]) -> Transfer:
    """Train on what is brighter than `bright`, test within `faint`; no field of the sky is in both."""
    r, group = magnitude(draft), draft.table["group"]
    test = (r > faint[0]) & (r < faint[1])
    shared = (r < bright) & group.isin(set(group[test])).to_numpy()
    return Transfer((r < bright) & ~shared, test, int(shared.sum()))


def transfer(draft: Draft) -> Transfer:
    """The transfer from bright to faint."""
    return cut(draft, BRIGHT_END, (FAINT_END, np.inf))


def inner(draft: Draft) -> Transfer:
    """The same inside of the training rows."""
    return cut(some(draft, np.flatnonzero(transfer(draft).train)), INNER_TRAIN, INNER_TEST)


def judged(name: str, quick: bool) -> Draft:
    """The rows that a problem's models are judged on."""
    draft = read(name, quick)
    return some(draft, np.flatnonzero(transfer(draft).test)) if name == TRANSFER else draft


def faint_config(size: float, columns: tuple[str, ...] = FAINT) -> Any:
    """The preset `faint` for photometry, with that noise of the radii."""
    task = get_task("sources")
    changes = {"modalities": ("photometry",), "photometry_columns": columns, "faint_size": size}
    return configure(task.config.Config, task.config.PRESETS, "faint", changes)


def settings(name: str, seed: int, variant: str, size: float, quick: bool) -> tuple[str, dict[str, Any]]:
    """Preset and changes."""
    preset, changed = VARIANTS[variant] if name == TRANSFER else ("small", PROBLEMS[name].settings)
    changes = {"seed": seed, "accelerator": "cpu", "modalities": ("photometry",), **changed}
    changes |= {"faint_size": size} if variant == "faint-made" else {}
    return preset, changes | ({"epochs": 2} if quick else {})
