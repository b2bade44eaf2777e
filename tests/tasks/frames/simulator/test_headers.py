"""Headers: several dialects, some silent, some lying, none that gives a class away by a keyword."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from astropy.io import fits

from astrocore.tasks.frames.simulator import CLASSES, Exposure
from astrocore.tasks.frames.simulator.cameras import draw_camera
from astrocore.tasks.frames.simulator.dialects import TIME_KEYWORDS, TYPE_KEYWORDS, WRITERS, sexagesimal
from astrocore.tasks.frames.simulator.equipment import DIALECTS, Equipment, draw_equipment
from astrocore.tasks.frames.simulator.facts import LIES, TYPES, Facts, Manner, draw_manner, said_type, true_type


@pytest.fixture(scope="module")
def own() -> Equipment:
    rng = np.random.default_rng(5)
    return draw_equipment(rng, "slit", draw_camera(rng, "slit", 0.3))


FACTS = Facts(
    kind="light",
    lamp="",
    sky=True,
    target="ksi Cas",
    seconds=300.0,
    begin=datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC),
    temperature=-20.1,
    place=(201.25, -5.5),
    airmass=1.25,
    filter="V",
    number=7,
    setting="slit",
)


def test_every_dialect_has_a_writer() -> None:
    assert set(WRITERS) == set(DIALECTS)
    assert len(DIALECTS) >= 6


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("kind", TYPES)
def test_headers_are_read_back_by_astropy(dialect: str, kind: str, own: Equipment) -> None:
    cards = WRITERS[dialect](replace(FACTS, kind=kind), own)
    header = fits.Header.fromstring(fits.Header([fits.Card(*card) for card in cards]).tostring())
    assert len(header) == len(cards)
    for keyword, value, _ in cards:
        assert header[keyword] == value
    assert TIME_KEYWORDS & set(header)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_keyword_comes_with_one_type_alone(dialect: str, own: Equipment) -> None:
    keywords = {
        tuple(card[0] for card in WRITERS[dialect](replace(FACTS, kind=kind, lamp=lamp), own))
        for kind in TYPES
        for lamp in ("", "flat", "arc")
    }
    assert len(keywords) == 1


@pytest.mark.parametrize("dialect", sorted(set(DIALECTS) - {"asicap", "andor", "tower"}))
def test_types_are_told_apart_where_the_software_can(dialect: str, own: Equipment) -> None:
    said = {
        kind: tuple(value for key, value, _ in WRITERS[dialect](replace(FACTS, kind=kind), own) if key in TYPE_KEYWORDS)
        for kind in TYPES
    }
    assert said["dark"] != said["light"]


def test_angles_are_written_as_observatories_write_them() -> None:
    assert sexagesimal(201.25, hours=True) == "13:25:00.00"
    assert sexagesimal(-5.5) == "-05:30:00.00"
    assert sexagesimal(-0.25, sep=" ") == "-00 15 00.00"
    assert sexagesimal(59.999999999) == "+60:00:00.00"


def test_silent_untyped_and_lying_cameras_come_as_often_as_they_should() -> None:
    rng = np.random.default_rng(0)
    manners = [draw_manner(rng) for _ in range(2000)]
    assert 0.17 < np.mean([manner.headerless for manner in manners]) < 0.23
    assert 0.12 < np.mean([manner.untyped for manner in manners]) < 0.18
    assert 0.12 < np.mean([manner.lie != "" for manner in manners]) < 0.18
    assert {manner.lie for manner in manners} == {"", *LIES}


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_kept_up_through_the_night(lie: str) -> None:
    rng = np.random.default_rng(0)
    order = [label for label in CLASSES for _ in range(2)]
    said, before = [], "light"
    for label in order:
        said.append(said_type(rng, Manner(lie=lie), label, before))
        before = true_type(label)
    true = [true_type(label) for label in order]
    assert said != true
    assert set(said) <= set(TYPES)
    if lie == "one late":
        assert said[1:] == true[:-1]


def test_honest_headers_are_wrong_now_and_then() -> None:
    rng = np.random.default_rng(0)
    wrong = np.mean([said_type(rng, Manner(), "flats", "light") != "flat" for _ in range(5000)])
    assert 0.02 < wrong < 0.04


def test_about_a_fifth_of_the_cameras_write_no_header(nights: list[list[Exposure]]) -> None:
    silent = [not frames[0].cards for frames in nights]
    assert 0.05 < np.mean(silent) < 0.45
    for frames in nights:
        assert len({not frame.cards for frame in frames}) == 1


def test_some_camera_calls_darks_lights(nights: list[list[Exposure]]) -> None:
    words = {"Light Frame", "LIGHT", "object", "OBJECT", "EXPOSE", "SPECTRUM", "Light"}
    lying = [
        frames[0].camera
        for frames in nights
        if any(
            key in TYPE_KEYWORDS and value in words for f in frames if f.label == "darks" for key, value, _ in f.cards
        )
        and sum(f.label == "darks" for f in frames) > 1
    ]
    assert lying


def test_no_keyword_in_all_nights_belongs_to_one_class(nights: list[list[Exposure]]) -> None:
    classes = defaultdict(set)
    for frames in nights:
        for frame in frames:
            for keyword, _, _ in frame.cards:
                classes[keyword].add(true_type(frame.label))
    assert not [keyword for keyword, types in classes.items() if len(types) < 3]


def test_exposure_times_tell_darks_from_biases_where_headers_are_honest(nights: list[list[Exposure]]) -> None:
    for frames in nights:
        for frame in frames:
            times = [float(value) for key, value, _ in frame.cards if key in {"EXPTIME", "EXPOSURE", "ITIME"}]  # type: ignore[arg-type]
            if times and frame.label == "bias":
                assert max(times) <= 0.001
            if times and frame.label == "darks":
                assert max(times) >= 0.1


def test_cards_of_all_nights_can_be_written(nights: list[list[Exposure]]) -> None:
    for frames in nights:
        header = fits.Header([fits.Card(*card) for card in frames[0].cards])
        for card in header.cards:
            card.verify("exception")
