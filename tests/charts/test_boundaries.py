"""Regions, their borders and the objects on them."""

import numpy as np
import pytest

from astrocore.charts.boundaries import Span, boundary_chart, report_chart
from astrocore.charts.palette import UNKNOWN, class_colours

X = Span("period [d]", np.geomspace(1, 100, 3), log=True)
Y = Span("depth [ppm]", np.array([0.0, 10.0]))
P = np.array([[[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]], [[0.5, 0.5], [0.1, 0.9], [0.3, 0.7]]])
POINTS = np.array([[2.0, 3.0], [50.0, 9.0], [1e6, 3.0], [np.nan, 3.0], [3.0, 4.0]])
LABEL = np.array([0, 1, 0, 0, -1])


def test_cells_lie_around_their_values():
    assert X.edges == pytest.approx(10 ** np.array([-0.5, 0.5, 1.5, 2.5]))
    assert Y.edges.tolist() == [-5, 5, 15]


def test_each_cell_has_the_colour_of_its_most_probable_class():
    red, blue = boundary_chart(X, Y, P, ("a", "b"), POINTS, LABEL).data[:2]
    assert np.isnan(red.z).tolist() == [[False, False, True], [False, True, True]]
    assert np.isnan(blue.z).tolist() == [[True, True, False], [True, False, False]]
    assert red.z[0][0] == 0.9 and blue.z[0][2] == 0.8 and red.zmin == 0.5 and red.zmax == 1


def test_objects_inside_the_map_in_the_colour_of_their_true_class():
    fig = boundary_chart(X, Y, P, ("a", "b"), POINTS, LABEL, ["p", "q", "r", "s", "t"], "map: test, n = 5")
    first, second, unknown = fig.data[2:]
    assert [trace.marker.color for trace in fig.data[2:]] == [*class_colours(("a", "b")), UNKNOWN]
    assert [list(trace.customdata) for trace in (first, second, unknown)] == [["p"], ["q"], ["t"]]
    assert first.name == "a, n = 1" and "n = 5" in fig.layout.title.text
    assert boundary_chart(X, Y, P, ("a", "b"), POINTS[:1], LABEL[:1]).data[3].name == "b, n = 0"


def test_axes_with_units_and_plain_numbers_on_a_log_axis():
    layout = boundary_chart(X, Y, P, ("a", "b"), POINTS, LABEL).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("period [d]", "depth [ppm]")
    assert layout.xaxis.type == "log" != layout.yaxis.type
    assert list(layout.xaxis.ticktext) == ["0.5", "1", "2", "5", "10", "20", "50", "100", "200"]
    wide = Span("x [d]", np.geomspace(1, 1e6, 4), log=True)
    assert list(boundary_chart(wide, Y, P, ("a", "b"), POINTS, LABEL).layout.xaxis.ticktext)[:3] == ["0.1", "1", "10"]


def test_many_objects_are_thinned():
    points = np.column_stack([np.full(5000, 2.0), np.full(5000, 3.0)])
    fig = boundary_chart(X, Y, P, ("a", "b"), points, np.zeros(5000, int))
    assert len(fig.data[2].x) == 1000 and "1,000 of 5,000 drawn." in fig.layout.title.text


def test_a_report_of_two_columns_by_any_voice():
    axis = {"name": "period", "unit": "d", "log": False, "values": [1.0, 2.0, 3.0]}
    voices = {"verdict": P.tolist(), "net": P[:, ::-1].tolist()}
    up = {**axis, "name": "snr", "unit": "", "values": [1, 2]}
    report = {"kind": "columns", "x": axis, "y": up, "classes": ["a", "b"], "voices": voices}
    columns = {"period": np.array([1.0, 2.0]), "snr": np.array([1.0, 2.0])}
    fig = report_chart(report, "net", columns, None, np.array([0, 1]))
    assert fig.data[0].z[0][1] == 0.6 and np.isnan(fig.data[0].z[0][0])
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("period [d]", "snr")
    assert [list(trace.x) for trace in fig.data[2:]] == [[1.0], [2.0]]


def test_a_report_of_the_plane_is_the_nets_and_places_the_embeddings():
    axis = {"name": "PCA 1", "unit": "", "log": False, "values": [-1.0, 0.0, 1.0], "share": 0.42}
    basis = {"mean": [1.0, 1.0, 1.0], "components": [[0, 1, 0], [0, 0, 1]]}
    up = {**axis, "name": "PCA 2", "values": [-1.0, 1.0]}
    report = {"kind": "plane", "x": axis, "y": up, "classes": ["a", "b"], "voices": {"net": P}, **basis}
    fused = np.array([[5.0, 1.5, 0.0], [np.nan] * 3])
    fig = report_chart(report, "verdict", {}, fused, np.array([0, 1]))
    assert fig.layout.xaxis.title.text == "PCA 1 (42 % of the variance)"
    assert (list(fig.data[2].x), list(fig.data[2].y)) == ([0.5], [-1.0]) and fig.data[3].name == "b, n = 0"
