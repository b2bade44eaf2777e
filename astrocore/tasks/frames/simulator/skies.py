"""Exposures of the sky: stars and galaxies behind clouds, moonlight, bad tracking and bad focus."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.frames.simulator.cameras import Camera
from astrocore.tasks.frames.simulator.fields import satellite
from astrocore.tasks.frames.simulator.imagers import Imager
from astrocore.tasks.frames.simulator.shots import Shot, light_time
from astrocore.tasks.frames.simulator.smooth import clouds, drawn_log, ramp
from astrocore.tasks.frames.simulator.stamps import smeared, unfocused

WEATHERS = {"clear": 0.78, "clouds": 0.05, "moon": 0.08, "trailed": 0.04, "unfocused": 0.03, "short": 0.02}
"""What may befall an exposure, and how often."""


def deep_sky(rng: np.random.Generator, imager: Imager, camera: Camera) -> Shot:
    """An exposure of one of the night's fields."""
    field = imager.fields[rng.integers(len(imager.fields))]
    weather = str(rng.choice(list(WEATHERS), p=list(WEATHERS.values())))
    stamps = star_images(rng, imager, weather)
    seconds = light_time(rng, camera) if weather != "short" else drawn_log(rng, 0.1, 2)
    peak = peak_level(rng, camera, weather, seconds)
    unit = 1 / float(imager.stars.max())
    image = field.light(rng, stamps, imager.galaxies) * (peak * unit)
    for _ in range(rng.choice([0, 1, 2], p=[0.93, 0.05, 0.02])):
        image += drawn_log(rng, 0.02, 0.3) * peak * satellite(rng, camera.shape)
    background = sky_light(rng, imager, camera, weather)
    if field.nebula is not None:
        background = background + field.nebula * max(4 * camera.noise, 0.2 * peak) * rng.uniform(0.3, 1)
    light = (image + background) * imager.through
    if imager.slit:
        light = with_slit(rng, light)
    if camera.kind == "plate":
        light = photograph(rng, light, camera)
    return Shot(light, round(seconds, 3), field.name)


def star_images(rng: np.random.Generator, imager: Imager, weather: str) -> np.ndarray:
    """Images of a star (n, n, s, s) in this weather."""
    if weather == "trailed":
        return smeared(imager.stars, drawn_log(rng, 6, 50), rng.uniform(0, np.pi))
    if weather == "unfocused":
        return unfocused(rng.uniform(4, 14))
    return imager.stars


def peak_level(rng: np.random.Generator, camera: Camera, weather: str, seconds: float) -> float:
    """Electrons in the middle of the brightest star."""
    low, high = {"clouds": (0.01, 0.1), "short": (0.01, 0.2), "trailed": (0.3, 5), "unfocused": (1, 20)}.get(
        weather, (0.05, 6)
    )
    return drawn_log(rng, low, high) * camera.most + 25 * camera.floor(seconds)


def sky_light(rng: np.random.Generator, imager: Imager, camera: Camera, weather: str) -> np.ndarray | float:
    """Brightness of the sky (y, x) [e]."""
    level = drawn_log(rng, 2, 0.12 * camera.most)
    if weather == "moon":
        return drawn_log(rng, 0.1, 0.6) * camera.most * (1 + rng.uniform(0.05, 0.4) * ramp(rng, camera.shape))
    if weather == "clouds":
        return 3 * level * (1 + rng.uniform(0.05, 0.25) * clouds(rng, camera.shape, 3))
    if weather == "short":
        return 0.02 * level
    return level * (1 + 0.03 * ramp(rng, camera.shape) + 0.02 * np.asarray(imager.fringes))


def with_slit(rng: np.random.Generator, light: np.ndarray) -> np.ndarray:
    """An acquisition image (y, x): the slit is a dark line."""
    at = int(rng.uniform(0.4, 0.6) * light.shape[0])
    light[at : at + int(rng.integers(2, 5))] *= 0.1
    return light


def photograph(rng: np.random.Generator, light: np.ndarray, camera: Camera) -> np.ndarray:
    """A scanned plate (y, x): blackening that saturates, and grain."""
    black = 1 - np.exp(-np.sqrt(np.maximum(light, 0) / (0.3 * camera.most)))
    grain = 0.05 * rng.standard_normal(light.shape, dtype=np.float32)
    return np.asarray(np.maximum(0.75 * black + 0.1 + grain, 0) * camera.most)
