"""Names of columns: surveys' spellings, units, and what gives the label away."""

from __future__ import annotations

import pytest

from astrocore.errors import LeakColumn
from astrocore.tasks.sources.columns import ORIGINAL_24, canonical, is_positive, leak, refuse_leaks, unit_of


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("u", "modelMag_u"),
        ("PSFMAG_R", "psfMag_r"),
        ("petroRad_r", "petroRad_r"),
        ("err_g", "modelMagErr_g"),
        ("MODELMAGERR_Z", "modelMagErr_z"),
        ("z", "modelMag_z"),
        (" dered_i ", "dered_i"),
        ("psfWidth_u", "psffwhm_u"),
        ("RA", "ra"),
        ("something", "something"),
    ],
)
def test_surveys_names_are_known(name: str, ours: str) -> None:
    assert canonical(name) == ours


def test_other_bands_are_configuration() -> None:
    assert canonical("y_mag", "grizy") == "modelMag_y" and canonical("y_mag") == "y_mag"


@pytest.mark.parametrize(
    "name", ["redshift", "z_spec", "zWarning", "specz", "plate", "MJD", "fiberID", "class", "subClass", "specObjID"]
)
def test_what_tells_the_class_is_refused(name: str) -> None:
    assert leak(name)
    with pytest.raises(LeakColumn, match=name):
        refuse_leaks([name])


@pytest.mark.parametrize("name", ["z", "modelMag_z", "psfMag_z", "ra", "extinction_u", *ORIGINAL_24])
def test_photometry_is_not_refused(name: str) -> None:
    assert not leak(name)


def test_units() -> None:
    units = {"dered_u": "mag", "u-g": "mag", "deVRad_r": "arcsec", "psffwhm_z": "arcsec", "ra": "deg", "strange": ""}
    assert {name: unit_of(name) for name in units} == units
    assert is_positive("deVRad_u") and not is_positive("modelMag_u")
