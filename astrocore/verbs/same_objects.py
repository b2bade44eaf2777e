"""The objects that a run has predicted, found again in their data set."""

from __future__ import annotations

from contextlib import suppress
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
        A folder with objects of the same ids; None takes the data set that the run was trained on, or the part of it
        that came with the run.

    Raises
    ------
    RunMissing
        The data set that the run was trained on is not there, or was built again.
    BadValue
        It has none of these objects.
    """
    dataset = open_dataset(data) if data else _own(run)
    wanted = set(some.table["object_id"].astype(str))
    rows = np.flatnonzero(dataset.table["object_id"].astype(str).isin(wanted).to_numpy())
    if not len(rows):
        raise BadValue(f"The data set {dataset.path} has none of these objects of the run; name another by --data.")
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    return dataset, rows


def _own(run: Run) -> Dataset:
    """The run's data set, or the part of it that is here, unchanged; raises RunMissing."""
    reference, found = run.read_info().data, []
    for place in reference.places:
        with suppress(AstrocoreError):
            dataset = open_dataset(place.folder)
            if dataset.fingerprint == place.fingerprint:
                return dataset
            found.append(place.path)
    if found:
        raise RunMissing(f"The data set {found[0]} was built again since the run; name the old one by --data.")
    raise RunMissing(f"The data set {reference.path} of the run is not here; name it by --data.")
