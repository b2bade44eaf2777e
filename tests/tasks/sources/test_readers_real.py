"""The measured files of SDSS, read as they are: golden tests of the readers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.data.draft import Draft
from astrocore.tasks.sources.columns import ORIGINAL_24, leak
from astrocore.tasks.sources.config import Config
from astrocore.tasks.sources.data import features, read
from astrocore.tasks.sources.selections import compactness, mean_magnitude

from .conftest import source

pytestmark = pytest.mark.real


def counts(draft: Draft) -> dict[str, int]:
    return {name: int((draft.table["label"] == code).sum()) for code, name in enumerate(draft.classes)}


def test_experiment_3_as_its_arrays_stand(real: Path) -> None:
    draft = read(real / "dnnx_sg_exp3.npy", source())
    assert len(draft.table) == 13_343 and counts(draft) == {"STAR": 6642, "GALAXY": 6701}
    assert draft.table["object_id"].tolist() == [str(number) for number in np.load(real / "objlist_sg_exp3.npy")]
    assert draft.table["group"].str.fullmatch(r"field \d+-[1-6]-\d+").all() and draft.table["group"].nunique() == 12_920
    truth = np.load(real / "dnnx_sg_exp3.npy")
    made = features(draft.table, draft.arrays, Config(modalities=("photometry",)))
    assert tuple(made.columns) == ORIGINAL_24
    np.testing.assert_array_equal(made[list(ORIGINAL_24[:20])].astype(np.float32), truth[:, :20])
    np.testing.assert_allclose(made[list(ORIGINAL_24[20:])], truth[:, 20:], atol=2e-5)
    assert draft.notes == () and draft.origin == {"photometry": "measured"}


def test_experiment_3_is_compact_and_faint(real: Path) -> None:
    whole = read(real, source())  # the folder's only set
    # The published cut is the mean magnitude; what the file holds was cut at r.
    assert whole.table["modelMag_r"].min() > 20 and compactness(whole.table).max() <= 0.5
    draft = read(real, source(compact=0.5, faint=20.0))
    assert len(draft.table) == 13_336 and mean_magnitude(draft.table).min() > 20
    assert draft.notes == (
        "Kept 13343 of 13343 objects, mean of deVRad/psffwhm over ugriz at most 0.5: 6642 STAR, 6701 GALAXY.",
        "Kept 13336 of 13343 objects, mean of modelMag over ugriz fainter than 20: 6637 STAR, 6699 GALAXY.",
    )


def test_the_catalogue_of_a_field_gives_the_originals_features(real: Path) -> None:
    draft = read(real / "photoObj-003900-6-0269.fits", source())
    truth = pd.read_csv(real / "sdss_3900_6_269_margnet_features.csv", dtype={"objid": str}).set_index("objid")
    assert len(draft.table) == len(truth) == 703 and set(draft.table["object_id"]) == set(truth.index)
    assert draft.table["group"].unique().tolist() == ["field 3900-6-269"] and draft.table["label"].isna().all()
    truth = truth.loc[draft.table["object_id"]].rename(
        columns={f"{a}_{b}": f"{a}-{b}" for a, b in ("ug", "gr", "ri", "iz")}
    )
    made = features(draft.table, draft.arrays, Config(modalities=("photometry",)))
    for name in ORIGINAL_24:
        np.testing.assert_allclose(made[name], truth[name], rtol=1e-6, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(compactness(draft.table), truth["compactness"], rtol=1e-6)
    # As a table the features give the same objects and the same numbers.
    again = read(real / "sdss_3900_6_269_margnet_features.csv", source())
    np.testing.assert_allclose(
        features(again.table, {}, Config(modalities=("photometry",))), made, rtol=1e-6, atol=1e-6
    )
    assert not {"u_g", "objc_type"} & set(again.table)


def test_dr14_has_rounded_identifiers(real: Path) -> None:
    draft = read(real / "sdss_dr14.csv", source())
    assert counts(draft) == {"STAR": 2935, "GALAXY": 3495, "QSO": 593} and len(draft.table) == 7023
    text = pd.read_csv(real / "sdss_dr14.csv", dtype=str)
    assert draft.table["object_id"].tolist() == text["specobjid"].tolist()
    fields = "field " + text["run"] + "-" + text["camcol"] + "-" + text["field"]
    assert draft.table["group"].tolist() == fields.tolist() and draft.table["group"].nunique() == 3088
    said = " ".join(draft.notes)
    assert "objid was rounded" in said and "repeats in 3904 rows; the object_id is specobjid" in said
    assert "left out: redshift, plate, mjd, fiberid." in said
    assert draft.table.columns.tolist()[3:] == ["ra", "dec", *(f"modelMag_{band}" for band in "ugriz")]


def test_dr7_has_no_identifiers_and_extinction_in_r_alone(real: Path) -> None:
    draft = read(real / "sdss_dr7.csv", source())
    assert counts(draft) == {"STAR": 189, "GALAXY": 970, "QSO": 184}
    assert draft.table["object_id"][0] == "sdss_dr7-000001" and draft.table["group"].str.startswith("cell ").all()
    assert not any(leak(name) for name in draft.table.columns[3:])
    assert draft.table["psfMag_u"].isna().sum() == 4 and "34 values that stand for missing ones" in " ".join(
        draft.notes
    )
    assert "extinction_r" in draft.table and not [
        name for name in draft.table if name.startswith(("dered", "modelMag"))
    ]
    assert draft.table["petroMag_u"].max() == pytest.approx(30.62653)  # faint, not missing
