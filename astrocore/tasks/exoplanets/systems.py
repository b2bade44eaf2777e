"""One simulated star: what is on it or near it, how it was observed, what a catalogue and people say of that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.exoplanets.config import CLASSES
from astrocore.tasks.exoplanets.curves import in_thousandths
from astrocore.tasks.exoplanets.folding import Views
from astrocore.tasks.exoplanets.measurement import LEAST_SNR, Measured, ephemeris, measure, measure_star
from astrocore.tasks.exoplanets.missions import MISSIONS, STRETCH, Mission
from astrocore.tasks.exoplanets.noise import Noise, draw_noise, observe
from astrocore.tasks.exoplanets.population import Source, draw_kind, draw_source, draw_star
from astrocore.tasks.exoplanets.signals import Star
from astrocore.tasks.exoplanets.verdicts import SHARES, events_within, expected_snr, verdict

SEVERAL = 0.3
"""Share of planet hosts with more than one planet that shows."""
TRIES = 30
APART = 0.3
"""Least difference of two planets' periods, in natural logarithms."""


@dataclass(frozen=True)
class Found:
    """One object of a data set: label, catalogue row, the stretch of flux [ppt] (STRETCH,) and folded views."""

    label: int
    row: dict[str, float]
    flux: np.ndarray
    views: Views


@dataclass(frozen=True)
class System:
    """A star as it is, with its sources and the verdict on each."""

    mission: Mission
    star: Star
    magnitude: float
    noise: Noise
    sources: tuple[Source, ...]
    verdicts: tuple[str, ...]


def simulate_star(seed: int, number: int) -> list[Found]:
    """All objects of star `number`, the same for the same seed whatever else is simulated.

    Mission and class of the first object are drawn first; systems are then drawn until one is given that verdict and
    shows in its noise. So the classes' shares are the same for both missions.
    """
    rng = np.random.default_rng((seed, number))
    mission = MISSIONS[rng.integers(len(MISSIONS))]
    wanted = CLASSES[rng.choice(len(CLASSES), p=[SHARES[name] for name in CLASSES])]
    while True:
        system = draw_system(rng, mission, wanted)
        if system is not None and (objects := observe_system(rng, system)):
            return objects


def draw_system(rng: np.random.Generator, mission: Mission, wanted: str) -> System | None:
    """A star whose first source is seen and has the wanted verdict; None when this draw is another."""
    kind, magnitude = draw_kind(rng, mission), mission.draw_magnitude(rng)
    star, noise = draw_star(rng, mission, kind), draw_noise(rng, mission, magnitude)
    several = kind == "planet" and bool(rng.random() < SEVERAL)
    first = draw_source(rng, mission, star, kind)
    if not _shows(first, noise, mission):
        return None
    if verdict(rng, first, noise, mission, star.radius, magnitude, several) != wanted:
        return None
    sources, verdicts = [first], [wanted]
    for _ in range(TRIES if several else 0):
        other = draw_source(rng, mission, star, kind)
        if _shows(other, noise, mission) and abs(np.log(other.period / first.period)) > APART:
            sources.append(other)
            verdicts.append(str(verdict(rng, other, noise, mission, star.radius, magnitude, several)))
            break
    return System(mission, star, magnitude, noise, tuple(sources), tuple(verdicts))


def observe_system(rng: np.random.Generator, system: System) -> list[Found]:
    """The objects that are found in a noisy light curve of the system; none when the first is not."""
    mission = system.mission
    flux = in_thousandths(observe(rng, mission, system.sources, system.noise)[None])[0]
    star = measure_star(rng, mission, system.star, system.magnitude)
    snr = [expected_snr(source, system.noise, mission) for source in system.sources]
    clocks = [ephemeris(rng, source, mission, s) for source, s in zip(system.sources, snr, strict=True)]
    objects: list[Found] = []
    for i, (source, clock) in enumerate(zip(system.sources, clocks, strict=True)):
        others = clocks[:i] + clocks[i + 1 :]
        found = measure(rng, source, clock, others, mission.time, flux.astype(np.float64), star)
        if found is None and i == 0:
            return []
        if found is not None:
            objects.append(_object(mission, system.verdicts[i], found, flux))
    return objects


def _shows(source: Source, noise: Noise, mission: Mission) -> bool:
    """Whether a search could find it: two events at least, above the noise, not all of the light."""
    return (
        events_within(source, mission) > 1 and source.depth < 0.9 and expected_snr(source, noise, mission) > LEAST_SNR
    )


def _object(mission: Mission, word: str, found: Measured, flux: np.ndarray) -> Found:
    """The object with the stretch of the flux that begins a little before one of its events."""
    period, epoch = found.row["period"], found.row["epoch_time"]
    latest = len(mission.time) - STRETCH
    middle = epoch + period * round((0.3 * mission.span - epoch) / period)
    start = int(np.clip(middle / mission.cadence - STRETCH / 2, 0, latest))
    row = {**found.row, "time_start": float(mission.time[start]), "cadence": mission.cadence}
    return Found(CLASSES.index(word), row, flux[start : start + STRETCH], found.views)
