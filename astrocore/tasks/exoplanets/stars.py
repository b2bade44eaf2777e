"""Which star a light curve file belongs to: by its header, by an id within it, else by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from astrocore.data.tables import FITS
from astrocore.tasks.exoplanets.columns import CATALOGUES, STAR_COLUMNS
from astrocore.tasks.exoplanets.curve_content import FITS_DAMAGE, cards_of, quiet_fits
from astrocore.tasks.exoplanets.lightcurves import mission_of

NAMES: tuple[tuple[str, str], ...] = (
    (r"(?:kic|kplr)[\s_-]*0*(\d+)", "KIC"),
    (r"(?:epic|ktwo)[\s_-]*0*(\d+)", "EPIC"),
    (r"tic[\s_-]*0*(\d+)", "TIC"),
    (r"tess\d+-s\d+-0*(\d+)", "TIC"),
    (r"tess.*?-0*(\d{6,16})[_-]", "TIC"),
)
"""How the missions' archives name files, as regular expressions, and the catalogue that the number counts in."""


class Star(NamedTuple):
    """A star's catalogue (KIC, EPIC, TIC; "" when unknown) and its number or name there."""

    catalogue: str
    name: str

    def __str__(self) -> str:
        return f"{self.catalogue} {self.name}".strip()

    def fits(self, other: Star) -> bool:
        """Whether both may be one star: an unknown catalogue fits any."""
        return self.name == other.name and (
            "" in (self.catalogue, other.catalogue) or self.catalogue == other.catalogue
        )


def star_of(path: Path, mission: str = "") -> Star:
    """The star of a file, from as little of it as possible; a file that can't be opened is known by its name."""
    named = star_of_name(path.name, mission)
    try:
        if path.name.lower().endswith(FITS):
            return _star_of_header(path) or named
        if path.suffix.lower() == ".npz":
            return _star_of_arrays(path) or named
    except FITS_DAMAGE:
        pass
    return named


def star_of_name(name: str, mission: str = "") -> Star:
    """The star in a file's name: what archives write, else its longest number, else all of it without the ending."""
    lower = name.lower()
    for pattern, catalogue in NAMES:
        if found := re.search(pattern, lower):
            return Star(catalogue, found[1])
    stem = re.sub(r"(\.fits?(\.gz)?|\.npz|\.[ct]sv(\.gz)?|\.txt)$", "", name, flags=re.IGNORECASE)
    numbers = re.findall(r"\d+", stem)
    number = max(numbers, key=len, default="").lstrip("0")
    return Star(CATALOGUES.get(mission, ""), number) if len(number) >= 4 else Star("", stem)


def star_of_text(text: str) -> Star:
    """A star as tables name it: KIC 1234, EPIC 1234, TIC-1234, 1234 or any other name."""
    found = re.fullmatch(r"(KIC|EPIC|TIC)[\s_-]*0*(\d+)", text.strip(), flags=re.IGNORECASE)
    return Star(found[1].upper(), found[2]) if found else Star("", text.strip().lstrip("0") or text)


def _star_of_header(path: Path) -> Star | None:
    with quiet_fits(path) as hdus:
        return star_of_cards(cards_of(hdus))


def star_of_cards(cards: Mapping[str, Any]) -> Star | None:
    """The star that a mission's header names; None when it names none."""
    mission = mission_of(cards, float("nan"))
    for key, catalogue in (("TICID", "TIC"), ("EPICID", "EPIC"), ("EPIC", "EPIC"), ("KEPLERID", "KIC")):
        value = cards.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            # K2 files have their EPIC number under KEPLERID.
            return Star("EPIC" if key == "KEPLERID" and mission == "k2" else catalogue, str(value))
    text = str(cards.get("OBJECT", "")).strip()
    if not text:
        return None
    found = star_of_text(text)
    if found.catalogue or not found.name.isdigit():
        return found
    return Star(CATALOGUES.get(mission, ""), found.name)


def _star_of_arrays(path: Path) -> Star | None:
    """The id that an .npz holds beside its curve, as one number or the same one in every row."""
    with np.load(path, allow_pickle=False) as archive:
        for key in archive.files:
            catalogue = STAR_COLUMNS.get(key.lower())
            if catalogue is None:
                continue
            values = np.unique(archive[key])
            if len(values) == 1:
                found = star_of_text(str(values[0]))
                return found if found.catalogue else Star(catalogue, found.name)
    return None
