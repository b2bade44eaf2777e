"""Rows of arrays on disk, gathered when asked for: how a draft stands for more pixels than memory holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from astrocore.errors import Misaligned


class Gathered:
    """Some rows of arrays that stand below one another, as float16 or float32; infinite values become NaN.

    It answers what the writer of a data set asks of an array: length, shape, dtype, and rows by number or slice.
    """

    def __init__(self, parts: Sequence[np.ndarray], rows: np.ndarray | None = None) -> None:
        """Take `rows` (N,), numbers counted through all `parts` (n_i, ...), or all rows; nothing is read yet.

        Raises
        ------
        Misaligned
            The parts' rows have not all one shape.
        """
        shapes = {part.shape[1:] for part in parts}
        if len(shapes) != 1:
            raise Misaligned(f"Arrays to be joined have rows of {' and of '.join(map(str, sorted(shapes)))}.")
        self._parts = tuple(parts)
        self._starts = np.cumsum([0, *map(len, parts)])
        self._rows = np.arange(self._starts[-1]) if rows is None else np.asarray(rows, dtype=np.int64)
        self.shape: tuple[int, ...] = (len(self._rows), *shapes.pop())
        small = all(part.dtype == np.float16 for part in parts)
        self.dtype = np.dtype(np.float16 if small else np.float32)
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> np.ndarray:
        """Rows, by number, slice or array of numbers."""
        asked = self._rows[key]
        rows = np.atleast_1d(asked)
        block = np.empty((len(rows), *self.shape[1:]), dtype=self.dtype)
        part_of = np.searchsorted(self._starts, rows, side="right") - 1
        with np.errstate(over="ignore"):
            for number, part in enumerate(self._parts):
                here = part_of == number
                if here.any():
                    block[here] = _taken(part, rows[here] - self._starts[number])
        block[np.isinf(block)] = np.nan
        return block if np.ndim(asked) else np.asarray(block[0])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """All rows at once."""
        return np.asarray(self[:], dtype=dtype)


def gathered(parts: Sequence[np.ndarray], rows: np.ndarray | None = None) -> np.ndarray:
    """A `Gathered`, where the type of an array is called for."""
    return cast(np.ndarray, Gathered(parts, rows))


def _taken(part: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Rows of a part; as a view where they follow one another."""
    first, last = int(rows[0]), int(rows[-1])
    if last - first + 1 == len(rows) and (len(rows) == 1 or bool((np.diff(rows) == 1).all())):
        return np.asarray(part[first : last + 1])
    return np.asarray(part[rows])
