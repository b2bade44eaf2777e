"""Retrieval, ablation and label-efficiency charts say what they were given."""

import numpy as np
import pytest

from astrocore.charts.alignment import Bar, Point, ablation_chart, efficiency_chart, retrieval_chart

FOUND = {
    "curve to physics": [Bar("R@1", 0.1, 0.05, 0.2), Bar("R@5", 0.3, 0.2, 0.4)],
    "physics to curve": [Bar("R@1", 0.2), Bar("R@5", 0.4)],
}
CHANCE = {"curve to physics": [0.01, 0.05], "physics to curve": [0.03, 0.07]}


def test_retrieval_stands_beside_chance():
    one, other, chance = retrieval_chart(FOUND, CHANCE, "test, n = 100").data
    assert (list(one.x), list(one.y)) == (["R@1", "R@5"], [0.1, 0.3]) and list(other.y) == [0.2, 0.4]
    assert list(one.error_y.array) == pytest.approx([0.1, 0.1])
    assert list(one.error_y.arrayminus) == pytest.approx([0.05, 0.1])
    assert list(other.error_y.array) == [0, 0]  # no interval, no whisker
    assert list(one.customdata) == CHANCE["curve to physics"] and list(chance.y) == pytest.approx([0.02, 0.06])
    assert one.marker.color != other.marker.color


def test_ablation_keeps_its_order_and_colours_by_kind():
    bars = [
        Bar("all modalities", 0.8, 0.7, 0.9, "all"),
        Bar("no a", 0.5, kind="hidden"),
        Bar("no b", 0.7, kind="hidden"),
    ]
    fig = ablation_chart(bars, 0.8, "test, n = 100")
    assert [trace.name for trace in fig.data] == ["all", "hidden"] and not fig.data[0].showlegend
    assert list(fig.data[1].y) == ["no a", "no b"] and list(fig.data[1].x) == [0.5, 0.7]
    assert list(fig.layout.yaxis.categoryarray) == ["no b", "no a", "all modalities"]  # from bottom to top
    assert fig.layout.shapes[0].x0 == 0.8


def test_label_efficiency_with_the_spread_of_the_draws():
    curves = {"fused": [Point(10, 0.4, 0.1), Point(12, 0.5, 0.1), Point(100, 0.6, 0.0)], "star": []}
    (line,) = efficiency_chart(curves, "test, n = 50").data
    assert (list(line.x), list(line.y), list(line.error_y.array)) == ([10, 12, 100], [0.4, 0.5, 0.6], [0.1, 0.1, 0.0])
    axis = efficiency_chart(curves).layout.xaxis
    assert axis.type == "log" and list(axis.tickvals) == [10, 100]  # 12 would lie on 10


def test_a_curve_without_points_keeps_its_colour_and_one_draw_has_no_spread():
    curves = {"first": [Point(10, 0.4, 0.1)], "second": [], "third": [Point(10, 0.5, np.nan)]}
    whole = efficiency_chart({**curves, "second": [Point(10, 0.3, 0.1)]}, score="accuracy", low=0.2)
    first, third = efficiency_chart(curves).data
    assert [first.line.color, third.line.color] == [whole.data[0].line.color, whole.data[2].line.color]
    assert (
        list(third.error_y.array) == [0] and list(third.customdata) == [""] and list(first.customdata) == [" ± 0.100"]
    )
    assert whole.layout.yaxis.title.text == "accuracy" and whole.layout.yaxis.range[0] == 0.2


def test_nothing_to_show():
    for fig in (retrieval_chart({}, {}), ablation_chart([], np.nan), efficiency_chart({"star": []})):
        assert not fig.data and fig.layout.annotations[0].text
