"""The data sets of a task's experiments: checked, with some classes left out where a choice of labels says so."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.dataset import Dataset, open_dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.gathered import gathered
from astrocore.errors import AstrocoreError, BadValue, ConfigError, WrongTask
from astrocore.runs.files import read_json, write_json
from astrocore.tasks.trials import Trials
from astrocore.verbs.build import Args as BuildArgs
from astrocore.verbs.build import run as build
from astrocore.verbs.trials.cells import ALL


def opened(task: str, folders: Mapping[str, Path], place: Path) -> dict[str, Dataset]:
    """The sets by name, each with all splits; files that are no data set yet are made one in a folder of `place`.

    Raises
    ------
    WrongTask
        A set is of another task.
    BadValue
        A set lacks labelled objects in a split.
    """
    found = {name: open_dataset(_dataset(task, folder, place / f"{name}-built")) for name, folder in folders.items()}
    for name, dataset in found.items():
        if dataset.task != task:
            raise WrongTask(f"{folders[name]} (--{name}) holds {dataset.task}, the experiments are of {task}.")
        known = dataset.table.loc[dataset.table["label"].notna(), "split"]
        if missing := {"train", "val", "test"} - set(known):
            raise BadValue(
                f"{folders[name]} (--{name}) has no labelled objects in {', '.join(sorted(missing))}; give it objects "
                "of more groups, or a split that has some."
            )
    return found


def _dataset(task: str, folder: Path, built: Path) -> Path:
    """The folder itself where it is a data set, else that of one made of what lies there; anew where that changed."""
    if (folder / "dataset.json").is_file() or not folder.exists():
        return folder
    files = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    state = {str(file): [file.stat().st_size, file.stat().st_mtime_ns] for file in files if file.is_file()}
    note = built.with_suffix(".json")
    if not (built / "dataset.json").is_file() or read_json(note) != state:
        build(BuildArgs(task=task, source=folder, out=built), {})
        write_json(note, state)
    return built


def choices(trials: Trials, sets: Mapping[str, Dataset], wanted: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
    """Choices of classes that all sets have, of the `wanted` ones (all, if empty), and why others are left out.

    Raises
    ------
    ConfigError
        A wanted choice is unknown, or none is left.
    """
    if unknown := set(wanted) - set(trials.labels):
        raise ConfigError(f"There are no labels {', '.join(sorted(unknown))}; choose of {', '.join(trials.labels)}.")
    taken, left_out = list[str](), dict[str, str]()
    classes = {name: set(_classes(dataset)) for name, dataset in sets.items()}
    everything = set().union(*trials.labels.values()) | set.intersection(*classes.values())
    for labels in dict.fromkeys(wanted or trials.labels):
        needed = everything - set(trials.labels[labels])
        lacking = {name: needed - found for name, found in classes.items() if needed - found}
        if lacking:
            said = "; ".join(f"{name} has no {', '.join(sorted(missing))}" for name, missing in lacking.items())
            left_out[labels] = said
        else:
            taken.append(labels)
    if not taken:
        raise ConfigError(f"No choice of classes is left: {', '.join(f'{k}: {v}' for k, v in left_out.items())}.")
    return taken, left_out


def with_choices(
    trials: Trials, sets: Mapping[str, Dataset], labels: list[str], folder: Path
) -> dict[tuple[str, str], Path]:
    """(set, labels) -> folder of the data set: the one brought, or a copy below `folder` without the other classes."""
    found = {(name, ALL): dataset.path for name, dataset in sets.items()}
    for name, dataset in sets.items():
        for choice in labels:
            if set(_classes(dataset)) & set(trials.labels[choice]):
                found[name, choice] = _without(dataset, trials.labels[choice], folder / "sets" / f"{name}-{choice}")
            else:
                found[name, choice] = dataset.path
    return found


def common(train: Dataset, test: Dataset, rows: np.ndarray) -> tuple[np.ndarray, int]:
    """Which test objects (n,) bool are among those that training or validation knows, by id; groups in both."""
    known = train.table[train.table["split"].isin(["train", "val"])]
    judged = test.table.iloc[rows]
    same = judged["object_id"].astype(str).isin(set(known["object_id"].astype(str))).to_numpy(bool)
    return same, len(set(known["group"].astype(str)) & set(judged["group"].astype(str)))


def _classes(dataset: Dataset) -> list[str]:
    """Classes that some object has."""
    counts = dataset.table["label"].value_counts()
    return [name for i, name in enumerate(dataset.classes) if counts.get(i, 0)]


def _without(dataset: Dataset, classes: tuple[str, ...], path: Path) -> Path:
    """A copy of the set without the objects of these classes; the one made before, if it is still right."""
    origin = f"{dataset.fingerprint} without {', '.join(classes)}"
    with suppress(AstrocoreError):
        if origin in open_dataset(path).sources:
            return path
    kept = [name for name in dataset.classes if name not in classes]
    old = dataset.table["label"]
    rows = np.flatnonzero((old.isna() | old.isin([dataset.classes.index(name) for name in kept])).to_numpy(bool))
    table = dataset.table.iloc[rows].reset_index(drop=True)
    names = {dataset.classes.index(name): i for i, name in enumerate(kept)}
    table["label"] = table["label"].map(names).astype(pd.Int64Dtype())
    arrays = {name: gathered([array], rows) for name, array in dataset.arrays.items()}
    draft = Draft(dataset.task, tuple(kept), table, arrays, dataset.units, dict(dataset.origin), (origin,))
    return write_dataset(draft, path).path
