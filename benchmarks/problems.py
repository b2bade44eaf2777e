"""The measured sets that the exoplanets model is judged on: data, features, folds and settings."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.data.draft import Draft
from astrocore.tasks import get_task
from benchmarks.folds import some

ROOT = Path(__file__).resolve().parents[1]
FIVE = ("period", "depth", "planet_radius", "stellar_temp", "stellar_radius")
STELLAR = re.compile(r"stellar_.*|koi_s(teff|logg|rad)_.*|ra|dec|kepmag")
"""Names of columns that are of the star."""

SIMULATED = "trained on simulated objects only"
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "both": {},
    "from scratch": {"pretrain_epochs": 0, "companion": False},
    "pretrained, frozen": {"companion": False},
    "pretrained on Kepler curves": {"pretrain_epochs": 0, "companion": False},
    "no derived features": {"derived_columns": (), "companion": False},
    "features only": {"modalities": ("planet", "star"), "companion": False},
    "flux only": {"modalities": ("light_curve",), "companion": False},
    "four more": {"companion": False},
    SIMULATED: {},
}
"""Ways to train beside the preset: what each changes. "four more" starts anew on the folds of the first seed."""
REGIMES = ("from scratch", "pretrained, frozen", "pretrained on Kepler curves")
PARTS = ("no derived features", "features only", "flux only")


@dataclass(frozen=True)
class Problem:
    """One table of results: where the data is, what the features are, how the model is trained."""

    title: str
    table: str
    views: str = ""
    columns: tuple[str, ...] = FIVE
    variants: tuple[str, ...] = ("both",)
    settings: Mapping[str, Any] = field(default_factory=dict)


PROBLEMS = {
    "tess": Problem(
        "TESS, views and five features",
        "tess_tce.csv",
        "tess_folded_views.npz",
        variants=("both", *REGIMES, *PARTS, "four more", SIMULATED),
    ),
    "tess-eight": Problem(
        "TESS, the same with duration, snr and impact",
        "tess_tce.csv",
        "tess_folded_views.npz",
        columns=(*FIVE, "duration", "snr", "impact"),
    ),
    "koi-five": Problem("KOI, five features", "koi_cumulative.csv", settings={"numeric_bins": 16}),
    "koi-all": Problem("KOI, all allowed columns", "koi_cumulative.csv", columns=(), settings={"numeric_bins": 16}),
    "k2": Problem(
        "K2, local view and four columns",
        "k2_local_views.npz",
        columns=("period", "duration", "radius_ratio", "impact"),
        variants=("both", "features only"),
    ),
}
KEPLER = Problem("Kepler, folded", "kepler_folded.csv", "kepler_folded_views.npz")
"""Curves to pre-train on and to be found again; nearly all are planets."""


def real_data() -> Path:
    """Folder of the measured data."""
    return Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "exoplanets"


@cache
def read(name: str, quick: bool) -> Draft:
    """The data set of a problem; a part of it for --quick."""
    problem, task = KEPLER if name == "kepler" else PROBLEMS[name], get_task("exoplanets")
    source = task.config.Source(views=real_data() / problem.views if problem.views else None)
    draft = task.data.read(real_data() / problem.table, source)
    return some(draft, np.random.default_rng(0).permutation(len(draft.table))[:300]) if quick else draft


def columns_of(name: str, draft: Draft) -> list[str]:
    """The features of a problem."""
    return list(PROBLEMS[name].columns) or list(draft.units)


def settings(name: str, draft: Draft, seed: int, variant: str, quick: bool) -> dict[str, Any]:
    """The preset `small` with the problem's columns, and what the variant changes."""
    columns = columns_of(name, draft)
    star = tuple(c for c in columns if STELLAR.fullmatch(c))
    planet = tuple(c for c in columns if c not in star)
    views = any(key.endswith("_view") for key in draft.arrays)
    changes: dict[str, Any] = {"seed": seed, "accelerator": "cpu", "planet_columns": planet}
    changes |= {"modalities": ("light_curve", "planet", "star") if views else ("planet", "star")}
    changes |= {"star_columns": star} if star else {}
    changes |= {**PROBLEMS[name].settings, **VARIANTS[variant]}
    return changes | ({"epochs": 2, "pretrain_epochs": min(1, changes.get("pretrain_epochs", 1))} if quick else {})
