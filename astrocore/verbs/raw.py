"""What a verb is pointed at: a data set's folder, or what a user has on disk, read as a data set for the occasion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import pandas as pd

from astrocore.config import validated
from astrocore.data.dataset import Dataset, open_dataset, write_dataset
from astrocore.data.draft import Defect, Draft
from astrocore.errors import ConfigError
from astrocore.tasks import Task
from astrocore.tasks.contract import MapsColumns

NONE: Mapping[str, Any] = MappingProxyType({})
SPLIT = "test"
"""Split of objects that bring none: no run has learned from them."""


@dataclass(frozen=True)
class Brought:
    """A data set, the files of it that could not be used, and what else a person should know of it."""

    dataset: Dataset
    defects: tuple[Defect, ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def brought(
    path: Path, task: Task, options: Mapping[str, Any], classes: tuple[str, ...], own: Mapping[str, Any] = NONE
) -> Iterator[Brought]:
    """What lies at `path`, for as long as the block lasts; what was read goes into a temporary folder.

    Raises
    ------
    InputError
        It can't be read, or does not make a data set.
    ConfigError
        A setting of the task's Source is out of bounds, or was given for what is a data set already.
    """
    with TemporaryDirectory(prefix="astrocore-") as folder:
        yield bring(path, task, options, classes, Path(folder) / "data", own)


def bring(
    path: Path,
    task: Task,
    options: Mapping[str, Any],
    classes: tuple[str, ...],
    into: Path,
    own: Mapping[str, Any] = NONE,
) -> Brought:
    """What lies at `path`: opened, if it is a data set, else read and written to the folder `into`.

    Parameters
    ----------
    options
        Settings of the task's Source.
    classes
        Classes of the run that shall judge the objects; labels of none of them are left out, for judging needs none.
    own
        Settings with which the run's own data set was built: those that tell of the form of a table (the task's KEPT)
        hold for this one too, unless `options` say otherwise.

    Raises
    ------
    InputError, ConfigError
        As `brought`.
    """
    if (path / "dataset.json").is_file():
        if options:
            raise ConfigError(f"{path} is a data set already, so {', '.join(options)} can't be set; leave it out.")
        found = open_dataset(path)
        return Brought(found, notes=_unlike(task, found.settings, own))
    kept, notes = _kept(task, path, {name: value for name, value in own.items() if name not in options})
    draft = task.data.read(path, validated(task.config.Source, {**kept, **options}))
    table = _comparable(draft, classes)
    if "split" not in table:
        table = table.assign(split=SPLIT)
    notes = (*notes, *_unlike(task, {**kept, **options}, own))
    return Brought(write_dataset(replace(draft, table=table), into), tuple(draft.defects), (*notes, *draft.notes))


def _kept(task: Task, path: Path, own: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Those of a run's own settings by which the file at `path` is read too, and what to say of it."""
    names = getattr(task.config, "KEPT", ())
    kept: dict[str, Any] = {name: own[name] for name in names if own.get(name)}
    notes: tuple[str, ...] = ()
    if kept and isinstance(task.data, MapsColumns):
        kept, notes = task.data.kept_for(path, kept)
    said = "; ".join(f"{name} {_words(value)}" for name, value in kept.items())
    return kept, (*([f"The settings of the run's own data set are used: {said}."] if said else []), *notes)


def _unlike(task: Task, settings: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[str, ...]:
    """A note where settings are others than those of the run's own data set, of those that must be alike (ALIKE)."""
    usual = task.config.Source().model_dump()
    pairs = {name: (settings.get(name, usual[name]), own.get(name, usual[name])) for name in _alike(task)}
    said = ", ".join(f"{name} {here} (there {there})" for name, (here, there) in pairs.items() if here != there)
    if not said:
        return ()
    return (f"These objects were made otherwise than those that the run learned from: {said}. Make them alike.",)


def _alike(task: Task) -> tuple[str, ...]:
    return tuple(getattr(task.config, "ALIKE", ()))


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _comparable(draft: Draft, classes: tuple[str, ...]) -> pd.DataFrame:
    """The draft's table; without its labels where they are of classes that the run does not have."""
    if set(draft.classes) & set(classes):
        return draft.table
    return draft.table.assign(label=pd.Series(pd.NA, index=draft.table.index, dtype="Int64"))
