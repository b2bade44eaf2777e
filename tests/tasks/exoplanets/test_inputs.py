"""The channels of a view."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.inputs import smoothed, standardised, view_channels


def channels(values: np.ndarray, mask: np.ndarray, transit_share: float) -> np.ndarray:
    """Of a view of the kind that has this transit share, with points of one scatter in all bins."""
    kind = {0.1: "global", 0.5: "local"}[transit_share]
    return view_channels({kind: (values, mask, np.ones_like(values))})[kind]


def dip(depth: float = 40.0, noise: float = 1.0, level: float = 0.0, bins: int = 201, width: int = 8) -> np.ndarray:
    """One view with a box in the middle, (1, bins)."""
    x = np.abs(np.arange(bins) - bins // 2)
    return (level - depth * (x <= width // 2) + noise * np.random.default_rng(0).normal(size=bins))[None]


def test_shape_and_significance() -> None:
    values = dip()
    out = channels(values, np.ones_like(values, dtype=bool), 0.1)
    assert out.shape == (1, 201, 3) and out.dtype == np.float32
    assert out[0, 98:103, 0] == pytest.approx(-1, abs=0.1)
    assert out[0, 100, 1] == pytest.approx(np.arcsinh(-40), abs=0.15)
    assert np.std(np.sinh(out[0, :80, 1])) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize(("scale", "level"), [(1e-3, 1.0), (1e3, -7.0), (1.0, 0.0)])
def test_unit_and_level_of_the_stored_view_do_not_matter(scale: float, level: float) -> None:
    mask = np.ones((1, 201), dtype=bool)
    got = channels(scale * dip() + level, mask, 0.1)
    np.testing.assert_allclose(got, channels(dip(), mask, 0.1), atol=1e-4)


def test_masked_bins_are_zero_and_do_not_count() -> None:
    values, mask = dip(), np.ones((1, 201), dtype=bool)
    mask[0, 20:60] = False
    spoilt = np.where(mask, values, -1e4)
    out = channels(spoilt, mask, 0.1)
    assert (out[~mask] == 0).all()
    np.testing.assert_array_equal(out, channels(np.where(mask, values, 7.0), mask, 0.1))


def test_shapes_are_clipped() -> None:
    values = dip(depth=5.0)
    values[0, 10], values[0, 30] = 300.0, -6.0
    out = channels(values, np.ones_like(values, dtype=bool), 0.1)[..., 0]
    assert out.max() == 3 and out.min() >= -2


def test_views_without_dip_without_scatter_and_without_anything() -> None:
    values = np.vstack(
        [np.zeros(61), dip(noise=0, bins=61)[0], np.full(61, 5.0), np.random.default_rng(0).normal(size=61)]
    )
    mask = np.ones_like(values, dtype=bool)
    mask[2] = False
    out = channels(values, mask, 0.5)
    assert np.isfinite(out).all() and not out[0].any() and not out[2].any()
    assert out[1, 30, 0] == -1


def test_rows_do_not_know_each_other() -> None:
    rng = np.random.default_rng(0)
    values, mask = rng.normal(size=(5, 61)), rng.random((5, 61)) > 0.2
    together = channels(values, mask, 0.5)
    alone = [channels(values[i : i + 1], mask[i : i + 1], 0.5)[0] for i in range(5)]
    np.testing.assert_array_equal(together, alone)


def test_smoothing_is_the_mean_of_three() -> None:
    mask = np.array([[True, True, False, True]])
    np.testing.assert_allclose(smoothed(np.array([[3.0, 6.0, 99.0, 1.0]]), mask), [[4.5, 4.5, 3.5, 1.0]])


def test_the_level_is_taken_out_of_transit() -> None:
    values = dip(depth=40, noise=0.1, level=2.0, bins=61, width=24)
    centred, scatter = standardised(values, np.ones_like(values, dtype=bool), 0.5)
    assert np.abs(centred[0, :10]).max() < 1 and scatter[0, 0] < 1


def test_odd_events_keep_their_depth_relative_to_the_local_view() -> None:
    """A shallow odd event stays shallow: its own normalisation would hide the difference from the even ones."""
    mask, inner = np.ones((1, 61), dtype=bool), np.ones((1, 61))
    views = {"local": (dip(40, bins=61), mask, inner), "odd": (dip(20, bins=61), mask, inner)}
    assert view_channels(views)["odd"][0, 30, 0] == pytest.approx(-0.5, abs=0.1)


def test_noisy_bins_are_told() -> None:
    mask, inner = np.ones((1, 61), dtype=bool), np.ones((1, 61))
    inner[0, 5], inner[0, 9], inner[0, 12] = 4.0, 0.5, 0.0
    out = view_channels({"local": (dip(bins=61), mask, inner)})["local"][0, :, 2]
    assert (out[5], out[9], out[12], out[30]) == (2.0, -1.0, 0.0, 0.0)
