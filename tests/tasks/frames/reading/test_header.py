"""Quantities under every keyword, in one unit, and never a guess."""

from __future__ import annotations

import math

import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.frames.reading import Card, Header
from astrocore.tasks.frames.reading.cards import cards_of
from astrocore.tasks.frames.reading.header import normal
from astrocore.tasks.frames.reading.quantities import RANGES, airmass_at, number, text
from astrocore.tasks.frames.reading.synonyms import SYNONYMS

VALUES = st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none(), st.just(10**400))
SOUND = {"exposure_time": 12.0, "gain": 1.5, "temperature": -20.0, "binning_x": 2, "binning_y": 2, "airmass": 1.3} | {
    "moon_phase": 0.4,
    "seeing": 1.2,
    "ra": 120.0,
    "dec": -30.0,
}


def header(*cards: tuple[str, object] | tuple[str, object, str]) -> Header:
    return Header(tuple(Card(card[0], card[1], card[2] if len(card) > 2 else "") for card in cards))  # type: ignore[arg-type]


@pytest.mark.parametrize("quantity", sorted(RANGES))
def test_every_synonym_of_a_number_answers(quantity: str) -> None:
    assert set(SOUND) == set(RANGES)
    for keyword in SYNONYMS[quantity]:
        value = number(quantity, normal(keyword), SOUND[quantity], "")
        assert header((keyword, SOUND[quantity])).number(quantity) == value and not math.isnan(value)


@pytest.mark.parametrize("quantity", sorted(set(SYNONYMS) - set(RANGES) - {"lamp"}))
def test_every_synonym_of_a_text_answers(quantity: str) -> None:
    value = "2024-03-01" if quantity == "date" else "Dark Flat"
    for keyword in SYNONYMS[quantity]:
        assert header((keyword, value)).text(quantity) == value


@given(st.sampled_from(sorted(RANGES)), VALUES, st.text(max_size=20))
def test_a_number_is_finite_and_possible_or_missing(quantity: str, value: object, comment: str) -> None:
    for keyword in SYNONYMS[quantity][:2]:
        found = header((keyword, value, comment)).number(quantity)
        low, high = RANGES[quantity]
        assert isinstance(found, float | int) and (math.isnan(found) or low <= found <= high)


@given(st.sampled_from(sorted(SYNONYMS)), VALUES)
def test_a_text_is_that_of_the_card_or_missing(quantity: str, value: object) -> None:
    found = header((SYNONYMS[quantity][0], value)).text(quantity)
    assert found == "" or found == " ".join(str(value).split()) or quantity in {"lamp", *RANGES}


@given(st.text(alphabet=st.characters(categories=("L", "P", "Zs")), max_size=40), st.sampled_from(sorted(RANGES)))
def test_words_are_no_numbers(value: str, quantity: str) -> None:
    assert math.isnan(header((SYNONYMS[quantity][0], value)).number(quantity))


@given(
    st.sampled_from(sorted(RANGES)),
    st.sampled_from([-999, -9999.0, 99999, float("nan"), float("inf"), "N/A", "", None, True]),
)
def test_fill_values_are_missing_and_the_next_synonym_counts(quantity: str, fill: object) -> None:
    first, second = SYNONYMS[quantity][:2]
    assert math.isnan(header((first, fill)).number(quantity))
    both = header((first, fill), (second, SOUND[quantity]))
    assert both.number(quantity) == SOUND[quantity]
    assert both.card_of(quantity) == Card(second, SOUND[quantity], "")  # type: ignore[arg-type]


def test_what_is_missing() -> None:
    empty = header()
    assert all(math.isnan(empty.number(quantity)) for quantity in RANGES)
    assert all(empty.text(quantity) == "" and empty.card_of(quantity) is None for quantity in SYNONYMS)
    with pytest.raises(KeyError):
        empty.number("colour")


