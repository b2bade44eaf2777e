"""What stands in the precision-recall and ROC charts."""

from types import SimpleNamespace

import numpy as np
import pytest

from astrocore.charts.curves import pr_chart, roc_chart
from astrocore.charts.palette import COLOURS

EMPTY = np.empty(0)


def pr(ap=0.8, n=12):
    half = np.array([0.5])
    return SimpleNamespace(threshold=half, precision=half, recall=half, ap=ap, n_positive=n)


def roc(auc=0.9, n=12):
    return SimpleNamespace(fpr=np.array([0, 1]), tpr=np.array([0, 1]), auc=auc, n_positive=n)


def absent():
    nan = float("nan")
    return SimpleNamespace(
        threshold=EMPTY, precision=EMPTY, recall=EMPTY, fpr=EMPTY, tpr=EMPTY, ap=nan, auc=nan, n_positive=0
    )


def legend(fig):
    return [trace.name for trace in fig.data if trace.showlegend is not False]


def test_pr_axes_and_legend():
    fig = pr_chart({"STAR": pr(), "QSO": absent()}, title="test")
    assert fig.layout.xaxis.title.text == "recall (completeness)"
    assert fig.layout.yaxis.title.text == "precision (purity)"
    assert legend(fig) == ["STAR: AP 0.800, n = 12", "QSO: AP undefined, n = 0"]


def test_pr_levels_are_lines_of_equal_f1():
    fig = pr_chart({"STAR": pr()})
    levels = [trace for trace in fig.data if trace.showlegend is False]
    assert [note.text for note in fig.layout.annotations] == ["F1 0.2", "F1 0.4", "F1 0.6", "F1 0.8"]
    for trace, f1 in zip(levels, (0.2, 0.4, 0.6, 0.8), strict=True):
        np.testing.assert_allclose(2 * trace.x * trace.y / (trace.x + trace.y), f1)
        assert max(trace.y) <= 1 + 1e-9


def test_operating_points_carry_their_threshold_in_the_colour_of_their_class():
    points = {"STAR": (0.9, 0.6, 0.42), "QSO": (float("nan"), 0, 1.1)}
    fig = pr_chart({"GALAXY": pr(), "STAR": pr(), "QSO": pr()}, points=points)
    (mark,) = [trace for trace in fig.data if trace.marker.symbol == "diamond"]
    assert (mark.x[0], mark.y[0], mark.text[0]) == (0.6, 0.9, "0.42")
    assert mark.marker.color == COLOURS[1]


@pytest.mark.parametrize(
    ("precision", "recall", "where"),
    [(1, 1, "bottom left"), (0.5, 0.5, "bottom left"), (1, 0, "bottom right"), (0, 1, "top left"), (0, 0, "top right")],
)
def test_the_text_of_an_operating_point_stays_inside_the_plot(precision, recall, where):
    fig = pr_chart({"STAR": pr()}, points={"STAR": (precision, recall, 0.5)})
    (mark,) = [trace for trace in fig.data if trace.marker.symbol == "diamond"]
    assert mark.textposition == where
    assert mark.cliponaxis is False


def test_what_is_said_of_a_single_curve_stands_below_the_title():
    fig = pr_chart({"STAR": pr()}, title="val")
    assert "STAR: AP 0.800, n = 12" in fig.layout.title.text
    assert fig.layout.showlegend is False
    assert "each class against the rest" in pr_chart({"STAR": pr(), "QSO": pr()}).layout.title.text


def test_many_operating_points_carry_no_text():
    classes = [str(i) for i in range(11)]
    fig = pr_chart({c: pr() for c in classes}, points=dict.fromkeys(classes, (0.9, 0.6, 0.42)))
    marks = [trace for trace in fig.data if trace.marker.symbol == "diamond"]
    assert len(marks) == 11
    assert {mark.mode for mark in marks} == {"markers"}
    assert "0.420" in marks[0].hovertemplate


def test_given_colours_win():
    fig = pr_chart({"STAR": pr()}, ["#123456"])
    assert [trace.line.color for trace in fig.data if trace.name] == ["#123456"]


def test_roc_has_a_diagonal():
    fig = roc_chart({"STAR": roc(), "QSO": absent()})
    assert (list(fig.data[0].x), list(fig.data[0].y)) == ([0, 1], [0, 1])
    assert legend(fig) == ["STAR: AUC 0.900, n = 12", "QSO: AUC undefined, n = 0"]


def test_nothing_to_draw_is_said():
    for fig in (pr_chart({"a": absent()}), pr_chart({}), roc_chart({"a": absent()})):
        assert not fig.data
        assert fig.layout.annotations[0].text
