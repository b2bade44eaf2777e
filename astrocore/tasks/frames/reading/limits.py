"""How much the reader takes on for one file; what asks for more is refused before memory is used."""

from __future__ import annotations

from math import prod

from astrocore.errors import TooLarge

MAX_PIXELS = 300_000_000
"""Pixels of one image, all its planes together where they have to be unpacked together."""
FREE_EXPANSION = 1 << 28
"""Bytes to which any packed file may expand [B]."""
MAX_RATIO = 8
"""A packed file may also expand to this many times its size; measured frames pack by 2 to 4."""
MAX_EXPANDED = 8 * MAX_PIXELS
"""Bytes beyond which no packed file is expanded [B]."""
FREE_CLAIM = 1 << 26
"""Bytes that the packed pixels of any image may claim, as float32 [B]."""
DEFLATE_MOST = 1032
"""Bytes that deflate can make of one byte at most."""
MAX_SECTIONS = 256
"""HDUs or pages that are looked at."""
MAX_HEADER = 1 << 24
"""Bytes of one header [B]."""
MAX_CARDS = 10_000
"""Cards that are parsed in one file; later ones are left out."""
MAX_ATTEMPTS = 8
"""Images of one file that are tried where the better ones are damaged."""


def check_size(what: str, shape: tuple[int, ...]) -> None:
    """Raise TooLarge where `shape` has more than MAX_PIXELS pixels."""
    if prod(shape) > MAX_PIXELS:
        sides = " x ".join(map(str, shape))
        raise TooLarge(
            f"{what} says that it has {sides} pixels. The reader takes {MAX_PIXELS // 10**6} million pixels at most. "
            "If the header tells the truth, cut or bin the image."
        )


def check_packed(what: str, made: int, size: int) -> None:
    """Raise TooLarge where `size` packed bytes claim to hold `made` bytes [B], more than deflate could have packed."""
    if made > max(FREE_CLAIM, DEFLATE_MOST * size):
        raise TooLarge(
            f"{what} says that it holds {made >> 20} MiB, which its {size} bytes can't. Fetch or copy the file again."
        )
