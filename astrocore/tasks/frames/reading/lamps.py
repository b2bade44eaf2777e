"""Which calibration lamps a header says are on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from astrocore.tasks.frames.reading.quantities import MISSING, Value

ON = frozenset({"on", "yes", "true", "t", "1", "lit", "open", "in", "enabled"})
OFF = frozenset({"off", "no", "false", "f", "0", "closed", "out", "disabled", "dark", "empty"}) | MISSING
NAMED = (
    "NEON",
    "ARGON",
    "KRYPTON",
    "XENON",
    "ETALON",
    "FLAT",
    "MERCURY",
    "CADMIUM",
    "ZINC",
    "HELIUM",
    "THAR",
    "HALOGEN",
)
"""Lamps with a switch of their own (Keck/NIRSPEC: 1 is on); their keywords may mean other things in other values."""
SWITCHES = (
    (re.compile(r"LAMPSTA(\w)"), "LAMPNAM{}"),  # Lick/Kast
    (re.compile(r"LAMP(\d+)"), "LAMPNAM{}"),
    (re.compile(r"LMP(\d+)SHUT"), "LMP{}TYPE"),  # LCO/FLOYDS
    (re.compile(r"ESOINSLAMP(\d+)ST"), "ESOINSLAMP{}NAME"),
)
"""Keyword of a switch, and where the lamp's name stands."""

Entry = tuple[str, Value]
"""A keyword as it is compared, and its value."""


def lamps_on(entries: Iterable[Entry], plain: Iterable[str]) -> dict[str, str]:
    """The lamps that are on, {keyword: name}; `plain` are keywords whose text names lamps."""
    values: dict[str, Value] = {}
    for keyword, value in entries:
        values.setdefault(keyword, value)
    return {**dict(_named(values, plain)), **dict(_switched(values))}


def _named(values: Mapping[str, Value], plain: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Texts that name lamps, unless a row of switches names them all, lit or not."""
    switches = any(SWITCHES[0][0].fullmatch(keyword) for keyword in values)
    for keyword in plain:
        value = values.get(keyword)
        if isinstance(value, str) and not switches and value.strip().lower() not in OFF | ON:
            listed = _listed(value, values.get("LAMPNAMES"))
            if listed:
                yield keyword, listed


def _listed(value: str, names: Value) -> str:
    """The text; of "0,1,0" those names in "Neon,Argon,Iron" that are 1, or their places."""
    marks = [mark.strip() for mark in value.split(",")]
    if not set(marks) <= {"0", "1"}:
        return " ".join(value.split())
    called = names.split(",") if isinstance(names, str) else []
    found = [called[i].strip() if i < len(called) else f"lamp {i + 1}" for i, mark in enumerate(marks) if mark == "1"]
    return ", ".join(found)


def _switched(values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    for keyword, value in values.items():
        if not _lit(value):
            continue
        if keyword in NAMED and not isinstance(value, str):
            yield keyword, keyword.capitalize()
        for switch, name in SWITCHES:
            if found := switch.fullmatch(keyword):
                called = values.get(name.format(found.group(1)))
                yield keyword, called.strip() if isinstance(called, str) and called.strip() else keyword


def _lit(value: Value) -> bool:
    """Whether a switch is on."""
    if isinstance(value, str):
        return value.strip().lower() in ON
    return value is not None and value == 1
