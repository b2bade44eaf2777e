"""Archive tables: names, units, missions, default rows; and what a person is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

from astrocore.errors import BadValue, MissionsPooled
from astrocore.tasks.exoplanets.data import read

from .conftest import FIVE, Write, source

TOI = {
    "toi": [101.01, 102.01],
    "tid": [231663901, 149603524],
    "tfopwg_disp": ["KP", "FP"],
    "pl_tranmid": [2458326.0, 2458327.1],
    "pl_orbper": [1.43, 4.41],
    "pl_trandurh": [1.6, 3.9],
    "pl_trandep": [18960.7, 14012.9],
    "pl_rade": [13.2, 12.9],
    "pl_insol": [22601.9, 464.4],
    "pl_eqt": [3127.2, 1282.8],
    "st_tmag": [12.4, 9.7],
    "st_teff": [5600.0, 6280.0],
    "st_logg": [4.49, 4.32],
    "st_rad": [0.89, 1.2],
    "pl_orbpererr1": [1e-5, 2e-5],
}
K2 = {
    "pl_name": ["K2-18 b", "K2-18 b", "EPIC 2 .01"],
    "default_flag": [1, 0, 1],
    "disposition": ["CONFIRMED", "CONFIRMED", "REFUTED"],
    "hostname": ["K2-18", "K2-18", "EPIC 2"],
    "epic_hostname": ["EPIC 201912552", "EPIC 201912552", "EPIC 2"],
    "tic_id": ["TIC 388804061", "TIC 388804061", "TIC 9"],
    "rv_flag": [1, 0, 0],
    "pl_orbper": [32.94, 32.9, 2.0],
    "pl_tranmid": [2457264.39, 2457264.4, 2457000.0],
    "pl_trandur": [2.663, 2.6, 4.0],
    "pl_trandep": [0.2921, 0.29, 1.0],
    "pl_ratror": [0.0529, 0.05, 0.1],
    "st_teff": [3457, 3457, 5000],
    "st_rad": [0.41, 0.41, 1.0],
    "sy_kepmag": [12.47, 12.47, 11.0],
}
TCE = {
    "kepid": [757450, 1162345],
    "tce_plnt_num": [1, 1],
    "tce_period": [8.884923, 0.831850],
    "tce_time0bk": [134.452, 132.2274],
    "tce_duration": [2.078, 2.392],
    "tce_depth": [15900.0, 8.9],
    "tce_model_snr": [505.6, 7.1],
    "tce_ror": [0.12, 0.003],
    "tce_prad": [10.3, 0.7],
    "tce_steff": [5332.0, 6225.0],
    "tce_slogg": [4.5, 4.1],
    "tce_sradius": [0.84, 1.3],
    "av_training_set": ["PC", "NTP"],
}


def written(file: Path, columns: dict[str, list[object]]) -> Path:
    pd.DataFrame(columns).to_csv(file, index=False)
    return file


def test_toi(tmp_path: Path) -> None:
    draft = read(written(tmp_path / "toi.csv", TOI), source())
    row = draft.table.iloc[0]
    assert (row["object_id"], row["group"], draft.table["label"].tolist()) == ("TOI 101.01", "TIC 231663901", [0, 2])
    assert row[["period", "duration", "depth", "planet_radius", "tmag", "stellar_logg", "epoch_time"]].tolist() == [
        *(1.43, 1.6, 18960.7, 13.2, 12.4, 4.49, 2458326.0)
    ]
    assert draft.units["pl_orbpererr1"] == "d" and draft.units["depth"] == "ppm"


def test_exofops_own_spelling(tmp_path: Path) -> None:
    names = {"TIC ID": "tid", "TOI": "toi", "TFOPWG Disposition": "tfopwg_disp", "TESS Mag": "st_tmag",
             "Epoch (BJD)": "pl_tranmid", "Period (days)": "pl_orbper", "Duration (hours)": "pl_trandurh",
             "Depth (ppm)": "pl_trandep", "Planet Radius (R_Earth)": "pl_rade", "Stellar Eff Temp (K)": "st_teff",
             "Stellar log(g) (cm/s^2)": "st_logg", "Stellar Radius (R_Sun)": "st_rad"}  # fmt: skip
    ours = read(
        written(tmp_path / "a.csv", {**{new: TOI[old] for new, old in names.items()}, "SG1A": [1, 2]}), source()
    )
    archive = read(written(tmp_path / "b.csv", TOI), source())
    shared = [name for name in ours.table if name in archive.table]
    assert len(shared) == 3 + 9
    pd.testing.assert_frame_equal(ours.table[shared], archive.table[shared])


def test_k2_planets_and_candidates(tmp_path: Path) -> None:
    draft = read(written(tmp_path / "k2.csv", K2), source(mission="K2"))
    assert draft.table["group"].tolist() == ["EPIC 201912552", "EPIC 2"] and draft.table["label"].tolist() == [0, 2]
    np.testing.assert_allclose(draft.table["depth"], [2921, 10_000])  # percent there
    np.testing.assert_allclose(draft.table["duration"], [2.663, 4.0])
    assert {"radius_ratio", "kepmag", "stellar_temp"} < set(draft.table) and "rv_flag" not in draft.table
    assert draft.notes[0].startswith("1 rows with other parameters of the same planets")
    assert "rv_flag" in draft.notes[1] and "pl_name" in draft.notes[1]


def test_threshold_crossing_events(tmp_path: Path) -> None:
    draft = read(written(tmp_path / "tce.csv", TCE), source())
    assert draft.table["group"].tolist() == ["KIC 757450", "KIC 1162345"] and draft.table["label"].isna().all()
    assert draft.table[["snr", "radius_ratio", "stellar_logg"]].iloc[0].tolist() == [505.6, 0.12, 4.5]
    assert "There is no label column" in draft.notes[0] and "av_training_set" in draft.notes[1]


@pytest.mark.parametrize("form", ["fits", "vot", "xml"])
def test_fits_and_votable_read_as_csv_does(tmp_path: Path, form: str) -> None:
    table = Table(TOI)
    table.write(tmp_path / f"toi.{form}", format="fits" if form == "fits" else "votable")
    first, second = (read(file, source()) for file in (tmp_path / f"toi.{form}", written(tmp_path / "t.csv", TOI)))
    pd.testing.assert_frame_equal(first.table, second.table)


# ---------------------------------------------------------------------------------------------------- missions


def test_labels_of_two_missions_are_refused(write: Write) -> None:
    stars = {"star": ["KIC 1", "KIC 2", "TIC 3", "TIC 4"]}
    with pytest.raises(MissionsPooled, match="Labelled rows are of kepler and tess: the mission would give the label"):
        read(write(**stars), source())
    labels = ["CONFIRMED", "FALSE POSITIVE", None, None]
    assert read(write(**stars, label=labels), source()).table["group"].tolist() == stars["star"]


def test_two_columns_of_ids_are_seen_together_and_so_is_a_mission(write: Write) -> None:
    with pytest.raises(MissionsPooled, match="k2 and kepler"):
        read(write(kepid=[1, 2, None, None], epic=[None, None, 3, 4]), source())
    with pytest.raises(MissionsPooled, match="k2 and tess"):
        read(write(mission=["K2", "TESS", "TESS", "K2"]), source())
    assert len(read(write(mission=["K2"] * 4), source()).table) == 4


def test_the_mission_in_any_case_and_spelling_errors() -> None:
    assert source(mission="Kepler").mission == "kepler" and source(mission="TESS").mission == "tess"
    with pytest.raises(Exception, match="mission"):
        source(mission="Keplr")


# ----------------------------------------------------------------------------------------------- what is told


def test_how_many_rows_are_bad(write: Write) -> None:
    with pytest.raises(BadValue, match=r"Row 2 .* has a period of zero or less; .*\. 3 rows are like it\.$"):
        read(write(period=[1, 0, -2, 0]), source())


def test_leaks_labels_and_doubts_are_told(write: Write) -> None:
    draft = read(write(koi_score=[1, 0, 1, 1], stellar_temp=[5e6, 4900.0, 6100.0, 3900.0]), source())
    assert draft.notes == (
        "Columns that give the label away were left out: koi_score.",
        "1 value of stellar_temp outside 1000 to 200000 K: row 1 (planets-000001) has 5e+06. Kept; check the unit.",
    )
    assert draft.doubtful == {"stellar_temp": 1} and draft.table["stellar_temp"][0] == 5e6
    assert read(write(), source()).notes == () and len(FIVE) == 6


def test_labels_that_are_none_of_the_classes_are_told(write: Write) -> None:
    said = "No label is one of CONFIRMED, CANDIDATE, FALSE POSITIVE, so the classes are the labels of the data: "
    own = read(write(label=["planet?", "planet?", None, "star"]), source())
    assert any(note.startswith(f"{said}planet?, star.") for note in own.notes)
    named = read(write(label=["planet?", "planet?", None, "star"]), source(classes=("star", "planet?")))
    for draft in (named, read(write(), source()), read(write(label=None), source())):
        assert not any("No label is one of" in note for note in draft.notes)


def test_durations_in_days_that_are_hours_are_doubted(write: Write) -> None:
    retired = {"pl_trandep": [0.1] * 4, "pl_trandur": [3.3, 3.1, 5.0, 2.0], "depth": None, "period": [8.8] * 4}
    draft = read(write(**retired), source())
    assert draft.doubtful == {"duration": 3} and any("--duration-unit" in note for note in draft.notes)
    assert read(write(**retired), source(duration_unit="h")).doubtful == {}
