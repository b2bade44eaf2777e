"""Columns of a user's table as they would be read, and what of a mapping fits another table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import Table

from astrocore.data.dataset import IDENTITY
from astrocore.errors import AstrocoreError, ConfigError, FileUnreadable, LeakColumn, MissingColumns
from astrocore.tasks.sources.data import columns_of_file, kept_for, known_columns, read
from tests.tasks.sources.conftest import Write, original_set, source

ODD = {
    "object_id": None,
    "class": None,
    "modelMag_g": None,
    "modelMag_r": None,
    "who": [7, 8, 9, 10],
    "sort": ["STAR", "GALAXY", "QSO", "STAR"],
    "u": [18.123456789, 19.0, 20.0, 21.0],
    "g": [17.0, 18.0, 19.0, 20.0],
    "my_r": [16.0, 17.0, 18.0, 19.0],
    "u-g": [1.1, 1.0, 1.0, 1.0],
    "RA": [10.0, 20.0, 30.0, 40.0],
    "redshift": [0.0, 0.1, 2.0, 0.0],
    "run": [1, 2, 3, 4],
    "remark": ["x", "y", None, "z"],
    "snr": [5.0, 6.0, 7.0, 8.0],
}
"""Four objects under names of nobody's survey."""
MAPPING = ("label=sort", "modelMag_r=my_r", "object_id=who")


def told(path: Path, **settings: object) -> dict[str, tuple[str, str]]:
    """Column -> what it holds, why it is left out."""
    found = columns_of_file(path, source(**settings))
    assert list(found) == ["column", "holds", "left_out", "example"] and not found.isna().any(axis=None)
    return {row.column: (row.holds, row.left_out) for row in found.itertuples()}


def test_each_column_by_what_it_is_taken_for(write: Write) -> None:
    found = told(write(**ODD))
    assert list(found) == [name for name, values in ODD.items() if values]  # the table's own order
    held = {name: holds for name, (holds, _) in found.items() if holds}
    assert held == {"u": "modelMag_u", "g": "modelMag_g", "RA": "ra"}
    assert {name: why for name, (_, why) in found.items() if why} == {
        "sort": "it holds no numbers",
        "u-g": "features make it of the magnitudes",
        "redshift": "stars have none",
        "run": "it tells the field, and so the group",
        "remark": "it holds no numbers",
    }


def test_what_a_mapping_changes(write: Write) -> None:
    path = write(**{**ODD, "objid": [1, 2, 3, 4], "modelMag_r": [0.0] * 4})
    found = told(path, mapping=MAPPING)
    assert [found[name][0] for name in ("sort", "my_r", "who")] == ["label", "modelMag_r", "object_id"]
    assert found["modelMag_r"] == ("", "another column is mapped to what it is called")
    assert found["objid"] == ("", "it only says which object it is")
    assert told(path)["objid"] == ("object_id", "") and told(path)["modelMag_r"] == ("modelMag_r", "")
    repeated = told(write(**{**ODD, "objid": [1, 1, 3, 4], "specobjid": [5, 6, 7, 8]}))
    assert repeated["objid"][1] == "it only says which object it is" and repeated["specobjid"] == ("object_id", "")
    taken = told(path, mapping=("modelMag_u=snr",))
    assert taken["snr"] == ("modelMag_u", "") and taken["u"] == ("", "")
    assert told(path, label_column="remark", id_column="snr")["remark"] == ("label", "")
    assert told(path, columns=("u-g",))["u-g"] == ("", "")


@pytest.mark.parametrize("mapping", [(), MAPPING, ("modelMag_u=snr", "modelMag_g=u")])
def test_what_is_told_is_what_is_read(write: Write, mapping: tuple[str, ...]) -> None:
    path = write(**ODD)
    found = told(path, mapping=mapping)
    kept = {holds or name for name, (holds, why) in found.items() if not why}
    draft = read(path, source(mapping=mapping))
    assert {name for name in draft.table if name not in IDENTITY} == kept - set(IDENTITY)
    assert draft.table["label"].notna().all() == ("label" in kept)
    if "object_id" in kept:
        assert draft.table["object_id"].tolist() == ["7", "8", "9", "10"]


