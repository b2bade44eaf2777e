"""Pictures beside each other: square, right way up, with bar and compass, what is missing seen as missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from astrocore.charts.overlay import AMOUNT, Overlay, laid
from astrocore.charts.pictures import BEYOND, arranged, bar_length, painted, picture_chart, runs
from astrocore.tasks.card import Covered, Picture

RNG = np.random.default_rng(0)


def offsets(ny: int, nx: int) -> np.ndarray:
    """Places of a picture that shows an input of its own size."""
    y, x = np.meshgrid(np.arange(ny) - (ny - 1) / 2, np.arange(nx) - (nx - 1) / 2, indexing="ij")
    return np.stack([y, x], axis=-1)


def band(title: str = "r", n: int = 8, **more: object) -> Picture:
    return Picture(title, RNG.random((n, n)), 0.4, shows=Covered("image", offsets(n, n)), **more)  # type: ignore[arg-type]


def composite(n: int = 8) -> Picture:
    return Picture("i r g", RNG.random((n, n, 3)), 0.4, True, shows=Covered("image", offsets(n, n)))


def images(fig: go.Figure) -> list[go.Image]:
    return [trace for trace in fig.data if isinstance(trace, go.Image)]


def corner(image: go.Image) -> tuple[float, float]:
    """Lower left corner of a picture that is drawn."""
    return image.x0 - image.dx / 2, image.y0 - image.dy / 2


def words(fig: go.Figure) -> list[str]:
    return [note.text for note in fig.layout.annotations]


def test_a_composite_stands_large_beside_its_bands() -> None:
    frames = list(arranged([composite(), *map(band, "ugriz")]))
    large, *small = frames
    assert large.side == pytest.approx(small[0].y + small[0].side)  # as high as three bands
    assert [frame.picture.title for frame in frames] == ["i r g", *"ugriz"]
    assert {round(frame.y, 9) for frame in small} == {0.0, 1.04, 2.08} and len({frame.x for frame in small}) == 2
    places = {(frame.x, frame.y) for frame in frames}
    assert len(places) == 6 and all(frame.x >= large.side for frame in small)
    assert small[0].y > small[4].y and small[0].x < small[1].x  # u above z, g to the right of u


@pytest.mark.parametrize(("n", "rows"), [(1, 1), (2, 1), (3, 1), (5, 2)])
def test_bands_alone_fill_rows(n: int, rows: int) -> None:
    frames = list(arranged([band(str(i)) for i in range(n)]))
    assert len({frame.y for frame in frames}) == rows and {frame.side for frame in frames} == {1.0}


def test_pixels_are_square_and_the_first_row_is_the_lowest() -> None:
    picture = replace(band(), pixels=np.array([[0.0, 0.5, 1.0], [1.0, 1.0, 1.0]]), shows=None)
    fig = picture_chart([picture])
    drawn = images(fig)[0]
    assert drawn.dx == drawn.dy > 0 and fig.layout.yaxis.scaleanchor == "x"
    assert fig.layout.yaxis.range[0] < fig.layout.yaxis.range[1]  # y grows upwards
    np.testing.assert_array_equal(np.asarray(drawn.z)[0, :, 0], [0, 128, 255])
    assert not fig.layout.xaxis.visible and not fig.layout.yaxis.visible


def test_missing_pixels_are_clear_and_hatched_and_corners_are_neither() -> None:
    pixels, beyond = RNG.random((4, 4)), np.zeros((4, 4), bool)
    pixels[1, 1:3] = pixels[0, 0] = pixels[3, 3] = np.nan
    beyond[0, 0] = True
    picture = replace(band(n=4), pixels=pixels, beyond=beyond)
    paint = painted(picture)
    assert (paint[..., 3] == 0).sum() == 3 and tuple(paint[0, 0]) == (*BEYOND, 255)
    fig = picture_chart([picture])
    hatched = next(trace for trace in fig.data if isinstance(trace, go.Scatter))
    assert hatched.fillpattern.shape == "/" and hatched.fill == "toself"
    boxes = np.array(hatched.x[:5], float), np.array(hatched.y[:5], float)
    assert (boxes[0].min(), boxes[0].max()) == (0.25, 0.75) and (boxes[1].min(), boxes[1].max()) == (0.25, 0.5)
    assert sum(x is None for x in hatched.x) == 2
    whole = picture_chart([band(), replace(band("u"), pixels=np.full((8, 8), np.nan))])
    assert "u missing" in words(whole) and "r" in words(whole)


def test_a_composite_lacks_a_pixel_where_a_channel_does() -> None:
    picture = composite(4)
    picture.pixels[2, 1, 0] = np.nan
    assert painted(picture)[2, 1, 3] == 0 and (painted(picture)[..., 3] == 255).sum() == 15


def test_runs_of_missing_pixels_cover_them_exactly() -> None:
    missing = RNG.random((9, 11)) < 0.4
    found = np.zeros_like(missing)
    for row, first, last in runs(missing):
        assert not found[row, first:last].any()
        found[row, first:last] = True
    np.testing.assert_array_equal(found, missing)


def test_one_picture_alone_is_large_and_leaves_no_room_unused() -> None:
    square, wide, high = (Picture("frame", RNG.random(shape)) for shape in ((9, 9), (4, 12), (12, 4)))
    alone = picture_chart([square]).layout.height
    assert alone > picture_chart([square, square]).layout.height
    assert picture_chart([high]).layout.height == alone
    fig = picture_chart([wide])
    assert fig.layout.height < alone / 2
    assert fig.layout.xaxis.range == (0, 1) and fig.layout.yaxis.range == pytest.approx((0, 1 / 3))


@pytest.mark.parametrize(("arcsec", "length"), [(12.67, 5), (25.0, 10), (3.2, 1), (2.0, 0), (0.0, 0)])
def test_the_scale_bar_has_a_round_length(arcsec: float, length: int) -> None:
    assert bar_length(arcsec) == length


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    picture = replace(band(n=32), arcsec_per_pixel=0.396)
    fig = picture_chart([picture])
    bar, drawn = fig.layout.shapes[0], images(fig)[0]
    assert (bar.x1 - bar.x0) / drawn.dx * 0.396 == pytest.approx(5) and "5 arcsec" in words(fig)
    assert not picture_chart([replace(picture, arcsec_per_pixel=0.0)]).layout.shapes


def test_north_points_up_and_east_to_the_left_where_they_are_known() -> None:
    notes = {note.text: note for note in picture_chart([composite()]).layout.annotations}
    north, east = notes["N"], notes["E"]
    assert north.ay > north.y and north.ax == north.x and east.ax < east.x and east.ay == east.y
    assert not {"N", "E"} & set(words(picture_chart([band()])))


def test_values_are_told_beside_a_pixel() -> None:
    values = np.arange(64.0).reshape(8, 8)
    fig = picture_chart([composite(), band("g", values=values)])
    told = next(trace for trace in fig.data if isinstance(trace, go.Heatmap))
    assert told.opacity == 0 and told.hovertemplate.startswith("g: ")
    np.testing.assert_array_equal(np.asarray(told.z), values)
    assert (told.x0, told.y0) == (images(fig)[1].x0, images(fig)[1].y0)


def test_an_overlay_lies_over_the_first_picture_of_its_input() -> None:
    other = replace(band("other"), shows=None)
    fig = picture_chart([other, band("r"), band("i")], Overlay("image", RNG.random((2, 2)), (8, 8), "attention"))
    veil = fig.data[-1]
    assert isinstance(veil, go.Heatmap) and veil.coloraxis == "coloraxis"
    assert veil.x0 == images(fig)[1].x0 and fig.layout.coloraxis.cmin == 0
    assert fig.layout.coloraxis.colorbar.title.text.startswith("attention")
    assert fig.layout.coloraxis.colorscale[0][1] == AMOUNT[0][1]
    plain = picture_chart([other, band("r")])
    assert fig.layout.height > plain.layout.height and plain.layout.coloraxis.colorscale is None
    assert len(picture_chart([other], Overlay("image", np.ones((2, 2)), (8, 8), "a")).data) == len(
        picture_chart([other]).data
    )


def slow(overlay: Overlay, places: np.ndarray) -> np.ndarray:
    """Cell by cell."""
    out = np.full(places.shape[:2], np.nan)
    (ny, nx), (sy, sx) = overlay.values.shape, overlay.size
    for at in np.ndindex(out.shape):
        for j in range(ny):
            for i in range(nx):
                low_y, low_x = j * sy / ny - sy / 2, i * sx / nx - sx / 2
                y, x = places[at]
                if low_y <= y < low_y + sy / ny and low_x <= x < low_x + sx / nx:
                    out[at] = overlay.values[j, i]
    return out


@pytest.mark.parametrize(("shape", "size"), [((4, 4), (8, 8)), ((2, 3), (6, 6)), ((8, 8), (16, 16)), ((3, 3), (6, 9))])
def test_each_place_gets_the_patch_that_it_lies_in(shape: tuple[int, int], size: tuple[int, int]) -> None:
    overlay = Overlay("image", RNG.random(shape), size, "x")
    angle = np.deg2rad(30)
    turned = offsets(8, 10) @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    for places in (offsets(8, 10), turned):
        np.testing.assert_array_equal(laid(overlay, places), slow(overlay, places))


def test_what_is_even_stays_faint_and_signs_share_a_scale() -> None:
    even, uneven = (Overlay("image", np.array(values), (8, 8), "x") for values in ([[1.0, 1.0]], [[9.0, 1.0]]))
    assert even.limit == 2 and uneven.limit == 10
    signed = Overlay("image", np.array([[-3.0, 1.0, np.nan]]), (8, 8), "x", signed=True)
    assert (signed.axis["cmin"], signed.axis["cmax"]) == (-3, 3)
    assert Overlay("image", np.full((2, 2), np.nan), (8, 8), "x").limit == 1


@pytest.mark.parametrize("pictures", [[], [replace(band(), pixels=np.full((8, 8), np.nan))]])
def test_nothing_measured(pictures: list[Picture]) -> None:
    assert picture_chart(pictures).layout.annotations[0].text == "No pixel was measured."
