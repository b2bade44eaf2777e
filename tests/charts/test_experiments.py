"""Charts of experiments say what they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.charts.alignment import Bar
from astrocore.charts.experiments import bins_chart, difference_chart, lowest

BINS = pd.DataFrame({"low": [17.0, 18.0, 20.0], "high": [18.0, 20.0, 21.0], "n": [100, 5, 0]})


def test_differences_in_percentage_points_with_whiskers_from_low_to_high() -> None:
    fig = difference_chart([Bar("a", 0.01, -0.02, 0.03), Bar("b", -0.05)], "MargFormer", "test, n = 9")
    (dots,) = fig.data
    assert list(dots.y) == ["a", "b"] and list(dots.x) == pytest.approx([1, -5])
    assert list(dots.error_x.array) == pytest.approx([2, 0]) and list(dots.error_x.arrayminus) == pytest.approx([3, 0])
    assert list(dots.text) == ["+1.00 (-2.00 to +3.00)", "-5.00"] and fig.layout.shapes[0].x0 == 0
    assert fig.layout.xaxis.title.text == "minus MargFormer [points]"


def test_lines_over_bins_are_torn_and_hollow_where_objects_are_few() -> None:
    lines = {"a": [0.9, 0.7, np.nan], "nothing": [np.nan] * 3, "b": [0.8, 0.6, np.nan]}
    fig = bins_chart(BINS, lines, "r [mag]", "test, n = 105")
    line, points, other, _, bars = fig.data
    assert list(points.x) == [17.5, 19, 20.5] and list(points.y[:2]) == [0.9, 0.7]
    assert list(points.marker.symbol) == ["circle", "circle-open", "circle-open"] and np.isnan(line.y[1])
    assert other.line.color == bins_chart(BINS, {**lines, "nothing": [0.5] * 3}, "r [mag]").data[4].line.color
    assert list(bars.y) == [100, 5, 0] and list(bars.width) == [1, 2, 1] and "fewer than 10" in fig.layout.title.text
    assert fig.layout.yaxis.range[0] == pytest.approx(0.5)


def test_an_axis_begins_below_all_numbers() -> None:
    for values in ([0.99], [0.81], [0.42, np.nan], [0.0], []):
        found = lowest([values])
        assert 0 <= found <= 0.8 and (not len(values) or found <= np.nanmin(values))


def test_nothing_to_show() -> None:
    for fig in (difference_chart([], "MargFormer"), bins_chart(BINS[:0], {}, "r [mag]")):
        assert not fig.data and fig.layout.annotations[0].text
