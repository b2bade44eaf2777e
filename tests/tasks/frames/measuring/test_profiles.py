"""Profiles along both axes against literal percentiles of block means."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.frames.measuring.blocks import fine
from astrocore.tasks.frames.measuring.channels import stretch, unstretched
from astrocore.tasks.frames.measuring.level import level_of
from astrocore.tasks.frames.measuring.profiles import AXES, BINS, CURVES, profiles, square
from tests.tasks.frames.drawn import noise, spectrum, squared


def test_profiles_are_those_of_the_block_means() -> None:
    pixels = noise((512, 512)) + spectrum((512, 512), [100, 400], 900)
    means, level = squared(pixels)
    np.testing.assert_allclose(means, pixels.reshape(BINS, 2, BINS, 2).mean(axis=(1, 3)), rtol=1e-5)
    found = profiles(means, level)
    assert found.shape == (len(AXES), len(CURVES), BINS)
    for place in (0, 17, 255):
        for of, row in ((found[0], means[place]), (found[1], means[:, place])):
            low, high = np.percentile(row, (10, 90))
            expected = stretch(np.array([low, row.mean(dtype=np.float64), high]), level.median, level.noise)
            np.testing.assert_allclose(of[:, place], expected, atol=1e-4)


def test_lines_across_the_rows_show_along_x_alone() -> None:
    means, level = squared(noise((256, 1024), sigma=3) + spectrum((256, 1024), [500], 4000))
    along_y, along_x = profiles(means, level)[:, 1]
    assert along_x.argmax() == 125 and np.ptp(along_y) < 0.1 < np.ptp(along_x)
    assert unstretched(along_x, level.median, level.noise)[125] == pytest.approx(
        1000 + 4000 * np.exp(-(np.arange(4) ** 2) / 18).mean(), rel=0.01
    )


def test_a_turned_frame_turns_its_profiles() -> None:
    pixels = (noise((300, 500)) + spectrum((300, 500), [99, 201], 700)).astype(np.float32)
    straight, turned = (profiles(*squared(image)) for image in (pixels, pixels.T))
    np.testing.assert_allclose(turned, straight[::-1], atol=0.02)


def test_a_small_frame_repeats_its_pixels() -> None:
    means = square(fine(np.float32([[1, 2], [3, 4]])))
    assert means.shape == (BINS, BINS) and means[0, 0] == 1 and means[-1, -1] == 4
    found = profiles(means, level_of(np.float32([[1, 2], [3, 4]])))
    assert (found[0, 1, :128] == found[0, 1, 0]).all() and found[0, 1, 128] > found[0, 1, 127]
