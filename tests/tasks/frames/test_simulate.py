"""Simulated frames as data sets: the same again, and measured as their files are."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.data.checks import check_draft
from astrocore.data.draft import Draft
from astrocore.tasks.frames.columns import COLUMNS
from astrocore.tasks.frames.config import CLASSES, Source
from astrocore.tasks.frames.data import read
from astrocore.tasks.frames.measuring import shapes
from astrocore.tasks.frames.simulate import seen, simulate
from astrocore.tasks.frames.simulator import ending, night, write_fits

SIZE = (12, 16)


@pytest.fixture(scope="module")
def draft() -> Draft:
    return simulate(45, 3, SIZE)


def test_a_draft_of_simulated_frames(draft: Draft) -> None:
    check_draft(draft)
    assert draft.classes == CLASSES and draft.origin == {"image": "simulated", "header": "simulated"}
    assert {name: (array.shape[1:], array.dtype) for name, array in draft.arrays.items()} == shapes(SIZE)
    assert draft.table["object_id"].is_unique and draft.table["object_id"][0] == "sim-3-000000"
    assert draft.table["label"].notna().all() and set(COLUMNS) < set(draft.table)
    assert draft.sources == ("simulate frames --n 45 --seed 3",)
    groups = draft.table["group"].tolist()
    assert 2 <= len(set(groups)) <= 3 and all(group.startswith("sim-cam") for group in groups)
    assert sum(a != b for a, b in pairwise(groups)) == len(set(groups)) - 1


def test_a_longer_list_begins_with_a_shorter_one(draft: Draft) -> None:
    short = simulate(20, 3, SIZE)
    pd.testing.assert_frame_equal(short.table, draft.table[:20])
    for name, array in short.arrays.items():
        np.testing.assert_array_equal(array, draft.arrays[name][:20])


def test_another_seed_gives_other_frames(draft: Draft) -> None:
    other = simulate(15, 4, SIZE)
    assert not set(other.table["group"]) & set(draft.table["group"])
    assert not np.isin(other.table["mean"], draft.table["mean"]).any()


def test_frames_do_not_depend_on_the_processes(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrocore.tasks.frames.simulate.BATCH", 2)
    pd.testing.assert_frame_equal(simulate(20, 3, SIZE, workers=2).table, draft.table[:20])


def test_images_are_kept_as_files_are_read_unless_asked_otherwise() -> None:
    assert simulate(1, 0).arrays["frame"].shape == (1, 3, Source().height, Source().width)


def test_simulated_frames_are_measured_as_their_files_are(tmp_path: Path, draft: Draft) -> None:
    exposures = [exposure for number in range(2) for exposure in night(3, number)][:45:4]
    for i, exposure in enumerate(exposures):
        folder = tmp_path / "in" / exposure.label
        folder.mkdir(parents=True, exist_ok=True)
        write_fits(exposure, folder / f"{i:02d}{ending(exposure)}")
    found = read(tmp_path / "in", Source(height=SIZE[0], width=SIZE[1])).table
    found = found.assign(number=found["object_id"].str.extract(r"/(\d+)\.")[0].astype(int)).sort_values("number")
    expected = draft.table[::4][: len(found)]
    np.testing.assert_array_equal(found[list(COLUMNS)].to_numpy(), expected[list(COLUMNS)].to_numpy())
    assert found["label"].tolist() == expected["label"].tolist()


def test_a_colour_cameras_cells_are_averaged(tmp_path: Path) -> None:
    exposure = night(1, 11)[0]
    assert exposure.bayer and exposure.form != "tiff"
    y, x = exposure.pixels.shape
    frame = seen(exposure, tmp_path)
    cells = exposure.pixels.reshape(y // 2, 2, x // 2, 2).astype(float).mean(axis=(1, 3))
    np.testing.assert_allclose(frame.pixels, cells, rtol=1e-6)
