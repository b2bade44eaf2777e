"""Frames of a few small simulated nights as a draft: every class, with headers and without."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.tasks.frames.columns import COLUMNS, UNITS
from astrocore.tasks.frames.config import CLASSES, MODALITIES, Config
from astrocore.tasks.frames.inputs import prepare
from astrocore.tasks.frames.measuring import measure, shapes
from astrocore.tasks.frames.reading import Card, Frame, Header
from astrocore.tasks.frames.simulator import Exposure, night

SEED = 5
NIGHTS = {"echelle": 0, "imager": 2, "no header": 6, "slit": 7, "tower": 8}
"""Numbers of nights of SEED, by what is special about them."""
SMALL = 0.15
"""Sides of the frames, in those of the cameras."""
EACH = 3
"""Frames of a class and night that are kept."""


@cache
def exposures() -> tuple[Exposure, ...]:
    """Up to EACH frames of each class of each night, in their order."""
    kept = []
    for number in NIGHTS.values():
        counts = dict.fromkeys(CLASSES, 0)
        for exposure in night(SEED, number, SMALL):
            counts[exposure.label] += 1
            if counts[exposure.label] <= EACH:
                kept.append(exposure)
    return tuple(kept)


def read(exposure: Exposure) -> Frame:
    """An exposure as a reader gives it, but for the cells of a colour camera."""
    cards = tuple(Card(key, value, comment) for key, value, comment in exposure.cards)  # type: ignore[arg-type]
    return Frame(exposure.pixels.astype(np.float32), Header(cards), "fits", "the only image", 65535.0, ())


@cache
def draft(size: tuple[int, int] = (32, 40)) -> Draft:
    """All of them, measured at `size` (y, x); not to be written into."""
    taken = exposures()
    measured = [measure(read(exposure), size) for exposure in taken]
    table = pd.DataFrame(
        {
            "object_id": pd.array([exposure.name for exposure in taken], dtype="string"),
            "group": pd.array([f"{exposure.camera}, {exposure.night}" for exposure in taken], dtype="string"),
            "label": pd.array([CLASSES.index(exposure.label) for exposure in taken], dtype="Int64"),
        }
    )
    table["split"] = split_by_group(table, (0.4, 0.3, 0.3), seed=0)
    table[list(COLUMNS)] = [list(one.numbers.values()) for one in measured]
    arrays = {name: np.stack([one.arrays[name] for one in measured]) for name in shapes(size)}
    origin = dict.fromkeys(MODALITIES, "simulated")
    return Draft("frames", CLASSES, table, arrays, dict(UNITS), origin, ("nights",))  # type: ignore[arg-type]


def batch(config: Config, size: tuple[int, int] = (32, 40)) -> dict[str, Tensor]:
    """The draft as a net is given it."""
    made = draft(size)
    inputs = prepare(made.table, made.arrays, config)
    label = torch.from_numpy(made.table["label"].to_numpy(np.int64))
    group = torch.from_numpy(pd.factorize(made.table["group"])[0])
    return {name: torch.from_numpy(np.ascontiguousarray(x)) for name, x in inputs.items()} | {
        "label": label,
        "group": group,
    }
