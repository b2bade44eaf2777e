"""Columns under the names that users map and surveys use."""

from __future__ import annotations

import pandas as pd
import pytest

from astrocore.errors import AstrocoreError, ConfigError, LeakColumn, MissingColumns
from astrocore.tasks.sources.naming import named


def names(*columns: str, mapping: tuple[str, ...] = (), bands: str = "ugriz") -> tuple[list[str], str]:
    raw = pd.DataFrame({column: [place] for place, column in enumerate(columns)})
    found, notes = named(raw, mapping, bands)
    assert found.columns.is_unique
    return found.columns.tolist(), " ".join(notes)


def test_names_of_surveys() -> None:
    assert names("u", "g", "err_u", "a_r", "RA", "Dec", "my") == (
        ["modelMag_u", "modelMag_g", "modelMagErr_u", "extinction_r", "ra", "dec", "my"],
        "Columns were read by what surveys call them: u, g as modelMag; err_u as modelMagErr; a_r as extinction.",
    )
    assert names("modelmag_r", "PSFMAG_R") == (["modelMag_r", "psfMag_r"], "")


def test_our_name_goes_before_another() -> None:
    assert names("r", "g", "modelMag_r")[0] == ["r", "modelMag_g", "modelMag_r"]
    assert names("r", "g", "MODELMAG_R")[0] == ["r", "modelMag_g", "modelMag_r"]
    assert names("mag_r", "r")[0] == ["modelMag_r", "r"]


def test_other_bands() -> None:
    assert names("gmag", "y", "z", bands="grizy")[0] == ["modelMag_g", "modelMag_y", "modelMag_z"]
    assert names("gmag", "y", bands="gri")[0] == ["modelMag_g", "y"]


def test_z_is_the_redshift_where_it_stands_alone() -> None:
    assert names("modelMag_u", "modelMag_z", "z", "zErr") == (
        ["modelMag_u", "modelMag_z", "redshift_z", "zErr"],
        "Columns were read by what surveys call them: z as redshift.",
    )
    assert names("redshift", "z")[0] == ["redshift", "redshift_z"]
    assert names("g", "z", "g_err", "z_err")[0] == ["modelMag_g", "modelMag_z", "modelMagErr_g", "modelMagErr_z"]
    assert names("g", "z", "z_err")[0] == ["modelMag_g", "modelMag_z", "z_err"]
    assert names("z", mapping=("modelMag_z=z",))[0] == ["modelMag_z"]


def test_a_mapping_wins() -> None:
    found, said = names("r", "mine", "modelMag_r", mapping=("modelMag_r=mine",))
    assert found == ["r", "modelMag_r"] and said == "The column modelMag_r was left out: another one is mapped to it."
    assert names("sort", "who", "K", mapping=("label = sort", "object_id=who", "modelMag_k=K"))[0] == [
        *("label", "object_id", "modelMag_k")
    ]
    assert names("a", "b", mapping=("r=a", "ra=b"))[0] == ["modelMag_r", "ra"]
    # What is swapped is not left out.
    assert names("modelMag_g", "modelMag_r", mapping=("modelMag_g=modelMag_r", "modelMag_r=modelMag_g")) == (
        ["modelMag_r", "modelMag_g"],
        "",
    )
    assert names("class", "type", mapping=("label=class",))[0] == ["label", "type"]


@pytest.mark.parametrize(
    ("mapping", "error", "says"),
    [
        (("modelMag_r",), ConfigError, "'modelMag_r' is not name=column"),
        (("=mine",), ConfigError, "is not name=column"),
        (("modelMag_r=",), ConfigError, "is not name=column"),
        (("brightness=mine",), ConfigError, "knows no 'brightness'; map to object_id, .* modelMag, modelMagErr"),
        (("brightness_r=mine",), ConfigError, "knows no 'brightness_r'"),
        (("r=mine", "modelMag_r=other"), ConfigError, "names modelMag_r twice"),
        (("modelMag_r=mine", "modelMag_g=mine"), ConfigError, "names mine twice"),
        (("modelMag_r=theirs",), MissingColumns, "lacks theirs, which the mapping names; it has the columns mine, oth"),
        (("modelMag_r=redshift",), LeakColumn, "redshift can't be mapped to modelMag_r: stars have none"),
        (("modelMag_r=plate",), LeakColumn, "targets of a kind share plates"),
    ],
)
def test_what_is_wrong_with_a_mapping(mapping: tuple[str, ...], error: type[AstrocoreError], says: str) -> None:
    with pytest.raises(error, match=says):
        names("mine", "other", "redshift", "plate", mapping=mapping)


def test_an_error_names_a_dozen_columns() -> None:
    with pytest.raises(MissingColumns, match=r"c0, .*, c11 and 8 more\.$"):
        names(*(f"c{i}" for i in range(20)), mapping=("r=mine",))


@pytest.mark.parametrize(("z", "held"), [([0.1, 0.5, 2.0], False), ([17.0, 18.0, 19.0], True), ([None] * 3, True)])
def test_a_redshift_among_magnitudes_is_known_by_its_size(z: list[float | None], held: bool) -> None:
    raw = pd.DataFrame({"g": [18.0, 19.0, 20.0], "r": [17.0, 18.0, 19.0], "z": pd.array(z, dtype="Float64")})
    table, _ = named(raw, (), "ugriz")
    assert ("modelMag_z" in table) == held and {"modelMag_g", "modelMag_r"} <= set(table)
