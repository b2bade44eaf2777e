"""The companion as it is fitted: which rows, which weights, how many rounds, and when there is none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from astrocore.config import WEIGHT_POWER, Training
from astrocore.data.dataset import Dataset, write_dataset
from astrocore.runs.companion import one_thread
from astrocore.tasks import get_task
from astrocore.verbs import companion as verb
from astrocore.verbs.companion import class_weights, feature_rows, fit_companion, tree_power
from tests.synthetic import exoplanets_dataset, exoplanets_draft

TASK = get_task("exoplanets")
CONFIG = TASK.config.Config(seed=3)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return exoplanets_dataset(tmp_path_factory.mktemp("data") / "set", n=500, curves=False)


def numbers(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Any) -> pd.DataFrame:
    """Cheap features; the last one is never there."""
    columns = {name: table[name].to_numpy(float) for name in ("depth", "planet_radius", "period")}
    return pd.DataFrame({**columns, "never": np.nan})


def test_it_learns_from_labelled_training_rows_and_nothing_else(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[pd.DataFrame] = []

    def watched(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Any) -> pd.DataFrame:
        seen.append(table)
        return numbers(table, arrays, config)

    fitted = fit_companion(TASK, data, CONFIG, watched)
    table = pd.concat(seen)
    assert set(table["split"]) == {"train", "val"} and fitted.rows == (data.table["split"] == "train").sum()
    assert fitted.companion is not None and fitted.companion.features == ("depth", "planet_radius", "period")
    assert 1 <= fitted.rounds == fitted.companion.model.n_iter_ <= verb.ROUNDS
    test = data.table.iloc[data.indices("test")]
    right = fitted.companion.predict(numbers(test, {}, CONFIG)).argmax(1) == test["label"].to_numpy(int)
    assert right.mean() > 0.45  # three classes


def test_the_same_seed_gives_the_same_model(data: Dataset) -> None:
    made = [fit_companion(TASK, data, TASK.config.Config(seed=seed), numbers).companion for seed in (3, 3, 4)]
    x = numbers(data.table, {}, CONFIG)
    first, second, other = (c.predict(x) for c in made if c is not None)
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_rounds_are_those_of_the_lowest_staged_loss(data: Dataset) -> None:
    """Grown far on without any early stopping, the same trees have their lowest validation loss where it stopped."""
    fitted = fit_companion(TASK, data, CONFIG, numbers)
    assert fitted.companion is not None
    model = fitted.companion.model
    train, val = (data.table.iloc[data.indices(split)] for split in ("train", "val"))
    far = type(model)(**{**model.get_params(), "max_iter": fitted.rounds + verb.PATIENCE})
    label, judged = (part["label"].to_numpy(int) for part in (train, val))
    x, x_val = (numbers(part, {}, CONFIG).iloc[:, :3].to_numpy(np.float32) for part in (train, val))
    with one_thread():
        far.fit(x, label, sample_weight=class_weights(label, 0.75))
        staged = [list(far.staged_predict_proba(rows)) for rows in (x, x_val)]
    losses = [-np.log(p[np.arange(len(judged)), judged]).mean() for p in staged[1]]
    assert np.argmin(losses) + 1 == fitted.rounds
    np.testing.assert_array_equal(staged[0][fitted.rounds - 1], model.predict_proba(x))


def test_a_hundred_rows_are_enough(tmp_path: Path) -> None:
    small = exoplanets_dataset(tmp_path / "small", n=100, curves=False)
    fitted = fit_companion(TASK, small, CONFIG, numbers)
    assert fitted.rounds == verb.UNJUDGED_ROUNDS and fitted.told()["rows"] == fitted.rows <= 75


def test_class_weights_by_hand() -> None:
    label = np.array([0, 0, 0, 0, 2])
    each = np.array([4**-0.5] * 4 + [1.0])
    np.testing.assert_allclose(class_weights(label, 0.5), each / each.mean())
    np.testing.assert_array_equal(class_weights(label, 0), np.ones(5))
    balanced = class_weights(label, 1)
    assert balanced[:4].sum() == pytest.approx(balanced[4])


def test_the_task_s_class_weights_are_its_own(data: Dataset) -> None:
    rare = data.table["label"].to_numpy(int)
    x = numbers(data.table, {}, CONFIG)
    said = {}
    for power in ("none", "balanced"):
        fitted = fit_companion(TASK, data, TASK.config.Config(class_weights=power), numbers)
        assert fitted.companion is not None
        said[power] = fitted.companion.predict(x)[:, np.bincount(rare).argmin()].mean()
    assert said["balanced"] != said["none"]
    assert fit_companion(TASK, data, Training(), numbers).companion is not None


def test_trees_take_a_steeper_power_than_the_net() -> None:
    found = {word: tree_power(Training(class_weights=word)) for word in WEIGHT_POWER}
    assert found == {"none": 0.0, "sqrt": 0.75, "balanced": 1.0}
    assert tree_power(Training(class_weight_power=0.3)) == pytest.approx(0.45)


@pytest.mark.parametrize("why", ["one class", "no feature"])
def test_where_nothing_can_be_learned_it_says_why(tmp_path: Path, why: str) -> None:
    draft = exoplanets_draft(60, curves=False)
    if why == "one class":
        draft.table["label"] = draft.table["label"].where(draft.table["label"] == 1)
    else:
        draft.table[["depth", "planet_radius", "period"]] = np.nan
    fitted = fit_companion(TASK, write_dataset(draft, tmp_path / "set"), CONFIG, numbers)
    assert fitted.companion is None and why in fitted.told()["skipped"]


def test_a_class_that_is_only_in_validation_does_not_matter(tmp_path: Path) -> None:
    draft = exoplanets_draft(600, curves=False)
    rare = (draft.table["label"] == 2) & (draft.table["split"] == "train")
    draft.table["label"] = draft.table["label"].where(~rare)
    fitted = fit_companion(TASK, write_dataset(draft, tmp_path / "set"), CONFIG, numbers)
    assert fitted.companion is not None and list(fitted.companion.model.classes_) == [0, 1]


def test_many_rows_are_drawn_from_in_blocks(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def watched(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Any) -> pd.DataFrame:
        sizes.append(len(table))
        return numbers(table, arrays, config)

    monkeypatch.setattr(verb, "BLOCK", 64)
    monkeypatch.setitem(verb.MOST, "train", 100)
    assert fit_companion(TASK, data, CONFIG, watched).rows == 100 and max(sizes) <= 64
    index = np.arange(200)
    whole, parts = numbers(data.table.iloc[index], {}, CONFIG), feature_rows(numbers, data, index, CONFIG)
    np.testing.assert_allclose(parts.to_numpy(), whole.to_numpy(), rtol=1e-6)


def test_the_task_s_own_features_are_the_default(tmp_path: Path) -> None:
    fitted = fit_companion(TASK, exoplanets_dataset(tmp_path / "curves", n=120), CONFIG)
    assert fitted.companion is not None and len(fitted.companion.features) >= 5
