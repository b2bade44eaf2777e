"""Images by galsim's profiles: profile, PSF and pixel are multiplied as Fourier transforms, shifted, and sampled.

That is what galsim's drawImage does, for many objects and bands at once; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import galsim
import numpy as np
from scipy import fft

from astrocore.tasks.sources.appearance import NUMBER, Appearance
from astrocore.tasks.sources.bands import PIXEL_ARCSEC, SIZE, ZERO_POINT
from astrocore.tasks.sources.skies import Sky

GRID = 96
"""Pixels along a side of what is transformed: three cutouts, so that what runs over one edge does not come back."""
MIDDLE = (SIZE - 1) / 2
"""Where the cutter puts an object along each axis [pixel], give or take half a pixel."""
BETA = 3.5
"""Exponent of the Moffat profile of the PSF."""
TRUNCATED = 8.0
"""Where profiles end, in half-light radii (SDSS cuts its de Vaucouleurs models there)."""
ELECTRONS = np.array([150.0, 860.0, 840.0, 790.0, 135.0])
"""Electrons of a nanomaggy: gain over the flux of a count (photoField of the field 2583-2-136)."""
POINT_ERROR = 0.2 * np.log(10) / 2.5
"""Relative error of the flux of a point source at a band's depth: 0.2 mag."""
ACCURACY = galsim.GSParams(kvalue_accuracy=1e-4, maxk_threshold=1e-2)


@dataclass(frozen=True)
class Optics:
    """The PSF of each band, pixel included, as Fourier transform (5, y, x), and the noise of the sky (5,) [nmgy]."""

    transform: np.ndarray
    noise: np.ndarray


def transform(profile: galsim.GSObject) -> np.ndarray:
    """Half of a profile's Fourier transform (GRID, GRID // 2 + 1) in the order of fft.rfft2."""
    half = GRID // 2
    step = 2 * np.pi / (GRID * PIXEL_ARCSEC)
    image = galsim.ImageCD(galsim.BoundsI(0, half, -half, half - 1), scale=step)
    profile.drawKImage(image, recenter=False)
    return np.fft.ifftshift(image.array, axes=0).astype(np.complex64)


def psf_transforms(fwhm: np.ndarray, shear: np.ndarray) -> np.ndarray:
    """Transforms (5, y, x) of PSFs of those widths (5,) [arcsec] and ellipticities (5, 2), pixel included."""
    pixel = galsim.Pixel(PIXEL_ARCSEC)
    psfs = [galsim.Moffat(beta=BETA, fwhm=width).shear(g1=g[0], g2=g[1]) for width, g in zip(fwhm, shear, strict=True)]
    return np.stack([transform(galsim.Convolve(psf, pixel)) for psf in psfs])


def sersic(index: float, radius: float) -> galsim.GSObject:
    """A round profile of flux one; `index` in steps of a half, so that galsim's tables are made once."""
    return galsim.Sersic(
        round(2 * index) / 2, half_light_radius=float(radius), trunc=TRUNCATED * float(radius), gsparams=ACCURACY
    )


def optics_of(sky: Sky) -> Optics:
    """PSF and sky noise of a field: a point source at its depth has an error of 0.2 mag, its own photons counted."""
    transforms = psf_transforms(sky.fwhm, sky.shear)
    psf = images(transforms)
    flux = 10 ** (0.4 * (ZERO_POINT - sky.depth))
    square, cube = (np.sum(psf.astype(float) ** power, axis=(1, 2)) for power in (2, 3))
    # With even weights the flux has the variance noise^2 / sum p^2 + flux sum p^3 / (electrons (sum p^2)^2).
    noise = np.sqrt(square * (POINT_ERROR * flux) ** 2 - flux * cube / (ELECTRONS * square))
    return Optics(transforms, noise)


def images(transforms: np.ndarray, x: np.ndarray | float = MIDDLE, y: np.ndarray | float = MIDDLE) -> np.ndarray:
    """Cutouts (..., SIZE, SIZE) of transforms (..., GRID, GRID // 2 + 1), centred on x and y (...) [pixel]."""
    return sampled(transforms * phases(x, y), SIZE)


def sampled(transforms: np.ndarray, size: int) -> np.ndarray:
    """The first `size` pixels along each axis of the images that these are transforms of."""
    return np.asarray(fft.irfft2(transforms, s=(GRID, GRID))[..., :size, :size])


def phases(x: np.ndarray | float, y: np.ndarray | float, grid: int = GRID) -> np.ndarray:
    """What a transform (..., grid, grid // 2 + 1) is multiplied by to shift its image by x and y (...) [pixel]."""
    along_x = np.exp(-2j * np.pi * np.asarray(x)[..., None] * np.arange(grid // 2 + 1) / grid).astype(np.complex64)
    along_y = np.exp(-2j * np.pi * np.asarray(y)[..., None] * np.fft.fftfreq(grid)).astype(np.complex64)
    return np.asarray(along_y[..., :, None] * along_x[..., None, :])


def draw(seen: Appearance, flux: np.ndarray, optics: Optics, centre: np.ndarray) -> np.ndarray:
    """Noiseless images (N, 5, SIZE, SIZE) [nmgy] of N objects of fluxes (N, 5), at x and y (N, 5, 2) [pixel]."""
    found = np.empty((len(flux), NUMBER, SIZE, SIZE), dtype=np.float32)
    for row in range(len(flux)):
        share = seen.share[row][:, None, None]
        light = np.ones(1, dtype=np.complex64)
        if share.any():
            g1, g2 = seen.shear[row]
            profile = transform(sersic(seen.index[row], seen.radius[row]).shear(g1=float(g1), g2=float(g2)))
            light = (1 - share + share * profile).astype(np.complex64)
        found[row] = images(optics.transform * light, *centre[row].T) * flux[row][:, None, None]
    return found


@cache
def round_transforms(index: float, radii: tuple[float, ...]) -> np.ndarray:
    """Transforms (R, y, x) of round profiles; a radius of zero is a point."""
    point = np.ones((GRID, GRID // 2 + 1), dtype=np.complex64)
    return np.stack([transform(sersic(index, radius)) if radius else point for radius in radii])
