"""The kept flux: on which periods it can be folded, whose transits it leaves out, whether it is all there was."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.errors import BadValue
from astrocore.tasks.exoplanets.folding import Ephemeris
from astrocore.tasks.exoplanets.refolding import kept_flux, signals

ROW = pd.Series(
    {"period": 5.0, "epoch_time": 101.0, "duration": 6.0, "time_start": 100.0, "cadence": 0.02, "stellar_radius": 1.0}
)


def flux_with(*dips: Ephemeris, n: int = 2000) -> np.ndarray:
    """Box transits of a thousandth of the light in a little noise [ppt]."""
    time, flux = 100 + 0.02 * np.arange(n), np.random.default_rng(0).normal(0, 0.05, n)
    for period, epoch, duration in dips:
        flux[np.abs((time - epoch + period / 2) % period - period / 2) < duration / 2] -= 1
    return flux


def test_the_transits_of_siblings_are_left_out() -> None:
    own, other = Ephemeris(5.0, 101.0, 0.25), Ephemeris(7.3, 102.7, 0.25)
    sibling = pd.DataFrame({"period": [other.period], "epoch_time": [other.epoch], "duration": [6.0]})
    arrays = {"flux": flux_with(own, other)}
    lone, minded = kept_flux(ROW, arrays), kept_flux(ROW, arrays, sibling)
    assert lone is not None and minded is not None and minded.others == (other,)

    def deep_outside(phase: np.ndarray, flux: np.ndarray) -> int:
        return int((flux[np.abs(phase) > 0.05] < -0.5).sum())

    assert deep_outside(*lone.points(5.0)) > 50 and deep_outside(*minded.points(5.0)) == 0
    assert (minded.points(5.0)[1][np.abs(minded.points(5.0)[0]) < 0.02] < -0.5).sum() > 50


def test_periods_are_bounded_by_cadence_and_span() -> None:
    kept = kept_flux(ROW, {"flux": flux_with()})
    assert kept is not None and kept.span == pytest.approx(1999 * 0.02) and kept.cadence == pytest.approx(0.02)
    for period in (0.05, 5.0, 39.9):
        kept.check(period)
    for period in (0.001, 0.039, 41.0, 1e9):
        with pytest.raises(
            BadValue, match=r"between 0\.04 d, twice the cadence of the kept flux, and 39\.98 d, its span"
        ):
            kept.check(period)


def test_transits_lie_in_what_was_measured() -> None:
    flux = flux_with()
    flux[:600] = np.nan  # begins at day 112 now
    kept = kept_flux(ROW, {"flux": flux})
    assert kept is not None
    np.testing.assert_allclose(kept.transits(5.0), [116, 121, 126, 131, 136])
    assert not kept.is_part(5) and not kept.is_part(float("nan")) and kept.is_part(6)


@pytest.mark.parametrize("missing", ["period", "epoch_time", "time_start", "cadence"])
def test_without_an_ephemeris_or_times_there_is_nothing_to_fold(missing: str) -> None:
    assert kept_flux(ROW.drop(missing), {"flux": flux_with()}) is None
    assert kept_flux(ROW, {"flux": np.full(9, np.nan)}) is None and kept_flux(ROW, {}) is None


def test_rows_without_an_ephemeris_are_no_signals() -> None:
    table = pd.DataFrame({"period": [1.0, np.nan, 3.0], "epoch_time": [0.5, 0.5, np.nan]})
    assert [signal.period for signal in signals(table)] == [1.0]
    assert signals(None) == signals(table.drop(columns="epoch_time")) == ()
