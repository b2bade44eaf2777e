"""A data set that is read but not yet split and written: what every task's reader and simulator make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

Origin = Literal["measured", "simulated"]


@dataclass(frozen=True)
class Defect:
    """A file that could not be used, or not as it is: which, the name of the error's class, what is wrong."""

    file: str
    error: str
    message: str


@dataclass
class Draft:
    """A data set before it is split and written.

    `table` holds object_id and group (text), label (Int64, index into `classes`, null where unknown),
    optionally split, then measured columns (float). `arrays` are row-aligned, (N, ...).
    """

    task: str
    classes: tuple[str, ...]
    table: pd.DataFrame
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    origin: dict[str, Origin] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    defects: tuple[Defect, ...] = ()
    notes: tuple[str, ...] = ()
    """What the person should know: what was left out, drawn, or looks doubtful."""
    doubtful: Mapping[str, int] = field(default_factory=dict)
    """Values far outside physics, by column: how many."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the task's Source that were given, as JSON; files by their names alone."""
