"""What a verdict rests on: which curve, how many transits, a period that was given or found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.tasks.exoplanets.basis import basis
from astrocore.tasks.exoplanets.data import read

from .conftest import source
from .curve_files import DEPTH, DURATION, EPOCH, PERIOD, flux_of, times, write_kepler


def test_given_searched_drawn_and_lost_curves_are_told_apart(tmp_path: Path) -> None:
    root, time = tmp_path / "in", times()
    write_kepler(root / "kplr000001001.fits", 1001, time, 8000 * flux_of(time))
    write_kepler(root / "kplr000001002.fits", 1002, time, 500 * flux_of(time, seed=2))
    (root / "kplr000001003.fits").write_bytes(b"")
    signals = {"kepid": [1001, 1003], "period": PERIOD, "epoch_time": EPOCH, "duration": 24 * DURATION}
    pd.DataFrame({**signals, "depth": 1e6 * DEPTH}).to_csv(tmp_path / "koi.csv", index=False)
    draft = read(root, source(catalogue=tmp_path / "koi.csv"))
    found = basis(draft.table, draft.arrays)
    assert draft.table["object_id"].tolist() == ["KIC 1001", "KIC 1003", "KIC 1002"]
    assert found["light_curve"].tolist() == ["measured", "none", "measured"]
    assert found["searched"].tolist() == [False, False, True]
    np.testing.assert_array_equal(found["events"], [9, np.nan, 9])
    assert "1 row stays, to be judged without a measured light curve" in " ".join(draft.notes)
    assert "(KIC 1003)" in " ".join(draft.notes)
    drawn = read(root, source(catalogue=tmp_path / "koi.csv", draw_curves=True))
    assert basis(drawn.table, drawn.arrays)["light_curve"].tolist() == ["measured", "drawn", "measured"]


def test_rows_of_a_bare_table_and_simulated_stars() -> None:
    table = pd.DataFrame({"object_id": ["a", "b"], "group": ["KIC 1", "SIM 2"]})
    bare = basis(table, {})
    assert bare["light_curve"].tolist() == ["none", "none"]
    assert bare["events"].isna().all() and not bare["searched"].any()
    views = {"local_mask": np.array([[False, True], [True, True]])}
    assert basis(table, views)["light_curve"].tolist() == ["measured", "simulated"]
    assert basis(table.head(0), {"local_mask": views["local_mask"][:0]}).empty
