"""A run of three classes, and predictions with everything that may be missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.runs import DataRef, Predictions, Run, RunInfo, create_run

CLASSES = ("star", "galaxy", "quasar")


@pytest.fixture
def info() -> RunInfo:
    data = DataRef(path="data/x", fingerprint="abc", n=6, origin={"image": "measured"}, counts={"train": 6})
    return RunInfo(task="toy", classes=CLASSES, status="done", data=data)


@pytest.fixture
def run(tmp_path: Path, info: RunInfo) -> Run:
    return create_run(tmp_path / "toy" / "first", info)


@pytest.fixture
def predictions() -> Predictions:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "object_id": ["a", "b", "é ☄", "d", "e", "f"],
            "group": ["g1", "g1", "g2", "g3", "g4", "g4"],
            "split": ["train", "train", "val", "val", "test", "test"],
            "label": pd.array([0, 1, None, 2, 2, 0], dtype="Int64"),
            "magnitude": [17.5, np.nan, 18.0, 19.25, 20.0, 21.0],
        }
    )
    p = rng.dirichlet(np.ones(3), 6).astype(np.float32)
    fused = rng.normal(size=(6, 4)).astype(np.float32)
    image = fused[:, :2].copy()
    image[[0, 3]] = np.nan
    return Predictions(CLASSES, table, p, {"fused": fused, "image": image}, {"magnitude": "mag"})
