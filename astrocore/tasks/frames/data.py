"""Frames: from an observatory's files to a draft."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from astrocore.config import home
from astrocore.data.checks import check_draft
from astrocore.data.draft import Defect, Draft
from astrocore.errors import FileUnreadable
from astrocore.tasks.frames.columns import COLUMNS, UNITS
from astrocore.tasks.frames.config import MODALITIES, Source
from astrocore.tasks.frames.folders import Found, classes_of, encoded, find
from astrocore.tasks.frames.grouping import group_of
from astrocore.tasks.frames.inputs import basis as basis
from astrocore.tasks.frames.inputs import features as features
from astrocore.tasks.frames.inputs import hide as hide
from astrocore.tasks.frames.inputs import prepare as prepare
from astrocore.tasks.frames.measure_all import measure_files
from astrocore.tasks.frames.measured_files import INSTRUMENT, NIGHT, NOTES, NUMBERS, Store, Stored
from astrocore.tasks.frames.measuring import shapes

CACHE = ".frames"


def read(path: Path, source: Source) -> Draft:
    """What a user has, checked, as a data set that is not yet split or written.

    Parameters
    ----------
    path
        A frame, or a folder of frames: class folders, folders train, test and perhaps val of such, or any other tree.
    source
        How to read it.

    Returns
    -------
    Draft
        Frames in the order of their names, with `defects`, the files that are none. What was measured stays on disk
        and is read from there when the data set is written.

    Raises
    ------
    FileUnreadable
        There is nothing, or none of the files is a frame.
    NotWritable
        What is measured can't be kept.
    """
    path = Path(path)
    found = find(path, source)
    store = Store(_folder(source), (source.height, source.width))
    outcomes = measure_files(found.files, found.ids, store, source.workers)
    defects = tuple(outcome for outcome in outcomes if isinstance(outcome, Defect))
    rows = [i for i, outcome in enumerate(outcomes) if isinstance(outcome, str)]
    if not rows:
        raise FileUnreadable(f"None of {len(outcomes)} files is a frame. {defects[0].message}")
    draft = _draft(found, rows, [str(outcomes[i]) for i in rows], store, source)
    draft.defects, draft.sources = defects, (path.name,)
    check_draft(draft)
    return draft


def _draft(found: Found, rows: Sequence[int], keys: list[str], store: Store, source: Source) -> Draft:
    """The data set of the frames `rows` of what was found, whose records are `keys`."""
    labels = [found.labels[i] for i in rows]
    classes = classes_of(tuple(labels), source)
    columns = {
        "object_id": pd.array([found.ids[i] for i in rows], dtype="string"),
        "group": pd.array([""] * len(rows), dtype="string"),
        "label": encoded(labels, classes),
    }
    table = pd.DataFrame(columns)
    if any(found.splits):
        table["split"] = [found.splits[i] for i in rows]
    numbers, groups, notes = _records(keys, store)
    table["group"] = pd.array(groups, dtype="string")
    table[list(COLUMNS)] = numbers
    arrays = {name: cast(np.ndarray, Stored(store, keys, name)) for name in shapes(store.size)}
    return Draft(
        task="frames",
        classes=classes,
        table=table,
        arrays=arrays,
        units=dict(UNITS),
        origin=dict.fromkeys(MODALITIES, "measured"),
        notes=(*found.notes, *_undated(groups), *notes),
    )


def _records(keys: list[str], store: Store) -> tuple[np.ndarray, list[str], tuple[str, ...]]:
    """Numbers (N, F), groups, and what is to be said of frames that were not taken as they are."""
    numbers, groups, said = np.empty((len(keys), len(COLUMNS))), [], dict[str, int]()
    for row, key in enumerate(keys):
        record = store.read(key, mmap=True)
        numbers[row] = record[NUMBERS]
        groups.append(group_of(str(record[INSTRUMENT]), str(record[NIGHT])))
        for note in filter(None, str(record[NOTES]).split("; ")):
            said[note] = said.get(note, 0) + 1
    return numbers, groups, tuple(f"{count} frames: {note}" for note, count in sorted(said.items()))


def _undated(groups: list[str]) -> list[str]:
    undated = sum(group.endswith(", undated") for group in groups)
    if not undated:
        return []
    return [f"{undated} frames tell no date; those of one instrument without a date count as one night."]


def _folder(source: Source) -> Path:
    """Where records are kept: with the data, or for as long as this process lasts."""
    if source.cache:
        folder = home() / "data" / CACHE
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    folder = Path(tempfile.mkdtemp(prefix="astrocore-frames-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
