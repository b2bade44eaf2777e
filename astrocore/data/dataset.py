"""A data set is a folder: objects.parquet, row-aligned <name>.npy memory maps, dataset.json."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from astrocore.data.array_files import write_arrays
from astrocore.data.checks import SPLITS as SPLITS
from astrocore.data.checks import check_draft
from astrocore.data.draft import Draft, Origin
from astrocore.errors import FileUnreadable, Misaligned, MissingColumns, NotWritable

IDENTITY = ("object_id", "group", "label", "split")
FORMAT = "astrocore-dataset-1"


@dataclass(frozen=True)
class Dataset:
    """An opened data set; table and arrays are read when first asked for, arrays stay on disk."""

    path: Path
    task: str
    classes: tuple[str, ...]
    origin: Mapping[str, Origin]
    sources: tuple[str, ...]
    fingerprint: str
    array_names: tuple[str, ...]
    settings: Mapping[str, Any]
    """Settings of the task's Source with which it was built, as JSON; empty where none was given or kept."""

    @cached_property
    def table(self) -> pd.DataFrame:
        """All rows, with a fresh 0..N-1 index; treat as read-only."""
        table: pd.DataFrame = pq.read_table(self.path / "objects.parquet").to_pandas()
        return table

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Read-only memory maps, (N, ...) each."""
        return {
            name: np.load(self.path / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in self.array_names
        }

    @cached_property
    def units(self) -> dict[str, str]:
        """Unit of every measured column, "" for a pure number."""
        schema = pq.read_schema(self.path / "objects.parquet")
        return {f.name: (f.metadata or {}).get(b"unit", b"").decode() for f in schema if f.name not in IDENTITY}

    @property
    def simulated(self) -> tuple[str, ...]:
        """Modalities whose data is simulated."""
        return tuple(name for name, origin in self.origin.items() if origin == "simulated")

    def with_table(self, table: pd.DataFrame) -> Dataset:
        """The same rows with another table in memory; nothing on disk changes."""
        found = replace(self)
        found.__dict__["table"] = table
        return found

    def __len__(self) -> int:
        return int(pq.read_metadata(self.path / "objects.parquet").num_rows)

    def indices(self, split: str) -> np.ndarray:
        """Row numbers of a split, ascending; "all" takes every row."""
        return np.arange(len(self)) if split == "all" else np.flatnonzero((self.table["split"] == split).to_numpy())

    def rows(self, index: np.ndarray) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
        """Table rows and array rows at `index`, in that order, as `prepare` takes them."""
        return self.table.iloc[index], {name: np.asarray(array[index]) for name, array in self.arrays.items()}


def write_dataset(draft: Draft, path: Path) -> Dataset:
    """Check a draft that has its splits, write it as a folder in one move, and open it.

    Raises
    ------
    InputError
        The draft is empty, misaligned, or has repeated ids, foreign labels or a group in two splits.
    FileUnreadable
        `path` is taken by something that is not a data set.
    NotWritable
        The system refuses: no right to write there, no space left.
    """
    check_draft(draft)
    if "split" not in draft.table:
        raise MissingColumns("The data set has no column split; call split_by_group first.")
    check_place(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        pq.write_table(_arrow(draft), part / "objects.parquet", compression="zstd")
        write_arrays(draft.arrays, part)
        (part / "dataset.json").write_text(json.dumps(_meta(draft, part), indent=1) + "\n")
        shutil.rmtree(path, ignore_errors=True)
        part.rename(path)
    except OSError as error:
        raise NotWritable(
            f"The data set {path} can't be written ({error.strerror or error}); choose another folder or make room."
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return open_dataset(path)


def check_place(path: Path) -> None:
    """Raise FileUnreadable where a data set can't be written since `path` is taken by something else."""
    if path.exists() and not (path / "dataset.json").is_file() and (not path.is_dir() or any(path.iterdir())):
        raise FileUnreadable(f"{path} exists and is not a data set; choose another folder or remove it.")


def open_dataset(path: Path) -> Dataset:
    """Open a data set's folder and check that table and arrays have the same rows.

    Raises
    ------
    FileUnreadable
        No data set lies there, or its files are truncated.
    Misaligned
        An array has not as many rows as the table.
    """
    path = Path(path)
    try:
        meta: dict[str, Any] = json.loads((path / "dataset.json").read_text())
        found = Dataset(
            path=path,
            task=meta["task"],
            classes=tuple(meta["classes"]),
            origin=meta["origin"],
            sources=tuple(meta["sources"]),
            fingerprint=meta["fingerprint"],
            array_names=tuple(meta["arrays"]),
            settings=dict(meta.get("settings", {})),
        )
        n, arrays = len(found), found.arrays
    except FileNotFoundError as error:
        missing = Path(error.filename or "objects.parquet").name  # pyarrow names no file
        raise FileUnreadable(
            f"{path} is not a data set: {missing} is missing. Make one with `python -m astrocore build`."
        ) from None
    except (OSError, EOFError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise FileUnreadable(f"The data set {path} can't be read ({error}); build it again.") from None
    for name, array in arrays.items():
        if len(array) != n:
            raise Misaligned(
                f"{path}: {name}.npy has {len(array)} rows and objects.parquet {n}; build the data set again."
            )
    return found


def find_datasets(root: Path, task: str | None = None) -> Iterator[Path]:
    """Folders of data sets below `root`, sorted; of one task, if named. Hidden folders are left out."""
    for file in sorted(root.glob("**/dataset.json")):
        if any(part.startswith(".") for part in file.relative_to(root).parts):
            continue
        try:
            found = json.loads(file.read_text()).get("task")
        except (OSError, ValueError, AttributeError):
            continue
        if task in (None, found):
            yield file.parent


def _arrow(draft: Draft) -> pa.Table:
    """The table in a fixed column order, units in the schema."""
    measured = [name for name in draft.table.columns if name not in IDENTITY]
    text = draft.table[[*IDENTITY, *measured]].astype({"object_id": str, "group": str, "split": str})
    table = pa.Table.from_pandas(text.reset_index(drop=True), preserve_index=False)
    fields = [f.with_metadata({"unit": draft.units.get(f.name, "")}) if f.name in measured else f for f in table.schema]
    return table.cast(pa.schema(fields, metadata=table.schema.metadata))


def _meta(draft: Draft, folder: Path) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "task": draft.task,
        "classes": list(draft.classes),
        "origin": dict(draft.origin),
        "sources": list(draft.sources),
        "settings": dict(draft.settings),
        "arrays": sorted(draft.arrays),
        "n": len(draft.table),
        "fingerprint": _fingerprint(folder),
    }


def _fingerprint(folder: Path) -> str:
    """SHA-256 over the names and bytes of all files."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:16]
