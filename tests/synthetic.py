"""Small synthetic data sets for tests of the loop and the verbs; not physics, but learnable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.dataset import Dataset, Draft, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.tasks.exoplanets.config import CLASSES, UNITS


def exoplanets_draft(n: int = 120, seed: int = 0, curves: bool = True) -> Draft:
    """Dips whose depth and width depend on the class, features that depend on it a little, two objects a star."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, n)
    table = pd.DataFrame(
        {
            "object_id": [f"T{i}" for i in range(n)],
            "group": [f"star {i // 2}" for i in range(n)],
            "label": pd.array(label, dtype="Int64"),
            "period": 10 ** rng.uniform(0, 1.5, n),
            "depth": 10 ** (2 + 0.5 * label + 0.4 * rng.normal(size=n)),
            "planet_radius": 10 ** (0.2 + 0.3 * label + 0.3 * rng.normal(size=n)),
            "stellar_temp": rng.uniform(3500, 7000, n),
            "stellar_radius": rng.uniform(0.5, 2, n),
        }
    )
    table["split"] = split_by_group(table, seed=seed)
    arrays: dict[str, np.ndarray] = {}
    if curves:
        for view, bins in (("global", 201), *((kind, 61) for kind in ("local", "odd", "even", "secondary"))):
            x = np.linspace(-1, 1, bins)
            width = 0.1 * (1 + label[:, None]) * (0.2 if view == "global" else 1)
            dip = -(3 + 3 * label[:, None]) * np.exp(-((x / width) ** 2)) * (0 if view == "secondary" else 1)
            arrays[f"{view}_view"] = (dip + rng.normal(size=(n, bins))).astype(np.float16)
            arrays[f"{view}_mask"] = rng.random((n, bins)) > 0.05
    origin = dict.fromkeys(("light_curve", "planet", "star") if curves else ("planet", "star"), "simulated")
    return Draft("exoplanets", CLASSES, table, arrays, dict(UNITS), origin, ("synthetic",))  # type: ignore[arg-type]


def exoplanets_dataset(path: Path, n: int = 120, seed: int = 0, curves: bool = True) -> Dataset:
    """The draft, written."""
    return write_dataset(exoplanets_draft(n, seed, curves), path)
