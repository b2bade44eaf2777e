"""Faint-making: numbers of a fainter object, against what the sky's noise says."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from astrocore.tasks.sources.bands import BANDS
from astrocore.tasks.sources.faint import (
    blurred,
    error_at,
    fainter,
    flux_of,
    magnitude_of,
    noisier,
    redder,
)

DEPTHS = {band: BANDS[band].depth for band in "ugriz"}
N = 20_000


def columns(magnitude: float = 19.0, n: int = N) -> dict[str, np.ndarray]:
    found = {}
    for band in "ugriz":
        found |= {
            f"modelMag_{band}": np.full(n, magnitude),
            f"extinction_{band}": np.full(n, 0.1),
            f"dered_{band}": np.full(n, magnitude - 0.1),
            f"psfMag_{band}": np.full(n, magnitude + 0.05),
            f"deVRad_{band}": np.full(n, 2.0),
            f"psffwhm_{band}": np.full(n, 1.4),
        }
    return found


def normal(n: int = N, seed: int = 0):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    return lambda: rng.normal(size=n)


def test_an_error_is_a_fifth_at_the_depth_and_grows_with_the_sky() -> None:
    assert error_at(22.7, 22.7) == pytest.approx(0.2)
    assert error_at(20.2, 22.7) == pytest.approx(0.02)


@pytest.mark.parametrize("magnitude", [14.0, 20.0, 24.0, 25.5])
def test_asinh_magnitudes_come_back_and_are_ordinary_ones_when_bright(magnitude: float) -> None:
    b = BANDS["r"].softening
    assert magnitude_of(flux_of(magnitude, b, np), b, np) == pytest.approx(magnitude, abs=1e-6)
    if magnitude < 20:
        assert flux_of(magnitude, b, np) == pytest.approx(10 ** (-0.4 * magnitude), rel=1e-3)


@pytest.mark.parametrize(("by", "band"), [(1.0, "r"), (2.0, "z"), (3.0, "u")])
def test_magnitudes_move_by_so_much_with_the_noise_that_is_missing(by: float, band: str) -> None:
    worse = fainter(columns(), np.full(N, by), DEPTHS, 0.0, normal(), np)[f"modelMag_{band}"]
    before, after = error_at(19.0, DEPTHS[band]), error_at(19.0 + by, DEPTHS[band])
    b = BANDS[band].softening
    relative = flux_of(worse, b, np) / (flux_of(19.0, b, np) * 10 ** (-0.4 * by)) - 1
    assert np.mean(relative) == pytest.approx(0, abs=4 * after / np.sqrt(N))
    assert np.std(relative) == pytest.approx(np.sqrt(after**2 - before**2), rel=0.05)


def test_nothing_happens_at_zero() -> None:
    before = columns(21.0, 50)
    worse = fainter(before, np.zeros(50), DEPTHS, 0.2, normal(50), np)
    assert all(np.allclose(worse[name], before[name], atol=1e-9) for name in before)


def test_one_fit_has_one_noise_and_dust_stays_out_of_it() -> None:
    worse = fainter(columns(), np.full(N, 3.0), DEPTHS, 0.0, normal(), np)
    assert np.allclose(worse["modelMag_r"] - worse["dered_r"], 0.1)
    assert np.allclose(worse["extinction_r"], 0.1) and np.allclose(worse["psffwhm_r"], 1.4)
    noise = worse["modelMag_r"] - 22.0, worse["psfMag_r"] - 22.05
    assert 0.7 < np.corrcoef(*noise)[0, 1] < 0.9


def test_radii_scatter_with_the_error_and_never_fall_below_zero() -> None:
    by = np.full(N, 22.7 - 0.7526 - 19.0)  # to an error of 0.1 mag in r
    worse = fainter(columns(), by, DEPTHS, 0.2, normal(), np)
    assert np.std(worse["deVRad_r"]) == pytest.approx(0.2 * 1.4, rel=0.05)
    small = columns() | {"deVRad_r": np.zeros(N)}
    found = fainter(small, by, DEPTHS, 0.2, normal(), np)["deVRad_r"]
    assert found.min() > 0 and np.median(found) < 0.05


def test_a_missing_value_stays_missing_and_touches_no_other() -> None:
    some = columns(20.0, 4)
    some["modelMag_g"][1], some["deVRad_g"][2] = np.nan, np.nan
    worse = fainter(some, np.ones(4), DEPTHS, 0.2, normal(4), np)
    assert np.isnan(worse["modelMag_g"]).tolist() == [False, True, False, False]
    assert np.isnan(worse["deVRad_g"][2]) and np.isfinite(worse["modelMag_r"]).all()


def test_tensors_give_the_numbers_of_arrays() -> None:
    draws = np.random.default_rng(1).normal(size=(200, 6))

    def each(convert):  # type: ignore[no-untyped-def]
        rows = iter(draws)
        return lambda: convert(next(rows))

    some, by = columns(20.0, 6), np.linspace(0, 2, 6)
    arrays = fainter(some, by, DEPTHS, 0.2, each(np.asarray), np)
    tensors = fainter(
        {name: torch.from_numpy(x) for name, x in some.items()},
        *(torch.from_numpy(by), DEPTHS, 0.2, each(torch.from_numpy), torch),
    )
    assert all(np.allclose(arrays[name], tensors[name].numpy()) for name in arrays)


def test_dust_dims_and_is_told_of() -> None:
    found = redder(columns(20.0, 3), np.array([0.0, 1.0, 2.0]), "ugriz")
    assert np.allclose(found["modelMag_u"], 20 + 1.855 * np.arange(3))
    assert np.allclose(found["extinction_z"], 0.1 + 0.553 * np.arange(3)) and np.allclose(found["dered_u"], 19.9)


def test_seeing_adds_in_squares() -> None:
    found = blurred(columns(20.0, 2), np.array([0.0, 1.0]), np)
    assert np.allclose(found["psffwhm_g"], [1.4, np.hypot(1.4, 2.3548)], atol=1e-3)


def test_noise_is_the_tables_own_where_it_has_one() -> None:
    some = columns() | {"modelMagErr_r": np.full(N, 0.5)}
    found = noisier(some, 1.0, DEPTHS, 0.2, normal(), np)
    assert np.std(found["modelMag_r"]) == pytest.approx(0.5, rel=0.05)
    assert np.std(found["modelMag_g"]) == pytest.approx(error_at(19.0, DEPTHS["g"]), rel=0.05)


def test_noise_of_a_radius_goes_with_that_of_the_magnitude() -> None:
    some = columns() | {"deVRad_r": np.full(N, 5.0), "psffwhm_r": np.full(N, 1.2)}
    found = noisier(some, 2.0, DEPTHS, 0.2, normal(), np)
    expected = 2.0 * 0.2 * error_at(float(some["modelMag_r"][0]), DEPTHS["r"]) / 0.1 * 1.2
    assert np.std(found["deVRad_r"]) == pytest.approx(expected, rel=0.05)
