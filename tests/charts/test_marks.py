"""Marks on a curve: triangles, ticks when there are many, a part of very many."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.charts.card import curve_chart
from astrocore.charts.marks import FEW, MOST, marks_left_out, marks_trace
from astrocore.tasks.card import Axis, Curve


@pytest.mark.parametrize(
    ("n", "symbol", "drawn", "said"),
    [
        (FEW, "triangle-up", FEW, ""),
        (FEW + 1, "line-ns-open", FEW + 1, ""),
        (MOST, "line-ns-open", MOST, ""),
        (2 * MOST + 1, "line-ns-open", -(-(2 * MOST + 1) // 3), "1 of 3 marks"),
    ],
)
def test_many_marks_stay_apart(n: int, symbol: str, drawn: int, said: str) -> None:
    trace = marks_trace(tuple(range(n)), -1.0)
    assert trace.marker.symbol == symbol and len(trace.x) == drawn and set(trace.y) == {-1.0}
    assert marks_left_out(tuple(range(n))) == said


def test_marks_that_are_left_out_are_counted_in_the_title() -> None:
    x = np.arange(10.0)
    fig = curve_chart(Curve("flux", x, x, Axis("time", "d"), Axis("flux"), marks=tuple(range(2 * MOST))))
    assert fig.layout.title.text == "flux, 1 of 2 marks" and len(fig.data[1].x) == MOST
