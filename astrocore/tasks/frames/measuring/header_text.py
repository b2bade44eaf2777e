"""A frame's header as bytes of one length, so that a card can show it: the cards as compressed text."""

from __future__ import annotations

import json
import zlib

import numpy as np

from astrocore.tasks.frames.reading import Card, Header

BYTES = 4096
"""Room for a header; the last of its cards are left out where they do not fit."""
LEAST = ("COMMENT", "HISTORY", "")
"""Keywords that go first where room is short."""
MOST = 1 << 20
"""Bytes that a packed header may unfold to."""


def packed(header: Header) -> np.ndarray:
    """(BYTES,) uint8: a length, then the cards as compressed JSON, then zeros."""
    cards = list(header.cards)
    data = _compressed(cards)
    if data is None:
        cards = [card for card in cards if card.keyword not in LEAST]
        data = _compressed(cards)
    while data is None:
        cards = cards[: int(len(cards) * 0.9)]
        data = _compressed(cards)
    out = np.zeros(BYTES, np.uint8)
    out[:2] = len(data) >> 8, len(data) & 255
    out[2 : 2 + len(data)] = np.frombuffer(data, np.uint8)
    return out


def unpacked(row: np.ndarray) -> Header:
    """The inverse of `packed`; an empty header where nothing was packed, or nothing that can be read."""
    n = (int(row[0]) << 8) + int(row[1])
    try:
        text = zlib.decompressobj().decompress(row[2 : 2 + n].tobytes(), MOST)
        return Header(tuple(_card(*entry) for entry in json.loads(text)))
    except (zlib.error, ValueError, TypeError, RecursionError):
        return Header(())


def _card(keyword: object, value: object, comment: object) -> Card:
    known = value is None or isinstance(value, str | bool | int | float)
    return Card(str(keyword), value if known else str(value), str(comment))  # type: ignore[arg-type]


def _compressed(cards: list[Card]) -> bytes | None:
    """The cards packed; None where they do not fit, or would not be unfolded again."""
    text = json.dumps([list(card) for card in cards], default=str).encode()
    data = zlib.compress(text, 9) if len(text) <= MOST else b""
    return data if 0 < len(data) <= BYTES - 2 else None
