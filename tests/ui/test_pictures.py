"""What can lie over an object's pictures, and where it lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from astrocore.tasks.card import Covered, Picture
from astrocore.ui.pictures import ATTENTION, SHARE, overlays, stretched, stretches
from astrocore.ui.why import Why

RNG = np.random.default_rng(0)
FOUND = Why("GALAXY", 0.7, {"image": RNG.normal(size=(32, 32))}, {"u-g": 0.1}, 0.0, {"image": np.full((8, 8), 1 / 64)})


def picture(shows: str = "image") -> Picture:
    return Picture("r", np.ones((32, 32)), shows=Covered(shows, np.zeros((32, 32, 2))) if shows else None)


def test_attention_and_shares_cover_the_same_pixels() -> None:
    known = overlays([picture(), picture()], FOUND)
    assert list(known) == [ATTENTION, SHARE]
    attention, share = known.values()
    assert attention.size == share.size == (32, 32) and share.signed and not attention.signed
    np.testing.assert_allclose(attention.values, 1)  # spread evenly
    np.testing.assert_array_equal(share.values, FOUND.inputs["image"])
    assert share.of == "share in the score of GALAXY [logit]"


@pytest.mark.parametrize("shows", ["", "spectrum"])
def test_nothing_lies_over_what_the_net_does_not_see(shows: str) -> None:
    assert overlays([picture(shows)], FOUND) == {}


def test_a_net_that_tells_no_attention_has_shares() -> None:
    assert list(overlays([picture()], replace(FOUND, attention={}))) == [SHARE]
    assert overlays([picture()], replace(FOUND, inputs={"image": np.ones(5)})) == {}


def test_only_shares_of_curves_go_to_the_curves() -> None:
    both = replace(FOUND, inputs={**FOUND.inputs, "global_view": np.ones(5)})
    assert list(both.bins) == ["global_view"] and both.compared == "an empty image"
    assert replace(FOUND, inputs={"global_view": np.ones(5)}).compared == "a flat curve"


def test_a_stretch_changes_the_pixels_of_those_pictures_that_have_it() -> None:
    asinh, linear = np.full((2, 2), 0.8), np.full((2, 2), 0.1)
    frame = Picture("frame", asinh, stretches={"asinh": asinh, "linear": linear})
    pictures = [frame, picture()]
    assert stretches(pictures) == ["asinh", "linear"]
    first, other = stretched(pictures, "linear")
    assert first.pixels is linear and other is pictures[1] and frame.pixels is asinh
    assert stretched(pictures, "") == pictures


def test_one_stretch_is_no_choice() -> None:
    assert stretches([picture(), Picture("frame", np.ones((2, 2)), stretches={"asinh": np.ones((2, 2))})]) == []
