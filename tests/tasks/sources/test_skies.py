"""Fields: seeing, dust and depth as they are stated."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.sources.bands import BANDS
from astrocore.tasks.sources.skies import FWHM, HIGH, WIDE, Sky, draw_sky, place


@pytest.fixture(scope="module")
def skies() -> list[Sky]:
    rng = np.random.default_rng(0)
    return [draw_sky(rng) for _ in range(600)]


def test_seeing_is_log_normal_and_shared_by_the_bands(skies: list[Sky]) -> None:
    fwhm = np.log([sky.fwhm for sky in skies])
    np.testing.assert_allclose(np.exp(np.median(fwhm, axis=0)), FWHM, rtol=0.03)
    np.testing.assert_allclose(fwhm.std(axis=0), 0.145, rtol=0.12)
    alike = np.corrcoef(fwhm.T)
    assert alike.min() > 0.7 and np.sort(alike.ravel())[-6] < 0.9
    said = np.array([sky.said_fwhm / sky.fwhm for sky in skies])
    assert said.mean() == pytest.approx(0.975, abs=0.003) and 0.01 < said.std() < 0.025


def test_dust_keeps_its_ratios(skies: list[Sky]) -> None:
    dust = np.array([sky.extinction for sky in skies])
    ratios = [band.extinction for band in BANDS.values()]
    np.testing.assert_allclose(dust / dust[:, [2]], np.tile(ratios, (len(dust), 1)))
    assert np.median(dust[:, 2]) == pytest.approx(0.075, abs=0.01) and dust[:, 2].mean() == pytest.approx(
        0.1, abs=0.015
    )


def test_worse_seeing_is_less_deep(skies: list[Sky]) -> None:
    stated = np.array([band.depth for band in BANDS.values()])
    depth = np.array([sky.depth for sky in skies])
    np.testing.assert_allclose(np.median(depth, axis=0), stated, atol=0.05)
    fwhm = np.array([sky.fwhm for sky in skies])
    left = depth - stated + 2.5 * np.log10(fwhm / FWHM)
    assert left.std() == pytest.approx(0.08, abs=0.01)


def test_objects_lie_in_their_field(skies: list[Sky]) -> None:
    rng = np.random.default_rng(1)
    for sky in (*skies[:5], Sky(359.95, 60.0, *(np.zeros(5),) * 5)):
        ra, dec = place(rng, sky, 400)
        away = (ra - sky.ra + 180) % 360 - 180
        assert (ra >= 0).all() and (ra < 360).all() and np.abs(dec - sky.dec).max() <= HIGH / 2
        assert 0.4 * WIDE < np.abs(away * np.cos(np.deg2rad(sky.dec))).max() <= WIDE / 2
    dec = np.array([sky.dec for sky in skies])
    assert dec.min() > -10 and dec.max() < 75 and len({round(sky.ra) for sky in skies}) > 250
