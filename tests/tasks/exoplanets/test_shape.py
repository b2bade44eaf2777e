"""Measures of views whose shape is known."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.exoplanets.derived import VIEW_MEASURES
from astrocore.tasks.exoplanets.shape import Dip, measure


def view(depth: float = 40.0, width: float = 0.2, bins: int = 201, noise: float = 1.0, seed: int = 0) -> np.ndarray:
    """(1, bins) a box of that depth and of that share of the view, in noise of that scatter."""
    x = np.abs(np.linspace(-0.5, 0.5, bins))
    return (-depth * (x <= width / 2) + noise * np.random.default_rng(seed).normal(size=bins))[None]


def dip(values: np.ndarray, kind: str = "local") -> Dip:
    return Dip(values, np.ones(values.shape, dtype=bool), kind)


def arrays(**views: np.ndarray) -> dict[str, np.ndarray]:
    masks = {f"{kind}_mask": np.ones(values.shape, dtype=bool) for kind, values in views.items()}
    return {f"{kind}_view": values for kind, values in views.items()} | masks


def test_depth_width_and_area_of_a_box() -> None:
    found = dip(view()).measures()
    assert dip(view()).depth[0] == pytest.approx(40, rel=0.2)  # in units of a scatter that is measured itself
    for name in ("w20", "w50", "w80", "area"):
        assert found[name][0] == pytest.approx(0.2, abs=0.02)
    assert found["shape"][0] == pytest.approx(1, abs=0.1)


def test_a_v_is_told_from_a_u() -> None:
    x = np.linspace(-1, 1, 201)
    v = -40 * np.clip(1 - np.abs(x) / 0.3, 0, 1) + np.random.default_rng(1).normal(size=201)
    assert dip(v[None]).measures()["shape"][0] < 0.5 < dip(view()).measures()["shape"][0]


def test_widths_are_the_literal_run_about_the_bottom() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        some = dip(view(depth=rng.uniform(3, 30), width=rng.uniform(0.05, 0.4), bins=61, seed=seed))
        flux, bottom = some.smooth[0], int(some.bottom[0])
        left = right = bottom
        while left > 0 and flux[left - 1] < -0.5 * some.depth[0]:
            left -= 1
        while right < 60 and flux[right + 1] < -0.5 * some.depth[0]:
            right += 1
        assert some.measures()["w50"][0] == pytest.approx((right - left + 1) / 61)


def test_asymmetry_has_a_sign() -> None:
    x = np.linspace(-1, 1, 61)
    ramp = np.where((x > -0.1) & (x < 0.4), -40 * (0.4 - x) / 0.5, 0)[None]
    noise = np.random.default_rng(0).normal(size=61)[None]
    assert dip(ramp + noise).measures()["asymmetry"][0] < -0.3
    assert dip(ramp[:, ::-1] + noise).measures()["asymmetry"][0] > 0.3


def test_a_secondary_eclipse_and_another_dip_are_seen() -> None:
    values = view(width=0.04)
    values[0, :4] -= 15
    values[0, -4:] -= 15
    values[0, 50:54] -= 25
    found = dip(values, "global").measures()
    assert found["ends"][0] > 0.2 and found["other_dip"][0] == pytest.approx(25 / 40, abs=0.15)
    assert found["other_dip_place"][0] == pytest.approx(0.48, abs=0.03)


def test_odd_and_even_depths_and_the_secondary() -> None:
    local = view(30, bins=61)
    found = measure(arrays(local=local, odd=view(40, bins=61), even=view(20, bins=61), secondary=view(10, bins=61)), 1)
    assert found["odd_even"][0] == pytest.approx(20 / 30, abs=0.15) and found["odd_even_sigma"][0] > 10
    assert found["secondary"][0] == pytest.approx(1 / 3, abs=0.1) and found["secondary_sigma"][0] > 5
    same = measure(arrays(local=local, odd=view(30, bins=61, seed=3), even=view(30, bins=61, seed=4)), 1)
    assert same["odd_even_sigma"][0] < 4


def test_what_is_missing_is_nan_and_the_names_are_the_registered_ones() -> None:
    nothing = measure({}, 3)
    assert all(np.isnan(values).all() and values.shape == (3,) for values in nothing.values())
    assert set(VIEW_MEASURES) == set(dip(view()).measures())
    half = arrays(local=np.vstack([view(bins=61), view(bins=61)]))
    half["local_mask"][1] = False
    found = measure(half, 2)
    assert np.isfinite(found["local_w50"][0]) and np.isnan(found["local_w50"][1])


def test_rows_do_not_know_each_other_and_masked_values_do_not_count() -> None:
    rng = np.random.default_rng(5)
    both = arrays(
        **{"global": rng.normal(size=(4, 201)), "local": np.vstack([view(bins=61, seed=s) for s in range(4)])}
    )
    both["local_mask"][:, 7] = False
    spoilt = both | {"local_view": np.where(both["local_mask"], both["local_view"], 1e4)}
    together = measure(both, 4)
    alone = [measure({name: a[i : i + 1] for name, a in spoilt.items()}, 1) for i in range(4)]
    for name, values in together.items():
        np.testing.assert_allclose(values, np.concatenate([one[name] for one in alone]), rtol=1e-9)
