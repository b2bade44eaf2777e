"""Tables and arrays as users bring them, and the measured data where it is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.config import validated
from astrocore.tasks.sources.config import Source

REAL = Path(os.environ.get("ASTROCORE_REAL_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))

FOUR = {
    "object_id": ["a", "b", "c", "d"],
    "modelMag_g": [17.0, 18.5, 20.1, 22.0],
    "modelMag_r": [16.5, 18.0, 20.0, 21.5],
    "class": ["STAR", "GALAXY", "QSO", "STAR"],
}
"""Four objects as SDSS names things."""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write four objects as a CSV; keywords replace, add or (None) drop columns."""

    def make(name: str = "objects.csv", **changes: object) -> Path:
        columns = {key: value for key, value in ({**FOUR, **changes}).items() if value is not None}
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        pd.DataFrame(columns).to_csv(file, index=False)
        return file

    return make


@pytest.fixture
def real() -> Path:
    """The measured data of sources."""
    if not REAL.is_dir():
        pytest.skip(f"the measured data is not there ({REAL.name}); set ASTROCORE_REAL_DATA to its folder")
    return REAL / "sources"


def source(**values: object) -> Source:
    return validated(Source, values)


def objid(run: int, camcol: int, field: int, number: int, sky: int = 2, rerun: int = 301) -> int:
    """An SDSS objID, bit by bit."""
    return sky << 59 | rerun << 48 | run << 32 | camcol << 29 | field << 16 | number


def original_set(
    folder: Path, suffix: str = "exp1", n: int = 6, seed: int = 0, **replace: object
) -> dict[str, np.ndarray]:
    """Write the original's four arrays for n objects and return them; keywords replace one or (None) leave it out."""
    rng = np.random.default_rng(seed)
    features = rng.uniform(0.3, 2, size=(n, 24)).astype(np.float32)
    features[:, 0:20:4] = rng.uniform(15, 22, size=(n, 5))
    raw = features[:, 0:20:4] + features[:, 3:20:4]
    features[:, 20:] = raw[:, :-1] - raw[:, 1:]
    made: dict[str, object] = {
        "X": rng.normal(size=(n, 8, 8, 5)).astype(np.float32),
        "dnnx": features,
        "y": np.array(["GALAXY", "QSO", "STAR"])[np.arange(n) % 3],
        "objlist": np.array([objid(752, 1 + i % 6, 100 + i, 7 + seed) for i in range(n)]),
    }
    made |= replace
    folder.mkdir(exist_ok=True)
    arrays = {kind: np.asarray(array) for kind, array in made.items() if array is not None}
    for kind, array in arrays.items():
        np.save(folder / f"{kind}{'_' if suffix else ''}{suffix}.npy", array)
    return arrays
