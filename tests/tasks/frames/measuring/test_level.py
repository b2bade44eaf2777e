"""Median and noise of a sample against those of all pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.frames.measuring.level import CROP, SAMPLE, _spread, level_of, mad
from tests.tasks.frames.drawn import noise, stars


@pytest.mark.parametrize("shape", [(1200, 900), (64, 4096), (300, 200)])
def test_a_sample_tells_what_all_pixels_tell(shape: tuple[int, int]) -> None:
    pixels = noise(shape, seed=3, median=2000, sigma=25)
    level = level_of(pixels)
    assert level.median == pytest.approx(np.median(pixels), abs=1)
    assert level.noise == pytest.approx(25, rel=0.03)
    assert level.missing == 0
    n = len(level.sample)
    assert n <= 2 * SAMPLE and (np.diff(level.sample) >= 0).all()
    for q in (1, 25, 75, 99):
        assert level.percentile(q)[0] == pytest.approx(np.percentile(pixels, q), abs=25 * 8 / np.sqrt(n) + 1)


def test_noise_is_that_of_a_pixel_and_not_the_structure() -> None:
    flat = noise((500, 400), sigma=5) * np.linspace(0.5, 1.5, 400, dtype=np.float32)
    assert level_of(flat).noise == pytest.approx(5, rel=0.1) and flat.std() > 100
    lines = noise((500, 400), sigma=5) + 3000 * (np.arange(400) % 7 < 2)
    assert level_of(lines.astype(np.float32)).noise == pytest.approx(5, rel=0.05)
    crowded = noise((500, 400), sigma=5) + stars((500, 400), 49)
    assert level_of(crowded.astype(np.float32)).noise == pytest.approx(5, rel=0.1)


def test_missing_pixels_are_told_and_left_out() -> None:
    pixels = noise((400, 300), median=700)
    pixels[:, :75] = np.nan
    level = level_of(pixels)
    assert level.missing == pytest.approx(0.25, abs=0.01) and np.isfinite(level.sample).all()
    assert level.median == pytest.approx(700, abs=1) and np.isfinite(level.crop).all()
    nothing = level_of(np.full((30, 40), np.nan, np.float32))
    assert (nothing.missing, nothing.median, nothing.noise) == (1, 0, 1)


def test_a_constant_frame_has_a_noise_to_divide_by() -> None:
    level = level_of(np.full((2, 2), 123, np.float32))
    assert (level.median, level.noise) == (123, 1)
    two = level_of(np.repeat(np.float32([[100], [1100]]), 50, axis=1))
    assert two.noise == pytest.approx(1)


def test_two_values_alone_still_have_a_noise() -> None:
    """Noise is at least a thousandth of the range, so that stretches stay within bounds."""
    half = np.zeros((60, 60), np.float32)
    half[30:] = 5000
    assert level_of(half).noise == pytest.approx(5)


@given(st.integers(2, 3000), st.integers(2, 900))
def test_the_sample_falls_on_all_columns(y: int, x: int) -> None:
    rows, columns = np.divmod(_spread(np.arange(y * x, dtype=np.float64).reshape(y, x)), x)
    assert len(np.unique(columns)) >= min(x, len(columns)) * 0.95
    assert rows.max() >= 0.9 * (y - 1) and len(rows) <= 2 * SAMPLE


def test_the_middle_is_where_neighbours_are_compared() -> None:
    pixels = np.zeros((1000, 600), np.float32)
    pixels[500, 300] = 7
    level = level_of(pixels)
    assert level.crop.shape == (CROP, CROP) and level.crop.max() == 7


def test_mad_is_a_gaussians_sigma() -> None:
    assert mad(np.random.default_rng(0).normal(5, 3, 50_000)) == pytest.approx(3, rel=0.03)
    assert mad(np.array([])) == 0
