"""Exposures of a slit spectrograph: flats, spectra and arcs."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.frames.simulator import slits, spectra
from astrocore.tasks.frames.simulator.cameras import Camera
from astrocore.tasks.frames.simulator.detector import flicker
from astrocore.tasks.frames.simulator.names import draw_arc_name, draw_flat_name, draw_target
from astrocore.tasks.frames.simulator.shots import Shot, bright_level, faint_level, light_time, odd_level
from astrocore.tasks.frames.simulator.slits import Slit
from astrocore.tasks.frames.simulator.smooth import drawn_log

THIN = 0.45
"""Width of a line before the slit widens it [pixels]."""


def flat(rng: np.random.Generator, slit: Slit, camera: Camera) -> Shot:
    """A lamp with a smooth spectrum over the whole slit; a few are saturated or hardly exposed."""
    light = spectra.thermal(slit.grid, rng.uniform(2600, 3600)) * slit.response * slit.fringes
    image = slits.on_detector(slit, slits.across(slit, light / light.max(), slits.slit_waves(rng, slit)))
    if camera.kind == "cmos" and rng.random() < 0.1:
        image = image * flicker(rng, len(image))
    return Shot(image * odd_level(rng, camera), round(drawn_log(rng, 0.05, 60), 2), draw_flat_name(rng))


def arc(rng: np.random.Generator, slit: Slit, camera: Camera) -> Shot:
    """A lamp with lines; bright ones are often saturated, and some lamps show few."""
    light, lamp = spectra.lamp(rng, slit.grid, THIN)
    light = light * np.maximum(slit.response, 0.05)
    image = slits.across(slit, light, slits.slit_waves(rng, slit))
    seconds = round(drawn_log(rng, 0.3, 300), 1)
    level = camera.most * drawn_log(rng, 0.05, 1.5) + 30 * camera.floor(seconds)
    image = slits.on_detector(slit, image / image.max())
    return Shot(image * level, seconds, draw_arc_name(rng, lamp))


def spectrum(rng: np.random.Generator, slit: Slit, camera: Camera) -> Shot:
    """A target: a star's trace, or a nebula's lines over a part of the slit, with the sky over the whole of it."""
    if rng.random() < 0.04:
        return daylight(rng, slit, camera)
    kind = str(rng.choice(list(spectra.KINDS), p=list(spectra.KINDS.values())))
    bright = rng.random() < 0.55
    seconds = light_time(rng, camera, 10 if bright else 120)
    level = bright_level(rng, camera, 0.05, 0.9) if bright else faint_level(rng, camera, seconds)
    part = slit.parts[rng.integers(len(slit.parts))]
    row = part.low + (part.high - part.low) * rng.uniform(0.25, 0.75)
    image = targeted(rng, slit, kind, row) * level + night_sky(rng, slit, camera.floor(seconds), bright)
    return Shot(slits.on_detector(slit, image), seconds, draw_target(rng, "star" if kind != "nebula" else "nebula"))


def targeted(rng: np.random.Generator, slit: Slit, kind: str, row: float) -> np.ndarray:
    """Light of a target (rows, columns) that is centred at a row, about 1 at its brightest."""
    if kind == "nebula":
        rows = np.arange(slit.shape[0])
        wide = drawn_log(rng, 0.08, 0.35) * slit.shape[0]
        along = np.exp(-0.5 * ((rows - row) / wide) ** 2)
        light = spectra.nebula(rng, slit.grid, THIN) * slit.response
        core = slits.trace(slit, spectra.star(rng, slit.grid, THIN, "hot") * slit.response, row, 3.0)
        lines = slits.across(slit, light, along)
        return np.asarray(lines / (lines.max() + 1e-6) + rng.uniform(0.05, 0.4) * core)
    light = spectra.star(rng, slit.grid, THIN, kind) * slit.response * slit.fringes
    image = slits.sliced(rng, slit, light) if slit.sliced else slits.trace(slit, light, row, drawn_log(rng, 2, 9))
    if not slit.sliced and rng.random() < 0.12:
        image = image + drawn_log(rng, 0.05, 0.6) * slits.trace(slit, light, rng.uniform(0, slit.shape[0]), 3.0)
    return np.asarray(image / (image.max() + 1e-6))


def night_sky(rng: np.random.Generator, slit: Slit, floor: float, bright: bool) -> np.ndarray | float:
    """The sky over the whole slit (rows, columns) [e]; a bright star's exposure is too short to show it."""
    if bright and rng.random() < 0.7:
        return 0.0
    strength = floor * drawn_log(rng, 0.5, 15 if bright else 60)
    return slits.across(slit, strength * spectra.sky(rng, slit.grid, THIN) * slit.response)


def daylight(rng: np.random.Generator, slit: Slit, camera: Camera) -> Shot:
    """The Sun's light over the whole slit, from the Moon or the sky in twilight."""
    light = spectra.sun(slit.grid, THIN) * slit.response
    image = slits.on_detector(slit, slits.across(slit, light / light.max(), slits.slit_waves(rng, slit)))
    target = str(rng.choice(["Moon", "Mond", "Sun", "Tageslicht", "twilight", "Jupiter"]))
    return Shot(image * bright_level(rng, camera), float(rng.choice([0.1, 1, 5, 10, 30])), target)
