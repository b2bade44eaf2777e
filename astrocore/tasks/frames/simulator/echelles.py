"""Echelle spectrographs: many curved orders one above another, or two for a cross-dispersed spectrograph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.simulator import spectra
from astrocore.tasks.frames.simulator.cameras import Camera
from astrocore.tasks.frames.simulator.names import draw_arc_name, draw_flat_name, draw_target
from astrocore.tasks.frames.simulator.shots import Shot, bright_level, faint_level, light_time, odd_level
from astrocore.tasks.frames.simulator.smooth import Shape, drawn_log

Profile = Callable[[np.ndarray], np.ndarray]
"""Brightness by distance from an order's middle [pixels]."""


@dataclass(frozen=True, eq=False)
class Echelle:
    """An echelle spectrograph. Its own frame is (cross-dispersion, dispersion)."""

    shape: Shape
    middles: np.ndarray
    """(orders, columns) row of each order's middle."""
    blaze: np.ndarray
    """(orders, columns), 1 at most, with the throughput of the whole."""
    places: np.ndarray
    """(orders, columns) where each pixel lies on the grid of wavelengths [samples]."""
    grid: spectra.Grid
    sigma: float
    """Width of a line [samples]."""
    height: float
    """Height of the slit [pixels]."""
    fibre: bool
    """Whether a fibre feeds it: stars and lamps are then equally high."""
    tilt: float
    """Shift of a line along the dispersion for a row up."""
    scattered: float
    turned: bool
    flips: tuple[bool, bool]


def draw(rng: np.random.Generator, camera: Camera) -> Echelle:
    """A spectrograph for a camera."""
    turned = bool(rng.random() < (0.3 if camera.shape[1] >= camera.shape[0] else 0.8))
    rows, columns = camera.shape[::-1] if turned else camera.shape
    two = rng.random() < 0.15
    spacing = rng.uniform(0.35, 0.5) * rows if two else drawn_log(rng, 6, 24)
    number = 2 if two else int(np.clip(rng.uniform(0.6, 1.05) * rows / spacing, 4, 70))
    middles = draw_middles(rng, (rows, columns), number, spacing, two)
    fibre = bool(not two and rng.random() < 0.3)
    height = spacing * rng.uniform(0.2, 0.4) if two else float(np.clip(spacing * rng.uniform(0.3, 0.75), 2.5, 30))
    blaze, places, grid = draw_orders(rng, number, columns, two)
    return Echelle(
        shape=(rows, columns),
        middles=middles,
        blaze=blaze,
        places=places,
        grid=grid,
        sigma=drawn_log(rng, 0.7, 2.2) * float(np.diff(places, axis=1).mean()),
        height=min(height, 5.0) if fibre else height,
        fibre=fibre,
        tilt=rng.normal(0, 0.08),
        scattered=drawn_log(rng, 1e-3, 0.15),
        turned=turned,
        flips=(bool(rng.random() < 0.5), bool(rng.random() < 0.5)),
    )


def draw_middles(rng: np.random.Generator, shape: Shape, number: int, spacing: float, two: bool) -> np.ndarray:
    """Rows (orders, columns) of the orders' middles: evenly or more and more widely spaced, tilted and curved."""
    rows, columns = shape
    s = np.linspace(-1, 1, columns)
    growth = rng.uniform(0, 0.6)
    k = np.linspace(-0.5, 0.5, number)
    at = spacing * (number - 1) * (k + growth * (k**2 - 0.25))
    tilt, curve = rng.normal(0, 0.05) * rows, rng.normal(0, 0.2 if two else 0.06) * rows
    curve = np.clip(curve, -0.25 * rows, 0.25 * rows)
    middle = rng.uniform(0.42, 0.58) * rows - curve / 3
    bow = curve * (1 + 0.3 * k[:, None]) * s**2
    return np.asarray(middle + at[:, None] + tilt * (1 + 0.2 * k[:, None]) * s + bow)


def draw_orders(
    rng: np.random.Generator, number: int, columns: int, two: bool
) -> tuple[np.ndarray, np.ndarray, spectra.Grid]:
    """Blaze and place on the grid of wavelengths (orders, columns) each, and that grid."""
    first = 1 if two else int(rng.integers(22, 60))
    orders = np.arange(first, first + number)[::-1]
    reddest = rng.uniform(7800, 10_000) if two else rng.uniform(6200, 8800)
    s = np.linspace(-0.5, 0.5, columns)
    wide = rng.uniform(0.55, 0.8) if two else rng.uniform(0.9, 1.7)
    waves = reddest * first / orders[:, None] * (1 + wide * s / orders[:, None])
    grid = spectra.Grid(float(waves.min()), float(waves.max()), 2 * columns if two else int(1.2 * number * columns))
    shape = np.sinc(rng.uniform(0.6, 0.95) * wide * (s + rng.normal(0, 0.05))) ** 2
    falloff = spectra.response(rng, grid)
    places = grid.place(waves)
    return shape * np.interp(places, np.arange(grid.size), falloff), places, grid


