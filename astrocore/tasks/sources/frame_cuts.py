"""What has been cut from frames so far: for each object and band, from the frame that holds it best."""

from __future__ import annotations

from collections import Counter

import numpy as np

from astrocore.data.draft import Defect
from astrocore.tasks.sources.celestial import Sky
from astrocore.tasks.sources.cutouts import Cut, empty_arrays, reference_band
from astrocore.tasks.sources.cutter import blocks, margin, places
from astrocore.tasks.sources.fits_images import Image, listed, unit_notes

MOST_SKY = 2.0
"""A frame whose median is further from zero than so many times its scatter seems to hold its sky still."""
SCATTER = 1.4826
"""Standard deviation of a normal distribution, in units of its median absolute deviation."""
SAMPLE = 100_000
"""Pixels, about, from which median and scatter are taken."""
MOST_TURN, MOST_STRETCH = 5.0, 1.05
"""Degrees, and ratio of pixel sizes, by which an object's frames of two bands may differ before it is told."""


class FrameCuts:
    """Images of N objects in B bands, to which one frame after the other is added.

    Parameters
    ----------
    ra, dec
        (N,) Coordinates [deg, ICRS]; NaN where unknown.
    bands, size
        One letter each, and pixels along a side of an image.
    """

    def __init__(self, ra: np.ndarray, dec: np.ndarray, bands: str, size: int) -> None:
        self.bands, self.size, self.n = bands, size, len(ra)
        self.rows = np.flatnonzero(np.isfinite(ra) & (np.abs(ra) <= 360) & (np.abs(dec) <= 90))
        self.ra, self.dec = ra[self.rows], dec[self.rows]
        self.arrays = empty_arrays(self.n, bands, size)
        # Of the frame that an object was cut from, (B, N): pixels to its nearest edge, its turn and its pixel's size.
        self.margin = np.full((len(bands), self.n), -np.inf)
        self.up = np.full((len(bands), self.n), np.nan)
        self.scale = np.full((len(bands), self.n), np.nan)
        self.frames = 0
        self.units: Counter[str] = Counter()
        self.bright: list[str] = []

    def add(self, image: Image, band: str, sky: Sky) -> None:
        """Cut those objects that no earlier frame of the band holds better; pixels are read if there are any.

        Raises
        ------
        FileUnreadable
            Its pixels are damaged.
        """
        x, y = sky.pixels(self.ra, self.dec)
        at, inside = places(x, y, self.size, sky.shape), margin(x, y, sky.shape)
        place = self.bands.index(band)
        take = at.touch & (inside > self.margin[place, self.rows])
        if take.any():
            pixels, rows = image.pixels(), self.rows[take]
            cut = blocks(pixels, at.x[take], at.y[take], self.size, image.saturation)
            self.arrays[f"image_{band}"][rows] = cut[:, :, ::-1] if sky.mirrored else cut
            self.margin[place, rows] = inside[take]
            self.up[place, rows] = sky.up_angle(x[take], y[take])
            self.scale[place, rows] = sky.pixel_arcsec
            self.units[image.unit] += 1
            self.bright += [image.name] if has_sky(pixels) else []
        self.frames += 1

    def result(self, defects: list[Defect], notes: list[str]) -> Cut:
        """The images, how they are turned, and what the person should know, `notes` last."""
        told = [*self._missing(), *self._doubtful(), *unit_notes(self.units, "frames"), *notes]
        columns = {"up_angle": self.of_reference(self.up), "pixel_arcsec": self.of_reference(self.scale)}
        return Cut(self.arrays, columns, tuple(defects), tuple(told))

    def of_reference(self, values: np.ndarray) -> np.ndarray:
        """(N,) Of values (B, N) the reference band's; of an object that lacks it those of the first band it has."""
        found: np.ndarray = values[self.bands.index(reference_band(self.bands))]
        for other in values:
            found = np.where(np.isnan(found), other, found)
        return found

    def _missing(self) -> list[str]:
        """Notes on objects, and bands of objects, without an image."""
        cut = np.isfinite(self.margin)
        anywhere = cut.any(axis=0)
        lack = {band: int((anywhere & ~has).sum()) for band, has in zip(self.bands, cut, strict=True)}
        lacking = ", ".join(f"{band} ({count})" for band, count in lack.items() if count)
        outside = int((cut & (self.margin < 0)).any(axis=0).sum())
        told = {
            "have no coordinates; their images are missing.": self.n - len(self.rows),
            "lie in none of the frames; their images are missing.": len(self.rows) - int(anywhere.sum()),
            f"lie in a frame, but in none of some band: {lacking}.": int((anywhere & ~cut.all(axis=0)).sum()),
            "lie just beyond the edge of a frame, so that less than half of an image is there.": outside,
        }
        return [f"{count} of {self.n} objects {text}" for text, count in told.items() if count]

    def _doubtful(self) -> list[str]:
        """Notes on bands that don't lie on each other, and on frames with sky."""
        turn = np.abs((self.up - self.of_reference(self.up) + 180) % 360 - 180)
        widest, finest = np.fmax.reduce(self.scale), np.fmin.reduce(self.scale)
        with np.errstate(invalid="ignore"):
            apart = int(((turn > MOST_TURN).any(axis=0) | (widest > MOST_STRETCH * finest)).sum())
        notes = []
        if apart:
            notes.append(
                f"{apart} of {self.n} objects were cut from frames that are turned against each other or have pixels "
                "of different sizes; their bands don't lie on each other. Resample the frames to one grid first."
            )
        if self.bright:
            notes.append(
                f"The median of {len(self.bright)} frames is far from zero, so their sky seems not to be subtracted; "
                f"it was left in: {listed(self.bright)}."
            )
        return notes


def has_sky(pixels: np.ndarray) -> bool:
    """Whether the median of an image (y, x) is far from zero, measured by its scatter."""
    some = pixels.reshape(-1)[:: pixels.size // SAMPLE | 1].astype(np.float64)
    some = some[np.isfinite(some)]
    if len(some) == 0:
        return False
    median = np.median(some)
    return bool(abs(median) > MOST_SKY * SCATTER * np.median(np.abs(some - median)) and median != 0)
