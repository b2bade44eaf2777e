"""The reliability chart."""

import numpy as np
import pandas as pd

from astrocore.charts.calibration import reliability_chart

BINS = pd.DataFrame(
    {
        "low": [0.0, 0.5],
        "high": [0.5, 1.0],
        "count": [0, 4],
        "confidence": [np.nan, 0.8],
        "accuracy": [np.nan, 0.75],
    }
)


def test_empty_bins_have_no_point_but_a_place():
    diagonal, line, bars = reliability_chart(BINS, "test").data
    assert list(diagonal.x) == list(diagonal.y) == [0, 1]
    assert (list(line.x), list(line.y)) == ([0.8], [0.75])
    assert (list(bars.x), list(bars.y), list(bars.width)) == ([0.25, 0.75], [0, 4], [0.5, 0.5])


def test_n_is_said():
    assert "n = 4" in reliability_chart(BINS, "test").layout.title.text


def test_nothing():
    assert reliability_chart(BINS[:1]).layout.annotations[0].text == "No labelled objects here."


def test_before_and_after_are_told_apart():
    fig = reliability_chart({"before": BINS, "after": BINS.assign(accuracy=0.5)}, "test, n = 4")
    lines = [trace for trace in fig.data if getattr(trace, "mode", "") == "lines+markers"]
    assert [trace.name for trace in lines] == ["before", "after"] and fig.layout.showlegend
    assert list(lines[1].y) == [0.5] and list(lines[0].y) == [0.75]
    assert lines[0].line.dash != lines[1].line.dash and lines[0].line.color != lines[1].line.color
