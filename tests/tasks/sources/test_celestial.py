"""Pixels and sky, turns and mirrors, against what astropy says of one position at a time."""

from __future__ import annotations

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.sources.celestial import Sky, sky_of

from .frame_files import DEC, RA, header


def sky(made: fits.Header, shape: tuple[int, int] = (64, 64)) -> Sky:
    found = sky_of(made, fits.HDUList([fits.PrimaryHDU()]), shape)
    assert found is not None
    return found


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("up", [0.0, 37.0, 90.0, 135.5, 180.0, 225.0, 270.0, 359.0])
def test_turn_and_mirror_in_all_orientations(up: float, mirrored: bool) -> None:
    found = sky(header(up=up, mirrored=mirrored))
    x, y = (np.array([value]) for value in found.centre)
    assert (found.up_angle(x, y)[0] - up + 180) % 360 - 180 == pytest.approx(0, abs=1e-3)
    assert found.mirrored is mirrored and found.pixel_arcsec == pytest.approx(0.396)


@given(st.floats(0, 360), st.floats(-89, 89), st.floats(0, 360), st.booleans())
def test_turn_is_the_position_angle_that_astropy_measures(ra: float, dec: float, up: float, mirrored: bool) -> None:
    made = header(up=up, mirrored=mirrored, CRVAL1=ra, CRVAL2=dec)
    found, wcs = sky(made), WCS(made)
    x, y = np.array([5.0, 60.0]), np.array([50.0, 3.0])
    here, above, right = (wcs.pixel_to_world(x + dx, y + dy) for dx, dy in ((0, 0), (0, 1), (1, 0)))
    wanted = here.position_angle(above).deg
    np.testing.assert_allclose((found.up_angle(x, y) - wanted + 180) % 360 - 180, 0, atol=1e-5)
    clockwise = (wanted - here.position_angle(right).deg) % 360
    assert found.mirrored == (clockwise[0] > 180)
    assert (found.up_angle(x, y) < 360).all()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"CTYPE1": "GLON-TAN", "CTYPE2": "GLAT-TAN", "CRVAL1": 236.3, "CRVAL2": 42.1},
        {"CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": DEC, "CRVAL2": RA},
        {"RADESYS": "FK5", "EQUINOX": 1975.0},
    ],
)
def test_other_frames_and_orders_of_the_axes(changes: dict[str, object]) -> None:
    made = header(up=30, **changes)
    found, wcs = sky(made), WCS(made)
    x, y = np.array([-7.25, 10.0, 63.5]), np.array([0.5, 31.25, 12.0])
    ra, dec = found.positions(x, y)
    there = wcs.pixel_to_world(x, y).icrs
    np.testing.assert_allclose(ra, there.ra.deg, atol=1e-9)
    np.testing.assert_allclose(dec, there.dec.deg, atol=1e-9)
    back = wcs.world_to_pixel(SkyCoord(ra * u.deg, dec * u.deg))
    np.testing.assert_allclose(found.pixels(ra, dec), back, atol=1e-6)
    np.testing.assert_allclose(found.pixels(ra, dec), (x, y), atol=1e-5)
    north = there.position_angle(wcs.pixel_to_world(x, y + 1).icrs).deg
    np.testing.assert_allclose((found.up_angle(x, y) - north + 180) % 360 - 180, 0, atol=1e-4)


def test_the_other_side_of_the_sky_has_no_pixel() -> None:
    x, y = sky(header()).pixels(np.array([RA, RA + 180, RA + 100]), np.array([DEC, -DEC, 0.0]))
    assert np.isfinite(x[0]) and np.isnan(x[1:]).all() and np.isnan(y[1:]).all()
    assert all(len(value) == 0 for value in sky(header()).pixels(np.empty(0), np.empty(0)))


def test_distortions_are_followed_near_the_image_only() -> None:
    made = header(CTYPE1="RA---TAN-SIP", CTYPE2="DEC--TAN-SIP", A_ORDER=2, B_ORDER=2, A_2_0=2e-3, B_1_1=-1e-3)
    found, wcs = sky(made), WCS(made)
    ra, dec = found.positions(np.array([3.0, 60.0]), np.array([60.0, 31.0]))
    np.testing.assert_allclose(found.pixels(ra, dec), [[3, 60], [60, 31]], atol=1e-4)
    assert np.abs(np.array(wcs.wcs_world2pix(ra, dec, 0)).T[0] - [3, 60]).max() > 0.5
    assert np.isnan(found.pixels(np.array([RA + 3]), np.array([DEC]))).all()


@pytest.mark.parametrize("changes", [{"CTYPE1": "PIXEL", "CTYPE2": "PIXEL"}, {"CD1_1": 0.0, "CD1_2": 0.0}])
def test_what_is_no_wcs(changes: dict[str, object]) -> None:
    hdus = fits.HDUList([fits.PrimaryHDU()])
    try:
        assert sky_of(header(**changes), hdus, (64, 64)) is None
    except ValueError as error:  # told by astropy, and taken for none by whoever asks
        assert "singular" in str(error).lower()
