"""What a run is told to lack: features that no object has, objects of which it sees nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.errors import AstrocoreError, BadValue, LeakColumn, MissingColumns
from astrocore.runs import Run, load_run
from astrocore.verbs import predict
from astrocore.verbs.given import FEWEST, batch_of, lacking
from astrocore.verbs.network import load_network
from astrocore.verbs.train import Args, run
from tests.tasks.sources.toys import sources_draft

QUICK = {"epochs": 1, "accelerator": "cpu", "modalities": ("photometry",)}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("given")
    data = write_dataset(sources_draft(120, images=False), place / "set")
    run(Args(data=data.path, run=str(place / "run")), QUICK)
    return load_run(str(place / "run"))


def magnitudes_alone(path: Path, rows: int = 20) -> Dataset:
    draft = sources_draft(rows, images=False)
    keep = ["object_id", "group", "label", "split", *(f"modelMag_{band}" for band in "ugriz")]
    draft.table = draft.table[keep]
    return write_dataset(draft, path)


def test_missing_features_are_counted_and_named(trained: Run, tmp_path: Path) -> None:
    network = load_network(trained)
    (note,) = lacking(network, magnitudes_alone(tmp_path / "few"))
    assert note.startswith("20 of the 24 features") and "dered_u" in note and "u-g" not in note
    assert lacking(network, write_dataset(sources_draft(20, images=False), tmp_path / "all")) == ()


def test_an_object_of_which_nothing_is_seen_is_unknown(trained: Run, tmp_path: Path) -> None:
    draft = sources_draft(20, images=False)
    for name in draft.units:
        draft.table.loc[:4, name] = np.nan
    data = write_dataset(draft, tmp_path / "set")
    found = predict.run(predict.Args(run=str(trained.path), data=data.path, out=tmp_path / "v.csv"))
    table = pd.read_csv(tmp_path / "v.csv")
    assert (table["decision"] == "unknown").tolist() == [True] * 5 + [False] * 15 and found["decided"]["unknown"] == 5
    assert any("Of 5 objects this run sees nothing" in note for note in found["notes"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"modalities": ("image",)}, BadValue),
        ({"photometry_columns": ("petroMag_r",)}, MissingColumns),
        ({"photometry_columns": ("redshift",)}, LeakColumn),
        ({"photometry_columns": ("class_star",)}, LeakColumn),
    ],
)
def test_what_cannot_be_trained_is_told_before_there_is_a_run(
    tmp_path: Path, changes: dict[str, object], error: type[AstrocoreError]
) -> None:
    data = write_dataset(sources_draft(40, images=False), tmp_path / "set")
    with pytest.raises(error):
        run(Args(data=data.path, run=str(tmp_path / "run")), {**QUICK, **changes})
    assert not (tmp_path / "run").exists()
    run(Args(data=data.path, run=str(tmp_path / "run")), QUICK)


def test_a_data_set_without_validation_is_trained(tmp_path: Path) -> None:
    draft = sources_draft(40)
    draft.table["split"] = "train"
    run(
        Args(data=write_dataset(draft, tmp_path / "set").path, run=str(tmp_path / "run")),
        {**QUICK, "modalities": ("photometry", "image")},
    )
    assert load_run(str(tmp_path / "run")).read_info().status == "done"


@pytest.mark.parametrize(("row", "size"), [(0, 512), (4_000, 512), (62_000, 129), (10_000_000, FEWEST)])
def test_of_large_objects_fewer_are_judged_at_once(row: int, size: int) -> None:
    dataset: Any = SimpleNamespace(arrays={"image": np.zeros((3, row), np.uint8)})
    assert batch_of(dataset, 512) == size and batch_of(dataset, 7) == 7
