"""Cards of frames: pictures, profiles and histogram in ADU, header cards by feature, and odd frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.charts.card import curve_chart
from astrocore.charts.overlay import Overlay, laid
from astrocore.charts.pictures import picture_chart
from astrocore.tasks.card import Card
from astrocore.tasks.frames.columns import COLUMNS
from astrocore.tasks.frames.config import CLASSES, Config
from astrocore.tasks.frames.inputs import features, hide
from astrocore.tasks.frames.measuring import measure
from astrocore.tasks.frames.reading import Card as Line
from astrocore.tasks.frames.reading import Frame, Header
from astrocore.tasks.frames.views import NO_HEADER, NO_IMAGE, PLANE, SLICES, card, header_cards
from tests.tasks.frames.taken import draft, exposures


def shown(row: int, hidden: str = "") -> Card:
    """The card of a frame of the draft, as if a modality had not been measured."""
    made = draft()
    table, arrays = hide(made.table, made.arrays, hidden) if hidden else (made.table, made.arrays)
    return card(table.iloc[row], {name: array[row] for name, array in arrays.items()})


def of(pixels: np.ndarray, *lines: Line) -> Card:
    """The card of a frame of one's own."""
    frame = Frame(np.asarray(pixels, np.float32), Header(lines), "fits", "the only image", 65535.0, ())
    measured = measure(frame, (32, 40))
    return card(pd.Series({"object_id": "own", "group": "a camera, 2020-01-01", **measured.numbers}), measured.arrays)


def drawn(one: Card) -> None:
    """Charts draw all that it shows."""
    if one.pictures:
        assert picture_chart(one.pictures).data
    assert curve_chart(one.curves).layout.height


@pytest.mark.parametrize("label", CLASSES)
def test_frames_of_every_class_are_drawn(label: str) -> None:
    row = next(i for i, exposure in enumerate(exposures()) if exposure.label == label)
    one = shown(row)
    drawn(one)
    assert [picture.title for picture in one.pictures] == ["Frame"]
    for pixels in one.pictures[0].stretches.values():
        assert np.isfinite(pixels).all() and pixels.min() >= 0 and pixels.max() <= 1 and np.ptp(pixels) > 0.2
    assert [curve.title for curve in one.curves] == [*["Profile along y"] * 3, *["Profile along x"] * 3, "Histogram"]
    assert {fact.name for fact in one.facts} == set(COLUMNS)
    units = {fact.name: fact.unit for fact in one.facts}
    assert units["median"] == "ADU" and units["exposure_time"] == "s" and units["spread"] == ""


def test_a_frame_is_drawn_in_adu_and_without_its_padding() -> None:
    y, x = np.mgrid[:64, :160]
    one = of(1000.0 + 3 * x + np.random.default_rng(0).normal(0, 5, y.shape))
    picture = one.pictures[0]
    assert picture.values is not None and picture.values.shape == (16, 40) == picture.pixels.shape
    assert np.allclose(picture.values.mean(axis=0), 1000 + 3 * (np.arange(40) * 4 + 1.5), rtol=0.01)
    assert "40 x 16 of 160 x 64 pixels" in picture.caption
    assert next(iter(picture.stretches.values())) is picture.pixels
    mean = next(curve for curve in one.curves if curve.title == "Profile along x" and curve.name == "mean")
    assert (mean.x[0], mean.x[-1]) == pytest.approx((0, 160), abs=1) and str(mean.x_axis) == "x [px]"
    assert np.allclose(mean.y, 1000 + 3 * mean.x, rtol=0.01)
    histogram = one.curves[-1]
    assert histogram.y.sum() == pytest.approx(1, abs=0.01) and 1000 < histogram.x.mean() < 1500


def test_shares_of_pixels_lie_where_the_pixels_are_drawn() -> None:
    """A share for each pixel of the padded input, its own row and column: found again below each pixel drawn."""
    one = of(np.random.default_rng(0).normal(100, 5, (64, 160)))
    covered = one.pictures[0].shows
    assert covered is not None and covered.input == "frame"
    y, x = np.mgrid[:32, :40]
    found = laid(Overlay("frame", 100.0 * y + x, (32, 40), "place"), covered.places)
    assert np.array_equal(found, (100.0 * y + x)[8:24])


