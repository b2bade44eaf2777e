"""A header goes into bytes of one length and comes back."""

from __future__ import annotations

import json
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.tasks.frames.measuring import header_text
from astrocore.tasks.frames.measuring.header_text import BYTES, packed, unpacked
from astrocore.tasks.frames.reading import Card, Header

VALUES = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False) | st.text(max_size=68)


def random_text(n: int, seed: int) -> str:
    return "".join(map(chr, np.random.default_rng(seed).integers(33, 126, n)))


@given(st.lists(st.builds(Card, st.text(max_size=8), VALUES, st.text(max_size=40)), max_size=12))
def test_what_fits_comes_back_as_it_was(cards: list[Card]) -> None:
    row = packed(Header(tuple(cards)))
    assert row.shape == (BYTES,) and row.dtype == np.uint8
    found = unpacked(row).cards
    assert found == tuple(cards) and [type(card.value) for card in found] == [type(card.value) for card in cards]


def test_comments_go_first_and_then_the_last_cards() -> None:
    telling = [Card(f"KEY{i}", i, "what it tells") for i in range(60)]
    prose = [Card("COMMENT", random_text(70, i), "") for i in range(80)]
    assert unpacked(packed(Header((*prose, *telling)))).cards == tuple(telling)
    long = [Card(f"K{i}", random_text(60, i), "") for i in range(200)]
    found = unpacked(packed(Header(tuple(long)))).cards
    assert 30 < len(found) < 200 and found == tuple(long[: len(found)])


def test_a_card_that_is_larger_than_all_room_is_left_out() -> None:
    assert unpacked(packed(Header((Card("A", random_text(9000, 1), ""),)))).cards == ()


def test_what_would_not_be_unfolded_is_not_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header_text, "MOST", 5000)
    cards = [Card("HISTORY", "the same words again", "")] * 500
    assert unpacked(packed(Header((*cards, Card("EXPTIME", 3.5, "s"))))).cards == (Card("EXPTIME", 3.5, "s"),)


@given(st.binary(max_size=60))
def test_foreign_bytes_are_an_empty_header(content: bytes) -> None:
    row = np.zeros(BYTES, np.uint8)
    row[: len(content)] = np.frombuffer(content, np.uint8)
    assert unpacked(row).cards == ()


@pytest.mark.parametrize("what", ['{"a": 1}', "[[1, 2]]", "[1]", "null", "[" * 100_000, '[["A", {"b": [1]}, 3]]'])
def test_foreign_json_is_no_harm(what: str) -> None:
    data = zlib.compress(what.encode())
    row = np.zeros(BYTES, np.uint8)
    row[:2] = len(data) >> 8, len(data) & 255
    row[2 : 2 + len(data)] = np.frombuffer(data, np.uint8)
    found = unpacked(row)
    assert all(isinstance(card.value, str) for card in found.cards)
    assert len(found.cards) == (1 if "b" in what else 0)


def test_a_bomb_is_not_unfolded() -> None:
    data = zlib.compress(json.dumps([["A", "x" * (3 << 20), ""]]).encode(), 9)
    assert len(data) < BYTES - 2
    row = np.zeros(BYTES, np.uint8)
    row[:2] = len(data) >> 8, len(data) & 255
    row[2 : 2 + len(data)] = np.frombuffer(data, np.uint8)
    assert unpacked(row).cards == ()
