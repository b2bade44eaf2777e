"""Imagers: what lies between the sky and the detector, and flat fields that show it."""

from __future__ import annotations

from dataclasses import dataclass

import galsim
import numpy as np

from astrocore.tasks.frames.simulator.cameras import Camera
from astrocore.tasks.frames.simulator.detector import flicker
from astrocore.tasks.frames.simulator.fields import Field, draw_field
from astrocore.tasks.frames.simulator.names import draw_flat_name
from astrocore.tasks.frames.simulator.shots import Shot, odd_level
from astrocore.tasks.frames.simulator.smooth import Shape, clouds, drawn_log, radius, ramp
from astrocore.tasks.frames.simulator.stamps import galaxy_stamps, star_stamps

FILTERS = ("L", "R", "G", "B", "V", "I", "Ha", "Clear", "r'", "g'", "i'", "OIII")


@dataclass(frozen=True, eq=False)
class Imager:
    """A telescope with a camera."""

    through: np.ndarray
    """(y, x) light let through, about 1 in the middle: vignetting and dust."""
    fringes: np.ndarray | float
    """Pattern (y, x) of the night sky's lines in a thin detector, scatter 1; 0.0 without."""
    fwhm: float
    """Seeing [pixels]."""
    stars: np.ndarray
    """(3, 3, s, s) images of a star of flux 1 at steps of a third of a pixel."""
    galaxies: tuple[np.ndarray, ...]
    """Images of galaxies of flux 1."""
    fields: tuple[Field, ...]
    """What the telescope points at in this night."""
    slit: bool
    """Whether a spectrograph's slit is seen as a dark line."""


def draw(rng: np.random.Generator, camera: Camera, slit: bool = False) -> Imager:
    """A telescope for a camera, with the targets of a night."""
    fwhm = drawn_log(rng, 1.6, 6)
    psf = galsim.Moffat(beta=rng.uniform(2.5, 4), fwhm=fwhm).shear(g1=rng.normal(0, 0.03), g2=rng.normal(0, 0.03))
    number = 1 if slit else int(rng.integers(1, 4))
    return Imager(
        through=vignetting(rng, camera.shape) * dusty(rng, camera.shape),
        fringes=np.sin(3 * clouds(rng, camera.shape, 6)) if rng.random() < 0.12 else 0.0,
        fwhm=fwhm,
        stars=star_stamps(psf, fwhm),
        galaxies=() if slit else galaxy_stamps(rng, psf),
        fields=tuple(draw_field(rng, camera.shape, slit) for _ in range(number)),
        slit=slit,
    )


def vignetting(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Light (y, x) that the optics let through: less towards the corners, in some telescopes cut off."""
    centre = (rng.normal(0.5, 0.06), rng.normal(0.5, 0.06))
    away = radius(shape, centre)
    light = 1 / (1 + rng.choice([0.05, 0.2, 0.5, 0.9]) * rng.uniform(0.5, 1.2) * away**2) ** 2
    if rng.random() < 0.15:
        light *= 1 / (1 + np.exp((away - rng.uniform(0.75, 1.05)) / rng.uniform(0.01, 0.05)))
    return np.asarray(light * (1 + 0.02 * ramp(rng, shape)), dtype=np.float32)


def dusty(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Shadows (y, x) of grains of dust: rings, for the telescope's mirror leaves their middle bright."""
    light = np.ones(shape, dtype=np.float32)
    side = max(shape)
    for _ in range(rng.poisson(rng.choice([1, 5, 15]))):
        outer = drawn_log(rng, 0.008, 0.05) * side
        y, x = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        rows = slice(max(0, int(y - outer - 4)), int(y + outer + 5))
        columns = slice(max(0, int(x - outer - 4)), int(x + outer + 5))
        here = light[rows, columns]
        away = np.hypot(
            np.arange(rows.start, rows.start + here.shape[0])[:, None] - y,
            np.arange(columns.start, columns.start + here.shape[1]) - x,
        )
        ring = 1 / (1 + np.exp((away - outer) / 0.8)) - 1 / (1 + np.exp((away - 0.4 * outer) / 0.8))
        here *= 1 - drawn_log(rng, 0.008, 0.12) * ring
    return light


def flat(rng: np.random.Generator, imager: Imager, camera: Camera) -> Shot:
    """An evenly lit screen or sky; in twilight with a gradient, and stars in the last of a series."""
    image = imager.through * (1 + drawn_log(rng, 0.002, 0.08) * ramp(rng, camera.shape))
    sky = rng.random() < 0.45
    if sky and rng.random() < 0.2:
        stars = imager.fields[0].light(rng, imager.stars, imager.galaxies)
        image = image + drawn_log(rng, 0.02, 0.4) * stars / (stars.max() + 1e-6)
    if camera.kind == "cmos" and not sky and rng.random() < 0.2:
        image = image * flicker(rng, len(image))
    seconds = drawn_log(rng, 0.3, 60) if sky else drawn_log(rng, 0.003, 20)
    return Shot(image * odd_level(rng, camera), round(seconds, 3), draw_flat_name(rng, sky=True))
