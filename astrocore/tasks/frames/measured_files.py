"""Files measured and kept by their content: a record a frame, written once, read row by row when asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.tasks.frames.columns import COLUMNS
from astrocore.tasks.frames.measuring import VERSION, Measured, shapes

NUMBERS, INSTRUMENT, NIGHT, NOTES = "numbers", "instrument", "night", "notes"
TEXT = {INSTRUMENT: 80, NIGHT: 10, NOTES: 400}
"""Letters of each text that are kept."""


@dataclass(frozen=True)
class Store:
    """A folder of records of frames measured at one size (y, x)."""

    folder: Path
    size: tuple[int, int]

    @property
    def kind(self) -> np.dtype:
        """Type of a record: arrays, numbers, texts."""
        arrays = [(name, kind, shape) for name, (shape, kind) in shapes(self.size).items()]
        texts = [(name, f"U{length}") for name, length in TEXT.items()]
        return np.dtype([*arrays, (NUMBERS, np.float64, (len(COLUMNS),)), *texts])

    def path(self, key: str) -> Path:
        """Where the record of a file with this digest lies."""
        y, x = self.size
        return self.folder / f"{VERSION}-{x}x{y}" / key[:2] / f"{key}.npy"

    def has(self, key: str) -> bool:
        """Whether there is a record that fits; a damaged one goes."""
        try:
            return self.read(key, mmap=True).dtype == self.kind
        except FileNotFoundError:
            return False
        except (OSError, ValueError, EOFError):
            self.path(key).unlink(missing_ok=True)
            return False

    def read(self, key: str, mmap: bool = False) -> np.ndarray:
        """A record, shape ()."""
        found: np.ndarray = np.load(self.path(key), mmap_mode="r" if mmap else None, allow_pickle=False)
        return found

    def write(self, key: str, measured: Measured, texts: dict[str, str]) -> None:
        """Keep what was measured of a file, in one move."""
        record = np.zeros((), self.kind)
        for name, array in measured.arrays.items():
            record[name] = array
        record[NUMBERS] = [measured.numbers[name] for name in COLUMNS]
        for name, length in TEXT.items():
            record[name] = texts[name][:length]
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{key}.{os.getpid()}.npy")
        np.save(part, record, allow_pickle=False)
        part.replace(path)


class Stored:
    """One array of many frames, (N, ...), read from their records when rows are asked for.

    It answers what the writer of a data set asks of an array: length, shape, dtype, and rows by number or slice.
    """

    def __init__(self, store: Store, keys: list[str], name: str) -> None:
        self._store, self._keys, self._name = store, keys, name
        shape, self.dtype = shapes(store.size)[name]
        self.shape = (len(keys), *shape)
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, key: Any) -> np.ndarray:
        """Rows by number, slice or array of numbers."""
        asked = np.arange(len(self._keys))[key]
        rows = [self._store.read(self._keys[row], mmap=True)[self._name] for row in np.atleast_1d(asked)]
        block = np.array(rows, self.dtype).reshape(-1, *self.shape[1:])
        return block if np.ndim(asked) else np.asarray(block[0])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """All rows at once."""
        return np.asarray(self[:], dtype=dtype)
