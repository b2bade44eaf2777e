"""An object's cutouts as pictures: north up, one asinh scale for all bands, and a colour composite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from astropy.visualization import LuptonAsinhStretch, ManualInterval, make_lupton_rgb
from scipy.ndimage import map_coordinates

from astrocore.tasks.card import Covered, Picture
from astrocore.tasks.sources.bands import PIXEL_ARCSEC
from astrocore.tasks.sources.features import IMAGE
from astrocore.tasks.sources.selections import blue_first

FINE = 2
"""Pixels that are drawn along a stored one where the image is turned by less than a quarter."""
BRIGHT, LEAST = 99.8, 20.0
"""Percentile of the pixels that is drawn white, and how many times the noise white is at least."""
SOFT = 3.0
"""Flux at which the stretch goes over from linear to logarithmic, in units of the noise."""
FLOOR = -1.0
"""What is drawn black of a single band, in units of the noise: its sky stays visible."""
SUN: Mapping[str, float] = {"u": 6.39, "g": 5.11, "r": 4.65, "i": 4.53, "z": 4.50}
"""Absolute AB magnitudes of the Sun (Willmer 2018, ApJS 236, 47); a composite shows the Sun white."""
ASINH = "Asinh stretch, one scale for all bands."


@dataclass(frozen=True)
class Cutouts:
    """Flux of one object by band (y, x), blue first, NaN where missing; north lies `up_angle` [deg] clockwise of +y."""

    flux: Mapping[str, np.ndarray]
    up_angle: float = np.nan
    arcsec: float = PIXEL_ARCSEC

    @property
    def shape(self) -> tuple[int, int]:
        """Pixels along y and x."""
        y, x = next(iter(self.flux.values())).shape
        return y, x

    @property
    def measured(self) -> tuple[str, ...]:
        """Bands of which at least one pixel was measured."""
        return tuple(band for band, flux in self.flux.items() if np.isfinite(flux).any())

    @property
    def turned(self) -> float:
        """By how much the image is turned [deg]: a quarter turn where that is wrong by less than half a pixel."""
        angle = self.up_angle if np.isfinite(self.up_angle) else 0.0
        quarter = 90.0 * round(angle / 90)
        return quarter if np.abs(np.deg2rad(angle - quarter)) * max(self.shape) < 1 else angle

    @property
    def finer(self) -> int:
        """Drawn pixels along a stored one: more than one where a turned image would look torn."""
        return 1 if self.turned % 90 == 0 else FINE

    @cached_property
    def noise(self) -> float:
        """Scatter of the sky: median over the bands; one where there is none."""
        found = [_scatter(flux[np.isfinite(flux)]) for band, flux in self.flux.items() if band in self.measured]
        noise = float(np.median(found)) if found else 0.0
        return noise if noise > 0 else 1.0

    @cached_property
    def places(self) -> np.ndarray:
        """Where in the stored image each drawn pixel lies: (y, x, 2) pixels from its middle."""
        return places(self.shape, self.turned, self.finer)

    @cached_property
    def beyond(self) -> np.ndarray:
        """Drawn pixels (y, x) that lie outside of the stored image."""
        return np.asarray((np.abs(self.places) > np.array(self.shape) / 2).any(axis=-1))

    def picture(self, title: str, pixels: np.ndarray, caption: str, values: np.ndarray | None = None) -> Picture:
        """A picture on the grid of `places`."""
        return Picture(
            title,
            pixels,
            arcsec_per_pixel=self.arcsec / self.finer,
            north_up=bool(np.isfinite(self.up_angle)),
            beyond=self.beyond if self.beyond.any() else None,
            values=values,
            shows=Covered("image", self.places),
            caption=caption,
        )


def cutouts(arrays: Mapping[str, np.ndarray], up_angle: float = np.nan, arcsec: float = PIXEL_ARCSEC) -> Cutouts | None:
    """The images among an object's arrays; None where none of them holds a pixel that was measured."""
    bands = sorted((name.removeprefix(IMAGE) for name in arrays if name.startswith(IMAGE)), key=blue_first)
    flux = {band: np.asarray(arrays[IMAGE + band], np.float64) for band in bands}
    flux = {band: np.where(np.isfinite(pixels), pixels, np.nan) for band, pixels in flux.items()}
    found = Cutouts(flux, up_angle, arcsec)
    return found if found.measured else None


