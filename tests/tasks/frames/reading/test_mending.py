"""Counts that ran over 16 bits are mended; honest negative numbers never are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.frames.reading import read_frame
from astrocore.tasks.frames.reading.mending import EDGE, LEAST_AT_EDGE, cells_averaged, without_infinities, wrapped

from .bases import fits_bytes

SEEDS = st.integers(0, 2**32 - 1)


def starry(seed: int, level: float = 1500, stars: int = 16) -> np.ndarray:
    """A sky with stars, some of them saturated, as 16-bit counts."""
    rng = np.random.default_rng(seed)
    sky = rng.normal(level, 30, (96, 96))
    y, x = np.mgrid[:96, :96]
    for _ in range(stars):
        peak, cy, cx = 10 ** rng.uniform(3, 5.2), *rng.uniform(5, 90, 2)
        sky += peak * np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / 8)
    return np.clip(sky, 0, 65535).astype(np.uint16)


def test_skies_with_bright_stars_are_seen_to_wrap() -> None:
    seen = []
    for sky in map(starry, range(300)):
        ends = ((sky > 32768 - EDGE) & (sky < 32768)).sum(), ((sky >= 32768) & (sky < 32768 + EDGE)).sum()
        if (sky > 45000).sum() > 30 and min(ends) >= 2 * LEAST_AT_EDGE:  # with fewer nobody could tell
            seen.append(wrapped(sky.astype(np.int16)))
    assert len(seen) > 200 and np.mean(seen) > 0.99  # a rule of thumb: of 4,800 such skies it misses two


@given(SEEDS, st.floats(25000, 45000))
def test_a_flat_across_the_middle_is_seen_to_wrap(seed: int, level: float) -> None:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1:1:100j, -1:1:100j]
    flat = np.clip(rng.normal(level * (1.1 - 0.35 * (x**2 + y**2)), 150), 0, 65535).astype(np.uint16)
    if (flat > 33500).sum() > 50 and (flat < 32000).sum() > 50:
        assert wrapped(flat.astype(np.int16))


@given(SEEDS, st.floats(1, 3000))
def test_differences_are_never_mended(seed: int, noise: float) -> None:
    rng = np.random.default_rng(seed)
    difference = rng.normal(0, noise, (100, 100))
    difference[40:44, 40:60] += 60000  # a star in one of the two
    difference[70:74, 40:60] -= 60000
    assert not wrapped(np.clip(difference, -32768, 32767).astype(np.int16))


@given(SEEDS)
def test_differences_of_starry_skies_are_never_mended(seed: int) -> None:
    difference = starry(seed).astype(np.float64) - np.roll(starry(seed + 1), 3, axis=0)
    assert not wrapped(np.clip(difference, -32767, 32767).astype(np.int16))


@pytest.mark.parametrize("blank", [-32768, -1, -999])
def test_blanks_in_a_sound_sky_are_no_sign(blank: int) -> None:
    sky = np.minimum(starry(3), 32767).astype(np.int16)
    sky[:20] = blank
    assert not wrapped(sky)


def test_a_wrapped_file_is_mended_with_a_note_and_one_with_a_zero_point_is_not(tmp_path: Path) -> None:
    sky = starry(1)
    path = tmp_path / "wrapped.fits"
    path.write_bytes(fits_bytes(fits.PrimaryHDU(sky.astype(np.int16))))
    frame = read_frame(path)
    np.testing.assert_array_equal(frame.pixels, sky)
    assert frame.saturation == 65535 and any("wrapped" in note for note in frame.notes)
    path.write_bytes(fits_bytes(fits.PrimaryHDU(sky)))
    np.testing.assert_array_equal(read_frame(path).pixels, sky)
    assert not read_frame(path).notes


@given(st.integers(4, 9), st.integers(4, 9), SEEDS)
def test_cells_are_means_of_four(height: int, width: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    slow = [
        [pixels[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].mean() for x in range(width // 2)] for y in range(height // 2)
    ]
    np.testing.assert_allclose(cells_averaged(pixels), slow, atol=1e-6)


def test_infinities_become_nan_and_large_numbers_stay() -> None:
    pixels = np.array([[np.inf, -np.inf], [np.nan, 3e38]], np.float32)
    np.testing.assert_array_equal(without_infinities(pixels), np.array([[np.nan, np.nan], [np.nan, 3e38]], np.float32))
