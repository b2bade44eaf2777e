"""What a header says in words, as a fixed list of yes and no: cameras write the same thing in many ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.reading import Header

MEANINGS: Mapping[str, str] = {
    "bias": r"bias|\bzero\b|offset",
    "dark": r"dark|dunkel",
    "flat": r"flat|\bff\b|dome|quartz|halogen|tungsten|continuum|incandesc|\bwhite\b|weiss",
    "twilight": r"twi|sky.?flat|dusk|dawn|daemmerung",
    "arc": r"\barcs?\b|arc.?lamp|comp|th.?ar|fe.?ar|fe.?ne|he.?ne.?ar|\bhe.?ne\b|ne.?ar|cu.?ar|neon|argon|helium|"
    r"xenon|krypton|mercury|\bhg|\bcd\b|\bne\b|\bar\b|\bhe\b|wave|calib|kalib|relco|emission",
    "lamp": r"lamp|lampe",
    "light": r"light|object|science|\bsci\b|expose|target|stare|standard",
    "spectrum": r"spec|slit|echelle|grism",
    "sun": r"\bsun\b|solar|sonne|sunspot|granul|prominen|\bdisk\b",
    "star": r"\b(hd|hr|hip|sao|bd|gj|tyc|feige|gd|hz|g ?\d{2,3}|vega|sirius|arcturus|deneb|altair|capella|rigel|"
    r"alp(ha)?|bet(a)?|gam(ma)?|del(ta)?|eps(ilon)?|zet(a)?|eta|ksi|xi|omi|rho|sigma|tau|ups|phi|chi|psi|ome)\b",
    "nebula_galaxy": r"\b(m|messier|ngc|ic|ugc|sh ?2|abell|arp|barnard)[ _-]?\d+",
    "survey_name": r"\b(hat[ _-]?p|hat|wasp|tres|toi|tic|kelt|kepler|koi|qatar|at|sn|j)[ _-]?\d{2,}|^\d{3,} ?[a-z]*",
    "setting_up": r"test|focus|fokus|acq|center|pointing",
}
"""What a text may mean, as a pattern over it in small letters."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "frame_type": ("bias", "dark", "flat", "twilight", "arc", "lamp", "light", "spectrum", "setting_up"),
    "object": tuple(MEANINGS),
    "lamp": ("flat", "arc"),
    "instrument": ("spectrum", "sun"),
    "mode": ("spectrum", "flat", "dark", "bias", "arc"),
}
"""Which meanings are looked for in which quantity of a header."""
CONTINUUM = r"blue|red|\bon\b"
"""Kast's continuum lamps are called Blue and Red."""
PRESENT = ("frame_type", "object", "filter", "lamp", "disperser", "airmass", "position", "exposure_time")
"""Quantities of which it is told whether they are given at all."""
TELLING = (*PRESENT, "gain", "temperature", "binning_x", "instrument", "telescope", "date", "mode")
"""Quantities of which a header must have one to count as a header."""
UNKNOWN = -1


@dataclass(frozen=True)
class Word:
    """A question to a header: does `quantity` mean `meaning`; without a meaning: is it given."""

    quantity: str
    meaning: str = ""

    @property
    def name(self) -> str:
        """As a feature is called."""
        return f"{self.quantity}: {self.meaning or 'given'}"


WORDS: tuple[Word, ...] = (
    *(Word(quantity, meaning) for quantity, meanings in FIELDS.items() for meaning in meanings),
    *(Word(quantity) for quantity in PRESENT),
)
NAMES: tuple[str, ...] = tuple(word.name for word in WORDS)
_COMPILED = {meaning: re.compile(pattern) for meaning, pattern in MEANINGS.items()}
_CONTINUUM = re.compile(CONTINUUM)


def words(header: Header) -> np.ndarray:
    """(W,) int8: 1 yes, 0 no; UNKNOWN for all where the header tells nothing."""
    if not any(given(header, quantity) for quantity in TELLING):
        return np.full(len(WORDS), UNKNOWN, np.int8)
    texts = {quantity: _plain(header.text(quantity)) for quantity in FIELDS}
    return np.array([_says(header, texts, word) for word in WORDS], np.int8)


def given(header: Header, quantity: str) -> bool:
    """Whether a header tells a quantity; a position of exactly zero is none."""
    if quantity == "position":
        ra, dec = header.number("ra"), header.number("dec")
        return bool(np.isfinite(ra) and np.isfinite(dec) and (ra or dec))
    return bool(header.text(quantity).strip()) or bool(np.isfinite(header.number(quantity)))


def _says(header: Header, texts: Mapping[str, str], word: Word) -> bool:
    if not word.meaning:
        return given(header, word.quantity)
    text = texts[word.quantity]
    if word.quantity == "lamp" and word.meaning == "flat" and _CONTINUUM.search(text):
        return True
    return bool(_COMPILED[word.meaning].search(text))


def _plain(text: str) -> str:
    """In small letters, words parted by blanks: camelCase, underscores and digits do not hide them."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z]{2})(?=\d)", " ", text)
    return re.sub(r"[_/;,:|]+", " ", text).lower().strip()
