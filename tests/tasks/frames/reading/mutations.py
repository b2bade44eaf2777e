"""Ways in which files break, seeded."""

from __future__ import annotations

import re

import numpy as np

BLOCK = 512
VALUES = (
    b"1e-",
    b"'no end",
    b"10**9",
    b"1000000000",
    b"-1",
    b"99999999999999999999",
    b"nan",
    b"T",
    b"''",
    b"0",
    b"2",
    b"\xe4\xff\0",
)


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """`data`, broken in one to three ways."""
    for _ in range(rng.integers(1, 4)):
        if data:
            data = (flipped, cut, zeroed, doubled, moved, carded)[rng.integers(6)](data, rng)
    return data


def flipped(data: bytes, rng: np.random.Generator) -> bytes:
    """A few bytes changed, half the time near the beginning, where the structure stands."""
    changed = bytearray(data)
    reach = len(data) if rng.random() < 0.5 else min(len(data), 400)
    for at in rng.integers(0, reach, rng.integers(1, 9)):
        changed[at] = rng.integers(256)
    return bytes(changed)


def cut(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: rng.integers(len(data) + 1)]


def _block(data: bytes, rng: np.random.Generator) -> slice:
    start = int(rng.integers(len(data)))
    return slice(start, start + int(rng.integers(1, BLOCK)))


def zeroed(data: bytes, rng: np.random.Generator) -> bytes:
    part = _block(data, rng)
    return data[: part.start] + bytes(len(data[part])) + data[part.stop :]


def doubled(data: bytes, rng: np.random.Generator) -> bytes:
    part = _block(data, rng)
    return data[: part.stop] + data[part] * int(rng.integers(1, 4)) + data[part.stop :]


def moved(data: bytes, rng: np.random.Generator) -> bytes:
    """Two blocks of the structure's own size exchanged with what lies elsewhere."""
    part, other = _block(data, rng), _block(data, rng)
    piece = data[other]
    return data[: part.start] + piece + data[part.start + len(piece) :]


def carded(data: bytes, rng: np.random.Generator) -> bytes:
    """The value of a FITS card replaced by another, or the whole card by bytes that are no text."""
    places = [found.start() for found in re.finditer(rb"[A-Z][A-Z0-9-]{1,7} *= ", data)]
    if not places:
        return flipped(data, rng)
    at = places[rng.integers(len(places))]
    value = VALUES[rng.integers(len(VALUES))].rjust(20)
    if rng.random() < 0.1:
        return data[:at] + rng.bytes(80) + data[at + 80 :]
    return data[: at + 10] + value + data[at + 30 :]
