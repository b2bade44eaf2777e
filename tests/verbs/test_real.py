"""From raw telescope files to a verdict by one command, on the measured files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from astrocore.__main__ import main
from astrocore.verbs import simulate, train

FOLDER = Path(os.environ.get("ASTROCORE_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "exoplanets"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there; set ASTROCORE_REAL_DATA."),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a run that learned from a few simulated objects: enough to say something."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASTROCORE_HOME", str(home))
        simulate.run(simulate.Args(task="exoplanets", out=home / "data" / "few", n=80))
        quick = {"epochs": 1, "pretrain_epochs": 0, "accelerator": "cpu", "companion": False}
        train.run(train.Args(data=home / "data" / "few", run="quick"), quick)
    return home


def predicted(
    home: Path, source: str, catalogue: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, pd.DataFrame, dict]:
    monkeypatch.setenv("ASTROCORE_HOME", str(home))
    out, told = home / "verdicts.csv", home / "verdicts.json"
    words = ["predict", "exoplanets/quick", "--data", str(FOLDER / source), "--catalogue", str(FOLDER / catalogue)]
    code = main([*words, "--out", str(out), "--json", str(told)])
    return code, pd.read_csv(out).set_index("object_id"), json.loads(told.read_text())


def test_twelve_fits_files(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, table, told = predicted(home, "raw_fits", "raw_fits/index.csv", monkeypatch)
    index = pd.read_csv(FOLDER / "raw_fits" / "index.csv")
    assert code == 3 and [defect["error"] for defect in told["defects"]] == ["ShortCadence"]
    assert set(table.index) == set(index["kepoi_name"]) and table["decision"].notna().all()
    assert set(table["label"]) == {"CONFIRMED", "CANDIDATE", "FALSE POSITIVE"}


@pytest.mark.parametrize(
    ("file", "objects"),
    [("kepler_raw_kic10797460.npz", {"K00752.01", "K00752.02"}), ("kepler_raw_kic11442793.npz", {"K00351.01"})],
)
def test_a_star_of_many_quarters(home: Path, monkeypatch: pytest.MonkeyPatch, file: str, objects: set[str]) -> None:
    code, table, told = predicted(home, file, "koi_cumulative.csv", monkeypatch)
    assert code == 0 and told["defects"] == [] and objects <= set(table.index)
    assert told["data"]["origin"]["light_curve"] == "measured"
    p = table[[name for name in table if name.startswith("p_")]].sum(axis=1)
    assert ((p - 1).abs() < 1e-5).all()
