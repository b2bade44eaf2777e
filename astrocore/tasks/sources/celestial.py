"""Where the pixels of an image lie on the sky, by its own WCS, and how it is turned and mirrored there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from astropy import units
from astropy.coordinates import ICRS, BaseCoordinateFrame, SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from astropy.wcs.utils import wcs_to_celestial_frame

ARCSEC = 3600.0


@dataclass(frozen=True)
class Sky:
    """The celestial WCS of an image (y, x); pixels count from 0 at the centre of the first one, as numpy's do."""

    wcs: WCS
    frame: BaseCoordinateFrame
    shape: tuple[int, int]

    @property
    def centre(self) -> tuple[float, float]:
        """The pixel position x, y of the image's centre."""
        return (self.shape[1] - 1) / 2, (self.shape[0] - 1) / 2

    def pixels(self, ra: np.ndarray, dec: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions x, y (N,) of right ascensions and declinations (N,) [deg, ICRS].

        They are NaN where there is none: behind the projection, or more than the image's size off a distorted one.
        """
        if len(ra) == 0:
            return np.empty(0), np.empty(0)
        world = np.empty((len(ra), 2))
        world[:, self.wcs.wcs.lng], world[:, self.wcs.wcs.lat] = _turned(ra, dec, ICRS(), self.frame)
        found = self.wcs.wcs_world2pix(world, 0)
        if self.wcs.has_distortion:
            size = np.array(self.shape[::-1])
            near = ((found > -size) & (found < 2 * size)).all(axis=1)
            found[~near] = np.nan
            if near.any():
                found[near] = self.wcs.all_world2pix(world[near], 0, quiet=True)
        return found[:, 0], found[:, 1]

    def positions(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Right ascensions and declinations (N,) [deg, ICRS] of pixel positions x, y (N,)."""
        world = self.wcs.all_pix2world(np.column_stack([x, y]), 0)
        return _turned(world[:, self.wcs.wcs.lng], world[:, self.wcs.wcs.lat], self.frame, ICRS())

    def up_angle(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Position angle (N,) of +y at pixel positions x, y (N,) [deg], north through east, from 0 to 360."""
        return self._angle(x, y, 0, 1)

    @cached_property
    def mirrored(self) -> bool:
        """Whether +x lies 90 deg anticlockwise of +y on the sky (west to the left, north up) instead of clockwise."""
        x, y = (np.array([value]) for value in self.centre)
        return bool(np.sin(np.radians(self._angle(x, y, 0, 1) - self._angle(x, y, 1, 0)))[0] < 0)

    @cached_property
    def pixel_arcsec(self) -> float:
        """Size of a pixel at the image's centre [arcsec], the geometric mean of its sides."""
        x, y = self.centre
        ra, dec = (np.radians(v) for v in self.positions(x + np.array([0.0, 1, 0]), y + np.array([0.0, 0, 1])))
        east, north = (np.sin(ra - ra[0]) * np.cos(dec[0]))[1:], (dec - dec[0])[1:]
        return float(np.degrees(np.sqrt(abs(east[0] * north[1] - east[1] * north[0]))) * ARCSEC)

    def _angle(self, x: np.ndarray, y: np.ndarray, dx: float, dy: float) -> np.ndarray:
        """Position angle [deg] of the step dx, dy at pixel positions, along the great circle."""
        ra, dec = (np.radians(value) for value in self.positions(x, y))
        ra2, dec2 = (np.radians(value) for value in self.positions(x + dx, y + dy))
        east = np.sin(ra2 - ra) * np.cos(dec2)
        north = np.cos(dec) * np.sin(dec2) - np.sin(dec) * np.cos(dec2) * np.cos(ra2 - ra)
        return np.asarray(np.degrees(np.arctan2(east, north)) % 360.0 % 360.0)


def sky_of(header: fits.Header, hdus: fits.HDUList, shape: tuple[int, int]) -> Sky | None:
    """The WCS of an image's header; None where it has no celestial one, or one that leads nowhere."""
    wcs = WCS(header, hdus, naxis=2)
    if not wcs.has_celestial:
        return None
    sky = Sky(wcs, wcs_to_celestial_frame(wcs), shape)
    x, y = (np.array([value]) for value in sky.centre)
    return sky if np.isfinite([*sky.positions(x, y), sky.up_angle(x, y)]).all() and sky.pixel_arcsec > 0 else None


def _turned(lon: np.ndarray, lat: np.ndarray, have: Any, want: Any) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates [deg] of one celestial frame in another; unchanged where they are the same."""
    if isinstance(want, ICRS) and isinstance(have, ICRS):
        return lon, lat
    found = SkyCoord(lon * units.deg, lat * units.deg, frame=have).transform_to(want).spherical
    return found.lon.deg, found.lat.deg
