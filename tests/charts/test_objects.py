"""Curves of an object, histograms of a column."""

from types import SimpleNamespace

import numpy as np
import pytest

from astrocore.charts.objects import LEFT, MANY, curve_chart, histogram
from astrocore.tasks.card import Axis, Curve

T = np.linspace(0, 27, 100)


def curve(title="light curve", y_axis=None, line=False, n=100):
    x = np.linspace(0, 27, n)
    return Curve(title, x, np.cos(x), Axis("time", "d"), y_axis or Axis("flux"), line)


def test_axes_carry_their_units():
    fig = curve_chart(curve())
    assert fig.layout.xaxis.title.text == "time [d]"
    assert fig.layout.yaxis.title.text == "flux"
    assert fig.layout.title.text == "light curve"
    assert fig.data[0].mode == "markers"


def test_several_curves_one_below_the_other():
    fig = curve_chart((curve("raw"), curve("model", line=True)), "KIC 1")
    assert [trace.yaxis for trace in fig.data] == ["y", "y2"]
    assert [trace.mode for trace in fig.data] == ["markers", "lines"]
    assert [note.text for note in fig.layout.annotations] == ["raw", "model"]
    assert fig.layout.title.text == "KIC 1"
    assert fig.layout.margin.l == LEFT and not (fig.layout.yaxis.automargin or fig.layout.yaxis2.automargin)
    assert fig.layout.height > curve_chart(curve()).layout.height


def test_magnitudes_point_down():
    assert curve_chart(curve(y_axis=Axis("r", "mag"))).layout.yaxis.autorange == "reversed"
    assert curve_chart(curve()).layout.yaxis.autorange is None


def test_long_curves_are_drawn_by_the_graphics_card():
    assert curve_chart(curve(n=MANY + 1)).data[0].type == "scattergl"
    assert curve_chart(curve(n=MANY)).data[0].type == "scatter"


def test_an_axis_may_be_text():
    plain = SimpleNamespace(title="c", x=T, y=T, x_axis="phase", y_axis="flux", line=False)
    assert curve_chart(plain).layout.xaxis.title.text == "phase"


@pytest.mark.parametrize("curves", [(), Curve("c", T, T * np.nan, Axis("x"), Axis("y"))])
def test_nothing_measured(curves):
    assert curve_chart(curves).layout.annotations[0].text == "Nothing was measured."


def test_a_histogram_counts():
    x = np.array([0.0, 0.5, 1.0, 1.0, 3.9, 4.0, np.nan])
    fig = histogram(x, "period [d]", bins=4, title="period")
    (trace,) = fig.data
    # an outline: from the ground up, one step a bin, and down again
    assert list(trace.x) == [0, 0, 1, 2, 3, 4]
    assert list(trace.y) == [0, 2, 2, 0, 2, 0]
    assert list(trace.customdata[1:5]) == [1, 2, 3, 4]
    assert fig.layout.xaxis.title.text == "period [d]"
    assert "n = 6, 1 missing" in fig.layout.title.text


def test_several_histograms_share_their_bins():
    fig = histogram(
        {"a": np.array([0.0, 1.0]), "b": np.array([9.0, 10.0, np.nan])}, "x", bins=5, colours=["#010203"] * 2
    )
    assert list(fig.data[0].x) == list(fig.data[1].x)
    assert [trace.name for trace in fig.data] == ["a: n = 2", "b: n = 2, 1 missing"]
    assert sum(fig.data[0].y) == sum(fig.data[1].y) == 2
    assert fig.data[0].fillcolor.startswith("rgba(1,2,3,")


def test_one_value_only_and_none():
    assert sum(histogram(np.full(5, 2.0), "x").data[0].y) == 5
    assert histogram(np.array([np.nan]), "x").layout.annotations[0].text == "No object has this number."
    assert histogram({}, "x").layout.annotations[0].text == "No object has this number."
