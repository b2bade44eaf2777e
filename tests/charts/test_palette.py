"""Colours: readable on both pages, distinct for four kinds of eyes, fixed by position."""

import itertools

import numpy as np
import pytest

from astrocore.charts.export import PAPER
from astrocore.charts.palette import (
    COLOURS,
    LINE,
    SEQUENTIAL,
    UNKNOWN,
    class_colours,
    class_dashes,
    class_symbols,
)

# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB
EYES = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def linear(colour):
    if colour.startswith("rgb"):
        c = np.array([float(v) for v in colour[4:-1].split(",")]) / 255
    else:
        c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG's ratio of luminances."""
    low, high = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] + 0.05 for c in (one, other))
    return high / low


def lab(rgb):
    xyz = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]]) @ np.clip(rgb, 0, 1)
    t = xyz / [0.9505, 1, 1.089]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", EYES)
def test_any_two_classes_differ_for_every_eye(eye):
    seen = {colour: lab(np.array(EYES[eye]) @ linear(colour)) for colour in (*COLOURS, UNKNOWN)}
    for one, other in itertools.combinations(seen, 2):
        least = 10 if UNKNOWN in (one, other) else 15
        assert np.linalg.norm(seen[one] - seen[other]) > least, (one, other)


@pytest.mark.parametrize("page", [paper for paper, _ in PAPER.values()])
def test_all_colours_stand_out_from_both_pages(page):
    for colour in (*COLOURS, UNKNOWN, LINE):
        assert contrast(colour, page) > 2, colour
    for colour in SEQUENTIAL:
        assert contrast(colour, page) > 1.5, colour


def test_a_class_keeps_its_colour():
    many = [str(i) for i in range(30)]
    assert class_colours(many)[:3] == class_colours(("a", "b", "c")) == list(COLOURS[:3])
    looks = list(zip(class_colours(many), class_symbols(many), strict=True))
    assert len(set(looks)) == 30
    assert len(set(zip(class_colours(many), class_dashes(many), strict=True))) == 30
    assert class_symbols(many[:12]) == ["circle"] * 12
