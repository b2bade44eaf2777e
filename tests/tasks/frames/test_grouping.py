"""Instrument and night of a frame, from headers as they are written."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.tasks.frames.grouping import group_of, instrument_of, night_of
from tests.tasks.frames.drawn import frame_of

PIXELS = np.zeros((20, 30))


@pytest.mark.parametrize(
    ("text", "night"),
    [
        ("2024-03-05T22:15:00.5", "2024-03-05"),
        ("2024-03-06T04:15:00", "2024-03-05"),
        ("2024-03-06T11:59:59", "2024-03-05"),
        ("2024-03-06T12:00:00", "2024-03-06"),
        ("2024-03-01 01:00", "2024-02-29"),
        ("2024/03/05", "2024-03-05"),
        ("2024-03-05", "2024-03-05"),
        ("0000-00-00T00:00:00", ""),
        ("2024-02-31T00:00:00", ""),
        ("0001-01-01T00:00:00", ""),
        ("2024-03-05T99:00:00", ""),
        ("yesterday", ""),
        ("31/12/99", "1999-12-31"),
        ("05/03/2024", "2024-03-05"),
        ("31/12/999", ""),
        ("05.03.2024 02:30", "2024-03-04"),
        ("20240305", "2024-03-05"),
        ("20240305T0215", "2024-03-04"),
        ("2024:03:05", "2024-03-05"),
        ("20241399", ""),
    ],
)
def test_a_night_goes_from_noon_to_noon(text: str, night: str) -> None:
    assert night_of(frame_of(PIXELS, {"DATE-OBS": text})) == night


@pytest.mark.parametrize("value", [60374.6, 60375.4, "60375.4", 2460375.1, 2460375.9])
def test_julian_dates_and_modified_ones(value: object) -> None:
    """All of the night that begins on 5 March 2024."""
    assert night_of(frame_of(PIXELS, {"MJD-OBS": value, "DATE-OBS": value})) == "2024-03-05"


@pytest.mark.parametrize("value", [None, 5, True, 14000.0, 99999.0])
def test_other_dates_are_none(value: object) -> None:
    assert night_of(frame_of(PIXELS, {"DATE-OBS": value})) == ""


def test_instruments() -> None:
    assert instrument_of(frame_of(PIXELS, {"TELESCOP": "C14", "INSTRUME": "STF-8300"})) == "C14 STF-8300"
    assert instrument_of(frame_of(PIXELS, {"TELESCOP": "Kast", "INSTRUME": "Kast"})) == "Kast"
    assert instrument_of(frame_of(PIXELS)) == "camera of 30 x 20 pixels"


def test_groups() -> None:
    assert group_of("C14", "2024-03-05") == "C14, 2024-03-05" and group_of("C14", "") == "C14, undated"
