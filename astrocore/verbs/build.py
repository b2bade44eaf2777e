"""build: a data set from what a user has on disk."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from astrocore.config import Settings, validated
from astrocore.data.dataset import SPLITS, Dataset, check_place, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.errors import ConfigError
from astrocore.runs.files import plain
from astrocore.tasks import get_task

BLOCK = 1024
"""Rows looked at together when missing values are counted."""


class Args(Settings):
    """Make a data set from files; the options of a task's source follow those below."""

    task: str
    """Name of the task."""
    source: Path
    """File or folder to read."""
    out: Path
    """Folder of the data set to write; a data set that lies there is replaced."""
    val: float = Field(default=0.15, ge=0, lt=1)
    """Share of the objects for validation, unless the source brings a split."""
    test: float = Field(default=0.15, ge=0, lt=1)
    """Share of the objects for testing, unless the source brings a split."""
    seed: int = Field(default=0, ge=0)
    """Seed of the split."""


def run(args: Args, explicit: Mapping[str, Any]) -> dict[str, Any]:
    """Read, split by group, write; `explicit` holds the settings of the task's Source. Returns what was written.

    Raises
    ------
    InputError
        What lies on disk can't be read, or does not make a data set.
    ConfigError
        Validation and test leave nothing to train on.
    """
    began = time.monotonic()
    if args.val + args.test >= 1:
        raise ConfigError(
            f"val {args.val:g} and test {args.test:g} add up to {args.val + args.test:g}; less than one must be left "
            "out of training."
        )
    check_place(args.out)
    task = get_task(args.task)
    source = validated(task.config.Source, explicit)
    draft = task.data.read(args.source, source)
    draft.settings = {name: kept(getattr(source, name)) for name in explicit}
    return finish(draft, args.out, (1 - args.val - args.test, args.val, args.test), args.seed, began)


def finish(draft: Draft, out: Path, fractions: tuple[float, float, float], seed: int, began: float) -> dict[str, Any]:
    """Split and write a draft; returns what was written, `began` being the monotonic time of the start.

    Beside the data set's own files lies defects.csv where files could not be used; what a person should know goes
    to stderr.
    """
    split = split_by_group(draft.table, fractions, seed)
    dataset = write_dataset(replace(draft, table=draft.table.assign(split=split)), out)
    defects = [asdict(defect) for defect in draft.defects]
    if defects:
        pd.DataFrame(defects).to_csv(out / "defects.csv", index=False)
    dealt = "split" not in draft.table
    notes = [*draft.notes, *(_empty_splits(dataset, fractions) if dealt else [])]
    for note in notes:
        print(note, file=sys.stderr)
    more = {"defects": defects, "notes": notes, "doubtful": dict(draft.doubtful)}
    return summary(dataset) | more | {"seconds": round(time.monotonic() - began, 2)}


def kept(value: Any) -> Any:
    """A setting as JSON; of a file its name alone, for where it lay on the disk is nobody's business."""
    return value.name if isinstance(value, Path) else plain(value)


def _empty_splits(dataset: Dataset, fractions: tuple[float, float, float]) -> list[str]:
    """Notes on splits that were wanted and got no object, or none of a class."""
    wanted = [name for name, share in zip(SPLITS, fractions, strict=True) if share > 0]
    table, groups = dataset.table, dataset.table["group"].nunique()
    empty = [name for name in wanted if not (table["split"] == name).any()]
    if empty:
        return [
            f"No object is in split {' or '.join(empty)}: the groups are too few ({groups}), and none is ever torn "
            "apart. Nothing can be judged on an empty split; bring objects of more groups, or a split of your own."
        ]
    notes = []
    for split in wanted:
        there = set(table["label"][table["split"] == split].dropna().astype(int))
        of_none = [dataset.classes[c] for c in sorted({*table["label"].dropna().astype(int)} - there)]
        if of_none:
            notes.append(
                f"Split {split} has no object of {', '.join(of_none)}: their groups are too few, and none is ever torn "
                "apart. Bring objects of more groups, or a split of your own."
            )
    return notes


def summary(dataset: Dataset) -> dict[str, Any]:
    """What a data set holds: objects, groups, classes by split, missing values, origin."""
    table = dataset.table
    return {
        "dataset": str(dataset.path),
        "task": dataset.task,
        "fingerprint": dataset.fingerprint,
        "n": len(dataset),
        "groups": int(table["group"].nunique()),
        "splits": _by_split(table),
        "classes": {name: _by_split(table[table["label"] == c]) for c, name in enumerate(dataset.classes)},
        "unlabelled": _by_split(table[table["label"].isna()]),
        "missing": _missing(dataset),
        "origin": dict(dataset.origin),
        "simulated": list(dataset.simulated),
    }


def _by_split(table: pd.DataFrame) -> dict[str, int]:
    return {split: int((table["split"] == split).sum()) for split in SPLITS}


def _missing(dataset: Dataset) -> dict[str, int]:
    """Objects without a value, by measured column and by array."""
    columns = {name: int(dataset.table[name].isna().sum()) for name in dataset.units}
    return columns | {name: _empty_rows(array) for name, array in dataset.arrays.items()}


def _empty_rows(array: np.ndarray) -> int:
    """Rows of an array that hold no number at all, block by block."""
    if not np.issubdtype(array.dtype, np.floating):
        return 0
    blocks = (array[start : start + BLOCK] for start in range(0, len(array), BLOCK))
    return sum(int(np.isnan(block).reshape(len(block), -1).all(axis=1).sum()) for block in blocks)
