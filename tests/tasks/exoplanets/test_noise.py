"""Noise, gaps and systematics of the two missions."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.folding import spread
from astrocore.tasks.exoplanets.missions import KEPLER, MISSIONS, STRETCH, TESS, Mission
from astrocore.tasks.exoplanets.noise import Noise, draw_noise, observe
from astrocore.tasks.exoplanets.signals import Signal, Star

QUIET = Noise(1e-4, 0.0, 0.3, 0.0, 10.0)
both = pytest.mark.parametrize("mission", MISSIONS, ids=lambda m: m.name)


def test_fainter_stars_are_noisier_and_tess_is_smaller() -> None:
    for mission in MISSIONS:
        noise = [mission.noise(magnitude) for magnitude in (8, 10, 12, 14, 16)]
        assert noise == sorted(noise) and noise[-1] > 10 * noise[0]
    assert TESS.noise(12) > 5 * KEPLER.noise(12)


@both
def test_the_noise_that_was_asked_for(mission: Mission) -> None:
    flux = observe(np.random.default_rng(0), mission, [], QUIET)
    assert flux.shape == mission.time.shape and len(flux) >= STRETCH
    # Steps from one cadence to the next know nothing of slow trends.
    assert spread(np.diff(flux[np.isfinite(flux)])) / np.sqrt(2) == pytest.approx(1e-4, rel=0.1)


@both
def test_gaps(mission: Mission) -> None:
    missing = np.isnan(observe(np.random.default_rng(1), mission, [], QUIET))
    assert 0.01 < missing.mean() < 0.2
    for (_, end), (begin, _) in zip(mission.blocks[:-1], mission.blocks[1:], strict=True):
        assert missing[(mission.time > end) & (mission.time < begin)].all()


def test_sources_are_in_the_light() -> None:
    star = Star(1.0, 1.0, 5772.0)
    pair = Signal("binary", star, 4.0, 1.0, 0.7, 0.1, companion_mass=0.65, surface=0.3)
    with_pair, without = (observe(np.random.default_rng(2), TESS, sources, QUIET) for sources in ([pair], []))
    np.testing.assert_array_equal(np.isnan(with_pair), np.isnan(without))
    there = np.isfinite(without)
    np.testing.assert_allclose((with_pair - without)[there], pair.flux(TESS.time, TESS.cadence)[there] - 1, atol=1e-12)


def test_a_rotating_star_varies_by_what_it_should() -> None:
    flux = observe(np.random.default_rng(0), KEPLER, [], Noise(1e-5, 0.0, 0.3, 1e-2, 12.0))
    assert 0.3e-2 < np.nanstd(flux) < 2e-2


def test_most_stars_are_quiet() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_noise(rng, TESS, 10.5) for _ in range(500)]
    assert 0.3 < np.mean([noise.rotation == 0 for noise in drawn]) < 0.5
    assert max(noise.rotation for noise in drawn) <= 0.03
    assert np.median([noise.white for noise in drawn]) == pytest.approx(TESS.noise(10.5), rel=0.1)
    assert all(noise.red < 0.4 * noise.white for noise in drawn)
