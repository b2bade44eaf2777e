"""The benchmark of the simulator: equal mixes, known scores, and its quick form on the measured tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulator_exoplanets import FIVE, like, quartiles, scores

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "exoplanets"


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    label = rng.choice(["CONFIRMED", "CANDIDATE", "FALSE POSITIVE"], 300, p=[0.5, 0.3, 0.2])
    columns = {name: rng.normal(size=300) for name in FIVE}
    return pd.DataFrame({"group": np.arange(300) // 2, "label": label, **columns})


def test_rows_with_another_mix(table: pd.DataFrame) -> None:
    wanted = pd.Series({"CONFIRMED": 0.1, "CANDIDATE": 0.1, "FALSE POSITIVE": 0.8})
    mixed = like(table, wanted, 300, 0)
    shares = mixed["label"].value_counts(normalize=True)
    assert (shares - wanted).abs().max() < 0.03 and 40 < len(mixed) < 120
    assert not mixed.duplicated().any() and len(like(table, wanted, 20, 0)) == 20


def test_scores_of_noise_and_of_a_giveaway(table: pd.DataFrame) -> None:
    assert scores(table, FIVE, 1, 2)["macro-F1"] < 0.5
    told = table.assign(depth=pd.factorize(table["label"])[0].astype(float))
    assert scores(told, FIVE, 1, 2)["macro-F1"] > 0.95


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
