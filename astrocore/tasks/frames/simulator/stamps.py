"""Small images of stars and galaxies, drawn once a night and added many times."""

from __future__ import annotations

import galsim
import numpy as np

STEPS = 3
"""Places within a pixel, along each axis, for which a star is drawn."""


def star_stamps(psf: galsim.GSObject, fwhm: float) -> np.ndarray:
    """Images (STEPS, STEPS, s, s) of a star of flux 1, shifted by parts of a pixel, float32."""
    side = 2 * int(4 * fwhm + 4) + 1
    shifts = (np.arange(STEPS) + 0.5) / STEPS - 0.5
    return np.array([[drawn(psf, side, (y, x)) for x in shifts] for y in shifts])


def drawn(profile: galsim.GSObject, side: int, shift: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """Image (side, side) of a profile; the middle of a pixel stands for all of it, which needs no transform."""
    image = profile.drawImage(nx=side, ny=side, scale=1.0, method="no_pixel", offset=(shift[1], shift[0]))
    return np.asarray(image.array, dtype=np.float32)


def galaxy_stamps(rng: np.random.Generator, psf: galsim.GSObject) -> tuple[np.ndarray, ...]:
    """Images of some galaxies of flux 1, from small to one that is large in the field."""
    stamps = []
    for radius in (1.5, 3.0, 6.0, 14.0):
        size = float(radius * np.exp(0.25 * rng.standard_normal()))
        disk = galsim.Exponential(half_light_radius=size)
        bulge = galsim.Gaussian(half_light_radius=size / 4)
        shape = (0.8 * disk + 0.2 * bulge).shear(q=rng.uniform(0.25, 1), beta=rng.uniform(0, 180) * galsim.degrees)
        stamps.append(drawn(galsim.Convolve(shape, psf), 2 * int(5 * size + 8) + 1))
    return tuple(stamps)


def smeared(stamps: np.ndarray, length: float, angle: float) -> np.ndarray:
    """Star images (n, n, s, s) trailed over a length [pixels]: the mount did not follow."""
    reach = int(length / 2) + 1
    steps = np.linspace(-length / 2, length / 2, 2 * int(length) + 1)
    padded = np.pad(stamps, ((0, 0), (0, 0), (reach, reach), (reach, reach)))
    shifts = [(round(step * np.sin(angle)), round(step * np.cos(angle))) for step in steps]
    return np.asarray(sum(np.roll(padded, shift, axis=(2, 3)) for shift in shifts) / len(shifts))


def unfocused(outer: float) -> np.ndarray:
    """Star images (1, 1, s, s) of a telescope out of focus: the mirror's ring with its middle dark."""
    reach = int(outer) + 3
    away = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    ring = 1 / (1 + np.exp((away - outer) / 0.6)) - 0.9 / (1 + np.exp((away - 0.4 * outer) / 0.6))
    return np.asarray(ring / ring.sum(), dtype=np.float32)[None, None]


def add(image: np.ndarray, stamp: np.ndarray, y: int, x: int, flux: float) -> None:
    """Add a stamp (s, s) times a flux to an image with its middle at pixel (y, x); what lies outside is lost."""
    high, wide = stamp.shape[0] // 2, stamp.shape[1] // 2
    top, left = y - high, x - wide
    rows = slice(max(0, top), min(image.shape[0], top + stamp.shape[0]))
    columns = slice(max(0, left), min(image.shape[1], left + stamp.shape[1]))
    if rows.start < rows.stop and columns.start < columns.stop:
        image[rows, columns] += (
            flux * stamp[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        )
