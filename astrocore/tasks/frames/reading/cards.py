"""Header cards one by one, so that a broken one spoils only itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from astropy.io import fits

from astrocore.tasks.frames.reading.header import Card

LENGTH = 80
"""Bytes of a card."""
MAX_CONTINUED = 50
"""Cards over which one long text may run."""
COMMENTARY = ("COMMENT", "HISTORY", "")
PRINTABLE = bytes(range(32, 127))
ONLY_PRINTABLE = bytes(byte if byte in PRINTABLE else ord("?") for byte in range(256))


def cards_of(text: bytes) -> tuple[list[Card], int]:
    """The cards in a header's bytes, in order, and how many were broken and left out."""
    cards, broken = [], 0
    for image in _joined(text.translate(ONLY_PRINTABLE).decode("ascii")):
        card = _card(image)
        if card is None:
            broken += 1
        elif card.keyword or card.value:
            cards.append(card)
    return cards, broken


def numbers_of(cards: Iterable[Card]) -> dict[str, int]:
    """The whole numbers among the cards by keyword; of several of one keyword the first, as everywhere."""
    numbers: dict[str, int] = {}
    for card in cards:
        if isinstance(card.value, int) and not isinstance(card.value, bool):
            numbers.setdefault(card.keyword, card.value)
    return numbers


def _joined(text: str) -> Iterator[str]:
    """Cards of 80 characters; a long text together with the cards that continue it."""
    current, continued = "", 0
    for start in range(0, len(text), LENGTH):
        image = text[start : start + LENGTH]
        if image.startswith("CONTINUE  ") and current and continued < MAX_CONTINUED:
            current, continued = current.ljust(LENGTH) + image, continued + 1
            continue
        if current:
            yield current
        current, continued = image, 0
    if current:
        yield current


def _card(image: str) -> Card | None:
    """One card; None where its value can't be told."""
    if not image.strip():
        return Card("", None, "")
    try:
        card = fits.Card.fromstring(image)
        keyword, value, comment = str(card.keyword), card.value, str(card.comment)
    except Exception:  # astropy raises VerifyError, ValueError and more, as the bytes want it
        return None
    if keyword in COMMENTARY:
        return Card(keyword, str(value), "")
    if isinstance(value, str | bool | int | float):
        return Card(keyword, value, comment)
    return Card(keyword, None if isinstance(value, fits.card.Undefined) else str(value), comment)