def test_first_values(write: Write) -> None:
    path = write(**ODD, objid=[2**62 + 1, 2, 3, 4])
    found = columns_of_file(path, source()).set_index("column")["example"]
    assert found["u"] == "18.1235, 19, 20" and found["remark"] == "x, y, z"
    assert found["objid"] == f"{2**62 + 1}, 2, 3"


def test_known_columns_follow_the_bands() -> None:
    known = known_columns(source(bands="gy"))
    assert known["modelMag_y"] == "mag" and known["deVRad_g"] == "arcsec" and known["ra"] == "deg"
    assert "modelMag_u" not in known and known["object_id"] == known["label"] == ""
    for name in known_columns(source()):  # all of it can be mapped to
        found = columns_of_one(name)
        assert found == name


def columns_of_one(name: str) -> str:
    from astrocore.tasks.sources.naming import named

    table, _ = named(pd.DataFrame({"mine": [1]}), (f"{name}=mine",), "ugriz")
    return str(table.columns[0])


@pytest.mark.parametrize(
    ("mapping", "error", "says"),
    [
        (("modelMag_r=theirs",), MissingColumns, "lacks theirs, which the mapping names"),
        (("modelMag_r=redshift",), LeakColumn, "redshift can't be mapped to modelMag_r: stars have none"),
        (("modelMag_r=my_r", "modelMag_r=snr"), ConfigError, "names modelMag_r twice"),
    ],
)
def test_a_mapping_that_does_not_fit(
    write: Write, mapping: tuple[str, ...], error: type[AstrocoreError], says: str
) -> None:
    path = write(**ODD)
    with pytest.raises(error, match=says):
        columns_of_file(path, source(mapping=mapping))
    with pytest.raises(error, match=says):
        read(path, source(mapping=mapping))


def test_folders_of_tables_and_other_formats(write: Write, tmp_path: Path) -> None:
    table = pd.read_csv(write(**ODD))
    for split in ("train", "test"):
        (tmp_path / "both").mkdir(exist_ok=True)
        table.to_csv(tmp_path / "both" / f"{split}.csv", index=False)
    Table.from_pandas(table.drop(columns=["remark"])).write(tmp_path / "t.fits")
    assert told(tmp_path / "both") == told(tmp_path / "objects.csv")
    assert told(tmp_path / "t.fits")["u"] == ("modelMag_u", "")


def test_what_has_no_columns_to_map(tmp_path: Path) -> None:
    original_set(tmp_path / "arrays")
    fits.PrimaryHDU(np.ones((5, 8, 8), np.float32)).writeto(tmp_path / "image.fits")
    (tmp_path / "folder").mkdir()
    for path in ("arrays", "arrays/dnnx_exp1.npy", "image.fits", "folder"):
        assert told(tmp_path / path) == {}
        assert kept_for(tmp_path / path, {"mapping": ["r=my_r"], "bands": "gri"}) == ({"bands": "gri"}, ())
    with pytest.raises(FileUnreadable, match="There is no file"):
        told(tmp_path / "nix.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(FileUnreadable, match="is empty"):
        told(tmp_path / "empty.csv")


def test_of_kept_settings_those_that_fit(write: Write) -> None:
    kept = {"mapping": ["label=sort", "modelMag_r = my_r"], "bands": "gri", "id_column": "who", "label_column": "sort"}
    assert kept_for(write(**ODD), kept) == (kept, ())
    found, notes = kept_for(write(**{**ODD, "my_r": None, "sort": None, "who": None, "r": [1.0] * 4}), kept)
    assert found == {"bands": "gri"} and len(notes) == 1
    assert notes[0].startswith("my_r, to which the column mapping of the run's own data set leads, is not in this")
    assert kept_for(write(**{**ODD, "sort": None}), {"mapping": ["label=sort", "modelMag_r=my_r"]}) == (
        {"mapping": ["modelMag_r=my_r"]},
        (),
    )
