"""Stills show the pixels and points that they were given."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from astrocore.charts.palette import GREY, LINE
from astrocore.charts.stills import SIDE, curve_still, first_panel, picture_still
from astrocore.tasks.card import Axis, Curve, Picture, Shown

PHASE, FLUX, MAG = Axis("phase"), Axis("relative flux", "ppt"), Axis("magnitude", "mag")


def curve(y, line=True, **more):
    y = np.asarray(y, float)
    return Curve("Folded", np.linspace(-0.5, 0.5, len(y)), y, PHASE, more.pop("axis", FLUX), line=line, **more)


def parts(svg, name):
    return ElementTree.fromstring(svg).findall(f".//{{http://www.w3.org/2000/svg}}{name}")


def points(svg, place=0):
    return np.array([pair.split(",") for pair in parts(svg, "polyline")[place].get("points").split()], float)


def test_a_picture_is_enlarged_with_its_bottom_row_at_the_foot():
    pixels = np.zeros((3, 5, 3))
    pixels[0, 0], pixels[2, 4] = (1, 0, 0), np.nan
    found = picture_still(Picture("i r g", pixels))
    assert found.dtype == np.uint8 and found.shape[1] >= SIDE and found.shape[1] * 3 == found.shape[0] * 5
    assert found[-1, 0].tolist() == [255, 0, 0] and found[0, 0].tolist() == [0, 0, 0]
    assert len(set(found[0, -1].tolist())) > 1  # a missing pixel has its colour, which no grey sky has


def test_a_large_picture_stays_as_it_is():
    assert picture_still(Picture("r", np.ones((300, 300)))).shape == (300, 300, 3)


def test_a_curve_keeps_its_shape_and_says_its_range():
    svg = curve_still([curve([0, -12.5, 0])])
    x, y = points(svg).T
    assert x[0] == 0 < x[1] < x[2] and y[0] == y[2] == 0 < y[1]  # SVG counts down
    assert {one.text for one in parts(svg, "text")} == {"0", "-12.5", "-0.5", "0.5"} and LINE in svg


def test_a_magnitude_points_down_and_a_range_that_is_set_is_kept():
    _, y = points(curve_still([curve([18, 20], axis=MAG)])).T
    assert y[0] < y[1]
    assert "-3" in {one.text for one in parts(curve_still([curve([0, -1], y_range=(-3, 1))]), "text")}


def test_a_gap_breaks_the_line_and_a_lonely_point_is_a_dot():
    svg = curve_still([curve([0, 1, np.nan, 1, np.nan, 2, 3])])
    assert len(parts(svg, "polyline")) == 3 and len(parts(svg, "circle")) == 1


def test_faint_dots_lie_grey_behind_the_line():
    svg = curve_still([curve(np.arange(1000.0), line=False, faint=True), curve([0, 1, 2], over=True)])
    dots = parts(svg, "circle")
    assert 100 <= len(dots) <= 160 and {one.get("fill") for one in dots} == {GREY}
    assert re.search(r"<circle.*<polyline", svg)


def test_a_flat_curve_lies_in_the_middle():
    assert len(set(points(curve_still([curve([1, 1, 1])]))[:, 1])) == 1


@pytest.mark.parametrize("shown", [0, 1, None])
def test_the_first_panel_that_the_net_is_given_comes_first(shown):
    curves = [curve([1, 2]), curve([3, 4], line=False, faint=True), curve([5, 6], over=True)]
    if shown is not None:
        curves[2 * shown] = curve([7, 8], over=shown == 1, shows=Shown("global_view", -0.5, 0.5))
    found = first_panel(curves)
    assert [one.y[0] for one in found] == ([3, 7] if shown == 1 else [7] if shown == 0 else [1])
    assert first_panel([]) == first_panel([curve([np.nan])]) == []
