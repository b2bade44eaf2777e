"""Catalogue numbers of a signal as a search and a fit would report them: from the noisy curve, with their errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from astrocore.tasks.exoplanets.folding import FLUX_SCALE, PPM, Ephemeris, Views, folded_views, phase_of
from astrocore.tasks.exoplanets.missions import Mission
from astrocore.tasks.exoplanets.population import Source
from astrocore.tasks.exoplanets.signals import EARTH_IN_SUN, Star

LEAST_SNR = 6.0
NO_FIT, NO_STAR = 0.037, 0.02
"""Share of signals that no transit model was fitted to, and of stars that no catalogue describes."""
CORE = 0.3
"""Durations to either side of mid-transit from which the depth is read."""

Row = dict[str, float]


@dataclass(frozen=True)
class Measured:
    """Numbers of a signal, by column, and its folded views."""

    row: Row
    views: Views


def measure_star(rng: np.random.Generator, mission: Mission, star: Star, magnitude: float) -> Row:
    """Temperature, radius, gravity and magnitude with the errors of a catalogue; some stars have only the last."""
    known = 1.0 if rng.random() > NO_STAR else np.nan
    factor = float(np.exp(mission.radius_error * rng.standard_normal()))
    return {
        "stellar_temp": known * float(star.temp + mission.temp_error * rng.standard_normal()),
        "stellar_radius": known * star.radius * factor,
        "stellar_logg": known * float(star.logg - 1.6 * np.log10(factor) + rng.normal(0, 0.04)),
        mission.magnitude: magnitude,
    }


def ephemeris(rng: np.random.Generator, source: Source, mission: Mission, snr: float) -> Ephemeris:
    """Period, epoch and duration as found: the clearer and the more events, the closer to the truth."""
    moment = source.duration * (0.02 + 0.5 / max(snr, 1.0))
    events = max(mission.span / source.found_period, 1.0)
    period = source.found_period + rng.normal(0, moment) / events**1.5
    epoch = source.epoch % source.found_period + rng.normal(0, moment)
    duration = source.duration * float(np.exp(rng.normal(0, 0.04 + 1.2 / max(snr, 6.0))))
    return Ephemeris(float(period), float(epoch), min(duration, 0.45 * source.found_period))


def measure(
    rng: np.random.Generator,
    source: Source,
    found: Ephemeris,
    others: Sequence[Ephemeris],
    time: np.ndarray,
    flux: np.ndarray,
    star: Row,
) -> Measured | None:
    """Numbers and views of a signal in noisy flux (T,) [ppt] before a star; None when the dip is lost in the noise."""
    views = folded_views(time, flux, *found, others, ppm=PPM / FLUX_SCALE)
    width = len(views.local_view)
    place = np.abs((np.arange(width) + 0.5) / width - 0.5) * min(4.0, found.period / found.duration)
    core = views.local_mask & (place < CORE)
    near = np.abs(phase_of(time, found.period, found.epoch)) * found.period < CORE * found.duration
    points = int((near & np.isfinite(flux)).sum())
    if points < 3 or not core.any() or not np.isfinite(views.flux_scatter):
        return None
    depth = -float(views.local_view[core].astype(np.float64).mean()) * views.flux_scatter
    # The whole event is fitted, the core is only where the depth is read.
    snr = depth / views.flux_scatter * np.sqrt(points / (2 * CORE))
    if not (snr > LEAST_SNR and depth < PPM):
        return None
    fit = _fit(rng, source, 1e-6 * depth, snr, star["stellar_radius"])
    clock = {"period": found.period, "epoch_time": found.epoch, "duration": 24 * found.duration}
    return Measured({**clock, **fit, **star}, views)


def _fit(rng: np.random.Generator, source: Source, depth: float, snr: float, stellar_radius: float) -> Row:
    """What a transit model finds; whose fit failed has only a period, an epoch and a duration."""
    ratio = np.sqrt(depth) * float(np.exp(rng.normal(0, 0.02 + 0.5 / snr)))
    vague = 1 / (1 + (snr / 20.0) ** 2)
    if rng.random() < vague:
        impact = 0.97 * rng.random() ** 1.2  # the shape of a faint dip fits any chord
    elif source.flatness == 0:
        # A graze hides how large the disc is that grazes.
        ratio *= float(np.exp(abs(rng.normal(0, 0.5))))
        impact = 1 - ratio + 1.3 * ratio * rng.random()
    else:
        impact = apparent_impact(np.sqrt(depth), source.flatness) + rng.normal(0, 0.06)
    row = {
        "depth": PPM * depth,
        "planet_radius": float(ratio * stellar_radius / EARTH_IN_SUN),
        "snr": float(snr),
        "impact": float(abs(impact)),
    }
    return row if rng.random() > NO_FIT else dict.fromkeys(row, np.nan)


def apparent_impact(ratio: float, flatness: float) -> float:
    """Impact parameter that the shape lets believe (Seager & Mallen-Ornelas 2003, eq. 7).

    `ratio` is the root of the depth, `flatness` the second to third over the first to last contact.
    """
    square = ((1 - ratio) ** 2 - flatness**2 * (1 + ratio) ** 2) / (1 - flatness**2)
    return float(np.sqrt(max(square, 0.0)))
