"""The benchmark of the simulator: quartiles, and its quick form on the measured tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulator_exoplanets import FIVE, quartiles

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "exoplanets"


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    label = rng.choice(["CONFIRMED", "CANDIDATE", "FALSE POSITIVE"], 300, p=[0.5, 0.3, 0.2])
    columns = {name: rng.normal(size=300) for name in FIVE}
    return pd.DataFrame({"group": np.arange(300) // 2, "label": label, **columns})


def test_quartiles_stand_side_by_side(table: pd.DataFrame) -> None:
    found = quartiles(table.assign(snr=1.0), table.assign(depth=table["depth"] + 100))
    assert list(found.columns) == ["measured", "simulated"] and len(found) == 3 * len(FIVE)
    low, middle, high = map(float, found.loc["depth, CANDIDATE", "simulated"].split(" / "))
    assert 98 < low < middle < high < 102


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the measured data is not there; set ASTROCORE_REAL_DATA to its folder")
def test_quick_ends_well_and_writes_its_rows(tmp_path: Path) -> None:
    words = [sys.executable, "benchmarks/simulator_exoplanets.py", "--quick", "--json", str(tmp_path / "rows.json")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads((tmp_path / "rows.json").read_text())["missions"]
    assert set(found) == {"Kepler", "TESS"} and "Quartiles" in done.stdout
    for mission in found.values():
        assert 0.35 < mission["hardness"]["five: simulated"]["macro-F1"] < 0.8
