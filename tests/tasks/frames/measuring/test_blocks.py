"""Blocks of pixels against their literal means and maxima."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.frames.measuring.blocks import FINE, block_max, block_mean, fine, inner_shape, padded


def literal(pixels: np.ndarray, shape: tuple[int, int], of: Callable[[np.ndarray], float]) -> np.ndarray:
    """Block by block; an empty block is the pixel at which it begins."""
    out = np.empty(shape)
    for i, j in np.ndindex(*shape):
        (top, bottom), (left, right) = (
            (k * n // m, max((k + 1) * n // m, k * n // m + 1))
            for k, n, m in zip((i, j), pixels.shape, shape, strict=True)
        )
        out[i, j] = of(pixels[top:bottom, left:right])
    return out


@given(st.tuples(*[st.integers(2, 23)] * 2), st.tuples(*[st.integers(1, 17)] * 2), st.integers(0, 99))
def test_means_and_maxima_whatever_the_shapes(n: tuple[int, int], shape: tuple[int, int], seed: int) -> None:
    pixels = np.random.default_rng(seed).normal(100, 30, n).astype(np.float32)
    np.testing.assert_allclose(block_mean(pixels, shape), literal(pixels, shape, np.mean), rtol=1e-5)
    np.testing.assert_array_equal(block_max(pixels, shape), literal(pixels, shape, np.max))


@pytest.mark.parametrize("shape", [(40, 3000), (1600, 1155), (383, 768), (2, 2)])
def test_fine_blocks_hold_every_pixel_but_the_far_edge(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).normal(500, 40, shape).astype(np.float32)
    pixels[shape[0] // 3, shape[1] // 2] = 9000
    y, x = (max(1, n // FINE) for n in shape)
    found = fine(pixels)
    whole = pixels[: shape[0] // y * y, : shape[1] // x * x].reshape(shape[0] // y, y, shape[1] // x, x)
    np.testing.assert_allclose(found.mean, whole.mean(axis=(1, 3)), rtol=1e-5)
    np.testing.assert_array_equal(found.peak, whole.max(axis=(1, 3)))
    assert found.peak.max() == 9000 and found.shape == shape
    assert all(side < 2 * FINE for side in found.mean.shape)


def test_the_smallest_image_is_the_mean_and_maximum_of_all() -> None:
    pixels = np.arange(35, dtype=np.float32).reshape(5, 7)
    assert block_mean(pixels, (1, 1)) == 17 and block_max(pixels, (1, 1)) == 34


@pytest.mark.parametrize(
    ("shape", "size", "inner"),
    [
        ((1000, 1000), (96, 96), (96, 96)),
        ((500, 1000), (96, 96), (48, 96)),
        ((1000, 500), (96, 96), (96, 48)),
        ((100, 2000), (96, 96), (24, 96)),
        ((2000, 100), (96, 96), (96, 24)),
        ((1000, 1000), (64, 128), (64, 64)),
        ((1, 9000), (8, 8), (2, 8)),
    ],
)
def test_aspect_ratio_is_kept_until_a_frame_is_a_line(
    shape: tuple[int, int], size: tuple[int, int], inner: tuple[int, int]
) -> None:
    assert inner_shape(shape, size) == inner


def test_padding_lies_around_the_image() -> None:
    out = padded(np.ones((3, 4, 6), np.float32), (9, 6))
    assert out.shape == (3, 9, 6)
    assert np.isnan(out[:, :2]).all() and np.isnan(out[:, 6:]).all() and (out[:, 2:6] == 1).all()
