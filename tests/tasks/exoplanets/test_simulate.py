"""Simulated objects: repeatable, marked, of the measured reader's own making, and not too easy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from astrocore.config import validated
from astrocore.data.checks import check_draft
from astrocore.data.dataset import Draft, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.tasks.exoplanets.columns import leak
from astrocore.tasks.exoplanets.config import CLASSES, MODALITIES, Config, Source
from astrocore.tasks.exoplanets.data import prepare, read
from astrocore.tasks.exoplanets.missions import STRETCH, TESS
from astrocore.tasks.exoplanets.simulate import COLUMNS, simulate
from astrocore.tasks.exoplanets.systems import simulate_star
from astrocore.tasks.exoplanets.verdicts import SHARES

FIT = ["depth", "planet_radius", "snr", "impact"]
N = 360
STELLAR = ["stellar_temp", "stellar_radius", "stellar_logg"]


@pytest.fixture(scope="module")
def draft() -> Draft:
    return simulate(N, 0)


def test_a_sound_draft_marked_as_simulated(draft: Draft) -> None:
    check_draft(draft)
    assert draft.classes == CLASSES and draft.origin == dict.fromkeys(MODALITIES, "simulated")
    assert draft.table["object_id"].str.fullmatch(r"SIM \d{6}\.\d\d").all()
    assert not any(map(leak, draft.table.columns[3:]))
    assert list(draft.table.columns[3:]) == [*COLUMNS, "flux_scatter", "events"]
    assert set(draft.units) == set(draft.table.columns) - {"object_id", "group", "label"}
    assert 0.02 < draft.table["group"].duplicated().mean() < 0.3


def test_the_mission_does_not_give_the_class_away(draft: Draft) -> None:
    kepler = draft.table["kepmag"].notna()
    assert (kepler ^ draft.table["tmag"].notna()).all() and 0.4 < kepler.mean() < 0.6
    shares = draft.table["label"].groupby(kepler).value_counts(normalize=True).unstack()
    assert np.abs(shares.loc[True] - shares.loc[False]).max() < 0.15
    for label, name in enumerate(CLASSES):
        assert draft.table["label"].eq(label).mean() == pytest.approx(SHARES[name], abs=0.09)


def test_features_are_possible_and_some_are_missing(draft: Draft) -> None:
    table = draft.table
    assert (table[["period", "duration"]] > 0).all(axis=None) and (table[["depth", "snr"]].dropna() > 0).all(axis=None)
    assert table["depth"].max() < 1e6 and table["stellar_temp"].dropna().between(2500, 10_000).all()
    assert (table["events"] >= 1).all() and (table["flux_scatter"] > 0).all()
    for columns in (["depth", "snr", "impact"], STELLAR):
        assert table[columns].isna().all(axis=1).eq(table[columns].isna().any(axis=1)).all()
        assert 0.005 < table[columns[0]].isna().mean() < 0.08
    either = table[["depth", "stellar_radius"]].isna().any(axis=1)
    assert (table["planet_radius"].isna() == either).all() and 0.015 < either.mean() < 0.1
    assert table[[*FIT, *STELLAR, "period", "duration", "epoch_time"]].isna().to_numpy().mean() < 0.06


def test_seeds(draft: Draft) -> None:
    short, other = simulate(40, 0), simulate(40, 1)
    pd.testing.assert_frame_equal(short.table, draft.table[:40])
    for name, array in short.arrays.items():
        np.testing.assert_array_equal(array, draft.arrays[name][:40])
    assert not other.table["period"].equals(short.table["period"])


def test_the_objects_do_not_depend_on_the_number_of_processes(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrocore.tasks.exoplanets.simulate.BATCH", 15)
    shared = simulate(25, 0, workers=2)
    pd.testing.assert_frame_equal(shared.table, draft.table[:25])
    for name, array in shared.arrays.items():
        np.testing.assert_array_equal(array, draft.arrays[name][:25])


def test_a_star_is_the_same_whoever_comes_before(draft: Draft) -> None:
    for number in (17, 3):
        rows = draft.table[draft.table["group"] == f"SIM {number + 1:06d}"]
        found = simulate_star(0, number)
        assert [one.row["period"] for one in found] == rows["period"].tolist()
        assert [one.label for one in found] == rows["label"].tolist()


def test_arrays_are_small_and_have_gaps(draft: Draft, tmp_path: Path) -> None:
    draft.table["split"] = split_by_group(draft.table)
    write_dataset(draft, tmp_path / "set")
    # 1,200 objects come to less than 6 MB.
    assert sum(file.stat().st_size for file in (tmp_path / "set").iterdir()) < 5000 * len(draft.table)
    missing = np.isnan(draft.arrays["flux"]).mean(axis=1)
    assert draft.arrays["flux"].shape == (N, STRETCH) and missing.min() > 0 and missing.max() < 0.25
    for kind in ("global", "local", "odd", "even", "secondary"):
        assert draft.arrays[f"{kind}_mask"].mean() > 0.7


def test_the_stretch_of_flux_holds_an_event(draft: Draft) -> None:
    table = draft.table
    start, length = table["time_start"], table["cadence"] * STRETCH
    first = np.ceil((start - table["epoch_time"]) / table["period"])
    assert (table["epoch_time"] + first * table["period"] <= start + length).all()


def test_the_reader_of_measured_series_makes_the_same_views(draft: Draft, tmp_path: Path) -> None:
    alone = ~draft.table["group"].duplicated(keep=False) & draft.table["tmag"].notna()
    rows = np.flatnonzero(alone)[:30]
    table = draft.table.iloc[rows].drop(columns=["label", "time_start", "cadence", "split"], errors="ignore")
    flux = draft.arrays["flux"][rows].astype(np.float64) / 1e3 + 1
    columns = pd.DataFrame(flux, columns=[f"flux_{i}" for i in range(flux.shape[1])], index=table.index)
    pd.concat([table, columns], axis=1).to_parquet(tmp_path / "s.parquet")
    again = read(tmp_path / "s.parquet", validated(Source, {"flux_kind": "series", "cadence_minutes": 30.0}))
    assert TESS.cadence * 1440 == pytest.approx(30.0)
    for kind in ("global", "local", "odd", "even", "secondary"):
        mask = draft.arrays[f"{kind}_mask"][rows]
        np.testing.assert_array_equal(again.arrays[f"{kind}_mask"], mask)
        want = draft.arrays[f"{kind}_view"][rows].astype(float)
        got = again.arrays[f"{kind}_view"].astype(float)
        np.testing.assert_allclose(got, want, rtol=0.05, atol=0.1)


def inputs(draft: Draft) -> dict[str, np.ndarray]:
    ready = prepare(draft.table, draft.arrays, Config())
    numbers = draft.table[["period", "depth", "planet_radius", "stellar_temp", "stellar_radius"]].to_numpy(float)
    views = np.hstack([ready["local_view"].reshape(len(numbers), -1), draft.arrays["secondary_view"][:, 20:41]])
    return {"features": numbers, "both": np.hstack([numbers, views])}


def test_light_curves_add_to_the_features_and_neither_tells_all(draft: Draft) -> None:
    label, groups = draft.table["label"].to_numpy(dtype=int), draft.table["group"]
    model = RandomForestClassifier(80, min_samples_leaf=3, random_state=0)
    score = {}
    for name, x in inputs(draft).items():
        guess = cross_val_predict(model, x, label, groups=groups, cv=GroupKFold(3))
        score[name] = f1_score(label, guess, average="macro")
    assert 0.42 < score["features"] < score["both"] < 0.85
