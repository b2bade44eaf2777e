"""A run that was trained on more than what is shipped finds the part that is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from astrocore.data.dataset import Draft, open_dataset, write_dataset
from astrocore.errors import RunMissing
from astrocore.runs import DataRef, Predictions, Run, RunInfo, create_run
from astrocore.verbs.same_objects import same_objects
from tests.synthetic import exoplanets_dataset


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Trained on 40 objects, of which the first ten are shipped."""
    whole = exoplanets_dataset(tmp_path / "whole", 40)
    table, arrays = whole.rows(np.arange(10))
    draft = Draft(whole.task, whole.classes, table, arrays, dict(whole.units), dict(whole.origin))
    part = write_dataset(draft, tmp_path / "part")
    reference = DataRef.of(whole).model_copy(update={"part": DataRef.of(part)})
    info = RunInfo(task="exoplanets", classes=whole.classes, status="done", data=reference)
    made = create_run(tmp_path / "run", info)
    made.save_predictions(Predictions(whole.classes, whole.table, np.full((40, 3), 1 / 3, np.float32)))
    return made


def test_the_whole_comes_first_then_the_part(run: Run, tmp_path: Path) -> None:
    assert len(same_objects(run, run.predictions(), None, 100)[1]) == 40
    (tmp_path / "whole" / "objects.parquet").unlink()
    dataset, rows = same_objects(run, run.predictions(), None, 100)
    assert dataset.path == tmp_path / "part" and rows.tolist() == list(range(10))


def test_a_part_that_was_built_again_is_not_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "whole" / "objects.parquet").unlink()
    exoplanets_dataset(tmp_path / "part", 10, seed=5)
    with pytest.raises(RunMissing, match="built again"):
        same_objects(run, run.predictions(), None, 100)
    assert Run(run.path).read_info().data.part == run.read_info().data.part
    assert open_dataset(tmp_path / "part").fingerprint != run.read_info().data.part.fingerprint  # type: ignore[union-attr]
