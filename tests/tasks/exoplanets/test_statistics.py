"""Statistics of the views against loops over one view at a time."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from astrocore.tasks.exoplanets.statistics import (
    BANDS,
    CHUNKS,
    ENTROPY_BINS,
    LAGS,
    QUANTILES,
    SHORT_LAGS,
    statistics,
    view_statistics,
)


def literal(values: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    """One view (n,), bin by bin."""
    v = [float(x) for x, m in zip(values, mask, strict=True) if m]
    n, mean = len(v), sum(v) / len(v)
    d = [x - mean for x in v]
    std = math.sqrt(sum(x * x for x in d) / n)
    found = {
        "mean": mean,
        "std": std,
        "skewness": sum(x**3 for x in d) / n / std**3,
        "kurtosis": sum(x**4 for x in d) / n / std**4 - 3,
        "rms": math.sqrt(sum(x * x for x in v) / n),
        "mean_abs": sum(map(abs, v)) / n,
        "min": min(v),
        "max": max(v),
        "range": max(v) - min(v),
        "iqr": np.quantile(v, 0.75) - np.quantile(v, 0.25),
        "mad": np.median([abs(x - np.median(v)) for x in v]),
        "place_of_min": v.index(min(v)) / (n - 1),
        "place_of_max": v.index(max(v)) / (n - 1),
        "mean_abs_change": sum(abs(v[i + 1] - v[i]) for i in range(n - 1)) / (n - 1),
        "max_abs_change": max(abs(v[i + 1] - v[i]) for i in range(n - 1)),
        "complexity": math.sqrt(sum((v[i + 1] - v[i]) ** 2 for i in range(n - 1))),
        "mean_abs_bend": sum(abs(v[i + 2] - 2 * v[i + 1] + v[i]) for i in range(n - 2)) / (n - 2),
        "above_mean": sum(x > mean for x in v) / n,
        "longest_above": longest([x > mean for x in v]) / n,
        "longest_below": longest([x < mean for x in v]) / n,
        "crossings": sum((v[i] > mean) != (v[i + 1] > mean) for i in range(n - 1)) / (n - 1),
    }
    found |= {name: float(np.quantile(v, q)) for name, q in QUANTILES.items()}
    found |= {f"beyond_{s}": sum(abs(x) > s * std for x in d) / n for s in (1, 2, 3)}
    for support in (1, 3):
        peaks = [all(v[i] > v[i + k] for k in range(-support, support + 1) if k) for i in range(support, n - support)]
        found[f"peaks_{support}"] = sum(peaks) / n
    for lag in LAGS:
        found[f"autocorrelation_{lag}"] = np.mean([d[i] * d[i + lag] for i in range(n - lag)]) / std**2
    for lag in SHORT_LAGS:
        triples = [(d[i], d[i + lag], d[i + 2 * lag]) for i in range(n - 2 * lag)]
        found[f"c3_{lag}"] = np.mean([a * b * c for a, b, c in triples]) / std**3
        found[f"asymmetry_{lag}"] = np.mean([c * c * b - b * a * a for a, b, c in triples]) / std**3
    counts = [0] * ENTROPY_BINS
    for x in v:
        counts[min(int(ENTROPY_BINS * (x - min(v)) / (max(v) - min(v))), ENTROPY_BINS - 1)] += 1
    found["entropy"] = -sum(c / n * math.log(c / n) for c in counts if c)
    return found | placed(values, mask, mean)


def placed(values: np.ndarray, mask: np.ndarray, mean: float) -> dict[str, float]:
    """Spectrum by its sum, trend by a fit, energy by chunk."""
    y = np.array([x - mean if m else 0.0 for x, m in zip(values, mask, strict=True)])
    n = len(y)
    power = [abs(sum(y[t] * np.exp(-2j * np.pi * k * t / n) for t in range(n))) ** 2 for k in range(1, n // 2 + 1)]
    share = [p / sum(power) for p in power]
    place = np.linspace(-1, 1, n)
    found = {
        "spectral_centroid": sum(s * (k + 1) / len(share) for k, s in enumerate(share)),
        "spectral_entropy": -sum(s * math.log(s) for s in share),
        "slope": np.polyfit(place[mask], values[mask], 1)[0],
        "trend": np.corrcoef(place[mask], values[mask])[0, 1],
    }
    found |= {f"power_{i + 1}": sum(part) for i, part in enumerate(np.array_split(share, BANDS))}
    return found | {f"energy_{i + 1}": sum(part) for i, part in enumerate(np.array_split(y**2 / sum(y**2), CHUNKS))}


def longest(true: list[bool]) -> int:
    best = run = 0
    for item in true:
        run = run + 1 if item else 0
        best = max(best, run)
    return best


@pytest.mark.parametrize("bins", [61, 64])
def test_every_number_is_that_of_a_loop(bins: int) -> None:
    rng = np.random.default_rng(bins)
    values = rng.normal(size=(6, bins)).cumsum(axis=1) * 0.3 + rng.normal(size=(6, bins))
    mask = rng.random((6, bins)) > np.array([0, 0.05, 0.3, 0.5, 0.1, 0.1])[:, None]
    found = view_statistics(np.where(mask, values, 0), mask)
    for row in range(6):
        expected = literal(values[row], mask[row])
        assert set(found) == set(expected)
        for name, number in expected.items():
            assert found[name][row] == pytest.approx(number, rel=1e-9, abs=1e-9), name


def test_what_is_masked_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    view, mask = rng.normal(size=(4, 61)).astype(np.float16), rng.random((4, 61)) > 0.2
    arrays = {"global_view": view, "global_mask": mask, "local_view": view, "local_mask": mask}
    spoiled = np.where(mask, view, np.float16(np.nan))
    table = pd.DataFrame(index=range(4))
    expected = statistics(table, arrays)
    pd.testing.assert_frame_equal(statistics(table, arrays | {"global_view": spoiled}), expected)
    pd.testing.assert_frame_equal(statistics(table, {"global_view": spoiled, "local_view": spoiled}), expected)
    assert expected.notna().all(axis=None) and expected.shape[1] > 2 * 60


def test_an_object_without_a_view_has_no_statistics_and_disturbs_no_other() -> None:
    rng = np.random.default_rng(1)
    view, mask = rng.normal(size=(3, 61)), np.ones((3, 61), dtype=bool)
    mask[1] = False
    mask[2, 2:] = False
    found = statistics(pd.DataFrame(index=range(3)), {"global_view": view, "global_mask": mask})
    assert found.filter(like="global_").iloc[1:].isna().all(axis=None)
    assert found.filter(like="local_").isna().all(axis=None)
    alone = statistics(pd.DataFrame(index=[0]), {"global_view": view[:1], "global_mask": mask[:1]})
    pd.testing.assert_series_equal(found.iloc[0], alone.iloc[0])
    assert statistics(pd.DataFrame(index=range(2)), {}).shape == (2, found.shape[1])


def test_a_flat_and_a_short_view_are_no_error() -> None:
    flat = view_statistics(np.ones((1, 61)), np.ones((1, 61), dtype=bool))
    assert flat["mean"] == 1 and flat["std"] == 0 and np.isnan(flat["skewness"])
    short = view_statistics(np.array([[1.0, 2.0, 4.0]]), np.ones((1, 3), dtype=bool))
    assert short["max"] == 4 and short["mean_abs_change"] == 1.5
