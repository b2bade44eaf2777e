"""Quasars: blue in u-g below z = 2.2, red above 3, redder or bluer by their power law, some in hosts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.tasks.sources.quasars import draw_quasars, draw_redshift, median_colours


def test_ultraviolet_excess_ends_where_it_should() -> None:
    near, far = median_colours(np.linspace(0.2, 2.2, 60)), median_colours(np.array([3.0, 3.4, 3.8]))
    assert near[:, 0].max() < 0.5 and (np.diff(far[:, 0]) > 0).all() and far[0, 0] > 1.2
    assert (np.diff(median_colours(np.array([3.0, 3.4, 3.8]))[:, 1]) > 0.2).all()


@pytest.mark.real
def test_medians_of_measured_quasars(real: Path) -> None:
    table = pd.read_csv(real / "sdss_dr14.csv")
    found = table[(table["class"] == "QSO") & table["redshift"].between(0.45, 2.35)]
    colours = -np.diff(found[list("ugriz")].to_numpy(float), axis=1)
    bins = np.digitize(found["redshift"], np.arange(0.45, 2.36, 0.19))
    off = colours - median_colours(found["redshift"].to_numpy(float))
    for one in np.unique(bins):
        if (bins == one).sum() >= 30:
            np.testing.assert_allclose(np.median(off[bins == one], axis=0), 0, atol=0.11)


def test_drawn_colours_scatter_about_the_track() -> None:
    seen = draw_quasars(np.random.default_rng(0), np.full(4000, 20.5))
    steps = -np.diff(seen.relative, axis=1)
    low, middle, high = np.quantile(steps[:, 0], [0.25, 0.5, 0.75])
    assert 0.05 < low < 0.25 < middle < 0.45 < high < 0.8
    assert np.corrcoef(steps[:, 1], steps[:, 2])[0, 1] < 0.6
    assert (steps[:, 0] > 1.2).mean() == pytest.approx(0.08, abs=0.05)


def test_bright_ones_are_nearer() -> None:
    rng = np.random.default_rng(0)
    bright, faint = (draw_redshift(rng, np.full(3000, r)) for r in (17.0, 21.5))
    assert (bright > 2.2).mean() < 0.1 < 0.25 < (faint > 2.2).mean() and bright.min() > 0.05 and faint.max() < 3.9


def test_hosts_are_faint_and_few() -> None:
    seen = draw_quasars(np.random.default_rng(0), np.full(3000, 18.0))
    hosted = seen.share[:, 2] > 0
    assert 0.03 < hosted.mean() < 0.25 and seen.share[hosted, 2].max() <= 0.35 + 1e-9
    assert ((seen.share >= 0) & (seen.share <= 1)).all()
    # A host is redder than the nucleus: its share grows to the red.
    assert (seen.share[hosted, 4] > seen.share[hosted, 0]).mean() > 0.95
