"""What columns would read if the object were fainter, redder, noisier or less sharp; for arrays and tensors alike.

Columns are a dict of name -> values (B,). `xp` is the module of their kind, numpy or torch: both know the functions
that are used here. Randomness comes in as `normal`, a function that gives standard normal values of the columns' shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from astrocore.tasks.sources.bands import BANDS, band_of, quantity_of

Columns = dict[str, Any]
Normal = Callable[[], Any]

MODEL = ("modelMag", "dered", "cModelMag")
"""Magnitudes of one fit to an object: they share their noise."""
OTHERS = ("psfMag", "petroMag")
"""Magnitudes of other fits to the same pixels: most of their noise is the same."""
RADII = ("deVRad", "expRad", "petroRad", "petroR50", "petroR90")
SHARED = 0.8
"""Correlation of the noise of two fits to the same pixels."""
TYPICAL_FWHM = 1.4
"""Width of the PSF [arcsec] where a table does not say it: the median of SDSS."""
POGSON = 2.5 / np.log(10)
ZERO_FLUX = 2.1
"""How much fainter than its 5 sigma depth a band's asinh magnitude of zero flux is, where its softening is unknown."""
MOST_SIZE_ERROR = 2.5
"""Where the scatter of radii ends to grow, in units of that at 0.1 mag: at fainter ones the fits hit their bounds."""
LEAST_RADIUS = 0.001
"""Radius [arcsec] that a fit gives to what looks smaller than a point."""
SIGMA_TO_FWHM = float(2 * np.sqrt(2 * np.log(2)))


def error_at(magnitude: Any, depth: float) -> Any:
    """Error [mag] of a point source limited by the sky: 0.2 mag at `depth`, in proportion to 1 / flux."""
    return 0.2 * 10 ** (0.4 * (magnitude - depth))


def softening(band: str, depth: float) -> float:
    """Softening b of the band's asinh magnitudes."""
    return BANDS[band].softening if band in BANDS else float(10 ** (-0.4 * (depth + ZERO_FLUX)))


def flux_of(magnitude: Any, b: float, xp: Any) -> Any:
    """Flux [maggies] of an asinh magnitude (Lupton, Gunn & Szalay 1999, eq. 3)."""
    return 2 * b * xp.sinh(-magnitude / POGSON - float(np.log(b)))


def magnitude_of(flux: Any, b: float, xp: Any) -> Any:
    """Asinh magnitude of a flux [maggies], which may be negative."""
    return -POGSON * (xp.arcsinh(flux / (2 * b)) + float(np.log(b)))


def fainter(
    columns: Mapping[str, Any], by: Any, depths: Mapping[str, float], size: float, normal: Normal, xp: Any
) -> Columns:
    """The same objects, `by` (B,) magnitudes fainter, measured with the noise that such faint objects have.

    The flux error grows from e0 to e1 = e0 10^(0.4 by), so noise of e1^2 - e0^2 is added to each magnitude; radii
    likewise, whose scatter is `size` FWHM at an error of 0.1 mag and grows with it up to 0.25 mag, as deVRad of SDSS's
    stars does with a size of 0.2.

    Parameters
    ----------
    columns
        Name -> (B,); NaN stays NaN. Columns that are neither magnitudes nor radii do not change.
    by
        (B,) magnitudes, 0 or more.
    depths
        Band -> magnitude with an error of 0.2 mag; bands that are not named do not change.
    """
    found = dict(columns)
    for band, depth in depths.items():
        raw = _raw(columns, band)
        if raw is None:
            continue
        e0 = error_at(raw, depth)
        e1 = e0 * 10 ** (0.4 * by)
        extra = xp.sqrt(xp.clip(e1**2 - e0**2, 0, None))
        draws = _draws(normal)
        for name in _of_band(columns, band):
            found[name] = _degraded(name, columns, by, depth, extra, draws, xp)
            if quantity_of(name) in RADII:
                step = _size_error(e0, e1, size, xp) * _fwhm(columns, band, xp) * normal()
                found[name] = xp.where(by > 0, xp.clip(columns[name] + step, LEAST_RADIUS, None), columns[name])
    return found


def redder(columns: Mapping[str, Any], by: Any, bands: str) -> Columns:
    """The same objects behind more dust: `by` (B,) magnitudes in r. Dereddened magnitudes stay."""
    found = dict(columns)
    for band in bands:
        ratio = BANDS[band].extinction if band in BANDS else 1.0
        for name in _of_band(columns, band):
            if quantity_of(name) in ("extinction", "modelMag", "cModelMag", *OTHERS):
                found[name] = columns[name] + ratio * by
    return found


