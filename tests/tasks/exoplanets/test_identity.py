"""Ids and stars from whatever a table has."""

from __future__ import annotations

import pandas as pd
import pytest

from astrocore.errors import DuplicateIds
from astrocore.tasks.exoplanets.identity import identify, identity_columns


def named(mission: str = "", **columns: list[object]) -> tuple[list[str], list[str]]:
    raw = pd.DataFrame({"period": [1.0, 2.0, 3.0], **columns})
    ids, group = identify(raw, mission, "table")
    return ids.tolist(), group.tolist()


def test_signals_and_their_star() -> None:
    assert named(kepid=[5, 5, 6], kepoi_name=["K1.01", "K1.02", "K2.01"]) == (
        ["K1.01", "K1.02", "K2.01"],
        ["KIC 5", "KIC 5", "KIC 6"],
    )


def test_stars_alone_name_their_signals() -> None:
    assert named(tic=[7, 8, 7]) == (["TIC 7.01", "TIC 8", "TIC 7.02"], ["TIC 7", "TIC 8", "TIC 7"])


def test_spellings_of_one_star_are_one_star() -> None:
    assert named(TIC=["TIC 7", "tic7", "7"])[1] == ["TIC 7"] * 3
    assert named(kepid=[7.0, None, 9.0]) == (["KIC 7", "table-000002", "KIC 9"], ["KIC 7", "table-000002", "KIC 9"])


def test_toi_numbers_keep_both_decimals() -> None:
    assert named(toi=[101.1, 101.01, 102.01], tid=[1, 1, 2]) == (
        ["TOI 101.10", "TOI 101.01", "TOI 102.01"],
        ["TIC 1", "TIC 1", "TIC 2"],
    )


def test_the_mission_decides_the_catalogue() -> None:
    assert named("K2", kepid=[5, 6, 7])[1] == ["EPIC 5", "EPIC 6", "EPIC 7"]


def test_a_group_of_the_users_own_wins() -> None:
    assert named(kepid=[5, 6, 7], group=["a", "a", "b"], object_id=[1, 2, 3]) == (["1", "2", "3"], ["a", "a", "b"])


def test_rows_without_any_name() -> None:
    assert named() == ([f"table-00000{i}" for i in (1, 2, 3)],) * 2


def test_twice_the_same_object() -> None:
    with pytest.raises(DuplicateIds, match="Row 3 repeats the object_id a"):
        named(object_id=["a", "b", "a"])
    with pytest.raises(DuplicateIds, match=r"Row 2 repeats the star TIC 7 with the period 1\.0"):
        named(tic=[7, 7, 8], period=[1.0, 1.0, 1.0])


def test_columns_that_only_name() -> None:
    raw = pd.DataFrame({"KepID": [1], "toi": [1.01], "period": [2.0], "hostname": ["x"]})
    assert identity_columns(raw) == ["KepID", "toi", "hostname"]
