"""Toy objects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.data.dataset import Draft
from tests.toy.config import CLASSES


def simulate(n: int, seed: int) -> Draft:
    """`n` objects, three to a group, every tenth without a label."""
    rng = np.random.default_rng(seed)
    label = pd.Series(rng.integers(0, 2, n), dtype="Int64")
    label[::10] = pd.NA
    table = pd.DataFrame({"object_id": [f"o{i}" for i in range(n)], "group": [f"g{i // 3}" for i in range(n)]})
    table = table.assign(label=label, magnitude=rng.normal(20, 1, n))
    draft = Draft("toy", CLASSES, table, {"image": rng.normal(size=(n, 3)).astype(np.float32)}, {"magnitude": "mag"})
    draft.origin = {"image": "simulated", "photometry": "simulated"}
    return draft
