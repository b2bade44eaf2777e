"""What is measured is what was drawn: magnitudes, errors, radii, centres."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrocore.tasks.sources.appearance import Appearance
from astrocore.tasks.sources.bands import SIZE, ZERO_POINT
from astrocore.tasks.sources.drawing import MIDDLE, Optics, draw, optics_of
from astrocore.tasks.sources.exposures import photographed
from astrocore.tasks.sources.measuring import RADII, best, centred, measure, peaks, vertex
from astrocore.tasks.sources.skies import draw_sky


@pytest.fixture(scope="module")
def optics() -> Optics:
    sky = draw_sky(np.random.default_rng(2))
    return optics_of(replace(sky, fwhm=np.array([1.35, 1.3, 1.2, 1.1, 1.15]), shear=sky.shear / 3))


def measured(
    optics: Optics, r: float, n: int, share: float = 0.0, index: float = 4.0, radius: float = 0.0
) -> dict[str, np.ndarray]:
    """Round objects of magnitude r in every band, with noise."""
    rng = np.random.default_rng(0)
    seen = Appearance(np.zeros((n, 5)), np.full((n, 5), share), np.full(n, index), np.full(n, radius), np.zeros((n, 2)))
    centre = MIDDLE + rng.uniform(-0.5, 0.5, (n, 5, 2))
    light = draw(seen, np.full((n, 5), 10 ** (0.4 * (ZERO_POINT - r))), optics, centre)
    noisy = photographed(rng, light, optics)
    return measure(noisy, optics, centre - centre[:, [2]])


def test_a_bright_star_has_its_magnitude(optics: Optics) -> None:
    found = measured(optics, 16.0, 40)
    for name in ("psfMag", "modelMag"):
        np.testing.assert_allclose(np.median(found[name], axis=0), 16, atol=0.004)
        np.testing.assert_allclose(found[name], 16, atol=0.05)
    assert (found["psfMagErr"] < 0.02).all() and np.quantile(found["deVRad"], 0.9) < 0.06


def test_errors_are_what_the_magnitudes_scatter_by(optics: Optics) -> None:
    for r in (18.5, 20.5):
        found = measured(optics, r, 400)
        pull = (found["psfMag"] - r) / found["psfMagErr"]
        well = np.median(found["psfMagErr"], axis=0) < 0.2
        # The sky's remnants, which no error tells of, add a little.
        assert (pull[:, well].std(axis=0) < 1.2).all() and (pull[:, well].std(axis=0) > 0.88).all()
        assert (np.abs(pull[:, well].mean(axis=0)) < 0.3).all()


@pytest.mark.parametrize(("index", "radius"), [(4.0, 0.5), (4.0, 1.3), (4.0, 2.0), (1.0, 0.5), (1.0, 1.3)])
def test_a_bright_galaxy_has_its_magnitude(optics: Optics, index: float, radius: float) -> None:
    found = measured(optics, 16.5, 8, 1.0, index, radius)
    np.testing.assert_allclose(np.median(found["modelMag"], axis=0)[:4], 16.5, atol=0.04)
    assert (found["psfMag"] - found["modelMag"]).min() > 0.03
    if index == 4:
        np.testing.assert_allclose(np.median(found["deVRad"], axis=0), radius, rtol=0.06)
    else:
        # Of a disc well resolved, the de Vaucouleurs radius is wider.
        assert radius < 1 or np.median(found["deVRad"]) > radius


def test_colours_of_faint_galaxies_are_not_biased(optics: Optics) -> None:
    found = measured(optics, 20.0, 150, 1.0, 1.0, 0.7)["modelMag"]
    np.testing.assert_allclose(np.median(found[:, 1] - found[:, 2]), 0, atol=0.02)
    np.testing.assert_allclose(np.median(found[:, 2] - found[:, 3]), 0, atol=0.02)


def test_nothing_there_still_gives_numbers(optics: Optics) -> None:
    found = measured(optics, 40.0, 60)
    for name, values in found.items():
        assert np.isfinite(values).all(), name
    assert (found["psfMag"] > 22).mean() > 0.7 and (found["deVRad"] >= 0).all() and (found["deVRad"] <= RADII[-1]).all()
    nothing = measure(np.zeros((2, 5, SIZE, SIZE), dtype=np.float32), optics, np.zeros((2, 5, 2)))
    assert all(np.isfinite(values).all() for values in nothing.values()) and not nothing["deVRad"].any()


def test_peaks_are_found_to_a_tenth_of_a_pixel(optics: Optics) -> None:
    centre = MIDDLE + np.random.default_rng(0).uniform(-0.5, 0.5, (30, 5, 2))
    seen = Appearance(*(np.zeros((30, 5)),) * 2, np.ones(30), np.zeros(30), np.zeros((30, 2)))
    light = draw(seen, np.ones((30, 5)), optics, centre)
    np.testing.assert_allclose(peaks(light[:, 2], optics.transform[2]), centre[:, 2], atol=0.03)


def test_the_top_of_a_parabola() -> None:
    y = np.array([[1.0, 3.0, 2.0], [0.0, 5.0, 5.0], [2.0, 2.0, 2.0], [3.0, 2.0, 3.0]])
    a, b, _ = np.polyfit([-1, 0, 1], y[:2].T, 2)
    np.testing.assert_allclose(vertex(*y[:2].T), -b / (2 * a))
    np.testing.assert_array_equal(vertex(*y[2:].T), 0)


def test_the_best_place_on_the_grid() -> None:
    place = np.arange(9)
    flux = np.stack([np.sqrt(100 - (place - top) ** 2) for top in (4.0, 6.3, 0.2)] + [np.full(9, -1.0)])
    found, gain = best(flux, np.ones_like(flux))
    np.testing.assert_allclose(found, [4.0, 6.3, 0.0, 0.0], atol=1e-9)
    assert gain[0] == pytest.approx(100) and gain[3] == 0


def test_a_shift_by_whole_pixels_moves_the_pixels(optics: Optics) -> None:
    images = np.random.default_rng(0).normal(size=(1, SIZE, SIZE)).astype(np.float32)
    moved = centred(images, np.array([[14.0, 17.0]])).reshape(48, 48)
    assert moved[24, 24] == pytest.approx(images[0, 17, 14], abs=1e-5)
    np.testing.assert_allclose(moved[7 : 7 + SIZE, 10 : 10 + SIZE], images[0], atol=1e-5)
