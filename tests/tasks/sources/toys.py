"""Toy sources: blobs and points whose class shows in image and photometry; not physics, but learnable."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.tasks.sources.columns import unit_of
from astrocore.tasks.sources.config import CLASSES


def sources_draft(n: int = 90, seed: int = 0, images: bool = True, size: int = 32) -> Draft:
    """Points, blobs and blue points, two objects a field."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 3, n)
    r = rng.uniform(18, 21, n)
    table = pd.DataFrame({"object_id": [f"T{i}" for i in range(n)], "group": [f"SIM field {i // 2}" for i in range(n)]})
    table["label"] = pd.array(label, dtype="Int64")
    for i, band in enumerate("ugriz"):
        colour = np.where(label == 2, 0.1, 0.6) * (2 - i) + 0.1 * rng.normal(size=n)
        table[f"modelMag_{band}"] = r + colour
        table[f"extinction_{band}"] = 0.1
        table[f"dered_{band}"] = table[f"modelMag_{band}"] - 0.1
        table[f"deVRad_{band}"] = np.where(label == 1, 1.0, 0.05) + 0.02 * rng.random(n)
        table[f"psffwhm_{band}"] = 1.4
    table["split"] = split_by_group(table, seed=seed)
    arrays = {}
    if images:
        y, x = np.indices((size, size)) - (size - 1) / 2
        for band in "ugriz":
            width = np.where(label == 1, 4.0, 1.6)[:, None, None]
            flux = 10 ** (0.4 * (22.5 - table[f"modelMag_{band}"].to_numpy()))[:, None, None]
            spot = flux * np.exp(-(x**2 + y**2) / (2 * width**2)) / (2 * np.pi * width**2)
            arrays[f"image_{band}"] = (spot + 0.03 * rng.normal(size=spot.shape)).astype(np.float32)
    origin = {"photometry": "simulated", **({"image": "simulated"} if images else {})}
    units = {str(name): unit_of(str(name)) for name in table.columns[3:] if name != "split"}
    return Draft("sources", CLASSES, table, arrays, units, origin, ("toy",))  # type: ignore[arg-type]
