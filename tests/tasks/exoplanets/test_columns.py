"""Names, units and scales of columns, and which give the label away."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.errors import LeakColumn
from astrocore.tasks.exoplanets.columns import COLUMNS, canonical, is_error_bar, leak, refuse_leaks, scaled, unit_of

LEAKING = [
    "koi_score",
    "koi_pdisposition",
    "koi_disposition",
    "koi_disposition_2019",
    "koi_fpflag_nt",
    "koi_fpflag_ec",
    "kepler_name",
    "koi_tce_plnt_num",
    "koi_tce_delivname",
    "koi_vet_stat",
    "tfop",
    "TFOPWG_disp",
    "tfopwg_disp",
    "Disposition",
    "archive_disposition",
    "label",
    "KOI_SCORE",
    "pl_bmasse",
    "disc_year",
    "av_training_set",
]


@pytest.mark.parametrize("name", LEAKING)
def test_columns_that_give_the_label_away(name: str) -> None:
    assert leak(name)
    with pytest.raises(LeakColumn, match=f"{name} can't be a feature: .{{10,}}"):
        refuse_leaks(["period", name])


def test_measured_columns_do_not() -> None:
    names = [name for column in COLUMNS for name in (column.name, *column.aliases)]
    assert [name for name in [*names, "koi_depth_err1", "centre_signif", "sector"] if leak(name)] == []
    refuse_leaks(names)


def test_no_alias_stands_for_two_columns() -> None:
    names = [name for column in COLUMNS for name in (column.name, *column.aliases)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "ours", "unit"),
    [
        ("koi_prad", "planet_radius", "R_Earth"),
        ("KOI_Steff", "stellar_temp", "K"),
        ("depth_ppm", "depth", "ppm"),
        ("koi_duration", "duration", "h"),
        ("period", "period", "d"),
        ("koi_depth_err2", "koi_depth_err2", "ppm"),
        ("sector", "sector", ""),
    ],
)
def test_names_and_units(name: str, ours: str, unit: str) -> None:
    assert canonical(name) == ours and unit_of(name) == unit


def test_scales() -> None:
    np.testing.assert_allclose(scaled("period", np.array([10.0, np.nan, 0.0, -3.0])), [1, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(scaled("koi_depth_err2", np.array([-100.0, 0.0, np.nan])), [2, np.nan, np.nan])
    np.testing.assert_allclose(scaled("kepmag", np.array([14.5, np.nan])), [14.5, np.nan])
    np.testing.assert_allclose(scaled("impact", np.array([-1e3, 0.0, np.nan])), [-7.600902, 0, np.nan], rtol=1e-6)
    np.testing.assert_allclose(scaled("anything", np.array([1e6])), [np.arcsinh(1e6)])
    assert is_error_bar("st_tefferr1") and not is_error_bar("period")
