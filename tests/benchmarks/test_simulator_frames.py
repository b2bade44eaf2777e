"""The benchmark of the simulated frames: plain statistics, and its quick form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from astrocore.tasks.frames.simulator import CLASSES, Exposure
from benchmarks.simulator_frames import plain

ROOT = Path(__file__).resolve().parents[2]


def test_plain_statistics_and_what_the_header_says() -> None:
    pixels = np.array([[1, 2], [3, 10]], dtype=np.uint16)
    found = plain(Exposure(pixels, (("EXPOSURE", 5.0, ""), ("HBIN", 2, "")), "darks", "c", "n", "f"))
    assert (found["mean"], found["median"], found["min"], found["max"], found["mad"]) == (4.0, 2.5, 1, 10, 1.0)
    assert found["histogram mean"] == pytest.approx(1 / 50)
    assert (found["seconds"], found["binning"]) == (5.0, 2.0) and np.isnan(found["gain"])


def test_quick_ends_well_and_writes_its_rows(tmp_path: Path) -> None:
    words = [sys.executable, "benchmarks/simulator_frames.py", "--quick", "--json", str(tmp_path / "rows.json")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads((tmp_path / "rows.json").read_text())
    assert sum(row["frames"] for row in found["classes"].values()) == found["frames"]
    assert tuple(found["classes"]) == CLASSES
    assert 0.02 < found["scores"]["HistGradientBoosting"]["accuracy"] < 0.95
    assert found["beyond"] == [] and "recall by class" in done.stdout
