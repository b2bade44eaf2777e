"""What an exposure is before the detector: its light, its time and what the observer calls it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.simulator.cameras import Camera
from astrocore.tasks.frames.simulator.smooth import drawn_log, radius

DARK_TIMES = np.array([0.1, 1, 2, 5, 10, 20, 30, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800])
"""[s]"""
PLAIN = 25
"""Middling hot pixel over noise, from which on a dark shows by itself what it is."""
LIGHT_TIMES = np.array([10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800])
"""[s]"""


@dataclass(frozen=True, eq=False)
class Shot:
    """An exposure before the detector."""

    light: np.ndarray | float
    """Electrons (y, x) that light would free."""
    seconds: float
    target: str
    """Name of the target, the lamp, or the flat field; "" for what has none."""


def bias_shot(rng: np.random.Generator, camera: Camera) -> Shot:
    """The shortest exposure that the camera can take."""
    return Shot(0.0, float(shortest(camera)), "")


def shortest(camera: Camera) -> float:
    """Exposure time of a bias [s]: nothing, or what the camera's software calls so; the same for all its frames."""
    return (0.0, 0.0, 0.0, 1e-5, 0.001, 3.2e-5)[int(camera.well) % 6]


def dark_shot(rng: np.random.Generator, camera: Camera, plain: bool) -> Shot:
    """A closed shutter for a while; some leak.

    `plain` asks for a dark that can be told from a bias by the image, for cameras that write no header.
    """
    times = DARK_TIMES
    if plain:
        seen = [seconds for seconds in DARK_TIMES if camera.hot_after(seconds) > PLAIN]
        times = np.array(seen or [3600.0])
    elif rng.random() < 0.6:
        times = DARK_TIMES[DARK_TIMES >= 30]
    seconds = float(rng.choice(camera.affordable(times)))
    leak: np.ndarray | float = 0.0
    if rng.random() < 0.04:
        edge = (float(rng.choice([-0.1, 0.5, 1.1])), float(rng.choice([-0.1, 1.1])))
        leak = drawn_log(rng, 2, 30) * camera.noise * np.exp(-radius(camera.shape, edge) / rng.uniform(0.2, 0.8))
    return Shot(leak, seconds, "")


def light_time(rng: np.random.Generator, camera: Camera, least: float = 0.0) -> float:
    """Exposure time [s] of a target, not below `least`, but for cameras too warm for that."""
    return float(rng.choice(camera.affordable(LIGHT_TIMES[np.searchsorted(LIGHT_TIMES, least) :])))


def faint_level(rng: np.random.Generator, camera: Camera, seconds: float) -> float:
    """Peak [e] of a faint spectrum: barely above the noise up to a tenth of what the camera holds."""
    least = 4 * camera.floor(seconds)
    return drawn_log(rng, least, max(0.1 * camera.most, 5 * least))


def bright_level(rng: np.random.Generator, camera: Camera, low: float = 0.1, high: float = 0.8) -> float:
    """Peak [e] of a well exposed frame, as shares of what the camera holds."""
    return rng.uniform(low, high) * camera.most


def odd_level(rng: np.random.Generator, camera: Camera) -> float:
    """Level [e] of a flat: mostly well exposed, a few saturated or hardly exposed."""
    odd = rng.random()
    if odd < 0.03:
        return camera.most * rng.uniform(1.3, 4)
    if odd < 0.07:
        return camera.most * drawn_log(rng, 0.005, 0.03) + 10 * camera.noise
    return bright_level(rng, camera, 0.15, 0.85)
