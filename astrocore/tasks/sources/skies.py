"""Fields of a made-up survey: place, dust, seeing and sky, which all objects of a field share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.sources.bands import BANDS

FWHM = np.array([1.38, 1.28, 1.17, 1.09, 1.12])
"""Median width of the PSF in ugriz [arcsec]: that of the fields of the published faint and compact sets, a tenth
better than the survey's median (1.53, 1.44, 1.32, 1.27, 1.29 arcsec)."""
COMMON, OWN = 0.13, 0.065
"""Scatter of ln FWHM from field to field that all bands share, and that each has of its own."""
SHEAR = 0.015
"""Scatter of each component of the PSF's ellipticity (shear)."""
DUST, DUST_SCATTER = 0.075, 0.65
"""Median extinction in r [mag] and the scatter of its logarithm, as in the published faint set; the mean is 0.1."""
BRIGHTER_SKY = 0.08
"""Scatter of a band's depth from field to field [mag] that does not come from the seeing."""
NARROW, MISJUDGED = 0.025, 0.018
"""By how much the catalogue takes the PSF for narrower than it is, relatively, and the scatter of that from field to
field and band to band: bright stars then seem to have radii of some hundredths of an arcsecond, as in SDSS."""
WIDE, HIGH = 0.225, 0.165
"""Size of a field along right ascension and declination [deg] (13.5 x 9.9 arcmin)."""
DEPTH = np.array([band.depth for band in BANDS.values()])
EXTINCTION = np.array([band.extinction for band in BANDS.values()])


@dataclass(frozen=True)
class Sky:
    """What the objects of a field have in common; arrays are (5,), in the order of BANDS."""

    ra: float
    dec: float
    """Centre of the field [deg]."""
    extinction: np.ndarray
    """Extinction [mag]."""
    fwhm: np.ndarray
    """Width of the PSF [arcsec]."""
    shear: np.ndarray
    """(5, 2): ellipticity of the PSF."""
    depth: np.ndarray
    """Magnitude at which the error of a point source is 0.2 mag."""
    said_fwhm: np.ndarray
    """Width of the PSF that the catalogue believes [arcsec]."""


def draw_sky(rng: np.random.Generator) -> Sky:
    """A field anywhere north of -10 deg; with worse seeing it is less deep, in proportion."""
    ra, dec = rng.uniform(0, 360), np.rad2deg(np.arcsin(rng.uniform(-0.17, 0.95)))
    seeing = COMMON * rng.standard_normal() + OWN * rng.standard_normal(len(BANDS))
    fwhm = FWHM * np.exp(np.clip(seeing, -0.45, 0.6))
    return Sky(
        ra=float(ra),
        dec=float(dec),
        extinction=EXTINCTION * min(DUST * np.exp(DUST_SCATTER * rng.standard_normal()), 1.5),
        fwhm=fwhm,
        shear=np.clip(SHEAR * rng.standard_normal((len(BANDS), 2)), -0.06, 0.06),
        depth=DEPTH - 2.5 * np.log10(fwhm / FWHM) + BRIGHTER_SKY * rng.standard_normal(len(BANDS)),
        said_fwhm=fwhm * (1 - NARROW + MISJUDGED * np.clip(rng.standard_normal(len(BANDS)), -3, 3)),
    )


def place(rng: np.random.Generator, sky: Sky, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Right ascension and declination (n,) of objects [deg], anywhere in the field."""
    dec = sky.dec + HIGH * rng.uniform(-0.5, 0.5, n)
    ra = sky.ra + WIDE * rng.uniform(-0.5, 0.5, n) / np.cos(np.deg2rad(sky.dec))
    return ra % 360, dec
