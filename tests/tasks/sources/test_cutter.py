"""Blocks of pixels against astropy's Cutout2D."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.nddata import Cutout2D, NoOverlapError
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.sources.cutter import blocks, margin, places

from .frame_files import noise

COORDINATE = st.one_of(st.floats(-25, 50), st.integers(-25, 50).map(float), st.integers(-50, 100).map(lambda n: n / 2))


@given(
    st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=8),
    st.integers(1, 20),
    st.tuples(st.integers(1, 30), st.integers(1, 30)),
    st.sampled_from([np.float32, ">f4", np.float64, np.int16]),
)
def test_blocks_are_those_of_cutout2d(
    at: list[tuple[float, float]], size: int, shape: tuple[int, int], dtype: str
) -> None:
    image = (noise(shape) * 1000).astype(dtype)
    x, y = np.array(at).T
    found = places(x, y, size, shape)
    cut = iter(blocks(image, found.x[found.touch], found.y[found.touch], size, np.inf))
    for position, touches in zip(at, found.touch, strict=True):
        try:
            wanted = Cutout2D(image.astype(float), position, size, mode="partial", fill_value=np.nan).data
        except NoOverlapError:
            assert not touches
            continue
        assert touches
        np.testing.assert_array_equal(next(cut), wanted.astype(np.float32))
    assert next(cut, None) is None


def test_unknown_and_far_positions_touch_nothing() -> None:
    far = np.array([np.nan, np.inf, -1e300, 1e300])
    found = places(far, np.zeros(4), 8, (20, 20))
    assert not found.touch.any() and not places(np.zeros(4), far, 8, (20, 20)).touch.any()
    assert found.x.dtype == np.int64 and len(blocks(noise((20, 20)), found.x[:0], found.y[:0], 8, np.inf)) == 0


def test_saturated_and_infinite_pixels_are_missing() -> None:
    image = np.array([[1.0, 99.0, 100.0], [np.inf, -np.inf, np.nan], [1e300, 101.0, -5.0]])
    cut = blocks(image, np.array([0]), np.array([0]), 3, 100.0)[0]
    np.testing.assert_array_equal(cut, np.array([[1, 99, np.nan], [np.nan] * 3, [np.nan, np.nan, -5]], np.float32))


def test_distance_to_the_edge() -> None:
    x, y = np.array([0.0, -0.5, 9.5, 4.0, 12.0]), np.array([5.0, 5.0, 5.0, 18.5, 5.0])
    assert margin(x, y, (20, 10)).tolist() == pytest.approx([0.5, 0, 0, 1, -2.5])
