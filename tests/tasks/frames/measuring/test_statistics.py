"""Numbers of brightness against the original's on all pixels, and on frames whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from astrocore.tasks.frames.measuring.level import Level, level_of
from astrocore.tasks.frames.measuring.statistics import BINS, histogram, levels, statistics
from tests.tasks.frames.drawn import noise, stars


def level(pixels: np.ndarray) -> Level:
    return level_of(np.asarray(pixels, np.float32))


def literal(pixels: np.ndarray) -> dict[str, float]:
    """The original's statistics, of all pixels; its histogram between percentiles .1 and 99.9."""
    x = pixels.ravel().astype(np.float64)
    low, high = np.percentile(x, (0.1, 99.9))
    inside = (x[(x >= low) & (x <= high)] - low) / (high - low)
    inside = (np.minimum(np.floor(inside * BINS), BINS - 1) + 0.5) / BINS
    return {
        "mean": x.mean(),
        "std": x.std(),
        "median": float(np.median(x)),
        "min": x.min(),
        "max": x.max(),
        "mad": float(np.median(np.abs(x - np.median(x)))),
        "hist_mean": inside.mean(),
        "hist_std": inside.std(),
        "hist_skew": float(stats.skew(inside)),
        "hist_kurtosis": float(stats.kurtosis(inside)),
        "faint": float(low),
        "bright": float(high),
    }


@pytest.mark.parametrize("kind", ["noise", "gradient", "stars"])
def test_the_originals_numbers_within_the_error_of_a_sample(kind: str) -> None:
    pixels = noise((700, 900), seed=2, sigma=30)
    if kind == "gradient":
        pixels = pixels + np.linspace(0, 3000, 900, dtype=np.float32) ** 1.1
    if kind == "stars":
        pixels = pixels + stars((700, 900), 400, width=3).astype(np.float32)
    bins = histogram(level(pixels))
    found, expected = statistics(level(pixels), bins), literal(pixels)
    assert set(found) == set(expected)
    scale = expected["std"]
    for name in ("mean", "median", "mad"):
        assert found[name] == pytest.approx(expected[name], abs=0.03 * scale + 1), name
    for name in ("std", "bright", "hist_mean", "hist_std"):
        assert found[name] == pytest.approx(expected[name], rel=0.1), name
    assert found["faint"] == pytest.approx(expected["faint"], abs=0.1 * scale)
    assert found["hist_skew"] == pytest.approx(expected["hist_skew"], abs=0.06 + 0.05 * expected["hist_skew"])
    assert found["hist_kurtosis"] == pytest.approx(expected["hist_kurtosis"], abs=0.15, rel=0.15)
    assert expected["min"] <= found["min"] <= found["median"] <= found["max"] <= expected["max"]


def test_of_a_small_frame_every_pixel_counts() -> None:
    pixels = noise((200, 300), seed=5)
    found, expected = statistics(level(pixels), histogram(level(pixels))), literal(pixels)
    for name in ("mean", "std", "median", "min", "max"):
        assert found[name] == pytest.approx(expected[name], rel=1e-6), name
    for name in ("mad", "faint", "bright"):  # of a Gaussian's whole numbers; the percentile is one of the pixels
        assert found[name] == pytest.approx(expected[name], abs=1), name


def test_histogram_is_numpys_between_the_percentiles() -> None:
    sample = level(np.random.default_rng(0).gamma(2, 100, (300, 300)))
    low, high = sample.percentile(0.1, 99.9)
    counts = np.histogram(sample.sample, BINS, (low, high))[0]
    np.testing.assert_allclose(histogram(sample), counts / counts.sum())
    assert histogram(sample).sum() == pytest.approx(1)


