"""One colour a class, the same on every page, told apart by colour-blind eyes and on white and dark pages."""

from __future__ import annotations

from collections.abc import Sequence

from plotly.colors import sample_colorscale

COLOURS = (
    "#0072B2",  # the first six are Okabe and Ito's, without black and yellow, which one page or the other swallows
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
    "#9A33E0",  # the others lie as far from all before them as possible, for three kinds of colour blindness too
    "#8C4A21",
    "#88BB66",
    "#665577",
    "#BB77FF",
    "#4422FF",
)
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
UNKNOWN = "#787878"
"""Grey of objects without a label and of decisions that were withheld."""
GREY = "rgba(128,128,128,0.6)"
"""Lines that only help: diagonals, levels, marks."""
LINE = "#2B8CC4"
"""The one colour of charts without classes."""
SEQUENTIAL = sample_colorscale("Viridis", [0.25 + 0.65 * i / 10 for i in range(11)])
"""Colours of numbers, low to high: viridis without its ends, which dark and white pages swallow."""
DIVERGING = ((0.0, "#0072B2"), (0.5, "#A8A8A8"), (1.0, "#D55E00"))
"""Colours of numbers about zero: blue below, grey at zero, orange above; seen on white and on dark pages."""


def class_colours(classes: Sequence[str]) -> list[str]:
    """A colour for each class, fixed by its position."""
    return [COLOURS[i % len(COLOURS)] for i in range(len(classes))]


def class_symbols(classes: Sequence[str]) -> list[str]:
    """A marker symbol for each class: another one each time that the colours begin anew."""
    return [SYMBOLS[i // len(COLOURS) % len(SYMBOLS)] for i in range(len(classes))]


def class_dashes(classes: Sequence[str]) -> list[str]:
    """A line's dash for each class: another one each time that the colours begin anew."""
    return [DASHES[i // len(COLOURS) % len(DASHES)] for i in range(len(classes))]