def laid(echelle: Echelle, spectrum: np.ndarray, profile: Profile, half: int) -> np.ndarray:
    """A spectrum (samples,) laid along the orders, (y, x) as on the detector; `half` is how far the profile goes."""
    rows, columns = echelle.shape
    light = np.interp(echelle.places, np.arange(echelle.grid.size), spectrum) * echelle.blaze
    away = np.arange(-half, half + 1)
    row = np.floor(echelle.middles).astype(np.int64) + away[:, None, None]
    # Lines lean by whole pixels: finer steps would not show beside their width.
    shifted = np.stack([np.roll(light, round(echelle.tilt * step), axis=1) for step in away])
    values = shifted * profile(row - echelle.middles)
    inside = (row >= 0) & (row < rows)
    index = (row * columns + np.arange(columns))[inside]
    image = np.bincount(index, values[inside], rows * columns).reshape(rows, columns).astype(np.float32)
    image += echelle.scattered * 0.5 * (image.mean() + image.mean(axis=0))
    image = image.T if echelle.turned else image
    return image[:: -1 if echelle.flips[0] else 1, :: -1 if echelle.flips[1] else 1]


def slit_profile(echelle: Echelle) -> tuple[Profile, int]:
    """Light that fills the slit or the fibre, and how far it reaches [pixels]."""
    if echelle.fibre:
        return point_profile(0.0, echelle.height / 2.355)
    half = echelle.height / 2
    # The exponent is held where it can no longer matter, so that it does not overflow.
    return lambda away: 1 / (1 + np.exp(np.clip((abs(away) - half) / 0.5, -30, 30))), int(half + 4)


def point_profile(middle: float, sigma: float) -> tuple[Profile, int]:
    """A star off the slit's middle, and how far it reaches [pixels]."""
    return lambda away: np.exp(-0.5 * ((away - middle) / sigma) ** 2), int(abs(middle) + 4 * sigma + 2)


def shot(rng: np.random.Generator, echelle: Echelle, camera: Camera, label: str) -> Shot:
    """An exposure of a class of the echelle."""
    makers = {"flat_baches": flat, "spectrum_baches": spectrum, "wavelength_calibration_baches": arc}
    return makers[label](rng, echelle, camera)


def flat(rng: np.random.Generator, echelle: Echelle, camera: Camera) -> Shot:
    """A lamp with a smooth spectrum along all orders."""
    light = spectra.thermal(echelle.grid, rng.uniform(2600, 5000))
    if echelle.grid.size < 4 * echelle.shape[1]:
        light = light * spectra.fringes(rng, echelle.grid)
    image = laid(echelle, light, *slit_profile(echelle))
    level = odd_level(rng, camera)
    return Shot(image / image.max() * level, round(drawn_log(rng, 0.5, 300), 1), draw_flat_name(rng))


def arc(rng: np.random.Generator, echelle: Echelle, camera: Camera) -> Shot:
    """A lamp with lines: spots along the orders."""
    light, lamp = spectra.lamp(rng, echelle.grid, echelle.sigma)
    image = laid(echelle, light, *slit_profile(echelle))
    seconds = round(drawn_log(rng, 0.5, 600), 1)
    level = camera.most * drawn_log(rng, 0.08, 3) + 60 * camera.floor(seconds)
    return Shot(image / image.max() * level, seconds, draw_arc_name(rng, lamp))


def spectrum(rng: np.random.Generator, echelle: Echelle, camera: Camera) -> Shot:
    """A star along the orders, with the sky where the slit is long and the exposure deep, or daylight."""
    daylight = rng.random() < 0.08
    # Behind a fibre a hot star with few lines looks like a flat: fewer of these.
    shares = [0.1, 0.65, 0.1, 0.15] if echelle.fibre else [0.35, 0.4, 0.1, 0.15]
    kind = str(rng.choice(["hot", "sunlike", "cool", "emission"], p=shares))
    profile = slit_profile(echelle)
    if daylight:
        light, target = spectra.sun(echelle.grid, echelle.sigma), str(rng.choice(["Moon", "Mond", "Sun", "Sonne"]))
    else:
        light, target = spectra.star(rng, echelle.grid, echelle.sigma, kind), draw_target(rng, "star")
    if not daylight and not echelle.fibre:
        room = max(0.0, echelle.height / 2 - 1.5)
        profile = point_profile(0.5 * room * rng.uniform(-1, 1), min(drawn_log(rng, 0.8, 2.0), echelle.height / 3))
    image = laid(echelle, light, *profile)
    bright = daylight or rng.random() < 0.55
    seconds = light_time(rng, camera, 20 if bright else 180)
    level = bright_level(rng, camera, 0.05, 0.9) if bright else 1.5 * faint_level(rng, camera, seconds)
    image = image / image.max() * level
    if not bright and not echelle.fibre and rng.random() < 0.6:
        lines = spectra.sky(rng, echelle.grid, echelle.sigma) * camera.floor(seconds) * drawn_log(rng, 0.5, 12)
        image = image + laid(echelle, lines, *slit_profile(echelle))
    return Shot(image, seconds, target)
