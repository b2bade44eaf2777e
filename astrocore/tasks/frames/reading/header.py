"""A frame's header: cards as they stand, and quantities under whichever keyword they are written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from astrocore.tasks.frames.reading import quantities
from astrocore.tasks.frames.reading.lamps import lamps_on
from astrocore.tasks.frames.reading.synonyms import ALTITUDES, SYNONYMS


class Card(NamedTuple):
    """A card; `value` is None where the header leaves it open."""

    keyword: str
    value: str | float | int | bool | None
    comment: str


@dataclass(frozen=True)
class Header:
    """Cards in the order of the file: of the primary HDU, then of the chosen one; broken ones are left out.

    A quantity is one of SYNONYMS. Its keywords are tried in that order, and cards of one keyword in the order of the
    file; the first that tells something counts.
    """

    cards: tuple[Card, ...]

    def number(self, quantity: str) -> float:
        """The quantity in the unit of RANGES; NaN where no card tells it. Raises KeyError for an unknown quantity."""
        return next((found for _, found in self._numbers(quantity)), math.nan)

    def text(self, quantity: str) -> str:
        """The quantity as text; of numbers the card's value, of lamps those that are on; "" where no card tells it."""
        if quantity == "lamp":
            return ", ".join(dict.fromkeys(self._lamps.values()))
        if quantity in quantities.RANGES:
            card = self.card_of(quantity)
            return "" if card is None else str(card.value)
        return next((found for _, found in self._texts(quantity)), "")

    def card_of(self, quantity: str) -> Card | None:
        """The card that answered; None where none did."""
        if quantity == "lamp":
            return next((self._found(keyword)[0] for keyword in self._lamps), None)
        answers = self._numbers(quantity) if quantity in quantities.RANGES else self._texts(quantity)
        return next((card for card, _ in answers), None)

    def _numbers(self, quantity: str) -> Iterator[tuple[Card, float]]:
        for keyword in SYNONYMS[quantity]:
            for card in self._found(normal(keyword)):
                found = quantities.number(quantity, normal(keyword), card.value, card.comment)
                if not math.isnan(found):
                    yield card, found
        if quantity == "airmass":
            yield from self._airmasses()

    def _airmasses(self) -> Iterator[tuple[Card, float]]:
        """Airmass from the height over the horizon."""
        for keyword in ALTITUDES:
            for card in self._found(normal(keyword)):
                found = quantities.airmass_at(quantities.altitude(card.value, card.comment))
                if not math.isnan(found):
                    yield card, found

    def _texts(self, quantity: str) -> Iterator[tuple[Card, str]]:
        for keyword in SYNONYMS[quantity]:
            for card in self._found(normal(keyword)):
                if found := quantities.text(quantity, normal(keyword), card.value):
                    yield card, found

    def _found(self, keyword: str) -> list[Card]:
        """The cards of a keyword, written as `normal` writes it."""
        return self._by_keyword.get(keyword, [])

    @cached_property
    def _by_keyword(self) -> dict[str, list[Card]]:
        found: dict[str, list[Card]] = {}
        for card in self.cards:
            found.setdefault(normal(card.keyword), []).append(card)
        return found

    @cached_property
    def _lamps(self) -> dict[str, str]:
        entries = ((keyword, cards[0].value) for keyword, cards in self._by_keyword.items())
        return lamps_on(entries, map(normal, SYNONYMS["lamp"]))


@lru_cache(4096)
def normal(keyword: str) -> str:
    """A keyword as keywords are compared: "Date-Obs" and "DATE_OBS" are one."""
    return "".join(filter(str.isalnum, keyword.upper().removeprefix("HIERARCH ")))
