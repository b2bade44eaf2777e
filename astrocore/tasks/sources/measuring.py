"""Catalogue quantities out of noisy images: centre, PSF and model magnitudes, radii, much as SDSS measures them.

The centre is the peak of the r image under the PSF as filter; the other bands follow by their known offsets. About it
are fitted, each with its flux alone free: the PSF (psfMag), and round de Vaucouleurs profiles convolved with the PSF
on a grid of radii from 0 to 6 arcsec (deVRad, in each band by itself; a parabola through the best three of chi
square). The model magnitudes of all bands have the shape that fits r best, de Vaucouleurs or exponential. Simpler
than SDSS: models are round.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from astrocore.tasks.sources.appearance import NUMBER, R
from astrocore.tasks.sources.bands import BANDS, SIZE
from astrocore.tasks.sources.drawing import ELECTRONS, MIDDLE, Optics, phases, round_transforms, sampled
from astrocore.tasks.sources.faint import POGSON, magnitude_of

RADII = (0.0, 0.03, 0.05, 0.08, 0.11, 0.15, 0.2, 0.27, 0.35, 0.45, 0.58, 0.75, 0.95, 1.2, 1.5, 1.9, 2.4, 3.1, 4.2, 6.0)
"""Half-light radii of the models [arcsec]."""
SHAPES = (4.0, 1.0)
"""Sersic indices of the models: de Vaucouleurs, exponential."""
PATCH = 48
"""Pixels along a side in which models are compared with a cutout, shifted to where its object is."""
CENTRE = PATCH // 2
EDGE = (PATCH - SIZE) // 2
REACH = 3
"""How far from the middle an object's peak is looked for [pixel]."""


def models(optics: Optics, band: int, index: float) -> np.ndarray:
    """Models (R, PATCH * PATCH) of flux one with radii RADII, centred on a pixel."""
    shifted = round_transforms(index, RADII) * optics.transform[band] * phases(CENTRE, CENTRE)
    return sampled(shifted, PATCH).reshape(len(RADII), -1)


def peaks(images: np.ndarray, transform: np.ndarray) -> np.ndarray:
    """Where the peak near the middle of images (N, SIZE, SIZE), filtered with a PSF (y, x), is: x, y (N, 2) [pixel]."""
    grid = (transform.shape[0], transform.shape[0])
    filtered = sampled(fft.rfft2(images, s=grid) * np.conj(transform), SIZE)
    first = int(MIDDLE) - REACH + 1
    near = filtered[:, first : first + 2 * REACH, first : first + 2 * REACH]
    top = near.reshape(len(near), -1).argmax(axis=1)
    rows, y, x = np.arange(len(near)), first + top // (2 * REACH), first + top % (2 * REACH)
    across = vertex(*(filtered[rows, y, x + step] for step in (-1, 0, 1)))
    along = vertex(*(filtered[rows, y + step, x] for step in (-1, 0, 1)))
    return np.stack([x + across, y + along], axis=1)


