"""Every point of a map leads back to its row."""

import numpy as np
import plotly.graph_objects as go
import pytest

from astrocore.charts.maps import Categories, Values, map_chart
from astrocore.charts.palette import COLOURS, UNKNOWN
from astrocore.errors import InputError

N = 50
RNG = np.random.default_rng(0)
COORDS = RNG.normal(size=(N, 3))
COORDS[7] = np.nan
IDS = [f"KIC {i}" for i in range(N)]
CODES = np.arange(N) % 4 - 1
NAMES = ("a", "b", "c")


def rows_of(trace):
    return trace.customdata[:, 0].astype(int)


@pytest.mark.parametrize(("dims", "kind"), [(2, go.Scattergl), (3, go.Scatter3d)])
def test_every_point_carries_its_row(dims, kind):
    fig = map_chart(COORDS[:, :dims], Categories(CODES, NAMES), IDS)
    seen = []
    for trace in fig.data:
        assert isinstance(trace, kind)
        rows = rows_of(trace)
        np.testing.assert_allclose(trace.x, COORDS[rows, 0], rtol=1e-6)
        np.testing.assert_allclose(trace.y, COORDS[rows, 1], rtol=1e-6)
        assert all(f"<b>{IDS[row]}</b>" in text for row, text in zip(rows, trace.text, strict=True))
        seen += rows.tolist()
    assert sorted(seen) == [i for i in range(N) if i != 7]


def test_classes_with_counts_and_the_unknown_in_grey():
    fig = map_chart(COORDS[:, :2], Categories(CODES, NAMES, "truth"), IDS)
    there = np.isfinite(COORDS[:, 0])
    found = {trace.name: trace.marker.color for trace in fig.data}
    counts = [int((there & (c == CODES)).sum()) for c in range(3)]
    assert found == {
        f"unknown ({int((there & (CODES == -1)).sum())})": UNKNOWN,
        **{f"{name} ({n})": COLOURS[i] for i, (name, n) in enumerate(zip(NAMES, counts, strict=True))},
    }
    assert fig.layout.legend.title.text == "truth: "


def test_the_code_above_the_classes_is_unknown_too():
    fig = map_chart(COORDS[:, :2], Categories(np.full(N, 3), NAMES), IDS)
    assert fig.data[0].name == "unknown (49)"


def test_a_number_has_a_titled_bar_and_missing_ones_are_grey():
    values = np.arange(N, dtype=float)
    values[[3, 4]] = np.nan
    grey, known = map_chart(COORDS[:, :2], Values(values, "stellar_temp [K]"), IDS).data
    assert grey.name == "missing (2)"
    assert grey.marker.color == UNKNOWN
    assert known.marker.colorbar.title.text == "stellar_temp [K]"
    np.testing.assert_array_equal(known.marker.color, values[rows_of(known)])


def test_several_maps_have_one_range_of_colours():
    known = map_chart(COORDS[:, :2], Values(np.arange(N, dtype=float), "x", (-10, 90)), IDS).data[-1]
    assert (known.marker.cmin, known.marker.cmax) == (-10, 90)


def test_in_a_narrow_place_the_bar_lies_below():
    colour = Values(np.arange(N, dtype=float), "x [K]")
    wide, narrow = (map_chart(COORDS[:, :2], colour, IDS, narrow=is_narrow) for is_narrow in (False, True))
    bar = narrow.data[-1].marker.colorbar
    assert (bar.orientation, bar.title.text) == ("h", "x [K]") and wide.data[-1].marker.colorbar.orientation is None
    assert narrow.layout.margin.b > wide.layout.margin.b


def test_hover_shows_what_was_given():
    fig = map_chart(
        COORDS[:, :2],
        Categories(CODES, NAMES),
        IDS,
        hover={"prediction": np.array(["b"] * N), "confidence": np.full(N, 0.123456)},
    )
    assert fig.data[1].text[0] == f"<b>{IDS[rows_of(fig.data[1])[0]]}</b><br>prediction: b<br>confidence: 0.1235"


def test_two_dimensions_have_one_scale():
    fig = map_chart(COORDS[:, :2], Categories(CODES, NAMES), IDS, axes=["PC 1", "PC 2"])
    assert (fig.layout.yaxis.scaleanchor, fig.layout.yaxis.scaleratio) == ("x", 1)
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("PC 1", "PC 2")


def test_three_dimensions_have_one_scale():
    scene = map_chart(COORDS * [3, 1, 0], Categories(CODES, NAMES), IDS).layout.scene
    long = np.array([np.ptp(scene[f"{letter}axis"].range) for letter in "xyz"])
    ratio = np.array([scene.aspectratio[letter] for letter in "xyz"])
    assert scene.aspectmode == "manual" and ratio.max() == 1
    np.testing.assert_allclose(long / ratio, long[0] / ratio[0])
    for values, letter in zip((COORDS * [3, 1, 0]).T, "xyz", strict=True):
        low, high = scene[f"{letter}axis"].range
        assert low < np.nanmin(values) <= np.nanmax(values) < high


def test_in_space_the_axes_are_short_and_said_in_full_below_the_title():
    axes = [f"PCA {i} ({share}% of the variance)" for i, share in ((1, 43), (2, 30), (3, 7))]
    layout = map_chart(COORDS, Categories(CODES, NAMES), IDS, axes=axes).layout
    assert layout.scene.zaxis.title.text == "PCA 3"
    assert "n = 49; 43 %, 30 %, 7 % of the variance<" in layout.title.text
    same = map_chart(COORDS, Categories(CODES, NAMES), IDS, axes=[f"t-SNE {i} (no unit)" for i in (1, 2, 3)])
    assert "n = 49; no unit<" in same.layout.title.text


def test_rings_lie_on_what_is_selected_and_let_clicks_through():
    fig = map_chart(COORDS[:, :2], Categories(CODES, NAMES), IDS, selected=np.array([2, 7]))
    ring = fig.data[-1]
    np.testing.assert_allclose([ring.x[0], ring.y[0]], COORDS[2, :2], rtol=1e-6)
    assert len(ring.x) == 1
    assert ring.hoverinfo == "skip"
    assert ring.customdata is None
    assert len(map_chart(COORDS[:, :2], Categories(CODES, NAMES), IDS, selected=np.array([7])).data) == 4


def test_n_is_said():
    assert "n = 49" in map_chart(COORDS, Categories(CODES, NAMES), IDS, title="PCA").layout.title.text


def test_nobody_has_a_place():
    fig = map_chart(np.full((3, 2), np.nan), Categories(np.zeros(3, int), NAMES), IDS[:3])
    assert "No object" in fig.layout.annotations[0].text


@pytest.mark.parametrize("coords", [np.ones((N, 4)), np.ones(N), np.ones((N + 1, 2))])
def test_what_is_no_map_is_named(coords):
    with pytest.raises(InputError, match="A map needs coordinates"):
        map_chart(coords, Categories(CODES, NAMES), IDS)
