"""The benchmark of the simulated sources: equal mixes and sizes, and its quick form beside the measured tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.tasks.sources.columns import ORIGINAL_24
from benchmarks.simulator_sources import beside, quartiles, with_colours

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "sources"


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    label = rng.choice(["STAR", "GALAXY", "QSO"], 300, p=[0.5, 0.3, 0.2])
    return pd.DataFrame({"group": np.arange(300) // 2, "label": label, "a": rng.normal(size=300)})


def test_both_sides_have_one_size_and_mix(table: pd.DataFrame) -> None:
    sizes = []

    def score(rows: pd.DataFrame, columns: list[str]) -> dict[str, float]:
        sizes.append(rows["label"].value_counts().to_dict())
        return {"accuracy": 0.9 if len(sizes) == 1 else 0.8}

    found = beside("x", table[table["label"] != "QSO"], table.sample(frac=0.7, random_state=0), ["a"], score)
    assert found["x: simulated"]["minus real"] == pytest.approx(-0.1) and set(sizes[0]) == {"STAR", "GALAXY"}
    assert all(abs(sizes[0][name] - sizes[1][name]) <= 1 for name in sizes[0])


def test_colours_and_quartiles() -> None:
    magnitudes = with_colours(pd.DataFrame([[5.0, 4.0, 3.0, 2.5, 2.2]], columns=list("ugriz")))
    assert magnitudes["u-r"][0] == 2 and magnitudes["i-z"][0] == pytest.approx(0.3) and magnitudes.shape == (1, 15)
    numbers = pd.DataFrame({name: np.arange(9.0) for name in ORIGINAL_24}).assign(label="STAR")
    found = quartiles(numbers, numbers.assign(dered_u=100.0))
    assert found.loc["dered_u, STAR", "measured"] == "2.000 / 4.000 / 6.000"
    assert found.loc["dered_u, STAR", "simulated"].startswith("100.000") and found.loc["dered_u, QSO", "measured"] == ""


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the measured data is not there; set ASTROCORE_REAL_DATA to its folder")
def test_quick_ends_well_and_writes_its_rows(tmp_path: Path) -> None:
    words = [sys.executable, "benchmarks/simulator_sources.py", "--quick", "--json", str(tmp_path / "rows.json")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads((tmp_path / "rows.json").read_text())
    assert 0.8 < found["hardness"]["faint and compact, SG, 24 features: simulated"]["accuracy"] < 0.99
    assert found["speed"]["general"] > 10 and "quartiles" in done.stdout and len(found["quartiles"]) == 72