def vertex(before: np.ndarray, at: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where between -1/2 and 1/2 the parabola through three values, the middle one the highest, has its top."""
    bend = before - 2 * at + after
    with np.errstate(invalid="ignore", divide="ignore"):
        top = 0.5 * (before - after) / bend
    return np.clip(np.where(bend < 0, top, 0), -0.5, 0.5)


def centred(images: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Images (N, SIZE, SIZE) in patches (N, PATCH * PATCH), shifted so that x, y (N, 2) come to lie in the middle."""
    padded = np.zeros((len(images), PATCH, PATCH), dtype=np.float32)
    padded[:, EDGE : EDGE + SIZE, EDGE : EDGE + SIZE] = images
    x, y = (CENTRE - EDGE - centre).T
    moved = fft.rfft2(padded) * phases(x, y, PATCH)
    return np.asarray(fft.irfft2(moved, s=(PATCH, PATCH))).reshape(len(images), -1)


class Fit:
    """Fluxes of models in one band, by least squares with the inverse variance of sky and source as weights."""

    def __init__(self, images: np.ndarray, centre: np.ndarray, psf: np.ndarray, noise: float, electrons: float) -> None:
        self.data, self.there = centred(images, centre), centred(np.ones_like(images), centre)
        self.variance = np.full((1, 1), noise**2, dtype=np.float32)
        flux, _ = self.of(psf[None])
        self.variance = noise**2 + np.maximum(flux, 0) * psf / electrons

    def of(self, models: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Flux and its weight (inverse variance), (N, R) each, of models (R, P)."""
        a, b = (self.data / self.variance) @ models.T, (self.there / self.variance) @ (models**2).T
        return a / b, b

    def of_each(self, model: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Flux and its weight (N,) of one model an object (N, P)."""
        a = np.einsum("np,np->n", self.data / self.variance, model)
        b = np.einsum("np,np->n", self.there / self.variance, model**2)
        return a / b, b


def best(flux: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place (N,) on the grid of models (N, R) where chi square is least, and by how much a model there lowers it."""
    gain = np.maximum(flux, 0) ** 2 * weight
    at, rows = gain.argmax(axis=1), np.arange(len(gain))
    inside = np.clip(at, 1, gain.shape[1] - 2)
    step = vertex(*(gain[rows, inside + one] for one in (-1, 0, 1)))
    return np.where(at == inside, at + step, at), gain[rows, at]


def measure(images: np.ndarray, optics: Optics, offset: np.ndarray) -> dict[str, np.ndarray]:
    """psfMag, modelMag, their errors and deVRad, (N, 5) each, of images (N, 5, SIZE, SIZE) [nmgy].

    `optics` has the PSF and the sky's noise as the catalogue believes them; `offset` (N, 5, 2) is how far the frame's
    x and y of each band are from those of r [pixel].
    """
    centre = peaks(images[:, R], optics.transform[R])
    grids = [[models(optics, band, index) for index in SHAPES] for band in range(NUMBER)]
    fits = [
        Fit(images[:, band], centre + offset[:, band], grids[band][0][0], optics.noise[band], ELECTRONS[band])
        for band in range(NUMBER)
    ]
    places = [best(*fit.of(grid[0])) for fit, grid in zip(fits, grids, strict=True)]
    shape, place = _shape(places[R], best(*fits[R].of(grids[R][1])))
    points = [fit.of(grid[0][:1]) for fit, grid in zip(fits, grids, strict=True)]
    shaped = [fit.of_each(_models(grid, shape, place)) for fit, grid in zip(fits, grids, strict=True)]
    return {
        "deVRad": np.stack([np.interp(at, np.arange(len(RADII)), RADII) for at, _ in places], axis=1),
        **_magnitudes("psfMag", [(flux[:, 0], weight[:, 0]) for flux, weight in points]),
        **_magnitudes("modelMag", shaped),
    }


def _shape(*places: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Which of SHAPES fits best (N,), and at what place on its grid of radii (N,)."""
    at, gain = (np.stack(values) for values in zip(*places, strict=True))
    shape = gain.argmax(axis=0)
    return shape, at[shape, np.arange(len(shape))]


def _models(grids: list[np.ndarray], shape: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Models (N, P) of each object's shape (N,) at its place (N,) on the shape's grid (R, P), linearly."""
    first = np.clip(place.astype(int), 0, len(RADII) - 2)
    part = (place - first)[:, None].astype(np.float32)
    grid = np.stack(grids)
    return np.asarray((1 - part) * grid[shape, first] + part * grid[shape, first + 1])


def _magnitudes(name: str, fits: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, np.ndarray]:
    """Asinh magnitudes and their errors (N, 5) of fluxes [nmgy] and weights, band by band."""
    found = []
    for (flux, weight), band in zip(fits, BANDS.values(), strict=True):
        error = POGSON * 1e-9 / np.sqrt(weight) / np.hypot(1e-9 * flux, 2 * band.softening)
        found.append((magnitude_of(1e-9 * flux.astype(float), band.softening, np), error))
    magnitudes, errors = (np.stack(values, axis=1) for values in zip(*found, strict=True))
    return {name: magnitudes, f"{name}Err": errors}