@pytest.mark.parametrize("value", [0.0, 1e15, -3e-20])
def test_histogram_of_equal_pixels_is_one_bin(value: float) -> None:
    bins = histogram(level(np.full((20, 30), value)))
    assert bins[BINS // 2] == 1 and bins.sum() == 1


def test_one_hot_pixel_does_not_set_the_scale() -> None:
    pixels = noise((300, 300))
    before = statistics(level(pixels), histogram(level(pixels)))
    pixels[150, 150] = 65_000
    after = statistics(level(pixels), histogram(level(pixels)))
    assert after["max"] == 65_000
    for name in ("hist_mean", "hist_std", "hist_skew", "mad", "bright"):
        assert after[name] == pytest.approx(before[name], abs=0.02, rel=0.02)


def test_hot_pixels_stand_alone_and_stars_do_not() -> None:
    hot = noise((384, 384), sigma=8)
    hot.ravel()[np.random.default_rng(1).choice(hot.size, 300, replace=False)] += 900
    sky = noise((384, 384), sigma=8) + stars((384, 384), 49, peak=900)
    told = {name: levels(level(pixels), 65535) for name, pixels in (("hot", hot), ("sky", sky))}
    assert told["hot"]["spike_share"] < 0.1 and told["hot"]["above"] == pytest.approx(300 / hot.size, rel=0.1)
    assert 0.5 < told["sky"]["spike_share"] < 0.9 and told["sky"]["above"] > 1e-4
    assert told["hot"]["peak"] > 50


def test_without_any_spike_there_is_nothing_to_tell_of_its_neighbours() -> None:
    told = levels(level(noise((300, 300), sigma=8)), 65535)
    assert told["above"] < 1e-4 or np.isfinite(told["spike_share"])
    flat = levels(level(np.full((300, 300), 50.0)), 65535)
    assert flat["above"] == 0 and np.isnan(flat["spike_share"])


@pytest.mark.parametrize("axis", [0, 1])
def test_correlation_of_neighbours_by_axis(axis: int) -> None:
    drawn = np.random.default_rng(4).normal(0, 20, (400, 400))
    smooth = 500 + (drawn + np.roll(drawn, 1, axis)) / np.sqrt(2)
    told = levels(level(smooth), 65535)
    along, across = ("lag_y", "lag_x") if axis == 0 else ("lag_x", "lag_y")
    assert told[along] == pytest.approx(0.5, abs=0.03)
    assert max(abs(told[name]) for name in (across, "lag_x4", "lag_y4")) < 0.03


def test_correlations_do_not_depend_on_the_unit() -> None:
    drawn = np.random.default_rng(6).normal(size=(100, 100)).cumsum(axis=1)
    told = [levels(level(drawn * unit), np.nan) for unit in (1, 1e-17, 1e9)]
    for name in ("lag_x", "lag_y", "lag_x4", "lag_y4", "spread", "tail_high", "peak"):
        assert told[1][name] == pytest.approx(told[0][name], rel=1e-3), name
        assert told[2][name] == pytest.approx(told[0][name], rel=1e-3), name


def test_how_far_a_frame_is_filled() -> None:
    pixels = np.full((200, 200), 30_000.0)
    pixels[:50] = 65_535
    told = levels(level(pixels), 60_000)
    assert told["fill"] == 0.5 and told["saturated"] == pytest.approx(0.25, abs=0.01)
    full = levels(level(np.full((50, 50), 65_535.0)), 65_535)
    assert full["fill"] == 1 and full["saturated"] == 1
    for unknown in (np.nan, 0.0, np.inf):
        told = levels(level(pixels), unknown)
        assert np.isnan(told["fill"]) and np.isnan(told["saturated"])


def test_photon_noise_tells_the_gain() -> None:
    light = np.random.default_rng(0).poisson(20_000, (400, 400)) / 2.0
    assert levels(level(light), 65535)["photon_share"] == pytest.approx(0.5, rel=0.05)
    assert np.isnan(levels(level(noise((100, 100), median=-5, sigma=1)), 65535)["photon_share"])


def test_spread_and_tails_are_in_noises() -> None:
    told = levels(level(noise((600, 600), median=5000, sigma=50)), 65535)
    assert told["spread"] == pytest.approx(2 * 2.326, rel=0.05)
    assert told["tail_high"] == pytest.approx(3.09, rel=0.1) and told["tail_low"] == pytest.approx(3.09, rel=0.1)


def test_too_few_pixels_tell_nothing_of_neighbours() -> None:
    told = levels(level(np.float32([[1, 5], [2, 9]])), 65535)
    assert np.isnan([told["above"], told["spike_share"], told["lag_x4"], told["lag_y4"]]).all()
    assert np.isfinite(told["lag_x"])
