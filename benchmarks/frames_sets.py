"""The measured frames of the benchmarks: 120 raw frames of a dozen instruments, by kind and by type."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.tasks import get_task
from astrocore.tasks.frames.config import CLASSES, COARSE

KINDS = ("bias", "dark", "flat", "deep_sky", "spectral_flat", "slit_spectrum", "arc", "solar")
KIND_OF = dict(zip(CLASSES, (*KINDS[:7], *KINDS[4:7], "solar"), strict=True))
"""Class of the original -> kind: echelle stand-ins count in the kind of the slit spectrographs."""
TYPES = tuple(dict.fromkeys(COARSE["type"].values()))
WORDS = {"kind": (KINDS, KIND_OF), "type5": (TYPES, COARSE["type"])}
"""Column of the index -> its words, and what each class is."""


def real_data() -> Path:
    """Folder of the measured data."""
    return Path(os.environ.get("ASTROCORE_REAL_DATA", "../shared/data"))


def read_real(quick: bool = False) -> tuple[Draft, pd.DataFrame]:
    """The labelled frames as a data set, groups as the index tells them, and the index, row by row."""
    folder = real_data() / "frames"
    index = pd.read_csv(folder / "index.csv")
    index = index[index["kind"].notna()].assign(object_id=lambda t: t["cls"] + "/" + t["file"])
    if quick:
        index = index.groupby(["group", "kind"], sort=False).head(1)
    task = get_task("frames")
    draft = task.data.read(folder, task.config.Source(labels="folders", classes=CLASSES))
    rows = pd.Index(draft.table["object_id"]).get_indexer(index["object_id"])
    if (rows < 0).any():
        raise SystemExit(f"{int((rows < 0).sum())} of the frames in index.csv could not be read.")
    table = draft.table.iloc[rows].assign(group=index["group"].to_numpy()).reset_index(drop=True)
    arrays = {name: np.asarray(array[rows]) for name, array in draft.arrays.items()}
    return replace(draft, table=table, arrays=arrays, defects=()), index.reset_index(drop=True)


def summed(p: np.ndarray, column: str, classes: tuple[str, ...] = CLASSES) -> np.ndarray:
    """Probabilities (N, C) of classes, summed over those of one kind, or of one type."""
    words, of = WORDS[column]
    return np.stack([p[:, [of[name] == word for name in classes]].sum(axis=1) for word in words], axis=1)


def single(index: pd.DataFrame) -> np.ndarray:
    """Frames of kinds that one repository alone provides, (N,) bool: left out, nothing measured teaches them."""
    repositories = index.groupby("kind")["repo"].nunique()
    return np.asarray(index["kind"].map(repositories) == 1)
