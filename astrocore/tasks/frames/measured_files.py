"""Files measured and kept by their content: a record a frame, written once, read row by row when asked for."""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.errors import FileUnreadable
from astrocore.tasks.frames.columns import COLUMNS
from astrocore.tasks.frames.measuring import VERSION, Measured, shapes

NUMBERS, INSTRUMENT, NIGHT, NOTES, CHECK = "numbers", "instrument", "night", "notes", "check"
TEXT = {INSTRUMENT: 80, NIGHT: 10, NOTES: 400}
"""Letters of each text that are kept."""


@dataclass(frozen=True)
class Store:
    """A folder of records of frames measured at one size (y, x)."""

    folder: Path
    size: tuple[int, int]

    @property
    def kind(self) -> np.dtype:
        """Type of a record: arrays, numbers, texts, and a checksum of these."""
        arrays = [(name, kind, shape) for name, (shape, kind) in shapes(self.size).items()]
        texts = [(name, f"U{length}") for name, length in TEXT.items()]
        return np.dtype([*arrays, (NUMBERS, np.float64, (len(COLUMNS),)), *texts, (CHECK, np.uint32)])

    def path(self, key: str) -> Path:
        """Where the record of a file with this digest lies."""
        y, x = self.size
        return self.folder / f"{VERSION}-{x}x{y}" / key[:2] / f"{key}.npy"

    def has(self, key: str) -> bool:
        """Whether there is a record of this kind that is whole, which counts as used now; a damaged one goes."""
        path = self.path(key)
        with suppress(Exception):  # numpy raises almost anything for damaged bytes
            record = np.load(path, allow_pickle=False)
            if record.dtype == self.kind and record[CHECK] == _checksum(record):
                os.utime(path)
                return True
        with suppress(OSError):
            path.unlink()
        return False

    def read(self, key: str) -> np.ndarray:
        """A record, shape (), as a memory map.

        Raises
        ------
        FileUnreadable
            Somebody has taken it away or damaged it since it was written.
        """
        try:
            found: np.ndarray = np.load(self.path(key), mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise FileUnreadable(
                f"{self.path(key)}, a record of a measured frame, went away or was damaged while it was needed "
                f"({error}). Build again: what is whole is not measured again."
            ) from None
        return found

    def write(self, key: str, measured: Measured, texts: dict[str, str]) -> None:
        """Keep what was measured of a file, in one move."""
        record = np.zeros((), self.kind)
        for name, array in measured.arrays.items():
            record[name] = array
        record[NUMBERS] = [measured.numbers[name] for name in COLUMNS]
        for name, length in TEXT.items():
            record[name] = texts[name][:length]
        record[CHECK] = _checksum(record)
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{key}.{os.getpid()}.npy")
        try:
            np.save(part, record, allow_pickle=False)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _checksum(record: np.ndarray) -> int:
    """Of all that stands before the checksum, which is last."""
    return zlib.crc32(record.tobytes()[: -record.dtype[CHECK].itemsize])


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
        rows = [self._store.read(self._keys[row])[self._name] for row in np.atleast_1d(asked)]
        block = np.array(rows, self.dtype).reshape(-1, *self.shape[1:])
        return block if np.ndim(asked) else np.asarray(block[0])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """All rows at once."""
        return np.asarray(self[:], dtype=dtype)
