"""Gap, closeness and spread against loops, and what they are for known shapes."""

import numpy as np
import pytest

from astrocore.analysis import alignment
from astrocore.analysis.alignment import modality_gap, pair_distance, uniformity


def sides(seed=0, n=60):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n, 5)) * rng.uniform(0.1, 9, (2, n, 1)) + 1
    a[4] = np.nan
    return a, b


def unit(row):
    return row / np.sqrt(sum(row**2))


def test_each_against_a_loop(monkeypatch):
    monkeypatch.setattr(alignment, "CHUNK", 7)
    a, b = sides()
    both = [i for i in range(len(a)) if i != 4]
    gap = sum(unit(a[i]) for i in both) / len(both) - sum(unit(b[i]) for i in both) / len(both)
    assert modality_gap(a, b) == pytest.approx(np.sqrt(sum(gap**2)), abs=1e-6)
    near = [sum((unit(a[i]) - unit(b[i])) ** 2) for i in both]
    assert pair_distance(a, b) == pytest.approx(sum(near) / len(near), abs=1e-6)
    terms = [np.exp(-2 * sum((unit(a[i]) - unit(a[j])) ** 2)) for i in both for j in both if i != j]
    assert uniformity(a) == pytest.approx(np.log(sum(terms) / len(terms)), abs=1e-5)


def test_known_shapes():
    x = np.random.default_rng(0).normal(size=(400, 64))
    assert modality_gap(x, 7 * x) == pytest.approx(0, abs=1e-6) and pair_distance(x, x) == pytest.approx(0, abs=1e-6)
    assert modality_gap(np.ones((5, 3)), -np.ones((5, 3))) == pytest.approx(2)
    assert pair_distance(x, np.roll(x, 1, axis=0)) == pytest.approx(2, abs=0.05)
    assert uniformity(np.ones((5, 3))) == pytest.approx(0, abs=1e-6)
    assert -4 < uniformity(x) < -3.7
