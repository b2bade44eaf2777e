"""Data sets on their way to a net: hidden, dealt and set values, on the toy."""

from __future__ import annotations

import numpy as np

from astrocore.data.dataset import Dataset
from astrocore.verbs.changed import changed, dealing, hiding, repeated
from tests.toy import data as toy_data


def test_hiding_is_the_tasks_own(dataset: Dataset) -> None:
    rows = np.array([5, 2, 9])
    table, arrays = changed(dataset, hiding(toy_data, ("photometry", "image"))).rows(rows)
    assert table["magnitude"].isna().all() and np.isnan(arrays["image"]).all()
    assert table["object_id"].tolist() == dataset.table["object_id"].iloc[rows].tolist()
    same, kept = changed(dataset, hiding(toy_data, ())).rows(rows)
    assert same.equals(dataset.rows(rows)[0]) and np.array_equal(kept["image"], dataset.rows(rows)[1]["image"])


def test_dealing_moves_a_modality_as_a_whole_and_nothing_else(dataset: Dataset) -> None:
    rows = np.arange(40)
    table, arrays = dataset.rows(rows)
    dealt, moved = changed(dataset, dealing(toy_data, "photometry")).rows(rows)
    assert dealt["magnitude"].tolist() != table["magnitude"].tolist()
    assert sorted(dealt["magnitude"]) == sorted(table["magnitude"])
    assert dealt.drop(columns="magnitude").equals(table.drop(columns="magnitude"))
    assert np.array_equal(moved["image"], arrays["image"])
    dealt, moved = changed(dataset, dealing(toy_data, "image")).rows(rows)
    assert dealt.equals(table) and not np.array_equal(moved["image"], arrays["image"])
    assert sorted(map(tuple, moved["image"])) == sorted(map(tuple, arrays["image"]))  # whole images


def test_dealing_an_array_that_hiding_takes_away(dataset: Dataset) -> None:
    class Bare:
        @staticmethod
        def hide(table, arrays, modality):  # type: ignore[no-untyped-def]
            return table, {}

    _, moved = changed(dataset, dealing(Bare, "image")).rows(np.arange(30))  # type: ignore[arg-type]
    assert not np.array_equal(moved["image"], dataset.rows(np.arange(30))[1]["image"])


def test_repeated_rows_with_columns_set(dataset: Dataset) -> None:
    row, values = np.array([3, 3, 7]), np.array([1.0, 2.0, 3.0])
    made = repeated(dataset, row, {"magnitude": values})
    table, arrays = made.rows(np.array([2, 0]))
    ids = dataset.table["object_id"]
    assert len(made) == len(made.table) == 3 and made.units == dataset.units and made.classes == dataset.classes
    assert table["object_id"].tolist() == [ids[7], ids[3]] and table["magnitude"].tolist() == [3.0, 1.0]
    assert np.array_equal(arrays["image"], dataset.arrays["image"][[7, 3]])
