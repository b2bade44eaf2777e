"""Cards: facts band by band, energy distribution with errors, the field around, pictures, links, notes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.tasks.card import Card, Curve
from astrocore.tasks.sources.bands import BANDS, PIXEL_ARCSEC
from astrocore.tasks.sources.config import Config
from astrocore.tasks.sources.features import features
from astrocore.tasks.sources.views import COMPACT, MADE, NO_IMAGE, NOT_TURNED, SLICES, TURNED, card

RNG = np.random.default_rng(0)
OBJECT = "1237656567579934721"


def table(n: int = 4) -> pd.DataFrame:
    """Objects of one field, columns in no order at all."""
    columns: dict[str, object] = {
        "object_id": [str(int(OBJECT) + i) for i in range(n)],
        "group": ["field 2583-2-136"] * n,
        "label": pd.array([0, 1, None, 2][:n], dtype="Int64"),
        "split": ["train"] * n,
        "custom": np.arange(n, dtype=float),
        "ra": 359.99 + 0.01 * np.arange(n) % 360,
        "dec": np.linspace(-1, 1, n),
        "up_angle": np.full(n, 90.0),
    }
    columns["ra"] = np.asarray(columns["ra"]) % 360
    for band in "zirgu":
        bright = 18 + RNG.random(n)
        columns |= {f"modelMag_{band}": bright, f"modelMagErr_{band}": np.full(n, 0.1), f"dered_{band}": bright - 0.1}
        columns |= {f"extinction_{band}": np.full(n, 0.1), f"deVRad_{band}": np.full(n, 0.65)}
        columns |= {f"psffwhm_{band}": np.full(n, 1.3), f"psfMag_{band}": bright + 0.2}
    return pd.DataFrame(columns)


def image(n: int = 8) -> dict[str, np.ndarray]:
    return {f"image_{band}": RNG.normal(size=(n, n)).astype(np.float16) for band in BANDS}


def one(some: pd.DataFrame, row: int = 0, arrays: dict[str, np.ndarray] | None = None, alone: bool = False) -> Card:
    siblings = None if alone else some.drop(index=some.index[row])
    return card(some.iloc[row], image() if arrays is None else arrays, None, siblings)


def curves(shown: Card, title: str) -> list[Curve]:
    return [curve for curve in shown.curves if curve.title == title]


def test_facts_stand_band_by_band_with_units_and_bookkeeping_is_left_out() -> None:
    some = table()
    facts = [fact for fact in one(some).facts if not fact.derived]
    names = [fact.name for fact in facts]
    assert names[:5] == ["ra", "dec", "modelMag_u", "dered_u", "psfMag_u"]
    quantities = ("modelMag", "dered", "psfMag", "extinction", "deVRad", "psffwhm")
    assert names[2:-2] == [f"{quantity}_{band}" for band in BANDS for quantity in quantities]
    assert names[-2:] == [COMPACT, "custom"]  # error bars are drawn, not listed
    units = {fact.name: fact.unit for fact in facts}
    assert units["ra"] == "deg" and units["modelMag_u"] == "mag" and units["deVRad_z"] == "arcsec"
    assert units[COMPACT] == "" and dict(zip(names, (f.value for f in facts), strict=True))[COMPACT] == 0.5


def test_missing_numbers_stay_in_the_list_as_missing() -> None:
    some = table()
    some.loc[0, ["modelMag_u", "dered_u"]] = np.nan
    some.loc[0, "deVRad_u"] = np.nan
    facts = {fact.name: fact for fact in one(some).facts}
    assert np.isnan(facts["modelMag_u"].value) and np.isnan(facts["deVRad_u"].value)
    assert COMPACT not in facts  # a mean over fewer bands would be another number
    assert "u-g" not in facts and facts["g-r"].derived


def test_derived_facts_are_what_a_run_is_given() -> None:
    some = table()
    names = ("u-g", "g-r", "r-i", "i-z", "psfMag_r-modelMag_r", "deVRad_g/psffwhm_g")
    given = features(some, {}, Config(photometry_columns=names)).iloc[0]
    found = {fact.name: fact for fact in one(some).facts if fact.derived}
    for name in names:
        assert found[name].value == pytest.approx(given[name])
    assert found["u-g"].unit == "mag" and found["deVRad_g/psffwhm_g"].unit == ""
    stored = one(some.assign(**{"u-g": 1.0})).facts
    assert [fact.derived for fact in stored if fact.name == "u-g"] == [False]


def test_magnitudes_are_drawn_against_wavelength_with_their_errors() -> None:
    some = table()
    some.loc[0, "modelMag_u"] = np.nan
    model, psf = curves(one(some), "Magnitudes")
    assert (model.name, psf.name) == ("model", "PSF") and psf.over and not model.over and model.column == 1
    assert str(model.x_axis) == "wavelength [nm]" and str(model.y_axis) == "magnitude [mag]"
    np.testing.assert_array_equal(model.x, [band.wavelength_nm for band in BANDS.values()])
    np.testing.assert_array_equal(model.y, [np.nan, *(some[f"modelMag_{band}"][0] for band in "griz")])
    assert model.errors is not None and (model.errors == 0.1).all()
    assert psf.errors is not None and np.isnan(psf.errors).all()


def test_dereddened_magnitudes_are_drawn_where_there_are_no_others() -> None:
    some = table()
    only = some.drop(columns=[name for name in some if "Mag" in name])
    assert [curve.name for curve in curves(one(only), "Magnitudes")] == ["dereddened"]
    nothing = only.drop(columns=[name for name in only if name.startswith("dered")])
    assert curves(one(nothing), "Magnitudes") == []


def test_the_object_stands_out_of_its_field_even_across_zero_hours() -> None:
    some = table()
    field, this = curves(one(some, 2), "Field")
    assert field.faint and field.name == "3 others" and this.over and field.column == 2
    assert (str(field.x_axis), str(field.y_axis)) == ("RA [deg]", "Dec [deg]")
    assert this.x[0] == some["ra"][2] and this.y[0] == some["dec"][2]
    assert np.ptp(np.concatenate([field.x, this.x])) < 0.1  # 359.99 lies beside 0.01
    assert one(some, alone=True).curves and curves(one(some, alone=True), "Field") == []
    some["ra"] = np.nan
    assert curves(one(some), "Field") == [] and list(one(some).links) == ["SDSS Explore"]


def test_of_a_crowded_field_every_k_th_object_is_drawn() -> None:
    some = table()
    crowd = pd.concat([some] * 500, ignore_index=True)
    field, _ = [curve for curve in card(some.iloc[0], {}, None, crowd).curves if curve.title == "Field"]
    assert len(field.x) == 667 and field.name == "1 of 3 others"


def test_pictures_are_a_composite_and_every_band() -> None:
    shown = one(table())
    assert [picture.title for picture in shown.pictures] == ["i r g", *BANDS]
    assert all(picture.arcsec_per_pixel == PIXEL_ARCSEC and picture.north_up for picture in shown.pictures)
    assert TURNED in shown.notes and NOT_TURNED not in shown.notes
    assert one(table().assign(up_angle=0.0)).notes == ()
    scaled = one(table().assign(pixel_arcsec=0.2))
    assert scaled.pictures[0].arcsec_per_pixel == 0.2 and "pixel_arcsec" not in [fact.name for fact in scaled.facts]


def test_what_is_not_known_of_an_image_is_said() -> None:
    unknown = one(table().drop(columns="up_angle"))
    assert NOT_TURNED in unknown.notes and not any(picture.north_up for picture in unknown.pictures)
    for arrays in ({}, {name: np.full_like(array, np.nan) for name, array in image().items()}):
        shown = one(table(), arrays=arrays)
        assert shown.pictures == () and shown.notes == (NO_IMAGE,) and shown.curves


def test_simulated_objects_say_so_and_lead_nowhere() -> None:
    some = table()
    real, made = one(some), one(some.assign(group="SIM field 00001"))
    assert len(real.links) == 3 and OBJECT in real.links["SDSS Explore"] and real.title == OBJECT
    assert made.links == {} and MADE in made.notes and made.title == f"{OBJECT} (simulated)"


def test_an_object_of_which_nothing_is_known_has_a_card() -> None:
    row = pd.Series({"object_id": "x", "group": "x", "label": pd.NA, "split": "test"})
    shown = card(row, {})
    assert shown == Card("x", (), (), {}, (NO_IMAGE,), ())


def test_slices_are_columns_with_units() -> None:
    assert SLICES[0] == "modelMag_r" and set(SLICES) <= set(table().columns)
