"""An object's card as numbers and units; charts draw it, pages lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Axis:
    """An axis: what it shows and in which unit ("" for a pure number)."""

    name: str
    unit: str = ""

    def __str__(self) -> str:
        """As on a chart: name [unit]."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class Curve:
    """Points or a line: `x` and `y` (T,), NaN where nothing was measured."""

    title: str
    x: np.ndarray
    y: np.ndarray
    x_axis: Axis
    y_axis: Axis
    line: bool = False


@dataclass(frozen=True)
class Fact:
    """A number of the object; NaN is missing."""

    name: str
    value: float | str
    unit: str = ""


@dataclass(frozen=True)
class Card:
    """All that a card shows."""

    title: str
    facts: tuple[Fact, ...] = ()
    curves: tuple[Curve, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