def pictures(found: Cutouts) -> tuple[Picture, ...]:
    """The composite, where three bands were measured, and each band; the stored images stay as they are."""
    turned = {band: turn(flux, found.places) for band, flux in found.flux.items()}
    white = _white(found)
    bands = [found.picture(band, stretched(flux, found.noise, white), ASINH, flux) for band, flux in turned.items()]
    three = rgb_bands(found.measured)
    if not three:
        return tuple(bands)
    colours = composite([turned[band] * _weight(band, three) for band in three], found.noise, white)
    caption = f"{', '.join(three)} as red, green and blue (Lupton et al. 2004)"
    caption += "; the colour of the Sun is white." if all(band in SUN for band in three) else "."
    return (found.picture(" ".join(three), colours, caption), *bands)


def places(shape: tuple[int, int], up_angle: float, finer: int = 1) -> np.ndarray:
    """Where in an image of `shape` the pixels of one with north up lie: (y, x, 2) pixels from its middle.

    Parameters
    ----------
    up_angle
        Position angle [deg] of the image's +y axis, north through east; +x lies 90 deg clockwise of it in the sky.
    finer
        Drawn pixels along a stored one.
    """
    y, x = np.meshgrid(*((np.arange(n * finer) + 0.5) / finer - n / 2 for n in shape), indexing="ij")
    angle = np.deg2rad(up_angle)
    cos, sin = (np.round(f(angle), 12) for f in (np.cos, np.sin))  # quarter turns are exact
    return np.stack([y * cos - x * sin, x * cos + y * sin], axis=-1)


def turn(flux: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Flux at each of the places (Y, X, 2), between pixels linearly, as `flux` (y, x) has it at the pixels' middles.

    NaN outside of the image, and where at least half of what would be mixed is missing.
    """
    half = np.array(flux.shape) / 2
    at = np.moveaxis(places + half - 0.5, -1, 0)
    known = np.isfinite(flux)
    mixed, weight = (
        map_coordinates(values, at, order=1, mode="nearest") for values in (np.where(known, flux, 0.0), known * 1.0)
    )
    inside = (np.abs(places) <= half).all(axis=-1) & (weight > 0.5)
    return np.where(inside, mixed / np.where(inside, weight, 1.0), np.nan)


def stretched(flux: np.ndarray, noise: float, white: float) -> np.ndarray:
    """Brightness from 0 to 1 of flux by asinh: linear in the noise, logarithmic far above it; NaN stays."""
    soft = SOFT * noise
    low, high = np.arcsinh(FLOOR / SOFT), np.arcsinh(white / soft)
    brightness: np.ndarray = np.clip((np.arcsinh(flux / soft) - low) / (high - low), 0, 1)
    return brightness


def composite(channels: Sequence[np.ndarray], noise: float, white: float) -> np.ndarray:
    """Red, green and blue from 0 to 1 (y, x, 3): one asinh stretch of their mean, so that colour survives.

    Lupton et al. 2004 (PASP 116, 133) as astropy has it, its two numbers chosen so that it is linear in the noise,
    black at zero and reaches 1 at `white`. NaN where any channel is missing.
    """
    soft = SOFT * noise
    missing = np.asarray(~np.isfinite(channels).all(axis=0))
    red, green, blue = (np.where(missing, 0.0, channel) for channel in channels)
    q = 10 * np.sinh(0.1 * np.arcsinh(white / soft))  # astropy's slope is 0.1 / asinh(0.1 q)
    stretch = LuptonAsinhStretch(stretch=q * soft, Q=q)
    with np.errstate(invalid="ignore"):  # 0 / 0 where there is no light
        rgb = make_lupton_rgb(
            red, green, blue, interval=ManualInterval(vmin=0.0), stretch_object=stretch, output_dtype=np.float64
        )
    return np.where(missing[..., None], np.nan, rgb)


def rgb_bands(measured: Sequence[str]) -> tuple[str, ...]:
    """Three bands for red, green and blue: i, r, g where they are there, else the ends and the middle; () for fewer."""
    if {"g", "r", "i"} <= set(measured):
        return ("i", "r", "g")
    return (measured[-1], measured[len(measured) // 2], measured[0]) if len(measured) > 2 else ()


def _weight(band: str, three: Sequence[str]) -> float:
    """What a band's flux is multiplied with: the Sun's colour is white where it is known in all three."""
    if not all(name in SUN for name in three):
        return 1.0
    return float(10 ** (0.4 * (SUN[band] - SUN[three[1]])))


def _white(found: Cutouts) -> float:
    """The flux that is drawn white, in all bands."""
    bright = max(np.nanpercentile(found.flux[band], BRIGHT) for band in found.measured)
    return float(max(bright, LEAST * found.noise))


def _scatter(values: np.ndarray) -> float:
    """Standard deviation by the median absolute deviation."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))