def blurred(columns: Mapping[str, Any], sigma: Any, xp: Any) -> Columns:
    """The same objects under worse seeing: a Gaussian of `sigma` (B,) [arcsec] more."""
    return {
        name: xp.sqrt(values**2 + (SIGMA_TO_FWHM * sigma) ** 2) if quantity_of(name) == "psffwhm" else values
        for name, values in columns.items()
    }


def noisier(
    columns: Mapping[str, Any], by: float, depths: Mapping[str, float], size: float, normal: Normal, xp: Any
) -> Columns:
    """Magnitudes with noise of `by` times their errors: those that the table has, else what the depth tells.

    Radii likewise, whose error is `size` FWHM at a magnitude error of 0.1 mag, as in `fainter`.
    """
    found = dict(columns)
    for band, depth in depths.items():
        raw = _raw(columns, band)
        if raw is None:
            continue
        draws = _draws(normal)
        for name in _of_band(columns, band):
            if quantity_of(name) in (*MODEL, *OTHERS):
                expected = xp.clip(error_at(raw, depth), None, 0.5)
                error = columns.get(f"{quantity_of(name)}Err_{band}", expected)
                error = xp.where(xp.isfinite(error), error, expected)
                found[name] = columns[name] + by * error * draws(quantity_of(name))
            if quantity_of(name) in RADII:
                scatter = size * xp.clip(error_at(raw, depth) / 0.1, None, MOST_SIZE_ERROR) * _fwhm(columns, band, xp)
                found[name] = xp.clip(columns[name] + by * scatter * normal(), LEAST_RADIUS, None)
    return found


def _degraded(
    name: str, columns: Mapping[str, Any], by: Any, depth: float, extra: Any, draws: Callable[[str], Any], xp: Any
) -> Any:
    """One column of `fainter`, where it is a magnitude or the error of one; otherwise as it is."""
    quantity, band = quantity_of(name), band_of(name)
    if quantity.removesuffix("Err") in (*MODEL, *OTHERS) and quantity.endswith("Err"):
        return columns[name] * 10 ** (0.4 * by)
    if quantity not in (*MODEL, *OTHERS):
        return columns[name]
    dust = columns.get(f"extinction_{band}", 0.0) if quantity == "dered" else 0.0
    b = softening(band, depth)
    flux = flux_of(columns[name] + dust, b, xp) * 10 ** (-0.4 * by)
    return magnitude_of(flux * (1 + extra * draws(quantity)), b, xp) - dust


def _size_error(e0: Any, e1: Any, size: float, xp: Any) -> Any:
    """Scatter that a radius gains as the error grows from e0 to e1 [mag], in units of the PSF's width."""
    before, after = (size * xp.clip(e / 0.1, None, MOST_SIZE_ERROR) for e in (e0, e1))
    return xp.sqrt(xp.clip(after**2 - before**2, 0, None))


def _draws(normal: Normal) -> Callable[[str], Any]:
    """Noise of the magnitudes of one band by quantity: one draw for those of a fit, correlated ones for the others."""
    shared = normal()
    own = {quantity: SHARED * shared + float(np.sqrt(1 - SHARED**2)) * normal() for quantity in OTHERS}
    return lambda quantity: own.get(quantity, shared)


def _raw(columns: Mapping[str, Any], band: str) -> Any | None:
    """The magnitude, not dereddened, that a band's noise follows from; None where the columns have none."""
    for quantity in ("modelMag", "cModelMag", "petroMag", "psfMag"):
        if f"{quantity}_{band}" in columns:
            return columns[f"{quantity}_{band}"]
    if f"dered_{band}" in columns:
        return columns[f"dered_{band}"] + columns.get(f"extinction_{band}", 0.0)
    return None


def _fwhm(columns: Mapping[str, Any], band: str, xp: Any) -> Any:
    """Width of the PSF [arcsec], typical where it is not known."""
    if f"psffwhm_{band}" not in columns:
        return TYPICAL_FWHM
    found = columns[f"psffwhm_{band}"]
    return xp.where(xp.isfinite(found), found, TYPICAL_FWHM)


def _of_band(columns: Mapping[str, Any], band: str) -> list[str]:
    return [name for name in columns if band_of(name) == band]
