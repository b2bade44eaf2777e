"""Fields: light where the stars are, and no more of it than stated."""

from __future__ import annotations

import galsim
import numpy as np
import pytest

from astrocore.tasks.frames.simulator.fields import MOST, Field, draw_field, satellite
from astrocore.tasks.frames.simulator.stamps import add, smeared, star_stamps, unfocused

STARS = star_stamps(galsim.Moffat(beta=3, fwhm=3.0), 3.0)


def test_stamps_hold_the_flux_of_a_star() -> None:
    np.testing.assert_allclose(STARS.sum(axis=(2, 3)), 1, rtol=0.06)
    np.testing.assert_allclose(smeared(STARS, 20, 0.7).sum(axis=(2, 3)), STARS.sum(axis=(2, 3)), rtol=1e-4)
    assert unfocused(8.0).sum() == pytest.approx(1)


def test_a_trailed_star_is_long_in_its_direction() -> None:
    trail = smeared(STARS, 24, 0.0)[1, 1]
    assert (trail.max(axis=0) > 0.5 * trail.max()).sum() > 3 * (trail.max(axis=1) > 0.5 * trail.max()).sum()


def test_the_brightest_star_has_a_flux_of_one() -> None:
    field = Field("M 1", (101, 121), np.array([[50.0, 60.0, 1.0]]), np.zeros((0, 4)), None)
    image = field.light(np.random.default_rng(0), STARS, ())
    assert image.sum() == pytest.approx(1, rel=0.06)
    y, x = np.unravel_index(image.argmax(), image.shape)
    assert abs(y - 50) < 6
    assert abs(x - 60) < 6


def test_stamps_over_the_edge_are_cut_off() -> None:
    image = np.zeros((20, 20), "f4")
    for y, x in ((0, 0), (19, 5), (-3, 10), (-50, 10), (10, 80)):
        add(image, np.ones((7, 7), "f4"), y, x, 1.0)
    assert image.sum() == 16 + 4 * 7 + 1 * 7


def test_fields_hold_some_hundred_stars_at_most() -> None:
    rng = np.random.default_rng(0)
    fields = [draw_field(rng, (100, 150)) for _ in range(60)]
    numbers = [len(field.stars) for field in fields]
    assert max(numbers) <= MOST
    assert min(numbers) < 20 < 100 < max(numbers)
    assert all(field.stars[:, 2].max() == pytest.approx(1) for field in fields)
    assert any(field.nebula is not None for field in fields)


def test_a_satellite_draws_a_straight_narrow_line() -> None:
    trail = satellite(np.random.default_rng(1), (200, 200))
    assert trail.max() == pytest.approx(1, abs=0.2)
    y, x = np.nonzero(trail > 0.5)
    assert len(y) < 0.05 * trail.size
    widths = np.linalg.svd(np.column_stack([y - y.mean(), x - x.mean()]), compute_uv=False)
    assert widths[1] < 0.05 * widths[0]
