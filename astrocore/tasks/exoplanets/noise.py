"""What the instrument and the star add to a light curve: noise, rotation, ramps, jumps, stray light, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from astrocore.tasks.exoplanets.missions import Mission
from astrocore.tasks.exoplanets.population import Source

JUMP_EVERY = 60.0
"""Days from one sudden drop in a pixel's sensitivity to the next, on average; most are mended before."""
DUMP_DAYS = (2.5, 6.5)
"""TESS lets go of its wheels' momentum once in so many days."""


@dataclass(frozen=True)
class Noise:
    """White noise and red noise a cadence, and the star's own variation; shares of the flux."""

    white: float
    red: float
    red_days: float
    rotation: float
    rotation_days: float


def draw_noise(rng: np.random.Generator, mission: Mission, magnitude: float) -> Noise:
    """Noise of a star of that magnitude: most stars are quiet, some vary by a per cent and more."""
    white = mission.noise(magnitude) * float(np.exp(rng.normal(0.05, 0.15)))
    rotation = float(np.exp(rng.normal(np.log(6e-4), 1.2))) if rng.random() < 0.6 else 0.0
    days = float(np.clip(np.exp(rng.normal(np.log(13), 0.6)), 1.5, 45.0))
    return Noise(white, white * rng.uniform(0.05, 0.4), rng.uniform(0.1, 0.6), min(rotation, 0.03), days)


def observe(rng: np.random.Generator, mission: Mission, sources: Sequence[Source], noise: Noise) -> np.ndarray:
    """Relative flux (T,) at the mission's cadences, NaN where nothing was measured."""
    time = mission.time
    flux = np.ones(time.shape)
    for source in sources:
        flux *= source.flux(time, mission.cadence)
    flux *= 1 + _rotation(rng, time, noise)
    flux += noise.white * rng.standard_normal(time.shape) + _red(rng, mission, noise)
    flux += noise.white * _systematics(rng, mission)
    bright = np.flatnonzero(rng.random(time.shape) < 0.001)
    flux[bright] += noise.white * rng.exponential(8, len(bright))
    return np.where(_gaps(rng, mission), np.nan, flux)


def _rotation(rng: np.random.Generator, time: np.ndarray, noise: Noise) -> np.ndarray:
    """Two groups of spots that turn with the star, growing and fading over a few turns."""
    angle = 2 * np.pi * (time / noise.rotation_days + rng.random())
    life = noise.rotation_days * rng.uniform(2, 6)
    height = 1 + 0.5 * np.sin(2 * np.pi * time / life + rng.uniform(0, 6))
    return np.asarray(noise.rotation * height * (np.sin(angle) + 0.4 * np.sin(2 * angle + rng.uniform(0, 6))))


def _red(rng: np.random.Generator, mission: Mission, noise: Noise) -> np.ndarray:
    """Noise that forgets itself in `red_days` (an autoregressive process)."""
    keep = np.exp(-mission.cadence / noise.red_days)
    kicks = noise.red * np.sqrt(1 - keep**2) * rng.standard_normal(mission.time.shape)
    kicks[0] /= np.sqrt(1 - keep**2)
    return np.asarray(lfilter([1.0], [1.0, -keep], kicks))


def _systematics(rng: np.random.Generator, mission: Mission) -> np.ndarray:
    """What the pipeline leaves of the instrument (T,), in units of the white noise."""
    time, left = mission.time, np.zeros(mission.time.shape)
    for begin, end in mission.blocks:
        here = (time >= begin) & (time <= end)
        # Warming up at the start of a block, stray light towards its end.
        left[here] += rng.normal(0, 3) * np.exp(-(time[here] - begin) / rng.uniform(0.3, 2.0))
        if mission.name == "tess":
            left[here] += abs(rng.normal(0, 3)) * np.exp((time[here] - end) / rng.uniform(0.3, 1.0))
    for moment in rng.uniform(0, mission.span, rng.poisson(mission.span / JUMP_EVERY)):
        since = time - moment
        left -= abs(rng.normal(0, 3)) * np.where(since > 0, np.exp(-np.maximum(since, 0) / rng.uniform(0.1, 3.0)), 0.0)
    if mission.name == "tess":
        left += _dumps(rng, time)
    return left


def _dumps(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    """A few jittery cadences around each momentum dump that the flags did not catch."""
    days, height = rng.uniform(*DUMP_DAYS), abs(rng.normal(0, 1))
    since = np.mod(time - rng.uniform(0, days), days)
    shaken = np.flatnonzero(since < 0.08)
    left = np.zeros(time.shape)
    left[shaken] = height * rng.normal(0, 2, len(shaken))
    return left


def _gaps(rng: np.random.Generator, mission: Mission) -> np.ndarray:
    """Where nothing was measured: between blocks, at downlinks, in a few short gaps, at single bad points."""
    time = mission.time
    missing = rng.random(time.shape) < 0.005
    outside = np.ones(time.shape, dtype=bool)
    for begin, end in mission.blocks:
        outside &= (time < begin) | (time > end)
    starts = [*np.arange(mission.pause, mission.span, mission.pause), *rng.uniform(0, mission.span, rng.integers(0, 3))]
    for start in starts:
        missing |= (start < time) & (start + rng.uniform(0.1, 0.9) > time)
    return np.asarray(missing | outside)
