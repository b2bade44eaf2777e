"""The files of one star as one curve: each cadence once, short ones averaged, and what was not used as it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from astrocore.data.draft import Defect
from astrocore.errors import AstrocoreError, DuplicateFile, ShortCadence
from astrocore.tasks.exoplanets.config import Source
from astrocore.tasks.exoplanets.curves import MINUTES_A_DAY
from astrocore.tasks.exoplanets.lightcurves import LightCurve, averaged, joined, read_light_curve

SHORT_MINUTES = {"tess": 1.0}
"""Cadences below this are short: TESS's 20 seconds (its usual 2 minutes are not)."""
SHORT_ELSEWHERE = 10.0
SAME_DAYS = 1e-4
"""Times of one star this close are one cadence: single precision and clocks differ by less."""
SAME_SHARE = 0.5
"""Share of the shorter file's times from which on two files hold the same cadences; less is chance."""
LEAST_SHARE = 0.1
"""A file of which no more than this is new is left out."""


@dataclass
class StarFiles:
    """What the files of a star gave.

    `curve` is None when none can be used; `files` are those that it is made of, `refused` tells of the others, and
    `changed` of what was done to some of `files`, which is true once the curve itself serves.
    """

    curve: LightCurve | None = None
    files: list[str] = field(default_factory=list)
    refused: list[Defect] = field(default_factory=list)
    changed: list[Defect] = field(default_factory=list)


def read_star(folder: Path, files: Iterable[str], source: Source) -> StarFiles:
    """The files of one star joined, in their order; a cadence that an earlier file has is taken from that one."""
    found = StarFiles()
    whole: dict[str, LightCurve] = {}
    parts = []
    for name in files:
        told: list[Defect] = []
        try:
            curve = read_light_curve(folder / name, source.quality)
            part = _averaged(name, _once(name, curve, whole, told), source, told)
        except AstrocoreError as error:
            found.refused += unused((name,), error)
            continue
        whole[name] = curve
        parts.append(part)
        found.files.append(name)
        found.changed += told
    found.curve = joined(parts) if parts else None
    return found


def unused(files: Iterable[str], error: AstrocoreError) -> list[Defect]:
    """A defect for each of some files."""
    return [Defect(name, type(error).__name__, str(error)) for name in files]


def same_cadences(curve: LightCurve, other: LightCurve) -> np.ndarray:
    """(T,) which times of a curve are also times of another of the same star; none where so few agree by chance."""
    shift = curve.zero - other.zero
    times, others = curve.time + (shift if np.isfinite(shift) else 0.0), other.time
    near = min(SAME_DAYS, 0.1 * curve.cadence, 0.1 * other.cadence)
    if times[0] > others[-1] + near or times[-1] < others[0] - near:
        return np.zeros(len(times), dtype=bool)
    after = np.searchsorted(others, times - near)
    same = (after < len(others)) & (others[np.minimum(after, len(others) - 1)] <= times + near)
    return np.asarray(same & (same.sum() >= SAME_SHARE * min(len(times), len(others))))


def _once(name: str, curve: LightCurve, earlier: Mapping[str, LightCurve], told: list[Defect]) -> LightCurve:
    """The cadences that no earlier file has, which is told; raises DuplicateFile when next to none is new."""
    new = np.ones(len(curve.time), dtype=bool)
    first = ""
    for other, held in earlier.items():
        same = same_cadences(curve, held)
        first = first or (other if same.any() else "")
        new &= ~same
    if not first:
        return curve
    if new.mean() <= LEAST_SHARE:
        raise DuplicateFile(f"It holds the same cadences of the star as {first} and was left out; keep one of the two.")
    text = f"{int((~new).sum())} of its {len(new)} cadences are those of {first} and were taken from there."
    told.append(Defect(name, DuplicateFile.__name__, text))
    return replace(curve, time=curve.time[new], flux=curve.flux[new])


def _averaged(name: str, curve: LightCurve, source: Source, told: list[Defect]) -> LightCurve:
    """The curve at long cadence; raises ShortCadence where that is not wanted."""
    minutes = curve.cadence * MINUTES_A_DAY
    if not minutes < SHORT_MINUTES.get(curve.mission or source.mission.lower(), SHORT_ELSEWHERE):
        return curve
    what = f"It has short cadence, a point every {60 * minutes:.0f} s, and was"
    if source.short_cadence == "refuse":
        raise ShortCadence(f"{what} left out; allow it with short_cadence average.")
    told.append(Defect(name, ShortCadence.__name__, f"{what} averaged to 30 minutes and used."))
    return averaged(curve)
