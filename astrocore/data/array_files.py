"""Arrays to .npy files, all of them block by block, so that memory does not grow with what is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np

BLOCK_BYTES = 2**24
"""Of all arrays together, what is made and written at a time."""


def write_arrays(arrays: Mapping[str, np.ndarray], folder: Path) -> None:
    """Write each array as <name>.npy; of arrays that share a file, as the bands of an image do, it is read once.

    Parameters
    ----------
    arrays
        (N, ...) each, all of one N; anything that has shape, dtype, and rows by slice.
    folder
        Where to write.

    Raises
    ------
    ValueError
        An array holds Python objects.
    """
    with ExitStack() as stack:
        files = {name: stack.enter_context((folder / f"{name}.npy").open("wb")) for name in arrays}
        for name, array in arrays.items():
            _write_header(files[name], array)
        for rows in _blocks(arrays):
            for name, array in arrays.items():
                files[name].write(np.ascontiguousarray(array[rows]).tobytes())


def _write_header(file: IO[bytes], array: np.ndarray) -> None:
    """What np.save writes before the numbers."""
    if array.dtype.hasobject:
        raise ValueError("Object arrays cannot be saved when allow_pickle=False")
    said: dict[str, Any] = {
        "descr": np.lib.format.dtype_to_descr(array.dtype),
        "fortran_order": False,
        "shape": array.shape,
    }
    np.lib.format.write_array_header_1_0(file, said)


def _blocks(arrays: Mapping[str, np.ndarray]) -> Iterator[slice]:
    """Slices of rows, one after the other."""
    if not arrays:
        return
    n = len(next(iter(arrays.values())))
    row_bytes = sum(int(np.prod(array.shape[1:])) * array.dtype.itemsize for array in arrays.values())
    step = max(1, BLOCK_BYTES // max(row_bytes, 1))
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))
