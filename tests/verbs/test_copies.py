"""Degraded copies: numbered behind the rows, made where they are asked for, and heard wherever a model is judged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.runs import Run
from astrocore.tasks import get_task
from astrocore.verbs.companion import fit_companion
from astrocore.verbs.copies import Copies
from tests.synthetic import exoplanets_dataset
from tests.tasks.sources.toys import sources_draft

SOURCES = get_task("sources")
FAINT = SOURCES.config.Config(**SOURCES.config.PRESETS["faint"], faint_copies=2)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return write_dataset(sources_draft(120), tmp_path_factory.mktemp("copies") / "set")


def test_a_task_without_copies_has_none(tmp_path: Path) -> None:
    plain = exoplanets_dataset(tmp_path / "set", 12)
    task = get_task("exoplanets")
    copies = Copies(task, plain, task.config.Config())
    assert copies.n == 0 and np.array_equal(copies.index(np.arange(5)), np.arange(5))


def test_copies_stand_behind_the_rows_in_any_order(data: Dataset) -> None:
    copies = Copies(SOURCES, data, FAINT)
    index = copies.index(np.array([3, 7]))
    assert index.tolist() == [3, 7, 123, 127, 243, 247]
    mixed = index[[2, 0, 5, 1]]
    table, arrays = copies.rows(mixed)
    rows = mixed % 120
    assert table["object_id"].tolist() == data.table["object_id"].iloc[rows].tolist()
    assert np.array_equal(copies.labels(mixed), data.table["label"].iloc[rows])
    same = table["modelMag_r"].to_numpy() == data.table["modelMag_r"].iloc[rows].to_numpy()
    assert same.tolist() == [False, True, False, True]
    kept = [np.array_equal(arrays["image_r"][i], data.arrays["image_r"][row]) for i, row in enumerate(rows)]
    assert kept == [False, True, False, True]


def test_rows_alone_are_the_data_sets_own(data: Dataset) -> None:
    table, arrays = Copies(SOURCES, data, FAINT).rows(np.array([5, 2]))
    own, images = data.rows(np.array([5, 2]))
    assert table.equals(own) and all(np.array_equal(arrays[name], images[name]) for name in images)


def test_the_same_seed_draws_the_same_copies(data: Dataset) -> None:
    index = Copies(SOURCES, data, FAINT).index(np.arange(10))
    first, second = (Copies(SOURCES, data, FAINT).rows(index)[0] for _ in range(2))
    other = Copies(SOURCES, data, FAINT.model_copy(update={"seed": 1})).rows(index)[0]
    assert first.equals(second) and not first["modelMag_r"].equals(other["modelMag_r"])


def test_the_companion_learns_from_rows_and_copies(data: Dataset) -> None:
    plain, faint = (fit_companion(SOURCES, data, config) for config in (SOURCES.config.Config(), FAINT))
    assert plain.companion is not None and faint.companion is not None
    assert faint.rows == 3 * plain.rows == 3 * len(data.indices("train"))


def test_a_faint_run_is_judged_by_copies_too(data: Dataset, tmp_path: Path) -> None:
    from astrocore.verbs.train import Args, run

    changes = {"faint": 1.0, "faint_copies": 2, "epochs": 1, "modalities": ("photometry",), "accelerator": "cpu"}
    for name, more, times in (("plain", {"faint": 0.0}, 1), ("faint", {}, 3)):
        run(Args(data=data.path, run=str(tmp_path / name)), {**changes, **more})
        info = Run(tmp_path / name).read_info()
        assert info.verdict.n in (0, times * len(data.indices("val"))) and info.status == "done"
    assert info.verdict.n == 3 * len(data.indices("val"))
