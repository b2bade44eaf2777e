"""An object's card as numbers and units; charts draw it, pages lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Axis:
    """An axis: what it shows and in which unit ("" for a pure number); `log` where equal steps are equal ratios."""

    name: str
    unit: str = ""
    log: bool = False

    def __str__(self) -> str:
        """As on a chart: name [unit]."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class Shown:
    """Which input of the model a curve shows: its bins lie side by side from `low` to `high` on the curve's x axis."""

    input: str
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """Points or a line: `x` and `y` (T,), NaN where nothing was measured.

    Attributes
    ----------
    line
        Drawn as a line, not as points.
    name
        What its panel's title calls it, where it shares the panel.
    over
        Drawn in the panel of the curve before it.
    column
        Place in a row of panels: 0 has a row to itself, 1 begins a row, 2 and more stand to the right in it.
    marks
        Places on the x axis to point at.
    scatter
        (T,) scatter about `y`, NaN where it is not known; drawn as a band.
    faint
        Lies behind other curves of its panel and is drawn paler.
    y_range
        Where the panel's y axis begins and ends; left out, all is shown.
    shows
        The input of the model that it shows, if it does.
    errors
        (T,) errors of `y`, NaN where one is not known; drawn as bars.
    """

    title: str
    x: np.ndarray
    y: np.ndarray
    x_axis: Axis
    y_axis: Axis
    line: bool = False
    name: str = ""
    over: bool = False
    column: int = 0
    marks: tuple[float, ...] = ()
    scatter: np.ndarray | None = None
    faint: bool = False
    y_range: tuple[float, float] | None = None
    shows: Shown | None = None
    errors: np.ndarray | None = None


@dataclass(frozen=True)
class Covered:
    """Which input of the model a picture shows, and where in it each pixel lies.

    `places` (y, x, 2) are y and x [pixel of the input] from the input's middle.
    """

    input: str
    places: np.ndarray


@dataclass(frozen=True)
class Picture:
    """An image as it is to be drawn, rows from the bottom to the top.

    Attributes
    ----------
    pixels
        (y, x) brightness from 0 to 1, or (y, x, 3) red, green and blue; NaN where nothing was measured.
    arcsec_per_pixel
        Of `pixels`; 0 when it isn't known.
    north_up
        North is up and east to the left; False when it isn't known where they are.
    beyond
        (y, x) pixels that lie outside of the image, where it was turned; they are not missing.
    values
        (y, x) what was measured, told beside a pixel.
    shows
        The input of the model that it shows, if it does.
    caption
        What to know in order to read it.
    stretches
        Name -> (y, x) brightness from 0 to 1, other ways to draw the same pixels; the first is that of `pixels`.
    """

    title: str
    pixels: np.ndarray
    arcsec_per_pixel: float = 0.0
    north_up: bool = False
    beyond: np.ndarray | None = None
    values: np.ndarray | None = None
    shows: Covered | None = None
    caption: str = ""
    stretches: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class HeaderCard:
    """A card of a file's header: keyword, value as text, comment; `features` of the model that were read from it."""

    keyword: str
    value: str
    comment: str = ""
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A number of the object; NaN is missing."""

    name: str
    value: float | str
    unit: str = ""
    standing: Mapping[str, float] = field(default_factory=dict)
    """Class -> share of its objects that have less of it; of the training objects."""
    derived: bool = False
    """Computed from other numbers or from the curve, as a run may be given it."""


@dataclass(frozen=True)
class Card:
    """All that a card shows."""

    title: str
    facts: tuple[Fact, ...] = ()
    curves: tuple[Curve, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    header: tuple[HeaderCard, ...] = ()
