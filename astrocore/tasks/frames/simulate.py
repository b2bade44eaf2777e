"""Simulated frames: nights of many cameras, each measured as files are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.tasks.frames.columns import COLUMNS, UNITS
from astrocore.tasks.frames.config import CLASSES, MODALITIES, Source
from astrocore.tasks.frames.measuring import Measured, measure, shapes
from astrocore.tasks.frames.reading import Frame, read_frame
from astrocore.tasks.frames.simulator import Exposure, ending, night, write_fits

ALONE = 200
"""Up to so many frames one process is as quick as several."""
BATCH = 16
"""Nights that are handed to the processes at once."""


class Taken(NamedTuple):
    """A frame as it is kept, its class and night."""

    measured: Measured
    label: str
    group: str


def simulate(n: int, seed: int, size: tuple[int, int] | None = None, workers: int | None = None) -> Draft:
    """`n` simulated frames; the same seed gives the same frames, a longer list begins with a shorter one.

    Frames come night by night, each night with a camera of its own: a split by group holds cameras apart. Labels are
    never wrong, headers are.

    Parameters
    ----------
    n, seed
        Frames, and the seed of their nights.
    size
        Height and width at which images are kept [pixel]; as a folder of files is read, when not given.
    workers
        Processes; left out, as many as there are processors once `n` is large. The frames do not depend on it.
    """
    size = size or (Source().height, Source().width)
    arrays = {name: np.empty((n, *shape), kind) for name, (shape, kind) in shapes(size).items()}
    numbers, labels, groups = np.empty((n, len(COLUMNS))), list[int](), list[str]()
    for taken in _taken(n, seed, size, workers):
        row = len(labels)
        for name, array in arrays.items():
            array[row] = taken.measured.arrays[name]
        numbers[row] = list(taken.measured.numbers.values())
        labels.append(CLASSES.index(taken.label))
        groups.append(taken.group)
    table = pd.DataFrame(
        {
            "object_id": pd.array([f"sim-{seed}-{row:06d}" for row in range(n)], dtype="string"),
            "group": pd.array(groups, dtype="string"),
            "label": pd.array(labels, dtype="Int64"),
        }
    )
    table[list(COLUMNS)] = numbers
    return Draft(
        task="frames",
        classes=CLASSES,
        table=table,
        arrays=arrays,
        units=dict(UNITS),
        origin=dict.fromkeys(MODALITIES, "simulated"),
        sources=(f"simulate frames --n {n} --seed {seed}",),
    )


def seen(exposure: Exposure, folder: Path) -> Frame:
    """An exposure as the reader gives it once its camera has written it to a file, in `folder`.

    Only so do simulated frames and files agree in all that depends on the form of a file: the mosaic of a colour
    camera, the number of cards, at which value pixels are full.
    """
    path = folder / f"frame{ending(exposure)}"
    write_fits(exposure, path)
    return read_frame(path)


def _taken(n: int, seed: int, size: tuple[int, int], workers: int | None) -> Iterator[Taken]:
    """The first `n` frames of all nights in order."""
    left = n
    for frames in _nights(seed, size, n, workers):
        yield from frames[:left]
        left -= len(frames)
        if left <= 0:
            return


def _nights(seed: int, size: tuple[int, int], n: int, workers: int | None) -> Iterator[list[Taken]]:
    one = partial(_night, seed, size)
    if workers == 1 or (workers is None and n <= ALONE):
        yield from map(one, count())
        return
    # Started afresh: a fork would copy the threads' locks of whatever this process has loaded.
    with get_context("spawn").Pool(workers) as pool:
        for first in count(0, BATCH):
            yield from pool.map(one, range(first, first + BATCH), chunksize=1)


def _night(seed: int, size: tuple[int, int], number: int) -> list[Taken]:
    with TemporaryDirectory(prefix="astrocore-") as folder:
        return [
            Taken(measure(seen(exposure, Path(folder)), size), exposure.label, f"{exposure.camera}, {exposure.night}")
            for exposure in night(seed, number)
        ]
