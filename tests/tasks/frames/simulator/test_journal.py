"""The journal: what a night's headers keep from frame to frame."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from astrocore.tasks.frames.simulator.cameras import draw_camera
from astrocore.tasks.frames.simulator.equipment import draw_equipment
from astrocore.tasks.frames.simulator.exposure import Card
from astrocore.tasks.frames.simulator.facts import Manner
from astrocore.tasks.frames.simulator.journal import Journal
from astrocore.tasks.frames.simulator.shots import Shot

NIGHT = ["bias", "spectrum_dados", "wavelength_calibration_dados", "flat_dados", "spectrum_dados"] * 4


def headers(manner: Manner, dialect: str = "iraf") -> list[dict[str, object]]:
    """Headers of a night of frames of two targets."""
    rng = np.random.default_rng(0)
    own = replace(draw_equipment(rng, "slit", draw_camera(rng, "slit", 0.3)), dialect=dialect)
    journal = Journal(rng, "slit", manner, own)
    shots = [Shot(0.0, 60.0, f"HD {i // 5}" if label == "spectrum_dados" else "arc") for i, label in enumerate(NIGHT)]
    entries = [journal.entry(rng, label, shot, i) for i, (label, shot) in enumerate(zip(NIGHT, shots, strict=True))]
    return [said(cards) for cards in entries]


def said(cards: tuple[Card, ...]) -> dict[str, object]:
    return {keyword: value for keyword, value, _ in cards}


def test_honest_headers_name_nearly_all_frames_rightly() -> None:
    words = {"bias": "zero", "spectrum_dados": "object", "wavelength_calibration_dados": "comp", "flat_dados": "dflat"}
    right = [header["OBSTYPE"] == words[label] for header, label in zip(headers(Manner()), NIGHT, strict=True)]
    assert sum(right) >= 17


def test_time_goes_on_by_more_than_the_exposures() -> None:
    times = [datetime.fromisoformat(f"{header['DATE-OBS']}T{header['UT']}") for header in headers(Manner())]
    steps = np.diff(np.array(times, dtype="datetime64[ms]")).astype(float) / 1e3
    assert steps.min() >= 63


def test_names_of_the_last_target_stay_where_calibrations_have_none() -> None:
    found = headers(Manner(names="targets"))
    arcs = [header["OBJECT"] for header, label in zip(found, NIGHT, strict=True) if label.startswith("wave")]
    assert arcs == ["HD 0", "HD 1", "HD 2", "HD 3"]
    assert {header["OBJECT"] for header in headers(Manner(names="none"))} == {""}


def test_what_a_manner_leaves_out_is_not_there() -> None:
    assert not any(headers(Manner(headerless=True)))
    assert not any("OBSTYPE" in header for header in headers(Manner(untyped=True)))
    assert not any("EXPTIME" in header for header in headers(Manner(timeless=True)))


def test_lamps_tell_the_truth_where_people_do_not() -> None:
    found = headers(Manner(lie="lamps are light"), "lick")
    for header, label in zip(found, NIGHT, strict=True):
        assert header["OBSTYPE"] == ("DARK" if label == "bias" else "OBJECT")
        assert ("on" in {header[f"LAMPSTA{key}"] for key in "FHJ"}) == label.startswith("wave")