def test_each_axis_has_one_curve_that_shows_what_the_net_sees() -> None:
    one = of(np.random.default_rng(0).normal(100, 5, (64, 160)))
    assert {(s.input, s.low, s.high) for curve in one.curves if (s := curve.shows)} == {
        ("profile_y", 0.0, 64.0),
        ("profile_x", 0.0, 160.0),
    }


def test_header_cards_carry_the_names_of_the_features_that_were_read_from_them() -> None:
    lines = (
        Line("SIMPLE", True, "a FITS file"),
        Line("EXPTIME", 12.5, "[s]"),
        Line("IMAGETYP", "Flat Field", ""),
        Line("JD", 2459123.123456, ""),
        Line("RA", 10.5, ""),
        Line("DEC", -3.25, ""),
        Line("EMPTY", None, ""),
    )
    found = {one.keyword: one for one in header_cards(Header(lines))}
    assert found["EXPTIME"].features == ("exposure_time", "exposure_time: given")
    assert "frame_type: flat" in found["IMAGETYP"].features and "object: flat" not in found["IMAGETYP"].features
    assert found["RA"].features == found["DEC"].features == ("position: given",)
    assert found["SIMPLE"].features == () and found["SIMPLE"].value == "T" and found["EMPTY"].value == ""
    assert found["JD"].value == "2459123.123456" and found["EXPTIME"].comment == "[s]"


def test_features_of_header_cards_are_those_of_the_data_module() -> None:
    made = draft()
    known = set(features(made.table, made.arrays, Config()))
    named = {name for row in range(len(made.table)) for one in shown(row).header for name in one.features}
    assert "exposure_time" in named and "object: given" in named and named <= known


def test_a_frame_without_a_header_says_so() -> None:
    bare = next(i for i, exposure in enumerate(exposures()) if not exposure.cards)
    assert shown(bare).header == () and NO_HEADER in shown(bare).notes
    told = next(i for i, exposure in enumerate(exposures()) if len(exposure.cards) > 10)
    assert NO_HEADER not in shown(told).notes and len(shown(told).header) == len(exposures()[told].cards)
    assert NO_HEADER in shown(told, "header").notes


def test_an_object_without_an_image_says_so() -> None:
    told = next(i for i, exposure in enumerate(exposures()) if exposure.cards)
    one = shown(told, "image")
    assert one.pictures == () and NO_IMAGE in one.notes and one.header
    assert [curve.title for curve in one.curves if curve.title.startswith("Profile")] == []
    drawn(one)
    nothing = card(pd.Series({"object_id": "x", "group": "x", "label": pd.NA}), {})
    assert nothing == Card("x", notes=(NO_IMAGE,))


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((20, 30), 7.0),
        np.zeros((1, 1)),
        np.full((16, 16), 65535.0),
        np.full((16, 16), np.nan),
        np.where(np.eye(32) > 0, 1e30, 1.0),
        np.random.default_rng(0).normal(0, 1, (4, 900)),
    ],
    ids=["constant", "one pixel", "saturated", "nothing", "enormous", "a line"],
)
def test_odd_frames_have_a_card(pixels: np.ndarray) -> None:
    one = of(pixels)
    drawn(one)
    assert one.pictures and all(np.isfinite(picture.pixels).all() for picture in one.pictures)


def test_a_header_as_long_as_a_book_does_no_harm() -> None:
    lines = [Line("HISTORY", f"step {i} of the reduction, {i * 7919 % 1009}", "") for i in range(3000)]
    one = of(np.ones((8, 8)), Line("EXPTIME", 3.0, ""), *lines, Line("OBJECT", "M 31\x00 <b>ä", "x" * 500))
    kept = {line.keyword: line for line in one.header}
    assert kept["EXPTIME"].features and kept["OBJECT"].value.endswith("<b>ä")


def test_simulated_frames_say_so() -> None:
    assert shown(0).title.endswith("(simulated)")
    assert of(np.ones((8, 8))).title == "own"


def test_slices_are_columns() -> None:
    assert set(SLICES) | set(PLANE) <= set(COLUMNS)
