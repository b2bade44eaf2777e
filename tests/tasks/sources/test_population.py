"""What stands in a field: classes as many, more faint objects than bright ones, neighbours at their distance."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.sources.appearance import chosen, ellipticity, points, relative
from astrocore.tasks.sources.bands import PIXEL_ARCSEC
from astrocore.tasks.sources.population import (
    FARTHEST,
    NEAREST,
    NEIGHBOURS,
    RISE,
    Limits,
    draw_magnitudes,
    draw_neighbours,
    draw_objects,
)


def test_magnitudes_rise_and_fall() -> None:
    r = draw_magnitudes(np.random.default_rng(0), 200_000)
    counts, _ = np.histogram(r, np.arange(15.0, 22.6, 0.5))
    assert r.min() >= 15 and r.max() <= 22.5 and counts[-1] < counts[12]
    slope = np.polyfit(np.arange(15.25, 21.0, 0.5), np.log10(counts[:12]), 1)[0]
    assert slope == pytest.approx(RISE, abs=0.01)
    assert draw_magnitudes(np.random.default_rng(0), 1000, 19.0).min() >= 19


def test_classes_as_the_limits_say() -> None:
    label, r, seen = draw_objects(np.random.default_rng(0), Limits(mix=(3, 5, 2), brightest=19.0, largest=0.8))
    assert np.bincount(label).tolist() == [3, 5, 2] and label.tolist() != sorted(label)
    assert r.min() >= 19 and seen.radius[label == 1].max() <= 0.8
    assert not seen.share[label == 0].any() and (seen.share[label == 1] == 1).all()
    assert sum(Limits().mix) == 39 and len(set(Limits().mix)) == 1


def test_neighbours_keep_their_distance() -> None:
    found = draw_neighbours(np.random.default_rng(0), 20_000)
    distance = np.hypot(*found.away.T) * PIXEL_ARCSEC
    assert len(found.r) == pytest.approx(20_000 * NEIGHBOURS, rel=0.05)
    assert distance.min() >= NEAREST and distance.max() <= FARTHEST
    # Evenly over the sky: as many in equal areas.
    half = np.sqrt((NEAREST**2 + FARTHEST**2) / 2)
    assert (distance < half).mean() == pytest.approx(0.5, abs=0.03)
    assert found.r.min() >= 19 and (found.r > 22).mean() > 0.5 and found.host.max() < 20_000


def test_relative_magnitudes_give_the_colours_back() -> None:
    colours = np.random.default_rng(0).normal(size=(7, 4))
    found = relative(colours)
    np.testing.assert_allclose(found[:, :-1] - found[:, 1:], colours)
    assert not found[:, 2].any()


def test_ellipticity_of_an_axis_ratio() -> None:
    shear = ellipticity(np.random.default_rng(0), np.array([1.0, 0.5, 0.2]))
    np.testing.assert_allclose(np.hypot(*shear.T), [0, 1 / 3, 2 / 3])


def test_rows_are_chosen_from_their_part() -> None:
    parts = [points(np.full((4, 4), float(value))) for value in range(3)]
    found = chosen(parts, np.array([2, 0, 1, 2]))
    np.testing.assert_array_equal(found.relative[:, 1], [2.0, 0.0, 1.0, 2.0])
    assert found.share.shape == (4, 5) and found.radius.shape == (4,)
