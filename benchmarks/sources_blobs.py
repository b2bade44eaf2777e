"""Made-up objects by the hundred thousand, quickly: blobs in noise and columns that go with them. No physics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.gathered import gathered
from astrocore.data.splits import split_by_group
from astrocore.tasks.sources.bands import BANDS
from astrocore.tasks.sources.columns import unit_of
from astrocore.tasks.sources.config import CLASSES, MODALITIES

SEEN, SIZE, FIELD = 4096, 32, 50
"""Different images, pixels along a side, objects a field."""
BYTES = SIZE * SIZE * len(BANDS) * 2
"""Of an object's images on disk."""


def make(n: int, path: Path) -> Dataset:
    """A data set of `n` objects with images in five bands, float16; written block by block."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, len(CLASSES), min(n, SEEN))
    again = np.arange(n) % len(label)
    names = {"object_id": [f"blob {i}" for i in range(n)], "group": [f"SIM field {i // FIELD}" for i in range(n)]}
    columns = columns_of(rng, label)
    table = pd.DataFrame({**names, "label": pd.array(label[again], dtype="Int64")})
    table = pd.concat([table, columns.iloc[again].reset_index(drop=True)], axis=1)
    draft = Draft(
        task="sources",
        classes=CLASSES,
        table=table.assign(split=split_by_group(table, seed=0)),
        arrays={f"image_{band}": gathered([blobs(rng, label)], again) for band in BANDS},
        units={str(name): unit_of(str(name)) for name in columns},
        origin=dict.fromkeys(MODALITIES, "simulated"),
        sources=("blobs",),
    )
    return write_dataset(draft, path)


def columns_of(rng: np.random.Generator, label: np.ndarray) -> pd.DataFrame:
    """What the 24 features are made of; a class shifts the colours and the radii."""
    found: dict[str, np.ndarray] = {}
    r = rng.uniform(17, 22, len(label))
    for place, band in enumerate(BANDS):
        dust = np.full(len(label), 0.1)
        found[f"modelMag_{band}"] = r + 0.3 * (2 - place) * (1 + 0.3 * label) + 0.2 * rng.normal(size=len(label))
        found[f"extinction_{band}"] = dust
        found[f"dered_{band}"] = found[f"modelMag_{band}"] - dust
        found[f"deVRad_{band}"] = np.abs(0.2 * rng.normal(size=len(label)) + 0.3 * label)
        found[f"psffwhm_{band}"] = rng.uniform(1.1, 1.5, len(label))
    return pd.DataFrame(found)


def blobs(rng: np.random.Generator, label: np.ndarray) -> np.ndarray:
    """(N, 32, 32) float16: a round blob, as wide as its class wants it, in noise."""
    y, x = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2
    width = (1.5 + 0.4 * label + 0.1 * rng.random(len(label)))[:, None, None]
    flux = rng.uniform(0.5, 20, len(label))[:, None, None]
    image = flux * np.exp(-0.5 * (x**2 + y**2) / width**2) + 0.2 * rng.normal(size=(len(label), SIZE, SIZE))
    return image.astype(np.float16)
