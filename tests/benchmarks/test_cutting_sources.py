"""The cutting benchmark runs in its quick form, and all ways cut the same pixels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import cutting_sources


def test_quick_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cutting_sources.main(["--quick", "--json", str(tmp_path / "rows.json")]) == 0
    found = json.loads((tmp_path / "rows.json").read_text())
    (rows,) = found["fields"].values()
    assert found["objects"] == 60 and len(rows) == 3 and rows[0]["ratio"] == 1
    assert all(0 < row["fastest"] <= row["seconds"] <= row["slowest"] and row["equal"] for row in rows)
    assert "Cutout2D" in capsys.readouterr().out


def test_pixels_that_differ_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = cutting_sources.ours
    monkeypatch.setattr(cutting_sources, "ours", lambda *args: {k: np.roll(v, 1, 2) for k, v in ours(*args).items()})
    rows = cutting_sources.measure(cutting_sources.synthetic(tmp_path, (200, 200)), 20, 1)
    assert [row["equal"] for row in rows] == [True, False, False]
