"""Stretches of a frame: literal, invertible, and each keeping what it is there for."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.frames.measuring.blocks import fine
from astrocore.tasks.frames.measuring.channels import BEYOND, SCALE, channels, stretch, unstretched
from astrocore.tasks.frames.measuring.level import level_of
from tests.tasks.frames.drawn import noise, stars


def test_stretches_are_what_they_say() -> None:
    pixels = noise((64, 64), sigma=20) + np.linspace(0, 4000, 64, dtype=np.float32)
    level = level_of(pixels)
    linear, asinh, peak = channels(fine(pixels), level, (32, 32))
    blocks = pixels.reshape(32, 2, 32, 2)
    mean = blocks.mean(axis=(1, 3), dtype=np.float64)
    low, high = np.percentile(mean, (1, 99))
    np.testing.assert_allclose(linear, np.clip((mean - low) / (high - low), -BEYOND, 1 + BEYOND), atol=1e-5)
    np.testing.assert_allclose(asinh, np.arcsinh((mean - level.median) / level.noise) / SCALE, atol=1e-5)
    brightest = blocks.max(axis=(1, 3))
    np.testing.assert_allclose(peak, np.arcsinh((brightest - level.median) / level.noise) / SCALE, atol=1e-5)


def test_stretch_and_its_inverse() -> None:
    adu = np.concatenate([-np.geomspace(1, 6e4, 50), np.geomspace(1, 6e4, 50)])
    np.testing.assert_allclose(unstretched(stretch(adu, 300, 7), 300, 7), adu, rtol=1e-4, atol=0.01)


def test_what_is_kept_in_half_precision_gives_brightness_back() -> None:
    adu = np.geomspace(400, 6e4, 100)
    kept = stretch(adu, 300, 7).astype(np.float16)
    np.testing.assert_allclose(unstretched(kept, 300, 7), adu, rtol=0.01)


def test_a_hot_pixel_survives_in_peak_and_leaves_the_others_alone() -> None:
    pixels = noise((960, 960))
    before = channels(fine(pixels), level_of(pixels), (96, 96))
    pixels[480, 485] = 60_000
    after = channels(fine(pixels), level_of(pixels), (96, 96))
    assert after[2, 48, 48] > 1.5 and before[2].max() < 0.6
    changed = np.abs(after - before) > 0.02
    assert changed[2].sum() == 1 and changed[0].sum() <= 1
    np.testing.assert_allclose(
        np.delete(after[0].ravel(), 48 * 96 + 48), np.delete(before[0].ravel(), 48 * 96 + 48), atol=0.02
    )


def test_faint_stars_show_beside_bright_ones() -> None:
    pixels = noise((192, 192)) + stars((192, 192), 4, peak=50_000) + np.roll(stars((192, 192), 4, peak=300), 20, 0)
    asinh = channels(fine(pixels.astype(np.float32)), level_of(pixels.astype(np.float32)), (96, 96))[1]
    assert asinh[24, 24] > 1.4 and asinh[34, 24] > 0.4 and np.median(np.abs(asinh)) < 0.2


@pytest.mark.parametrize(("shape", "kept"), [((60, 1200), (24, 96)), ((1200, 60), (96, 24)), ((50, 40), (96, 77))])
def test_the_rest_of_the_image_is_nan(shape: tuple[int, int], kept: tuple[int, int]) -> None:
    pixels = noise(shape)
    known = np.isfinite(channels(fine(pixels), level_of(pixels), (96, 96)))
    assert (known == known[0]).all()
    assert (int(known[0].any(axis=1).sum()), int(known[0].any(axis=0).sum())) == kept
    assert known[0].sum() == kept[0] * kept[1]


def test_height_and_width_are_apart() -> None:
    pixels = noise((100, 300))
    found = channels(fine(pixels), level_of(pixels), (40, 90))
    assert found.shape == (3, 40, 90) and np.isfinite(found[0]).any(axis=1).sum() == 30
