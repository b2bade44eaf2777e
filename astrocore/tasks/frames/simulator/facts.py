"""What is to be written in one frame's header, and how far it is true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from astrocore.tasks.frames.simulator import names

TYPES = ("bias", "dark", "flat", "arc", "light")
"""What a header may call a frame."""
HEADERLESS, UNTYPED, LIARS = 0.2, 0.15, 0.15
"""Shares of cameras that write no header, no type of the frame, or the wrong one."""
WRONG = 0.03
"""Share of frames of other cameras whose type was left from the exposure before, or chosen wrongly."""
LIES = ("all light", "bias is dark", "lamps are light", "one late", "all dark or light")


@dataclass(frozen=True)
class Facts:
    """What one frame's header says."""

    kind: str
    """One of TYPES, as said."""
    lamp: str
    """What shines in truth: "flat", "arc" or "". Switches do not lie, people do."""
    sky: bool
    """Whether the sky was seen in truth."""
    target: str
    seconds: float
    begin: datetime
    temperature: float
    """[deg C]"""
    place: tuple[float, float]
    """Right ascension and declination [deg]."""
    airmass: float
    filter: str
    number: int
    setting: str
    """imager, slit, echelle or tower."""


@dataclass(frozen=True)
class Manner:
    """How a camera's headers are kept."""

    headerless: bool = False
    untyped: bool = False
    lie: str = ""
    """One of LIES, or "" for headers that are right but for mistakes."""
    names: str = "all"
    """all: every frame has its name; targets: only the sky's; none."""
    timeless: bool = False
    """Whether the exposure time is left out."""

    @property
    def telling(self) -> bool:
        """Whether the header tells a dark from a bias, be it by the time alone."""
        return not (self.headerless or self.timeless)


def draw_manner(rng: np.random.Generator) -> Manner:
    """A camera's manner."""
    kind = rng.random()
    if kind < HEADERLESS:
        return Manner(headerless=True)
    known = {"names": str(rng.choice(["all", "targets", "none"], p=[0.5, 0.3, 0.2])), "timeless": rng.random() < 0.05}
    if kind < HEADERLESS + UNTYPED:
        return Manner(untyped=True, **known)  # type: ignore[arg-type]
    if kind < HEADERLESS + UNTYPED + LIARS:
        return Manner(lie=str(rng.choice(LIES)), **known)  # type: ignore[arg-type]
    return Manner(**known)  # type: ignore[arg-type]


def true_type(label: str) -> str:
    """What an honest header calls a frame of a class."""
    if label.startswith("wavelength"):
        return "arc"
    return {"bias": "bias", "darks": "dark"}.get(label, "flat" if label.startswith("flat") else "light")


def said_type(rng: np.random.Generator, manner: Manner, label: str, before: str) -> str:
    """What this camera's header calls a frame of a class, after a frame of the type `before`."""
    true = true_type(label)
    shut = true in ("bias", "dark")
    lies = {
        "all light": "light",
        "bias is dark": "dark" if shut else true,
        "lamps are light": true if shut else "light",
        "one late": before,
        "all dark or light": "dark" if shut else "light",
    }
    if not manner.lie and rng.random() < WRONG:
        return before if rng.random() < 0.6 else str(rng.choice(TYPES))
    return lies.get(manner.lie, true)


def said_target(rng: np.random.Generator, manner: Manner, label: str, target: str, before: str) -> str:
    """What the observer typed as the target, after a frame of the target `before`."""
    if manner.names == "none" or (manner.names == "targets" and true_type(label) != "light"):
        return "" if manner.names == "none" else before
    if manner.lie and true_type(label) != "light" and rng.random() < 0.5:
        return before
    if label in ("bias", "darks"):
        target = str(rng.choice(names.BIASES if label == "bias" else names.DARKS))
    return names.typed(rng, target)


def mistaken(rng: np.random.Generator, facts: Facts) -> Facts:
    """The same facts with a slip that people make: a wrong filter, the place of the last target."""
    return replace(facts, filter="", airmass=1.0) if rng.random() < 0.1 else facts
