"""Photometric features as recipes: a column, a difference of two, or a ratio of two; the same for arrays and tensors.

Only operators are used, so that numpy arrays (in preparing rows) and tensors (in augmenting a batch) give the very
same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast

NAME = r"[A-Za-z_][A-Za-z0-9_.]*"
RECIPE = re.compile(rf"(?P<a>{NAME})\s*(?:(?P<op>[-/])\s*(?P<b>{NAME}))?")
COLOUR = "modelMag"
"""The magnitude that is meant by a band alone, and by u-g."""


Op = Literal["", "-", "/"]


@dataclass(frozen=True)
class Recipe:
    """A feature by name, and how it is made of columns."""

    name: str
    a: str
    op: Op = ""
    b: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it is made of."""
        return (self.a, self.b) if self.op else (self.a,)

    def of(self, column: Callable[[str], Any]) -> Any:
        """Its values (B,), given those of each column."""
        a = column(self.a)
        if not self.op:
            return a
        b = column(self.b)
        return a - b if self.op == "-" else a / b


def parse(name: str) -> Recipe:
    """The recipe of a feature's name: "dered_u", "psfMag_r-modelMag_r", "deVRad_r/psffwhm_r", or short "u-g".

    Raises
    ------
    ValueError
        It is none of these.
    """
    found = RECIPE.fullmatch(name.strip())
    if found is None:
        raise ValueError(f"{name!r} is no feature: name a column, a difference a-b or a ratio a/b of two columns")
    a, op, b = found["a"], found["op"] or "", found["b"] or ""
    a, b = (f"{COLOUR}_{part}" if len(part) == 1 else part for part in (a, b))
    return Recipe(name, a, cast(Op, op), b)


def columns_of(names: Iterable[str]) -> tuple[str, ...]:
    """All columns that features are made of, each once, in order."""
    return tuple(dict.fromkeys(column for name in names for column in parse(name).columns))
