"""Histograms of a column, shares of an object's numbers."""

import numpy as np

from astrocore.charts.objects import histogram, share_bars


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


def test_many_sets_get_room_for_their_legend():
    sets = {f"class {i}": np.arange(5.0) for i in range(11)}
    few, many = (histogram(dict(list(sets.items())[:n]), "x [ADU]").layout.height for n in (3, 11))
    assert many - few >= 7 * 16


def test_a_long_tail_gets_bins_of_equal_ratios():
    fig = histogram(np.array([1.0, 1.0, 2.0, 5.0, 1000.0]), "period [d]", bins=3)
    assert fig.layout.xaxis.type == "log"
    assert np.allclose(fig.data[0].x[1:], [1, 10, 100, 1000])
    assert list(fig.data[0].y) == [0, 4, 0, 1, 0]
    assert histogram(np.array([0.0, 1.0, 1.0, 1000.0]), "x").layout.xaxis.type is None  # no logarithm of zero


def test_one_value_only_and_none():
    assert sum(histogram(np.full(5, 2.0), "x").data[0].y) == 5
    assert histogram(np.array([np.nan]), "x").layout.annotations[0].text == "No object has this number."
    assert histogram({}, "x").layout.annotations[0].text == "No object has this number."


def test_shares_stand_largest_first_with_their_sign():
    shares = {"small": 0.1, "against": -2.0, "for": 1.5, "none": 0.0}
    (bars,) = share_bars(shares, "share [logit]", most=3).data
    assert list(bars.y) == ["against", "for", "small"] and list(bars.x) == [-2.0, 1.5, 0.1]
    assert bars.marker.color[1] == bars.marker.color[2] != bars.marker.color[0]
    assert share_bars(shares, "share [logit]").layout.xaxis.title.text == "share [logit]"
    assert share_bars({}, "x").layout.annotations[0].text == "No number has a share."
