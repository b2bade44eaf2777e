"""What a run is given of objects that it shall judge: features that are missing, objects of which it sees nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from astrocore.data.dataset import Dataset

if TYPE_CHECKING:
    from astrocore.verbs.network import Network

LOOKED_AT = 2048
"""Rows at most that are looked at for features that none of them has."""
FEWEST, HELD = 32, 8_000_000
"""Objects that are judged at once at least, and bytes on disk of those that are judged at once [B]."""
NAMED = 12
"""Features that a note names."""
MANY = 0.1
"""Share of the features above which verdicts without them may be far off."""


def batch_of(dataset: Dataset, most: int) -> int:
    """Objects to judge at once, at most `most`: fewer of large ones, for a net's layers multiply inputs."""
    row = sum(array[:1].nbytes for array in dataset.arrays.values())
    return min(most, max(FEWEST, HELD // max(row, 1)))


def lacking(network: Network, dataset: Dataset) -> tuple[str, ...]:
    """A note where features that the run learned from are missing in all objects of a data set; else nothing.

    Raises
    ------
    MissingColumns
        A feature that was asked for by name can't be made of the data set's columns.
    """
    rows = np.linspace(0, len(dataset) - 1, min(len(dataset), LOOKED_AT)).astype(int)
    found = network.task.data.features(*dataset.rows(rows), network.config)
    learned = network.companion.features if network.companion is not None else tuple(map(str, found))
    absent = [name for name in learned if name in found and not np.isfinite(found[name].to_numpy(float)).any()]
    if not absent:
        return ()
    far = " and may be far off, however sure they sound" if len(absent) > MANY * len(learned) else ""
    more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
    return (
        f"{len(absent)} of the {len(learned)} features that this run learned from are missing in all objects: "
        f"{', '.join(absent[:NAMED])}{more}. Its verdicts rest on less than it learned from{far}; bring them, or train "
        "a run without them.",
    )


def nothing_seen(n: int) -> tuple[str, ...]:
    """A note on `n` objects of which a run sees nothing; nothing where there are none."""
    return (
        (f"Of {n} objects this run sees nothing, so its word on them is no verdict: bring what it learned from.",)
        if n
        else ()
    )