@pytest.mark.parametrize(
    ("quantity", "card", "expected"),
    [
        ("exposure_time", ("EXPTIME", 500.0, "[ms] exposure"), 0.5),
        ("exposure_time", ("EXPOSURE", "250 ms"), 0.25),
        ("exposure_time", ("EXPOSURE", "6,4E-05 "), 6.4e-05),
        ("exposure_time", ("EXPOINUS", 64), 6.4e-05),
        ("exposure_time", ("EXPTIME", 2, "minutes"), 120),
        ("exposure_time", ("EXPTIME", 0.0, "seconds"), 0),
        ("exposure_time", ("EXPTIME", -1.0), math.nan),
        ("exposure_time", ("EXPTIME", "12:30:00"), math.nan),
        ("temperature", ("CCD-TEMP", 253.15), -20),
        ("temperature", ("CCD_TEMP", 77.0, "[K] detector"), -196.15),
        ("temperature", ("CCD-TEMP", -20.0, "CCD temperature (Kelvin?)"), -20),
        ("binning_x", ("CCDSUM", "2 3"), 2),
        ("binning_y", ("CCDSUM", "2 3"), 3),
        ("binning_y", ("BINNING", "1x4"), 4),
        ("binning_x", ("BINNING", 2), 2),
        ("binning_x", ("BINNING", "fast"), math.nan),
        ("binning_x", ("XBINNING", 0), math.nan),
        ("ra", ("RA", "05:30:00.0"), 82.5),
        ("ra", ("OBJCTRA", "05 30 00"), 82.5),
        ("ra", ("RA", 82.5, "degrees"), 82.5),
        ("ra", ("RA", 5.5, "hours"), 82.5),
        ("ra", ("RA", "82.5"), 82.5),
        ("dec", ("DEC", "-00:30:00"), -0.5),
        ("dec", ("OBJCTDEC", "+41 16 09"), 41 + 16 / 60 + 9 / 3600),
        ("airmass", ("SECZ", 1.5), 1.5),
        ("airmass", ("OBJCTALT", 90.0), 1.0),
        ("airmass", ("OBJCTALT", "30 00 00"), 1.994),
        ("airmass", ("ALTITUDE", 2206.0), math.nan),
        ("airmass", ("ALTITUDE", 50.0, "site altitude in meters"), math.nan),
        ("airmass", ("AIRMASS", 0.0), math.nan),
    ],
)
def test_units_and_forms(quantity: str, card: tuple[str, object], expected: float) -> None:
    assert header(card).number(quantity) == pytest.approx(
        expected, abs=1e-3 if quantity == "airmass" else 1e-9, nan_ok=True
    )


def test_airmass_grows_towards_the_horizon() -> None:
    found = [airmass_at(altitude) for altitude in range(90, 2, -1)]
    assert found == sorted(found) and found[0] == 1 and found[-1] < 20


@pytest.mark.parametrize(
    ("keyword", "value", "expected"),
    [
        ("FRAME", "2022-09-19T19:47:40.00", ""),
        ("FRAME", 17, ""),
        ("OBSTYPE", "0", ""),
        ("IMAGETYP", "Light  Frame ", "Light Frame"),
        ("IMAGETYP", "unknown", ""),
        ("OBS-MODE", "Interactive", ""),
        ("OBS_MODE", "dark", "dark"),
    ],
)
def test_kinds_of_frames(keyword: str, value: object, expected: str) -> None:
    assert text("frame_type", normal(keyword), value) == expected  # type: ignore[arg-type]
    assert header((keyword, value)).text("frame_type") == expected


def test_the_first_synonym_that_tells_something_counts() -> None:
    both = header(("OBSTYPE", "OBJECT"), ("IMAGETYP", "null"), ("OBSTYPE", 1))
    assert both.text("frame_type") == "OBJECT"
    assert header(("DATE", "2020-01-01"), ("DATE-OBS", "2019-12-31T23:00:00")).text("date") == "2019-12-31T23:00:00"


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ((("LAMPSTA1", "off"), ("LAMPSTAJ", "on"), ("LAMPNAMJ", "Neon"), ("LAMPNAME", "Dim_Neon")), "Neon"),
        ((("NEON", 1), ("ARGON", 1), ("FLAT", 0), ("XENON", 0)), "Neon, Argon"),
        ((("FLAT", "masterflat.fits"),), ""),
        ((("LAMPS", "0,0,1,1"), ("LAMPNAMES", "Hg,Ne,Ar,Cd")), "Ar, Cd"),
        ((("LAMP", "CuAr"),), "CuAr"),
        ((("ARCLAMP", "off"), ("LAMPID", "none")), ""),
        ((("LMP1SHUT", "open"), ("LMP1TYPE", "Tungsten"), ("LMP2SHUT", "closed"), ("LMP2TYPE", "Xenon")), "Tungsten"),
        ((("ESO INS LAMP1 ST", True), ("ESO INS LAMP1 NAME", "ThAr")), "ThAr"),
        ((("CALSTAT", "BDF"),), ""),
    ],
)
def test_lamps(cards: tuple[tuple[str, object], ...], expected: str) -> None:
    found = header(*cards)
    assert found.text("lamp") == expected
    assert (found.card_of("lamp") is None) == (expected == "")


@pytest.mark.filterwarnings("ignore")
@given(st.binary(max_size=800))
def test_any_bytes_are_cards_or_broken(data: bytes) -> None:
    cards, broken = cards_of(data)
    assert len(cards) + broken <= -(-len(data) // 80)
    assert all(isinstance(card.value, str | int | float | bool | None) for card in cards)


def test_cards_of_every_kind_are_as_astropy_writes_them() -> None:
    made = fits.Header()
    values = {"A": 1, "B": 2.5, "C": True, "D": "it's", "E": "x" * 150, "HIERARCH ESO DET DIT": 3.0, "F": None}
    for keyword, value in values.items():
        made[keyword] = value
    made["COMMENT"] = "hello"
    cards, broken = cards_of(made.tostring().encode().split(b"END     ")[0])
    found = {card.keyword: card.value for card in cards}
    assert broken == 0 and found.pop("COMMENT") == "hello"
    assert found == {key.removeprefix("HIERARCH "): value for key, value in values.items()}
