"""Features chosen for a data set, where none are set."""

from __future__ import annotations

from pathlib import Path

from astrocore.data.dataset import write_dataset
from astrocore.tasks.sources.choice import chosen, fitted
from astrocore.tasks.sources.columns import ORIGINAL_24
from astrocore.tasks.sources.config import Config
from astrocore.tasks.sources.recipes import columns_of
from astrocore.verbs.plan import Args, make_plan
from tests.tasks.sources.toys import sources_draft


def test_the_originals_columns_give_the_originals_features() -> None:
    assert chosen((*columns_of(ORIGINAL_24), "psfMag_u", "ra"), "ugriz") == ORIGINAL_24


def test_magnitudes_alone_bring_their_colours() -> None:
    found = chosen([f"modelMag_{band}" for band in "ugriz"], "ugriz")
    assert len(found) == 5 + 10 and "modelMag_g-modelMag_z" in found
    assert chosen(["modelMag_g", "modelMag_y"], "gy")[-1] == "modelMag_g-modelMag_y"


def test_two_kinds_of_magnitudes_tell_what_is_extended() -> None:
    columns = [f"{quantity}_{band}" for quantity in ("psfMag", "petroMag") for band in "ugriz"]
    found = chosen([*columns, "petroRad_r", "extinction_r", "dec"], "ugriz")
    assert {"psfMag_r-petroMag_r", "petroMag_u-petroMag_g", "petroRad_r", "extinction_r"} <= set(found)
    assert set(columns_of(found)) == {*columns, "petroRad_r", "extinction_r"}


def test_bands_that_are_not_configured_are_left_alone() -> None:
    assert chosen(["modelMag_g", "modelMag_y"], "ugriz") == ("modelMag_g",)


def test_without_photometry_the_original_is_kept_and_what_is_set_stays_set() -> None:
    assert chosen(["ra", "dec"], "ugriz") == ORIGINAL_24
    own = Config(photometry_columns=("u-g",))
    assert fitted(own, ["modelMag_r"]) is own and Config().features == ORIGINAL_24


def test_a_plan_settles_the_features(tmp_path: Path) -> None:
    draft = sources_draft(30, images=False)
    keep = ["object_id", "group", "label", "split", "modelMag_g", "modelMag_r"]
    draft.table, draft.units = draft.table[keep], {"modelMag_g": "mag", "modelMag_r": "mag"}
    plan = make_plan(Args(data=write_dataset(draft, tmp_path / "set").path, run=str(tmp_path / "run")), {})
    assert plan.config.model_dump()["photometry_columns"] == ("modelMag_g", "modelMag_r", "modelMag_g-modelMag_r")
