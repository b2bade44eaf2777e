"""One SDSS field in five bands, which are shifted against each other by up to 11 pixels: the cutter's golden test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.nddata import Cutout2D, NoOverlapError
from astropy.wcs import WCS
from astropy.wcs.utils import skycoord_to_pixel
from scipy.ndimage import maximum_filter

from astrocore.tasks.sources.cutouts import Cut
from astrocore.tasks.sources.fits_images import opened
from astrocore.tasks.sources.frames import cut_frames

pytestmark = pytest.mark.real

REAL = Path(os.environ.get("ASTROCORE_REAL_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
BANDS, SIZE, RANDOM = "ugriz", 32, 400


class Field(NamedTuple):
    """Frames and WCS by band, positions (first random ones, then bright stars), and what was cut there."""

    frames: dict[str, np.ndarray]
    wcs: dict[str, WCS]
    sky: SkyCoord
    cut: Cut


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    files = sorted((REAL / "sources").glob("frame-?-002583-2-0136.fits.bz2"))
    if len(files) < len(BANDS):
        pytest.skip(f"the measured field is not there ({REAL.name}); set ASTROCORE_REAL_DATA to the data's folder")
    folder, frames, wcs = tmp_path_factory.mktemp("frames"), {}, {}
    for file in files:
        shutil.copy(file, folder / file.name)
        with opened(file) as hdus:
            band = str(hdus[0].header["FILTER"]).strip()
            frames[band], wcs[band] = np.array(hdus[0].data), WCS(hdus[0].header)
    x, y = np.concatenate([random_places(frames["r"].shape), stars(frames["r"])]).T
    sky = SkyCoord(*wcs["r"].all_pix2world(x, y, 0), unit=u.deg)
    yield Field(frames, wcs, sky, cut_frames(folder, sky.ra.deg, sky.dec.deg, BANDS, SIZE))
    shutil.rmtree(folder)


def random_places(shape: tuple[int, int]) -> np.ndarray:
    """(n, 2) Positions x, y all over a frame; every third about an edge of it, some of them outside."""
    rng = np.random.default_rng(2583)
    size = np.array(shape[::-1])
    places = rng.uniform(-0.5, size - 0.5, (RANDOM, 2))
    edge = np.arange(0, RANDOM, 3)
    axis = rng.integers(0, 2, len(edge))
    places[edge, axis] = rng.integers(0, 2, len(edge)) * size[axis] + rng.uniform(-25, 25, len(edge))
    return places


def stars(frame: np.ndarray) -> np.ndarray:
    """(n, 2) Positions of bright peaks that stand alone."""
    peak = (frame == maximum_filter(frame, 61)) & (frame > 5) & (frame < 60)
    y, x = np.nonzero(peak)
    inside = (np.minimum(x, y) > 60) & (x < frame.shape[1] - 60) & (y < frame.shape[0] - 60)
    return np.column_stack([x, y])[inside].astype(float)


def test_each_band_is_what_cutout2d_cuts_by_its_own_wcs(field: Field) -> None:
    partial = 0
    for band, frame in field.frames.items():
        assert np.linalg.det(field.wcs[band].pixel_scale_matrix) < 0  # +x is clockwise of +y: nothing is mirrored
        x, y = skycoord_to_pixel(field.sky, field.wcs[band], mode="all")
        for row, position in enumerate(zip(x, y, strict=True)):
            try:
                wanted = Cutout2D(frame, position, SIZE, mode="partial", fill_value=np.nan).data
            except NoOverlapError:
                wanted = np.full((SIZE, SIZE), np.nan)
            np.testing.assert_array_equal(field.cut.arrays[f"image_{band}"][row], wanted)
            partial += 0 < np.isnan(wanted).mean() < 1
    assert partial > 300 and field.cut.defects == ()


def test_a_position_at_a_time_as_cutout2d_turns_it_into_pixels(field: Field) -> None:
    for band, frame in field.frames.items():
        for row in range(1, 40, 3):
            wanted = Cutout2D(frame, field.sky[row], SIZE, field.wcs[band], mode="partial", fill_value=np.nan).data
            np.testing.assert_array_equal(field.cut.arrays[f"image_{band}"][row], wanted)


def test_the_bands_are_shifted_in_pixels_and_agree_on_the_sky(field: Field) -> None:
    """Bright stars are up to 11 pixels apart in the frames and less than one in the cuts.

    What is left there is that each band is cut at whole pixels; without that it is a small part of a pixel.
    """
    raw, cut, exact = [], [], []
    for band in "griz":
        place = np.column_stack(skycoord_to_pixel(field.sky[RANDOM:], field.wcs[band], mode="all"))
        found = np.array([centroid(image) for image in field.cut.arrays[f"image_{band}"][RANDOM:]])
        raw.append(place)
        cut.append(found)
        exact.append(found - (place - np.ceil(place - SIZE / 2)))
    raw_apart, cut_apart, exact_apart = (np.ptp(np.stack(values), axis=0).max(axis=-1) for values in (raw, cut, exact))
    assert len(raw_apart) > 20 and np.median(raw_apart) > 5 and raw_apart.max() < 12
    assert (cut_apart < 1).mean() > 0.9 and cut_apart.max() < 1.5
    assert np.median(exact_apart) < 0.25


def centroid(image: np.ndarray) -> np.ndarray:
    """x, y of the flux about the middle of an image."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    near = np.where(np.hypot(x - SIZE / 2, y - SIZE / 2) < 7, np.nan_to_num(image).clip(0), 0)
    return np.array([(near * x).sum(), (near * y).sum()]) / near.sum()


def test_how_the_field_is_turned(field: Field) -> None:
    """Rows of an SDSS stripe on the equator run east: +y points to it."""
    np.testing.assert_allclose(field.cut.columns["up_angle"][RANDOM:], 90, atol=0.1)
    assert len(field.cut.notes) <= 3 and not any("sky" in note or "unit" in note for note in field.cut.notes)
