"""Derived physics against the Sun, the Earth and a hot Jupiter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.tasks.exoplanets.config import Config
from astrocore.tasks.exoplanets.derived import BY_NAME, DERIVED, NAMES, derive, usable
from astrocore.tasks.exoplanets.features import features, hide, parts_of, prepare
from tests.synthetic import exoplanets_draft

EARTH = pd.DataFrame(
    {
        "period": [365.25],
        "depth": [84.0],
        "planet_radius": [1.0],
        "stellar_temp": [5772.0],
        "stellar_radius": [1.0],
        "duration": [13.0],
    }
)


def test_the_earth_before_the_sun() -> None:
    found = {name: float(values[0]) for name, values in derive(EARTH, {}).items()}
    assert 10 ** found["log_k"] == pytest.approx(1 / 109.08)
    assert found["log_k_over_depth"] == pytest.approx(0, abs=0.01)  # no limb darkening, no blend
    assert 10 ** found["log_expected_duration"] == pytest.approx(13.0)
    assert found["log_duration_ratio"] == pytest.approx(0)
    assert found["log_luminosity"] == pytest.approx(0)


def test_hotter_and_larger_stars_shine_and_heat() -> None:
    hot = EARTH.assign(stellar_temp=2 * 5772.0, stellar_radius=2.0)
    assert 10 ** derive(hot, {})["log_luminosity"][0] == pytest.approx(64)
    near = (
        derive(EARTH.assign(period=365.25 / 8), {})["log_equilibrium_temp"] - derive(EARTH, {})["log_equilibrium_temp"]
    )
    assert 10 ** near[0] == pytest.approx(2)  # half as far for an eighth of the period: a quarter of it, sqrt


def test_every_feature_says_unit_source_and_needs() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for feature in DERIVED:
        assert feature.source and feature.needs and set(feature.needs) <= {"light_curve", "planet", "star"}


def test_no_column_comes_in_by_the_back_door() -> None:
    five = ("period", "depth", "planet_radius", "stellar_temp", "stellar_radius")
    names = {d.name for d in usable(NAMES, five, ("light_curve", "planet", "star"))}
    assert "log_k" in names and "log_duration_ratio" not in names
    assert "log_duration_ratio" in {d.name for d in usable(NAMES, (*five, "duration"), ("planet", "star"))}
    assert not any("light_curve" in BY_NAME[n].needs for n in (d.name for d in usable(NAMES, five, ("planet", "star"))))
    assert all(d.needs == ("light_curve",) for d in usable(NAMES, five, ("light_curve",)))


@pytest.mark.parametrize("modality", ["light_curve", "planet", "star"])
def test_hiding_a_modality_hides_what_is_made_of_it(modality: str) -> None:
    draft, config = exoplanets_draft(6), Config()
    shown = features(*hide(draft.table, draft.arrays, modality), config)
    made_of = [d.name for d in DERIVED if modality in d.needs and d.name in shown]
    assert made_of and shown[made_of].isna().all(axis=None)
    others = [d.name for d in DERIVED if modality not in d.needs and d.name in shown and not features_missing(d.name)]
    assert shown[others].notna().any(axis=None)


def features_missing(name: str) -> bool:
    """Whether the synthetic rows lack what the feature needs."""
    return "duration" in BY_NAME[name].columns or name in ("log_flux_scatter", "log_curve_depth")


def test_prepared_parts_are_the_features_in_order() -> None:
    draft, config = exoplanets_draft(5), Config(modalities=("light_curve", "planet"))
    ready, numbers = prepare(draft.table, draft.arrays, config), features(draft.table, draft.arrays, config)
    for part, names in parts_of(config).items():
        expected = numbers[list(names)].to_numpy(np.float32) if names else np.full((5, 1), np.nan, np.float32)
        np.testing.assert_array_equal(ready[part], expected)
    assert not parts_of(config)["star"] and "log_luminosity" not in numbers
    assert parts_of(Config(derived_columns=()))["relation"] == ()


def test_a_derived_feature_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no derived feature log_moon"):
        Config(derived_columns=("log_moon",))


def test_numbers_that_a_caller_has_already_give_the_same_inputs() -> None:
    draft, config = exoplanets_draft(7), Config()
    given = prepare(draft.table, draft.arrays, config, features(draft.table, draft.arrays, config))
    for name, array in prepare(draft.table, draft.arrays, config).items():
        np.testing.assert_array_equal(given[name], array)
