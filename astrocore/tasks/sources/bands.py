"""SDSS bands: wavelength, extinction, sky, softening; and the names of columns that belong to one band."""

from __future__ import annotations

import re
from dataclasses import dataclass

PIXEL_ARCSEC = 0.396
"""Size of an SDSS pixel [arcsec] (Gunn et al. 1998)."""
ZERO_POINT = 22.5
"""Magnitude of one nanomaggy."""
SIZE = 32
"""Pixels along a side of a cutout."""


@dataclass(frozen=True)
class Band:
    """What is known of a band."""

    wavelength_nm: float
    """Effective wavelength [nm] (Fukugita et al. 1996, table 2)."""
    extinction: float
    """Extinction relative to r (facts of the original's 24 features)."""
    depth: float
    """Magnitude at which the error of a point source is 0.2 mag, 5 sigma."""
    softening: float
    """Softening b of asinh magnitudes (Lupton, Gunn & Szalay 1999; SDSS DR8 values)."""


BANDS: dict[str, Band] = {
    "u": Band(355.1, 1.855, 22.15, 1.4e-10),
    "g": Band(468.6, 1.446, 23.13, 0.9e-10),
    "r": Band(616.5, 1.0, 22.70, 1.2e-10),
    "i": Band(748.1, 0.743, 22.20, 1.8e-10),
    "z": Band(893.1, 0.553, 20.71, 7.4e-10),
}
"""The five bands of SDSS, blue first."""

COLUMN = re.compile(r"(?P<quantity>[A-Za-z][A-Za-z0-9]*)_(?P<band>[a-z])")


def band_of(column: str) -> str:
    """The band that a column such as modelMag_r belongs to; "" for a column of none."""
    found = COLUMN.fullmatch(column)
    return found["band"] if found else ""


def quantity_of(column: str) -> str:
    """The quantity of a column such as modelMag_r: modelMag; the name itself for a column of no band."""
    found = COLUMN.fullmatch(column)
    return found["quantity"] if found else column
