"""Simulated sources: repeatable, marked, balanced, compact and faint where asked for, and not too easy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GroupKFold, cross_val_predict

from astrocore.data.checks import check_draft
from astrocore.data.dataset import Draft, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.tasks.sources.columns import ORIGINAL_24, UNITS_OF, leak
from astrocore.tasks.sources.config import CLASSES, MODALITIES
from astrocore.tasks.sources.exposures import COLUMNS
from astrocore.tasks.sources.recipes import parse
from astrocore.tasks.sources.selections import compactness, mean_magnitude
from astrocore.tasks.sources.simulate import passes, simulate, simulate_compact

N = 390
FAINT = 360


@pytest.fixture(scope="module")
def draft() -> Draft:
    return simulate(N, 0)


@pytest.fixture(scope="module")
def faint() -> Draft:
    return simulate_compact(FAINT, 1, faint=True)


def same(short: Draft, long: Draft) -> None:
    n = len(short.table)
    pd.testing.assert_frame_equal(short.table, long.table[:n])
    for name, array in short.arrays.items():
        np.testing.assert_array_equal(array, long.arrays[name][:n])


def test_a_sound_draft_marked_as_simulated(draft: Draft, tmp_path: Path) -> None:
    check_draft(draft)
    assert draft.classes == CLASSES and draft.origin == dict.fromkeys(MODALITIES, "simulated")
    assert not any(map(leak, draft.table.columns[3:])) and list(draft.table.columns[3:]) == COLUMNS
    assert draft.units == {name: UNITS_OF.get(name.rpartition("_")[0], "deg") for name in COLUMNS}
    assert list(draft.arrays) == [f"image_{band}" for band in "ugriz"]
    assert all(array.shape == (N, 32, 32) and array.dtype == np.float16 for array in draft.arrays.values())
    assert draft.sources == (f"simulate sources --n {N} --seed 0",)
    draft.table["split"] = split_by_group(draft.table)
    assert len(write_dataset(draft, tmp_path / "set")) == N
    del draft.table["split"]


def test_classes_and_fields(draft: Draft) -> None:
    assert draft.table["label"].value_counts().to_dict() == {0: N // 3, 1: N // 3, 2: N // 3}
    assert draft.table.groupby("group").size().tolist() == [39] * 10
    assert draft.table["modelMag_r"].quantile(0.02) < 17.5 and draft.table["modelMag_r"].quantile(0.9) > 21.5


def test_seeds(draft: Draft) -> None:
    short, other = simulate(50, 0), simulate(50, 1)
    same(short, draft)
    assert not set(other.table["object_id"]) & set(draft.table["object_id"])
    assert not set(other.table["group"]) & set(draft.table["group"])


def test_the_objects_do_not_depend_on_the_number_of_processes(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrocore.tasks.sources.simulate.BATCH", 2)
    same(simulate(60, 0, workers=2), draft)


def test_all_are_compact_and_faint_and_classes_take_turns(faint: Draft) -> None:
    check_draft(faint)
    table = faint.table
    assert compactness(table).max() <= 0.5 and mean_magnitude(table).min() > 20
    assert table["label"].tolist() == [0, 1, 2] * (FAINT // 3)
    by_field = table.groupby("group")["label"].value_counts().unstack()
    assert (by_field.iloc[:-1].nunique(axis=1) == 1).all()
    ratios = np.stack([table[f"deVRad_{b}"] / table[f"psffwhm_{b}"] for b in "ugriz"]).mean(axis=0)
    magnitudes = np.stack([table[f"modelMag_{b}"] for b in "ugriz"]).mean(axis=0)
    np.testing.assert_array_equal(passes(table, True), (ratios <= 0.5) & (magnitudes > 20))


def test_a_longer_compact_set_begins_with_a_shorter_one(faint: Draft) -> None:
    same(simulate_compact(20, 1, faint=True), faint)
    bright = simulate_compact(40, 1).table
    assert compactness(bright).max() <= 0.5 and mean_magnitude(bright).min() < 19
    assert bright["label"].value_counts().tolist() == [14, 13, 13]


def test_compactness_as_in_the_table_of_all(draft: Draft) -> None:
    """Most stars and quasars pass, few galaxies do: as in the survey, whose compact sets are a selection."""
    share = pd.Series(passes(draft.table, False)).groupby(draft.table["label"].astype(int)).mean()
    assert share[0] > 0.6 and share[2] > 0.7 and 0.02 < share[1] < 0.35


def test_features_tell_much_but_not_all(faint: Draft) -> None:
    table = faint.table
    x = np.stack([parse(name).of(lambda column: table[column].to_numpy(float)) for name in ORIGINAL_24], axis=1)
    label, groups = table["label"].to_numpy(int), table["group"]
    guess = cross_val_predict(
        RandomForestClassifier(80, min_samples_leaf=2, random_state=0), x, label, groups=groups, cv=GroupKFold(3)
    )
    assert 0.72 < (guess == label).mean() < 0.93
    # Seeing and dust, which a field's objects share, tell nothing.
    shared = [i for i, name in enumerate(ORIGINAL_24) if name.startswith(("psffwhm", "extinction"))]
    guess = cross_val_predict(
        RandomForestClassifier(30, random_state=0), x[:, shared], label, groups=groups, cv=GroupKFold(3)
    )
    assert (guess == label).mean() < 0.45
