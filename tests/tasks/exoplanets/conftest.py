"""Tables as users bring them, and the measured data where it is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.config import validated
from astrocore.tasks.exoplanets.config import Source

REAL = Path(os.environ.get("ASTROCORE_REAL_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))

FIVE = {
    "period": [3.5, 10.0, 1.2, 25.0],
    "depth": [900.0, 120.0, 45_000.0, 300.0],
    "planet_radius": [2.9, 1.1, 19.0, 2.0],
    "stellar_temp": [5600.0, 4900.0, 6100.0, 3900.0],
    "stellar_radius": [0.95, 0.8, 1.2, 0.5],
    "label": ["CONFIRMED", "CANDIDATE", "FALSE POSITIVE", "CONFIRMED"],
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the five features and labels of four objects as a CSV; keywords replace, add or (None) drop columns."""

    def make(name: str = "planets.csv", **changes: object) -> Path:
        columns = {key: value for key, value in ({**FIVE, **changes}).items() if value is not None}
        file = tmp_path / name
        pd.DataFrame(columns).to_csv(file, index=False)
        return file

    return make


@pytest.fixture
def real() -> Path:
    """The measured exoplanet data."""
    if not REAL.is_dir():
        pytest.skip(f"the measured data is not there ({REAL.name}); set ASTROCORE_REAL_DATA to its folder")
    return REAL / "exoplanets"


def source(**values: object) -> Source:
    return validated(Source, values)


def folded(n: int = 4, bins: int = 400, level: float = 1.0) -> dict[str, list[float]]:
    """Flux columns of curves with a dip in the middle, each deeper than the last."""
    rng = np.random.default_rng(0)
    dip = np.abs(np.linspace(-0.5, 0.5, bins)) < 0.02
    flux = level * (1 - 0.01 * np.arange(1, n + 1)[:, None] * dip + 1e-3 * rng.normal(size=(n, bins)))
    return {f"flux_{i}": flux[:, i].tolist() for i in range(bins)}


def views(n: int = 4) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {"global_view": rng.normal(size=(n, 201)).astype(np.float16), "local_view": rng.normal(size=(n, 61))}
