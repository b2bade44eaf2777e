"""The objects that a run has predicted, found again in their data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from astrocore.data.dataset import Dataset, open_dataset
from astrocore.errors import AstrocoreError, BadValue, RunMissing
from astrocore.runs import Predictions, Run


def same_objects(
    run: Run, some: Predictions, data: Path | None, most: int, seed: int = 0
) -> tuple[Dataset, np.ndarray]:
    """The data set, and the row numbers of these objects in it: all, or `most` drawn at random, ascending.

    Parameters
    ----------
    data
        A folder with objects of the same ids; None takes the data set that the run was trained on.

    Raises
    ------
    RunMissing
        The data set that the run was trained on is not there, or was built again.
    BadValue
        It has none of these objects.
    """
    reference = run.read_info().data
    folder = data or reference.folder
    try:
        dataset = open_dataset(folder)
    except AstrocoreError:
        if data:
            raise
        raise RunMissing(f"The data set {reference.path} of the run is not here; name it by --data.") from None
    if data is None and dataset.fingerprint != reference.fingerprint:
        raise RunMissing(f"The data set {reference.path} was built again since the run; name the old one by --data.")
    wanted = set(some.table["object_id"].astype(str))
    rows = np.flatnonzero(dataset.table["object_id"].astype(str).isin(wanted).to_numpy())
    if not len(rows):
        raise BadValue(f"The data set {folder} has none of these objects of the run; name another by --data.")
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    return dataset, rows
