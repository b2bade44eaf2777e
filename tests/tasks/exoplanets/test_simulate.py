"""Simulated objects: repeatable, marked, of the measured reader's own making, and not too easy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from astrocore.config import validated
from astrocore.data.checks import check_draft
from astrocore.data.dataset import Draft, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.tasks.exoplanets.columns import leak
from astrocore.tasks.exoplanets.config import CLASSES, MODALITIES, Config, Source
from astrocore.tasks.exoplanets.data import prepare, read
from astrocore.tasks.exoplanets.simulate import CADENCE, TIME, simulate


@pytest.fixture(scope="module")
def draft() -> Draft:
    return simulate(600, 0)


def test_a_sound_draft_marked_as_simulated(draft: Draft) -> None:
    check_draft(draft)
    assert draft.classes == CLASSES and draft.origin == dict.fromkeys(MODALITIES, "simulated")
    assert draft.table["object_id"].str.startswith("SIM ").all() and not any(map(leak, draft.table.columns[3:]))
    assert set(draft.units) == set(draft.table.columns) - {"object_id", "group", "label"}
    assert draft.table["label"].value_counts(normalize=True).min() > 0.15
    assert 0.02 < draft.table["group"].duplicated().mean() < 0.3


def test_features_are_possible_and_some_are_missing(draft: Draft) -> None:
    table = draft.table
    assert (table[["period", "depth", "duration", "snr"]] > 0).all(axis=None)
    assert table["depth"].max() < 1e6 and table["stellar_temp"].dropna().between(2500, 10_000).all()
    assert 0 < table["stellar_temp"].isna().mean() < 0.1
    assert (table["stellar_temp"].isna() == table["planet_radius"].isna()).all()


def test_seeds(draft: Draft) -> None:
    short, other = simulate(40, 0), simulate(40, 1)
    pd.testing.assert_frame_equal(short.table, draft.table[:40])
    for name, array in short.arrays.items():
        np.testing.assert_array_equal(array, draft.arrays[name][:40])
    assert not other.table["period"].equals(short.table["period"])


def test_arrays_are_small_and_have_gaps(draft: Draft, tmp_path: Path) -> None:
    draft.table["split"] = split_by_group(draft.table)
    write_dataset(draft, tmp_path / "set")
    assert sum(file.stat().st_size for file in (tmp_path / "set").iterdir()) < 2.5e6
    missing = np.isnan(draft.arrays["flux"]).mean(axis=1)
    assert draft.arrays["flux"].shape == (600, len(TIME)) and missing.min() > 0.01 and missing.max() < 0.25
    assert np.nanmax(np.abs(np.nanmedian(draft.arrays["flux"].astype(float), axis=1))) < 0.01


def test_the_reader_of_measured_series_makes_the_same_views(draft: Draft, tmp_path: Path) -> None:
    table = draft.table[:30].drop(columns=["label", "time_start", "cadence", "split"], errors="ignore")
    flux = draft.arrays["flux"][:30].astype(np.float64) / 1e3 + 1
    columns = pd.DataFrame(flux, columns=[f"flux_{i}" for i in range(flux.shape[1])])
    pd.concat([table, columns], axis=1).to_parquet(tmp_path / "s.parquet")
    again = read(tmp_path / "s.parquet", validated(Source, {"flux_kind": "series", "cadence_minutes": 1440 * CADENCE}))
    for kind in ("global", "local"):
        mask = draft.arrays[f"{kind}_mask"][:30]
        np.testing.assert_array_equal(again.arrays[f"{kind}_mask"], mask)
        want = draft.arrays[f"{kind}_view"][:30].astype(float)
        got = again.arrays[f"{kind}_view"].astype(float)
        np.testing.assert_allclose(got, want, rtol=0.05, atol=0.1)


def inputs(draft: Draft) -> dict[str, np.ndarray]:
    ready = prepare(draft.table, draft.arrays, Config())
    five = np.hstack([ready["planet"], ready["star"]])
    views = np.hstack([ready["local_view"].reshape(len(five), -1), ready["global_view"][..., 1]])
    return {"features": five, "both": np.hstack([five, views])}


def test_light_curves_add_to_the_features_and_neither_tells_all(draft: Draft) -> None:
    label, groups = draft.table["label"].to_numpy(dtype=int), draft.table["group"]
    model = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8, random_state=0)
    score = {}
    for name, x in inputs(draft).items():
        guess = cross_val_predict(model, x, label, groups=groups, cv=GroupKFold(3))
        score[name] = f1_score(label, guess, average="macro")
    assert 0.5 < score["features"] < score["both"] - 0.05 and score["both"] < 0.9
