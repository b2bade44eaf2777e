"""Simulated objects of two missions: drawn by physics, observed with noise and gaps, measured and judged as usual."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count, islice
from multiprocessing import get_context
from os import cpu_count

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.tasks.exoplanets.columns import unit_of
from astrocore.tasks.exoplanets.config import CLASSES, MODALITIES
from astrocore.tasks.exoplanets.curves import measured, stacked
from astrocore.tasks.exoplanets.systems import Found, simulate_star

ALONE = 2000
"""Up to so many objects one process is as quick as several."""
BATCH = 1000
"""Stars that are handed to the processes at once."""
COLUMNS = [
    "period",
    "epoch_time",
    "depth",
    "planet_radius",
    "stellar_temp",
    "stellar_radius",
    "duration",
    "snr",
    "impact",
    "stellar_logg",
    "kepmag",
    "tmag",
    "time_start",
    "cadence",
]


def simulate(n: int, seed: int, workers: int | None = None) -> Draft:
    """`n` simulated objects; the same seed gives the same objects, a longer list begins with a shorter one.

    Half of the stars are looked at as Kepler did, half as TESS does; the mix of classes is the same. Planets that are
    clear and were followed up are CONFIRMED; pairs of stars, spots and instrumental events that a test gave away are
    FALSE POSITIVE; what can't be told, of either kind, is a CANDIDATE. About one in 70 verdicts is wrong.

    Parameters
    ----------
    n, seed
        Objects and the seed of their stars.
    workers
        Processes; left out, as many as there are processors once `n` is large. The objects do not depend on it.
    """
    if workers is None:
        workers = (cpu_count() or 1) if n > ALONE else 1
    objects, rows = [], []
    for name, planet, found in islice(_named(seed, workers), n):
        rows.append({"object_id": f"{name}.{planet:02d}", "group": name, "label": found.label, **found.row})
        objects.append(found)
    views = [found.views for found in objects]
    table = pd.DataFrame(rows, columns=["object_id", "group", "label", *COLUMNS])
    table = table.astype({"label": "Int64", **dict.fromkeys(COLUMNS, float)}).assign(**measured(views))
    return Draft(
        task="exoplanets",
        classes=CLASSES,
        table=table,
        arrays={"flux": np.stack([found.flux for found in objects]), **stacked(views)},
        units={str(name): unit_of(str(name)) for name in table.columns[3:]},
        origin=dict.fromkeys(MODALITIES, "simulated"),
        sources=(f"simulate exoplanets --n {n} --seed {seed}",),
    )


def _named(seed: int, workers: int) -> Iterator[tuple[str, int, Found]]:
    """Name of the star, number of the signal on it, and the object, without end."""
    for number, star in enumerate(_stars(seed, workers), start=1):
        for planet, found in enumerate(star, start=1):
            yield f"SIM {number:06d}", planet, found


def _stars(seed: int, workers: int) -> Iterator[list[Found]]:
    """Stars in order, each from its own number, so that nothing depends on who simulates which."""
    one = partial(simulate_star, seed)
    if workers == 1:
        yield from map(one, count())
        return
    # Started afresh: a fork would copy the threads' locks of whatever this process has loaded.
    with get_context("spawn").Pool(workers) as pool:
        for first in count(0, BATCH):
            yield from pool.map(one, range(first, first + BATCH), chunksize=20)
