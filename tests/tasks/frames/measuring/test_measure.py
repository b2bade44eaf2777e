"""Whatever a frame holds, what is measured of it is finite where that is promised, and NaN where nothing is known."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from astrocore.tasks.frames.columns import COLUMNS, HEADER
from astrocore.tasks.frames.measuring import Measured, header_numbers, measure, shapes
from astrocore.tasks.frames.measuring.blocks import inner_shape
from tests.tasks.frames.drawn import frame_of, header_of, noise

SIZE = (24, 32)
KNOWN = (
    "mean",
    "std",
    "median",
    "min",
    "max",
    "mad",
    "noise",
    "missing",
    "spread",
    "peak",
    "structure",
    "blobs",
    "edge",
)
"""Numbers that every image has."""


def checked(pixels: np.ndarray, saturation: float = 65535.0) -> Measured:
    """What is measured of an image, with all that is promised of any image held."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = measure(frame_of(pixels, saturation=saturation), SIZE)
    assert {name: (a.shape, a.dtype) for name, a in found.arrays.items()} == shapes(SIZE)
    assert list(found.numbers) == list(COLUMNS)
    y, x = inner_shape(pixels.shape, SIZE)
    assert np.isfinite(found.arrays["frame"]).sum() == 3 * y * x and not np.isinf(found.arrays["frame"]).any()
    for name in ("profile", "histogram"):
        assert np.isfinite(found.arrays[name].astype(float)).all(), name
    assert not np.isinf(list(found.numbers.values())).any()
    assert np.isfinite([found.numbers[name] for name in KNOWN]).all()
    return found


FLOATS = st.floats(width=32) | st.sampled_from([0.0, 1.0, 65535.0, 1e38, -1e38, float("nan"), float("inf")])


@given(
    hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=40), elements=FLOATS),
    st.sampled_from([65535.0, float("nan"), 0.0, 1e-300]),
)
def test_any_pixels_at_all(pixels: np.ndarray, saturation: float) -> None:
    checked(pixels, saturation)


@given(st.integers(2, 1200), st.integers(2, 1200), st.integers(0, 99), st.sampled_from([0, 1, 0.5, 0.001]))
def test_any_shape_with_pixels_missing(y: int, x: int, seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.normal(1000, 30, (y, min(x, 300_000 // y + 2))).astype(np.float32)
    gone = rng.random(pixels.shape) < share
    pixels[gone] = rng.choice([np.nan, np.inf, -np.inf], gone.sum())
    assert checked(pixels).numbers["missing"] == pytest.approx(gone.mean(), abs=0.02)


@pytest.mark.parametrize("shape", [(2, 2), (2, 400), (100, 2000), (2000, 100), (33, 47), (900, 1100)])
def test_noise_of_any_shape(shape: tuple[int, int]) -> None:
    found = checked(noise(shape, sigma=10))
    assert found.numbers["width"] == shape[1] and found.numbers["height"] == shape[0]
    if min(shape) > 30:
        assert found.numbers["noise"] == pytest.approx(10, rel=0.1)


@pytest.mark.parametrize("value", [0.0, 1000.0, -7.5, 65535.0, 3e38, 1e-40])
def test_constant_frames(value: float) -> None:
    found = checked(np.full((60, 50), value))
    assert found.numbers["std"] == 0 and found.numbers["structure"] == 0 and found.numbers["blobs"] == 0
    assert np.isnan(found.numbers["lag_x"]) and np.isnan(found.numbers["spike_share"])
    assert found.numbers["missing"] == (1 if value == 3e38 else 0)


def test_a_frame_that_is_saturated_everywhere() -> None:
    found = checked(np.full((300, 300), 65535))
    assert (found.numbers["saturated"], found.numbers["fill"]) == (1, 1)


def test_a_single_missing_pixel_of_a_large_frame_is_no_matter() -> None:
    pixels = noise((1000, 1300))
    before = checked(pixels)
    holed = pixels.copy()
    holed[501, 703] = np.nan
    after = checked(holed)
    for name, array in before.arrays.items():
        np.testing.assert_allclose(after.arrays[name].astype(float), array.astype(float), atol=0.02)
    np.testing.assert_allclose(list(after.numbers.values()), list(before.numbers.values()), rtol=0.05, atol=0.02)


def test_a_missing_stripe_is_filled_with_the_median_and_told() -> None:
    pixels = noise((400, 500), sigma=4)
    pixels[:, 100:150] = np.nan
    found = checked(pixels)
    assert found.numbers["missing"] == pytest.approx(0.1, abs=0.005)
    assert found.numbers["lines_most"] == found.numbers["dips_most"] == 0
    assert found.numbers["noise"] == pytest.approx(4, rel=0.2)


def test_what_a_header_does_not_tell_is_nan_and_never_zero() -> None:
    found = measure(frame_of(noise((40, 40))), SIZE).numbers
    assert all(np.isnan(found[column.name]) for column in HEADER)
    told = header_numbers(header_of({"EXPTIME": 0.0, "CCD-TEMP": -10, "BINNING": "2x3", "GAIN": "unknown"}))
    assert told["exposure_time"] == 0 and told["temperature"] == -10 and told["header_cards"] == 4
    assert (told["binning_x"], told["binning_y"]) == (2, 3)
    assert all(np.isnan(told[name]) for name in ("gain", "airmass", "moon_phase", "seeing"))


def test_the_same_frame_gives_the_same_numbers() -> None:
    one, two = (measure(frame_of(noise((90, 80), 3), {"OBJECT": "M31"}), SIZE) for _ in range(2))
    assert list(map(str, one.numbers.values())) == list(map(str, two.numbers.values()))
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, two.arrays[name])
