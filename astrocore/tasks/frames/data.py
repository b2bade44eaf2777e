"""Frames: from an observatory's files to a draft."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from astrocore.data.checks import check_draft
from astrocore.data.draft import Defect, Draft
from astrocore.errors import NothingUsable
from astrocore.tasks.frames.cache import store_for, trim
from astrocore.tasks.frames.columns import COLUMNS, UNITS
from astrocore.tasks.frames.config import MODALITIES, Source
from astrocore.tasks.frames.folders import Found, classes_of, encoded, find
from astrocore.tasks.frames.grouping import UNDATED, group_of
from astrocore.tasks.frames.inputs import basis as basis
from astrocore.tasks.frames.inputs import check_classes as check_classes
from astrocore.tasks.frames.inputs import features as features
from astrocore.tasks.frames.inputs import hide as hide
from astrocore.tasks.frames.inputs import prepare as prepare
from astrocore.tasks.frames.measure_all import measure_files
from astrocore.tasks.frames.measured_files import INSTRUMENT, NIGHT, NOTES, NUMBERS, Store, Stored
from astrocore.tasks.frames.measuring import shapes

TOLD = 12
"""Kinds of notes on frames that are told one by one."""


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
    path, began = Path(path), time.time()
    found = find(path, source)
    store = store_for(source)
    outcomes = measure_files(found.files, found.ids, store, source.workers)
    if source.cache:
        trim(store.folder, began)
    defects = (*(outcome for outcome in outcomes if isinstance(outcome, Defect)), *found.defects)
    rows = [i for i, outcome in enumerate(outcomes) if isinstance(outcome, str)]
    if not rows:
        raise NothingUsable(f"{_none_of(len(outcomes))} {defects[0].message}", defects)
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
    undated = [group.endswith(UNDATED) for group in groups]
    if "split" in table:
        # Frames without a date, of which nobody knows the night, would else tie the user's own splits together.
        groups = [
            f"{group}, {split}" if alone else group
            for group, split, alone in zip(groups, table["split"], undated, strict=True)
        ]
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
        notes=(*found.notes, *_twice(keys, labels), *_undated(sum(undated), len(rows), "split" in table), *notes),
    )


def _records(keys: list[str], store: Store) -> tuple[np.ndarray, list[str], tuple[str, ...]]:
    """Numbers (N, F), groups, and what is to be said of frames that were not taken as they are."""
    numbers, groups, said = np.empty((len(keys), len(COLUMNS))), [], dict[str, int]()
    for row, key in enumerate(keys):
        record = store.read(key)
        numbers[row] = record[NUMBERS]
        groups.append(group_of(str(record[INSTRUMENT]), str(record[NIGHT])))
        for note in filter(None, str(record[NOTES]).split("; ")):
            said[note] = said.get(note, 0) + 1
    most = sorted(said, key=lambda note: (-said[note], note))
    told = [f"{_frames(said[note])}: {note}." for note in most[:TOLD]]
    if rest := most[TOLD:]:
        told.append(f"{_frames(sum(said[note] for note in rest))}: {len(rest)} other notes of the reader.")
    return numbers, groups, tuple(told)


def _none_of(n: int) -> str:
    return "The file is no frame." if n == 1 else f"None of {n:,} files is a frame."


def _frames(n: int) -> str:
    return "1 frame" if n == 1 else f"{n:,} frames"


def _undated(count: int, of: int, split: bool) -> list[str]:
    """A note on `count` frames, of `of`, of which the night is not known."""
    if not count:
        return []
    if count == of and not split:
        return [
            "No frame tells a date, so all of one instrument count as one night; to split them all the same, put them "
            "into folders train, val and test."
        ]
    where = " and split" if split else ""
    return [f"No date: {_frames(count)}; those of one instrument{where} without a date count as one night."]


def _twice(keys: list[str], labels: list[str]) -> list[str]:
    """Notes on files with the same bytes: they are kept, and are always of one group."""
    known: dict[str, set[str]] = {}
    for key, label in zip(keys, labels, strict=True):
        known.setdefault(key, set()).add(label)
    notes = []
    if more := len(keys) - len(known):
        notes.append(f"{more:,} {'file holds' if more == 1 else 'files hold'} the same bytes as another one.")
    if torn := sum(len(of - {""}) > 1 for of in known.values()):
        notes.append(f"{_frames(torn)} in folders of two classes at once, byte by byte the same: their labels clash.")
    return notes
