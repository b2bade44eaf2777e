"""The folding benchmark runs in its quick form, and both sides fold alike."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from astropy.timeseries import TimeSeries

from benchmarks import folding


def test_quick_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folding.main(["--quick", "--json", str(tmp_path / "rows.json")]) == 0
    found = json.loads((tmp_path / "rows.json").read_text())
    assert found["n"] == 50_000 and len(found["rows"]) == 5 and found["rows"][0]["ratio"] == 1
    assert all(0 < row["fastest"] <= row["seconds"] <= row["slowest"] for row in found["rows"])
    assert "astropy" in capsys.readouterr().out


def test_both_fold_the_same_points_into_the_same_bins() -> None:
    days, flux = folding.curve(20_000)
    series = TimeSeries(time=folding.as_time(days), data={"flux": flux})
    theirs, ours = folding.astropy_fold(series, np.nanmedian), folding.one_view(days, flux)
    # Points that lie on a bin's edge to rounding may fall to either side.
    assert (np.abs(theirs - ours) < 1e-4).mean() > 0.95
