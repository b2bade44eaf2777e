"""Cutouts as pictures: north up by a WCS, colours that survive the stretch, pixels that are missing or not there."""

from __future__ import annotations

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS

from astrocore.tasks.sources.images import (
    FINE,
    LEAST,
    SUN,
    Cutouts,
    composite,
    cutouts,
    pictures,
    places,
    rgb_bands,
    stretched,
    turn,
)

RNG = np.random.default_rng(0)
ANGLES = (0.0, 30.0, 90.0, 137.0, 180.0, 270.0, 341.5)


def spot(y: float, x: float, n: int = 32) -> np.ndarray:
    """A narrow star at a pixel position, counted from 0 at the centre of the first pixel."""
    rows, columns = np.indices((n, n))
    return 100 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 4)


def sky_of(up_angle: float, n: int = 32) -> WCS:
    """A WCS whose +y axis has this position angle and whose +x axis lies 90 deg clockwise of it."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype, wcs.wcs.crval = ["RA---TAN", "DEC--TAN"], [150.0, 20.0]
    wcs.wcs.crpix = [(n + 1) / 2] * 2
    a, scale = np.deg2rad(up_angle), 0.396 / 3600
    wcs.wcs.cd = scale * np.array([[-np.cos(a), np.sin(a)], [np.sin(a), np.cos(a)]])
    return wcs


@pytest.mark.parametrize("up_angle", ANGLES)
@pytest.mark.parametrize(("direction", "there"), [(0, (1, 0)), (90, (0, -1)), (45, (0.7071, -0.7071))])
def test_north_is_up_and_east_to_the_left(up_angle: float, direction: float, there: tuple[float, float]) -> None:
    wcs = sky_of(up_angle)
    centre = SkyCoord(150.0, 20.0, unit="deg")
    star = centre.directional_offset_by(direction * units.deg, 3 * units.arcsec)
    x, y = wcs.world_to_pixel(star)
    found = Cutouts({"r": spot(float(y), float(x))}, up_angle)
    drawn = turn(found.flux["r"], found.places)
    light = np.nan_to_num(drawn)
    rows, columns = (axis - (n - 1) / 2 for axis, n in zip(np.indices(light.shape), light.shape, strict=True))
    middle = np.array([(rows * light).sum(), (columns * light).sum()]) / light.sum() / found.finer
    np.testing.assert_allclose(middle, np.array(there) * 3 / 0.396, atol=0.15)


def test_a_quarter_turn_is_exact_and_nothing_is_beyond() -> None:
    flux = RNG.normal(size=(6, 6))
    for quarters in range(4):
        found = Cutouts({"r": flux}, 90.0 * quarters)
        assert found.finer == 1 and not found.beyond.any()
        np.testing.assert_array_equal(turn(flux, found.places), np.rot90(flux, -quarters))
    assert Cutouts({"r": flux}, 89.999).finer == 1 and Cutouts({"r": flux}, 70.0).finer == FINE
    assert Cutouts({"r": flux}, np.nan).finer == 1


def test_turning_keeps_what_is_missing_missing_and_marks_the_corners() -> None:
    flux = np.ones((32, 32))
    flux[14:18, 14:18] = np.nan
    found = Cutouts({"r": flux}, 45.0)
    drawn = turn(flux, found.places)
    assert np.isnan(drawn[found.beyond]).all() and found.beyond[0, 0] and not found.beyond[32, 32]
    inner = ~found.beyond & np.isnan(drawn)
    assert 0.7 < inner.sum() / (16 * FINE**2) < 1.3
    np.testing.assert_allclose(drawn[np.isfinite(drawn)], 1)  # missing neighbours do not darken a pixel


def test_the_stored_image_stays_as_it_is() -> None:
    flux = RNG.normal(size=(8, 8)).astype(np.float16)
    flux[2, 3] = np.nan
    kept = flux.copy()
    found = cutouts({"image_r": flux, "image_g": flux, "image_i": flux}, 30.0)
    assert found is not None and pictures(found)
    np.testing.assert_array_equal(flux, kept)


@pytest.mark.parametrize("up_angle", [0.0, 90.0, 33.0])
def test_places_say_which_stored_pixel_is_drawn(up_angle: float) -> None:
    rows, columns = np.indices((8, 8)) - 3.5
    where = places((8, 8), up_angle, 2)
    inside = (np.abs(where) < 3.5).all(axis=-1)
    for axis, numbers in enumerate((rows, columns)):
        np.testing.assert_allclose(turn(numbers, where)[inside], where[inside][:, axis], atol=1e-9)


def test_the_stretch_is_linear_in_the_noise_and_logarithmic_above() -> None:
    flux = np.array([-9.0, -1.0, 0.0, 1.0, 100.0, 1000.0, np.nan])
    found = stretched(flux, 1.0, 1000.0)
    assert found[0] == found[1] == 0 and found[5] == 1 and np.isnan(found[6]) and (np.diff(found[1:6]) > 0).all()
    assert found[3] - found[2] == pytest.approx(found[2] - found[1], rel=0.02)
    assert found[5] - found[4] == pytest.approx(np.log(10) / (np.arcsinh(1000 / 3) + np.arcsinh(1 / 3)), rel=0.01)


def slow(channels: list[np.ndarray], noise: float, white: float) -> np.ndarray:
    """Lupton et al. 2004, pixel by pixel: f(I) / I times each channel, scaled down where one exceeds 1."""
    out = np.full((*channels[0].shape, 3), np.nan)
    for at in np.ndindex(channels[0].shape):
        rgb = np.array([channel[at] for channel in channels])
        if np.isfinite(rgb).all():
            mean = rgb.mean()
            value = np.arcsinh(mean / (3 * noise)) / np.arcsinh(white / (3 * noise))
            rgb = np.clip(rgb * value / mean, 0, None) if mean > 0 else np.zeros(3)
            out[at] = rgb / max(rgb.max(), 1)
    return out


def test_a_composite_is_lupton_s() -> None:
    channels = [10 ** RNG.uniform(-2, 3, (6, 7)) * RNG.choice([-1, 1], (6, 7), p=[0.1, 0.9]) for _ in range(3)]
    channels[1][2, 3], channels[0][0, 0] = np.nan, np.inf
    found = composite(channels, 0.7, 500.0)
    np.testing.assert_allclose(found, slow(channels, 0.7, 500.0), atol=1e-9)
    assert np.isnan(found[2, 3]).all() and np.isnan(found[0, 0]).all() and np.nanmax(found) == 1
    dark = composite([np.zeros((2, 2))] * 3, 1.0, 10.0)
    assert (dark == 0).all()


def test_the_colour_of_the_sun_is_white_and_others_are_not() -> None:
    shape = spot(15.5, 15.5)
    flux = {band: shape * 10 ** (-0.4 * (SUN[band] - SUN["r"])) for band in "ugriz"}
    colours = pictures(Cutouts(flux))[0].pixels[15, 15]
    np.testing.assert_allclose(colours, colours[0], rtol=1e-6)
    red = pictures(Cutouts({**flux, "i": 3 * flux["i"]}))[0].pixels[15, 15]
    assert red[0] > 1.5 * red[1]


def test_bands_share_one_scale_so_that_colour_survives() -> None:
    noise = {band: RNG.normal(0, 1, (32, 32)) for band in "gri"}
    flux = {"g": noise["g"] + spot(15.5, 15.5), "r": noise["r"] + 4 * spot(15.5, 15.5), "i": noise["i"]}
    lead, g, r, i = pictures(Cutouts(flux))
    assert [lead.title, g.title, r.title, i.title] == ["i r g", "g", "r", "i"]
    middle = np.s_[15:17, 15:17]
    assert r.pixels[middle].mean() > g.pixels[middle].mean() + 0.1 > i.pixels[middle].mean() + 0.1
    assert abs(np.median(g.pixels) - np.median(i.pixels)) < 0.02
    assert r.values is not None and r.values[15, 15] == flux["r"][15, 15]


def test_noise_is_not_blown_up_to_white() -> None:
    faint = {band: RNG.normal(0, 1, (32, 32)) for band in "gri"}
    assert max(np.nanmax(picture.pixels[..., None]) for picture in pictures(Cutouts(faint))[1:]) < 0.7
    assert LEAST > 10


@pytest.mark.parametrize(
    ("measured", "wanted"),
    [("ugriz", ("i", "r", "g")), ("uri", ("i", "r", "u")), ("gr", ()), ("grizy", ("i", "r", "g")), ("uz", ())],
)
def test_which_bands_make_the_colours(measured: str, wanted: tuple[str, ...]) -> None:
    assert rgb_bands(tuple(measured)) == wanted


def test_bands_are_blue_first_and_a_missing_one_is_shown_as_missing() -> None:
    arrays = {f"image_{band}": RNG.normal(size=(8, 8)) for band in "gizyu"}
    arrays["image_g"] = np.full((8, 8), np.nan)
    found = cutouts({**arrays, "spectrum": np.ones(3)})
    assert found is not None and list(found.flux) == list("ugizy") and found.measured == tuple("uizy")
    drawn = pictures(found)
    assert [picture.title for picture in drawn] == ["y z u", *"ugizy"] and np.isnan(drawn[2].pixels).all()
    assert "Sun" not in drawn[0].caption and drawn[0].shows is not None and drawn[0].shows.input == "image"


def test_what_overflowed_is_missing_and_does_not_set_the_scale() -> None:
    arrays = {f"image_{band}": spot(15.5, 15.5).astype(np.float16) for band in "gri"}
    whole = cutouts(arrays)
    arrays["image_r"] = arrays["image_r"].copy()
    arrays["image_r"][:2] = np.inf
    found = cutouts(arrays)
    assert whole is not None and found is not None
    lead, g, r, _ = pictures(found)
    assert np.isnan(r.pixels[:2]).all() and np.isnan(lead.pixels[:2]).all() and np.isfinite(r.pixels[2:]).all()
    np.testing.assert_allclose(g.pixels, pictures(whole)[1].pixels, atol=0.05)


def test_two_bands_make_no_composite_and_none_make_no_picture() -> None:
    found = cutouts({"image_g": np.ones((8, 8)), "image_r": np.ones((8, 8))}, 12.0, 0.2)
    assert found is not None
    drawn = pictures(found)
    assert [picture.pixels.ndim for picture in drawn] == [2, 2] and all(picture.north_up for picture in drawn)
    assert drawn[0].arcsec_per_pixel == 0.2 / FINE
    assert cutouts({}) is None and cutouts({"image_r": np.full((8, 8), np.nan)}) is None
