"""Links: by objID where it is one, by place where that is known, none otherwise."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from astrocore.tasks.sources.archives import is_objid, links

REAL = ("1237665330397184209", "1237678889596813594", "1237656567579934721")
"""Objects of the published Experiment 3, and one of field 2583-2-136."""


def objid(version: int = 2, rerun: int = 301, run: int = 2583, column: int = 2, field: int = 136, n: int = 1) -> str:
    return str((version << 59) + (rerun << 48) + (run << 32) + (column << 29) + (field << 16) + n)


@pytest.mark.parametrize("text", [*REAL, objid(), objid(column=6)])
def test_objids_are_known(text: str) -> None:
    assert is_objid(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "17", "SDSS J0001", "1237665330397184209.0", "-237665330397184209", " 1237665330397184209"),
        *("١٢٣٧٦٦٥٣٣٠٣٩٧١٨٤٢٠٩", objid(version=1), objid(column=0), objid(column=7), objid(rerun=0), "9" * 19),
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert not is_objid(text)


def test_an_objid_leads_to_its_page_without_a_place() -> None:
    found = links(REAL[0], np.nan, np.nan)
    assert list(found) == ["SDSS Explore"] and parse_qs(urlsplit(found["SDSS Explore"]).query) == {"objId": [REAL[0]]}


def test_a_place_leads_to_all_of_them() -> None:
    found = links("mine", 10.5, 1.25)
    query = {name: parse_qs(urlsplit(address).query) for name, address in found.items()}
    assert list(query) == ["SDSS Explore", "SDSS Navigate", "SIMBAD"]
    assert query["SDSS Explore"] == {"ra": ["10.500000"], "dec": ["1.250000"]}
    assert query["SDSS Navigate"]["ra"] == ["10.500000"]
    assert query["SIMBAD"]["Coord"] == ["10.500000 +1.250000"]  # a bare + would be read as a space
    assert all(urlsplit(address).scheme == "https" for address in found.values())
    assert parse_qs(urlsplit(links("mine", 0.0, -5.0)["SIMBAD"]).query)["Coord"] == ["0.000000 -5.000000"]


@pytest.mark.parametrize(("ra", "dec"), [(np.nan, 1.0), (1.0, np.nan), (np.inf, 0.0)])
def test_without_either_there_are_none(ra: float, dec: float) -> None:
    assert links("mine", ra, dec) == {}
