"""Simulated objects: drawn by physics in fields of one sky and seeing, photographed, and measured as SDSS would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from multiprocessing import get_context

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.tasks.sources import selections
from astrocore.tasks.sources.bands import BANDS, SIZE
from astrocore.tasks.sources.columns import unit_of
from astrocore.tasks.sources.config import CLASSES, MODALITIES
from astrocore.tasks.sources.exposures import COLUMNS, Exposed, expose
from astrocore.tasks.sources.population import Limits

ALONE = 2000
"""Up to so many objects one process is as quick as several."""
BATCH = 48
"""Fields that are handed to the processes at once."""
COMPACT, FAINT = 0.5, 20.0
"""A compact object's mean of deVRad/psffwhm over the bands is at most this, a faint one's mean modelMag above that."""
CANDIDATES = Limits(mix=(18, 46, 15), largest=1.2)
FAINT_CANDIDATES = replace(CANDIDATES, brightest=19.1)
"""What may pass as compact (and faint): larger galaxies and brighter objects hardly ever do, and aren't drawn."""


def simulate(n: int, seed: int, workers: int | None = None) -> Draft:
    """`n` simulated objects; the same seed gives the same objects, a longer list begins with a shorter one.

    Objects come field by field, stars, galaxies and quasars as many, with r between 15 and 22.5. No label is wrong.

    Parameters
    ----------
    n, seed
        Objects and the seed of their fields.
    workers
        Processes; left out, as many as there are processors once `n` is large. The objects do not depend on it.
    """
    album = _Album(n)
    for exposed in _fields(seed, Limits(), n, workers):
        if album.add(exposed):
            break
    return album.draft(f"simulate sources --n {n} --seed {seed}")


def simulate_compact(n: int, seed: int, faint: bool = False, workers: int | None = None) -> Draft:
    """`n` simulated objects that are compact as measured, and faint where asked for; a third of each class, in turn.

    Compact: mean over the bands of deVRad/psffwhm at most 0.5; faint: mean over the bands of modelMag above 20. The
    same seed gives the same objects, a longer list begins with a shorter one.

    Parameters
    ----------
    n, seed, workers
        As in `simulate`.
    faint
        Whether only faint objects are wanted.
    """
    album = _Album(n)
    for exposed in _fields(seed, FAINT_CANDIDATES if faint else CANDIDATES, n, workers):
        rows = _balanced(exposed.table, passes(exposed.table, faint))
        if album.add(Exposed(exposed.table.iloc[rows], exposed.images[rows])):
            break
    population = "faint-compact" if faint else "compact"
    return album.draft(f"simulate sources --n {n} --seed {seed} --population {population}")


def _balanced(table: pd.DataFrame, passing: np.ndarray) -> np.ndarray:
    """Rows that pass, classes in turn, as many of each: else a field's seeing would tell of the class."""
    each = [np.flatnonzero(passing & (table["label"] == label)) for label in range(len(CLASSES))]
    most = min(map(len, each))
    return np.stack([rows[:most] for rows in each], axis=1).ravel()


def passes(table: pd.DataFrame, faint: bool) -> np.ndarray:
    """Which rows (N,) are compact, and faint where that is asked for."""
    keep = selections.compact(table, COMPACT).keep
    return keep & selections.faint(table, FAINT).keep if faint else keep


class _Album:
    """Room for `n` objects."""

    def __init__(self, n: int) -> None:
        self.n, self.filled, self.tables = n, 0, list[pd.DataFrame]()
        self.arrays = {f"image_{band}": np.empty((n, SIZE, SIZE), dtype=np.float16) for band in BANDS}

    def add(self, exposed: Exposed) -> bool:
        """Add as many objects as there is room for; whether the album is now full."""
        first, self.filled = self.filled, min(self.filled + len(exposed.table), self.n)
        self.tables.append(exposed.table[: self.filled - first])
        for i, array in enumerate(self.arrays.values()):
            array[first : self.filled] = exposed.images[: self.filled - first, i]
        return self.filled == self.n

    def draft(self, source: str) -> Draft:
        """What is in the album, as a data set."""
        return Draft(
            task="sources",
            classes=CLASSES,
            table=pd.concat(self.tables, ignore_index=True),
            arrays=self.arrays,
            units={name: unit_of(name) for name in COLUMNS},
            origin=dict.fromkeys(MODALITIES, "simulated"),
            sources=(source,),
        )


def _fields(seed: int, limits: Limits, n: int, workers: int | None) -> Iterator[Exposed]:
    """Fields in order, each from its own number, so that nothing depends on who simulates which."""
    one = partial(expose, seed, limits)
    if workers == 1 or (workers is None and n <= ALONE):
        yield from map(one, count())
        return
    # Started afresh: a fork would copy the threads' locks of whatever this process has loaded.
    with get_context("spawn").Pool(workers) as pool:
        for first in count(0, BATCH):
            yield from pool.map(one, range(first, first + BATCH), chunksize=2)


POPULATIONS: Mapping[str, Callable[[int, int], Draft]] = {
    "compact": simulate_compact,
    "faint-compact": partial(simulate_compact, faint=True),
}
"""Populations that the verb simulate may be asked for by name."""
