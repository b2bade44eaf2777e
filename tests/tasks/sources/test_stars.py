"""The stellar locus goes through the published points; the kinds come in their shares."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.sources.stars import BLUEST, LOCUS, REDDEST, draw_stars, locus, shares


def literal(colour: int, x: float) -> float:
    return sum(coefficient * x**power for power, coefficient in enumerate(LOCUS[colour].tolist()))


def test_the_published_polynomials() -> None:
    x = np.linspace(BLUEST, REDDEST, 23)
    np.testing.assert_allclose(locus(x), [[literal(colour, value) for colour in range(4)] for value in x], rtol=1e-9)
    # The four colours are polynomials of their own, and agree: g-r and r-i add up to g-i.
    np.testing.assert_allclose(locus(x)[:, 1:3].sum(axis=1), x, atol=0.006)


def test_the_sun_and_the_plateau_of_m_dwarfs() -> None:
    # The Sun's colours by SDSS: u-g 1.43, g-r 0.44, r-i 0.11, i-z 0.03; the locus is of less metal, so bluer in u-g.
    sun = locus(np.array([0.55]))[0]
    assert 1.0 < sun[0] < 1.43
    np.testing.assert_allclose(sun[1:], [0.44, 0.11, 0.03], atol=0.05)
    plateau = locus(np.linspace(2.3, 3.1, 9))
    assert np.ptp(plateau[:, 1]) < 0.1 and plateau[:, 1].mean() == pytest.approx(1.43, abs=0.04)
    assert np.ptp(plateau[:, 2]) > 0.6


def test_the_blue_end_goes_on_without_a_step() -> None:
    below, above = locus(np.array([BLUEST - 1e-6, BLUEST + 1e-6]))
    np.testing.assert_allclose(below, above, atol=1e-5)
    assert (locus(np.array([0.0])) < locus(np.array([BLUEST]))).all()


def test_drawn_stars_follow_the_locus_and_some_do_not() -> None:
    rng = np.random.default_rng(0)
    steps = -np.diff(draw_stars(rng, np.full(4000, 16.5)).relative, axis=1)
    away = steps - locus(steps[:, 1] + steps[:, 2])
    assert np.median(np.abs(away[:, 2])) < 0.05 and np.median(np.abs(away[:, 0])) < 0.12
    blue = steps[:, 1] < -0.05
    assert 0.02 < blue.mean() < 0.12
    faint = -np.diff(draw_stars(rng, np.full(4000, 21.5)).relative, axis=1)
    assert (faint[:, 2] > 0.6).mean() > 0.4 > 0.15 > (steps[:, 2] > 0.6).mean()


def test_shares_add_up_and_points_are_points() -> None:
    r = np.array([14.0, 16.0, 19.0, 21.5, 23.0])
    np.testing.assert_allclose(shares(r).sum(axis=1), 1)
    np.testing.assert_array_equal(shares(r)[0], shares(r)[1])
    seen = draw_stars(np.random.default_rng(0), r)
    assert not seen.share.any() and seen.relative.shape == (5, 5) and not seen.relative[:, 2].any()
