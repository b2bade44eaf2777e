"""What people say of a signal: what the tests of vetting and follow-up show, and CANDIDATE where they show nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from astrocore.tasks.exoplanets.missions import Mission
from astrocore.tasks.exoplanets.noise import Noise
from astrocore.tasks.exoplanets.population import Source
from astrocore.tasks.exoplanets.signals import EARTH_IN_SUN

SHARES: Mapping[str, float] = {"CONFIRMED": 0.3, "CANDIDATE": 0.3, "FALSE POSITIVE": 0.4}
"""Class mix of both missions, so that the mission says nothing of the class."""
SIGMAS = 7.0
"""Significance at which half of all secondary eclipses and odd-even differences are found."""
MISTAKEN = 0.015
"""Share of clear signals that get the wrong verdict."""


@dataclass(frozen=True)
class Vetting:
    """How a mission's signals were judged: chances, and signal-to-noise at which half succeed."""

    looked: float
    """Share of signals that anybody settled or tried to settle."""
    confirm_snr: float
    confirm_steepness: float
    bright: float
    """Magnitude from which on follow-up grows harder."""
    triage: float
    """Chance that something obviously not a planet never enters the list; Kepler's table keeps all."""
    largest: float
    """Apparent radius [R_Earth] from which on nothing passes for a planet."""
    slow: float
    """Period [d] from which on too few transits are seen to confirm half of the planets."""
    giants: float
    """How much of the follow-up needs the radial velocity of a giant."""
    centroid: float
    """Chance that light from beside the target is seen to come from there, at high signal-to-noise."""


VETTING: Mapping[str, Vetting] = {
    "kepler": Vetting(0.95, 15.0, 6.0, 16.3, 0.0, 22.0, 60.0, 0.0, 0.75),
    "tess": Vetting(0.76, 20.0, 2.0, 12.0, 0.9, 22.0, 8.0, 0.7, 0.6),
}


def expected_snr(source: Source, noise: Noise, mission: Mission, depth: float | None = None) -> float:
    """Signal-to-noise of the source's dips, or of dips as long of another depth, from the points within the events."""
    events = max(np.floor((mission.span - source.epoch % source.found_period) / source.found_period) + 1, 1.0)
    per_event = max(source.duration / mission.cadence, 1.0)
    points = 0.9 * events * per_event  # a tenth is lost in gaps
    # Red noise does not average out within an event.
    error = np.sqrt(noise.white**2 / points + noise.red**2 * per_event / points)
    return float((source.depth if depth is None else depth) / error)


def events_within(source: Source, mission: Mission) -> int:
    """Events in the mission's span, gaps left aside."""
    return int((mission.span - source.epoch % source.found_period) // source.found_period) + 1


def verdict(
    rng: np.random.Generator,
    source: Source,
    noise: Noise,
    mission: Mission,
    radius: float,
    magnitude: float,
    several: bool,
) -> str | None:
    """The class of a signal before a star of that radius [R_Sun] and magnitude; None: it never enters the list.

    `several` says that the star has more signals, which makes planets of them all (Lissauer et al. 2012).
    """
    vetting, snr = VETTING[mission.name], expected_snr(source, noise, mission)
    wrong = rng.random() < MISTAKEN
    apparent = float(np.sqrt(source.depth) * radius / EARTH_IN_SUN)
    if source.kind == "planet":
        if rng.random() < vetting.looked * confirmation(source, vetting, snr, apparent, magnitude, several):
            return "FALSE POSITIVE" if wrong else "CONFIRMED"
        return "CANDIDATE"
    seen = exposure(source, noise, mission, apparent)
    if rng.random() < vetting.triage * _obvious(source, vetting, apparent, seen):
        return None
    if rng.random() < vetting.looked * seen:
        return "CONFIRMED" if wrong else "FALSE POSITIVE"
    return "CANDIDATE"


def confirmation(source: Source, vetting: Vetting, snr: float, radius: float, magnitude: float, several: bool) -> float:
    """Chance that a planet of that radius [R_Earth] is confirmed or validated once people try."""
    half = vetting.confirm_snr * (0.6 if several else 1.0)
    clear = 1 / (1 + (snr / half) ** -vetting.confirm_steepness)
    faint = 1 / (1 + np.exp(2.0 * (magnitude - vetting.bright)))
    slow = 1 / (1 + (source.found_period / vetting.slow) ** 2)
    giant = 1 - vetting.giants * (1 - _seen(radius, 9.0))
    return float(clear * (0.35 + 0.65 * faint) * (0.15 + 0.85 * slow) * giant)


def exposure(source: Source, noise: Noise, mission: Mission, apparent: float) -> float:
    """Chance that at least one test shows a source that is no planet; `apparent` radius in R_Earth."""
    vetting, snr = VETTING[mission.name], expected_snr(source, noise, mission)
    found = [
        _seen(expected_snr(source, noise, mission, source.secondary), SIGMAS),
        _seen(expected_snr(source, noise, mission, source.odd_even), 2 * SIGMAS),
        1 / (1 + (apparent / vetting.largest) ** -6.0),
        0.5 * (1 - source.flatness) * _seen(snr, 60.0),
    ]
    if source.kind in ("blend", "scattered"):
        found.append(vetting.centroid * (0.5 + 0.5 * _seen(snr, 12.0)))
    if source.kind == "scattered" and mission.name == "kepler":
        found.append(0.8)  # its period is that of a known pair nearby
    if source.kind in ("spots", "instrument"):
        found.append(0.6 * _seen(snr, 9.0))
    return float(1 - np.prod(1 - np.array(found)))


def _obvious(source: Source, vetting: Vetting, apparent: float, seen: float) -> bool:
    """Whether a glance is enough: far too large, or as good as certain and no blend."""
    return bool(apparent > vetting.largest or (seen > 0.9 and source.kind == "binary"))


def _seen(snr: float, half: float) -> float:
    """Chance that something of that significance is noticed."""
    return float(1 / (1 + (max(snr, 1e-9) / half) ** -3.0))
