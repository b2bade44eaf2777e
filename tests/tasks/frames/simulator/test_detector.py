"""The detector: noise, dark current, saturation and margins as they are stated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrocore.tasks.frames.simulator.cameras import Camera, draw_camera
from astrocore.tasks.frames.simulator.detector import flicker, overflowing, read_out
from astrocore.tasks.frames.simulator.patterns import Patterns, draw_patterns
from astrocore.tasks.frames.simulator.shots import bias_shot, dark_shot

SHAPE = (200, 300)


def camera(**changed: object) -> Camera:
    """An even camera of gain 2 e/ADU, noise 10 e, bias 500 ADU, current 1 e/s."""
    flat = Patterns(np.zeros(SHAPE, "f4"), np.ones(SHAPE, "f4"), np.ones(SHAPE, "f4"), 1.0, 50.0)
    even = Camera(
        kind="ccd", shape=SHAPE, margins=(0, 0), turned=False, bits=16, step=1, gain=2.0, noise=10.0, bias=500.0,
        well=100_000.0, temperature=-20.0, binning=(1, 1), bayer="", dtype="uint16", cosmics=0.0, banding=0.0,
        patterns=flat,
    )  # fmt: skip
    return replace(even, **changed)  # type: ignore[arg-type]


def shot(camera: Camera, light: float = 0.0, seconds: float = 0.0, seed: int = 0) -> np.ndarray:
    return read_out(np.random.default_rng(seed), camera, light, seconds).astype(float)


def test_a_bias_scatters_by_the_read_noise_about_the_bias() -> None:
    pixels = shot(camera())
    assert pixels.mean() == pytest.approx(500, abs=4)
    assert pixels.std() == pytest.approx(5.0, rel=0.02)


def test_light_has_the_noise_of_its_photons() -> None:
    pixels = shot(camera(), light=20_000.0)
    assert pixels.mean() == pytest.approx(500 + 10_000, rel=0.001)
    assert pixels.std() == pytest.approx(np.sqrt(20_000 + 100) / 2, rel=0.02)


def test_darks_grow_with_the_exposure() -> None:
    means = [shot(camera(), seconds=seconds).mean() for seconds in (0, 100, 1000)]
    np.testing.assert_allclose(np.diff(means), [50, 450], rtol=0.1)


def test_drawn_darks_grow_with_the_exposure_and_biases_do_not_show_hot_pixels() -> None:
    for seed in range(12):
        rng = np.random.default_rng(seed)
        drawn = draw_camera(rng, "imager", 0.4)
        bias = bias_shot(rng, drawn)
        most = float(drawn.affordable(np.array([30.0, 300.0, 3600.0]))[-1])
        short, long = (read_out(rng, drawn, 0.0, seconds).astype(float) for seconds in (bias.seconds, most))
        assert long.mean() > short.mean()
        assert (long > np.median(long) + 10 * drawn.floor(most) / drawn.gain).mean() > 1e-4


def test_darks_that_no_header_tells_show_what_they_are() -> None:
    for seed in range(12):
        rng = np.random.default_rng(seed)
        drawn = draw_camera(rng, "slit", 0.3)
        assert drawn.hot_after(dark_shot(rng, drawn, plain=True).seconds) > 25


def test_numbers_end_where_the_converter_ends() -> None:
    twelve = camera(bits=12, step=16, bias=0.0)
    assert shot(twelve, light=1e6).min() == 4095 * 16
    dark = shot(twelve)
    assert dark.min() == 0
    assert set(np.unique(dark % 16)) == {0}


def test_most_is_where_numbers_saturate() -> None:
    small = camera(well=30_000.0)
    assert small.most == 30_000
    assert shot(small, light=1e6).max() < 500 + (30_000 + 6 * np.sqrt(30_100)) / 2
    assert camera(gain=0.5).most == (65535 - 500) * 0.5


def test_charge_runs_over_along_columns_and_is_kept() -> None:
    charge = np.zeros(SHAPE, "f4")
    charge[100, 150] = 1e6
    held = overflowing(charge, camera())
    assert held.max() == pytest.approx(1e5)
    assert (held > 0).any(axis=0).sum() == 1
    assert held.sum() == pytest.approx(1e6, rel=0.15)


def test_margins_see_no_light() -> None:
    edged = camera(margins=(10, 20))
    wide = replace(edged.patterns, bias=np.zeros((200, 330), "f4"))
    pixels = shot(replace(edged, patterns=wide), light=20_000.0)
    assert pixels.shape == (200, 330)
    assert np.r_["1", pixels[:, :10], pixels[:, -20:]].mean() == pytest.approx(500, abs=4)
    assert pixels[:, 10:-20].mean() == pytest.approx(10_500, rel=0.001)
    turned = shot(replace(edged, patterns=wide, turned=True), light=20_000.0)
    np.testing.assert_array_equal(turned, pixels.T)


def test_cosmic_rays_come_with_time() -> None:
    struck = camera(cosmics=0.2)
    hits = [(shot(struck, seconds=seconds) > 500 + seconds / 2 + 60 + seconds / 20).sum() for seconds in (1, 600)]
    assert hits[1] > 50 > hits[0]


def test_warm_detectors_have_more_current() -> None:
    cold, warm = (
        np.mean([
            np.median(draw_patterns(np.random.default_rng(seed), "ccd", (SHAPE, (0, 0)), 5.0, degrees).dark)
            for seed in range(5)
        ])
        for degrees in (-10.0, 20.0)
    )  # fmt: skip
    assert warm > 10 * cold


def test_flicker_goes_along_rows_about_one() -> None:
    wave = flicker(np.random.default_rng(0), 300)
    assert wave.shape == (300, 1)
    assert wave.mean() == pytest.approx(1, abs=0.1)
    assert wave.std() > 0.01
