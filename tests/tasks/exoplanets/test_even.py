"""Unfolded curves on an even grid."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets import even
from astrocore.tasks.exoplanets.even import Kept, on_grid
from astrocore.tasks.exoplanets.lightcurves import LightCurve

from .curve_files import times


def test_every_point_goes_to_its_slot_and_gaps_stay_empty() -> None:
    time = np.array([10.0, 10.02, 10.04, 10.1, 10.12]) + np.array([0, 1e-4, -1e-4, 0, 0])
    flux, cadence = on_grid(LightCurve(time, np.array([1000.0, 1001, np.nan, 999, 1000])))
    assert cadence == pytest.approx(0.02, rel=0.02) and flux.dtype == np.float16
    np.testing.assert_allclose(flux, [0, 1, np.nan, np.nan, np.nan, -1, 0], atol=1e-3)


def test_short_cadence_is_averaged() -> None:
    time = times(days=1, minutes=1)
    flux, cadence = on_grid(LightCurve(time, 5 + np.arange(len(time)) % 2 * 0.01))
    assert cadence == pytest.approx(1 / 48, rel=0.06) and 45 < len(flux) < 55 and np.abs(flux).max() < 1.1


def test_rows_of_unlike_length_and_rows_without() -> None:
    kept = Kept()
    for row, days in ((0, 2.0), (2, 1.0)):
        kept.add(
            row, LightCurve(times(days=days), np.ones(len(times(days=days))) + 1e-3 * (times(days=days) > 132)), 5.0
        )
    array, columns = kept.array(4), kept.columns(4)
    assert array.shape[0] == 4 and array.shape[1] == pytest.approx(96, abs=6)
    assert np.isfinite(array).any(axis=1).tolist() == [True, False, True, False]
    np.testing.assert_allclose(columns["time_start"], [136.5, np.nan, 136.5, np.nan])


def test_too_many_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(even, "MOST_BYTES", 250)
    kept, curve = Kept(), LightCurve(times(days=1), np.linspace(1, 1.1, len(times(days=1))))
    for row in range(3):
        kept.add(row, curve)
        assert bool(kept.flux) == (row < 2)
    kept.add(3, curve)
    assert not kept.flux and np.isnan(kept.columns(4)["cadence"]).all()


def test_a_curve_with_times_gone_astray_is_not_kept_but_others_are() -> None:
    kept, curve = Kept(), LightCurve(times(days=1), np.linspace(1, 1.1, len(times(days=1))))
    kept.add(0, LightCurve(np.array([1.0, 1.02, 1.04, 1e12]), np.array([1.0, 2.0, 1.0, 1.0])))
    kept.add(1, curve)
    assert list(kept.flux) == [1]
