"""What stands in the cells of a confusion matrix."""

import numpy as np
import pytest

from astrocore.charts.confusion import INK, WHITE, confusion_chart

MATRIX = np.array([[8, 2], [5, 15]])
UNKNOWN = np.array([[8, 1, 1], [5, 10, 5]])


def cells(fig):
    """Text of each cell by (true, decided), whatever the colour of the text."""
    return {
        (y, x): text
        for trace in fig.data[1:]
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("rows", "2<br>20.0%"), ("columns", "2<br>11.8%"), ("counts", "2<br>6.7%")],
)
def test_count_and_percentage(mode, expected):
    found = cells(confusion_chart(MATRIX, ("a", "b"), mode=mode))
    assert found[("a", "b")] == expected
    assert len(found) == 4


def test_of_many_classes_empty_cells_stay_empty():
    matrix = np.diag([1000, 2, 3, 4, 5, 6, 7, 0])
    matrix[0, 1] = 5
    found = cells(confusion_chart(matrix, list("abcdefgh")))
    assert len(found) == 8 and found[("a", "a")] == "1,000<br>100%" and found[("a", "b")] == "5<br>0%"


def test_true_classes_go_down():
    fig = confusion_chart(MATRIX, ("a", "b"))
    assert fig.layout.yaxis.autorange == "reversed"
    assert list(fig.data[0].y) == ["a", "b"]
    assert fig.layout.yaxis.title.text == "true class"
    assert fig.layout.xaxis.title.text == "decided class"


def test_the_unknowns_have_a_column():
    fig = confusion_chart(UNKNOWN, ("a", "b"), unknown=True)
    assert list(fig.data[0].x) == ["a", "b", "unknown"]
    assert cells(fig)[("b", "unknown")] == "5<br>25.0%"
    assert len(fig.layout.shapes) == 1


def test_n_is_said_once():
    assert "n = 30" in confusion_chart(MATRIX, ("a", "b"), title="test").layout.title.text
    assert confusion_chart(MATRIX, ("a", "b"), title="test, n = 30").layout.title.text.count("n = 30") == 1


def test_strong_cells_have_white_text():
    quiet, strong = confusion_chart(np.array([[9, 1], [4, 6]]), ("a", "b")).data[1:]
    assert quiet.textfont.color == INK
    assert strong.textfont.color == WHITE
    assert list(strong.text) == ["9<br>90.0%"]


def test_a_class_without_objects():
    found = cells(confusion_chart(np.array([[3, 0], [0, 0]]), ("a", "b")))
    assert found[("b", "a")] == "0<br>0.0%"


def test_nothing():
    fig = confusion_chart(np.zeros((2, 2), int), ("a", "b"), title="test")
    assert not fig.data
    assert fig.layout.annotations[0].text == "No labelled objects here."
