"""Lines over bins, what is drawn hollow, and the objects without a value."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest

from astrocore.charts.palette import LINE, class_colours
from astrocore.charts.slices import AXES, BESIDE, FEW, slices_chart

TITLE = "Purity against modelMag_r: test, n = 231"
NAN = float("nan")


@dataclass(frozen=True)
class Bins:
    """Four bins of a magnitude, of which the third is empty, and objects without one."""

    edges: np.ndarray = field(default_factory=lambda: np.array([18.0, 19, 20, 21, 22]))
    log: bool = False
    each: bool = False
    names: tuple[str, ...] = ("< 19", "19 to 20", "20 to 21", "21 to 22", "missing")

    @property
    def table(self) -> pd.DataFrame:
        at = [18.4, 19.5, NAN, 21.2, NAN][: len(self.names)]
        return pd.DataFrame({"name": self.names, "at": at, "n": [100, 80, 0, 30, 21][: len(self.names)]})


def rows(n=(60, 50, 0, 20, 12), value=(0.9, 0.8, NAN, 0.6, 0.7)):
    value = np.array(value)
    known = pd.DataFrame({"n": n, "value": value, "low": value - 0.1, "high": np.minimum(value + 0.05, 1)})
    return known[: len(n)]


def of(fig, axis, kind="scatter", mode=None):
    """Traces of one panel."""
    found = [t for t in fig.data if t.type == kind and (t.xaxis or "x") == axis]
    return [t for t in found if mode is None or t.mode == mode]


def test_a_line_of_all_objects_with_its_band_and_bars():
    fig = slices_chart(Bins(), {"": rows()}, "accuracy", "modelMag_r [mag]", title=TITLE)
    band, line = of(fig, "x", mode="lines")
    (points,) = of(fig, "x", mode="markers")
    np.testing.assert_equal(np.array(line.y), [0.9, 0.8, np.nan, 0.6])
    np.testing.assert_equal(np.array(points.x), [18.4, 19.5, np.nan, 21.2])
    assert list(band.y[:4]) == pytest.approx([0.95, 0.85, 0.7, 0.8])  # forth along the upper ends, back along the lower
    (bars,) = of(fig, "x3", "bar")
    assert list(bars.x) == [18, 19, 20, 21] and list(bars.width) == [1] * 4 and list(bars.y) == [60, 50, 0, 20]
    assert line.line.color == points.marker.color == bars.marker.color == LINE and not fig.layout.showlegend


def test_the_axis_ascends_and_says_its_unit():
    layout = slices_chart(Bins(), {"": rows()}, "accuracy", "modelMag_r [mag]", title=TITLE).layout
    low, high = layout.xaxis.range
    assert low < 18 < 22 < high and list(layout.xaxis3.range) == [low, high]
    assert layout.xaxis3.title.text == "modelMag_r [mag]" and layout.title.text.startswith(TITLE)
    assert (layout.yaxis.title.text, layout.yaxis3.title.text) == ("accuracy", "objects")


def test_n_is_said_where_the_title_does_not():
    assert "n = 231." in slices_chart(Bins(), {"": rows()}, "accuracy", "x [mag]", title="Accuracy").layout.title.text


@pytest.mark.parametrize("score", ["purity", "completeness"])
def test_a_line_a_class_in_its_colour_beside_each_other(score):
    lines = {"STAR": rows(), "QSO": rows((40, 30, 0, 10, 9))}
    fig = slices_chart(Bins(), lines, score, "modelMag_r [mag]", title=TITLE)
    named = [t for t in fig.data if t.showlegend is not False and t.name and "n = " in t.name]
    assert [t.name for t in named] == ["STAR, n = 142", "QSO, n = 89"] and fig.layout.showlegend
    assert [t.line.color for t in named] == class_colours(list(lines))
    star, qso = of(fig, "x", mode="markers")
    assert qso.x[0] - star.x[0] == pytest.approx(BESIDE * 4) and star.x[0] + qso.x[0] == pytest.approx(2 * 18.4)
    assert fig.layout.yaxis.title.text == AXES[score] and fig.layout.barmode == "stack"
    assert fig.layout.yaxis3.range[1] == pytest.approx(1.05 * 100)  # of both classes in the fullest bin
    assert ("decided" if score == "purity" else "true") in star.text[0] and "(0.800 to 0.950)" in star.text[0]


def test_few_objects_are_hollow_and_outside_the_line_with_a_bar():
    fig = slices_chart(Bins(), {"": rows((60, FEW, 0, FEW - 1, 12))}, "accuracy", "x [mag]", title=TITLE)
    _, line = of(fig, "x", mode="lines")
    (points,) = of(fig, "x", mode="markers")
    np.testing.assert_equal(np.array(line.y), [0.9, 0.8, np.nan, np.nan])
    assert list(points.marker.symbol) == ["circle", "circle", "circle-open", "circle-open"]
    assert points.y[3] == 0.6 and list(points.error_y.array) == pytest.approx([0, 0, 0, 0.05])
    assert list(points.error_y.arrayminus) == pytest.approx([0, 0, 0, 0.1])


def test_a_point_that_no_band_reaches_has_a_bar():
    fig = slices_chart(Bins(), {"": rows((60, 50, 0, 20, 12))}, "accuracy", "x [mag]", title=TITLE)
    (points,) = of(fig, "x", mode="markers")
    assert list(points.error_y.array) == pytest.approx([0, 0, 0, 0.05])  # the fourth is alone behind the empty third


def test_objects_without_a_value_stand_apart():
    lines = {"STAR": rows(), "QSO": rows((40, 30, 0, 10, 9))}
    fig = slices_chart(Bins(), lines, "purity", "modelMag_r [mag]", title=TITLE)
    star, qso = of(fig, "x2")
    assert (list(star.y), list(qso.y)) == ([0.7], [0.7]) and 0 < star.x[0] < qso.x[0] < 1
    assert (star.marker.symbol[0], qso.marker.symbol[0]) == ("circle", "circle-open")
    assert list(star.error_y.array) == pytest.approx([0.05]) and fig.layout.xaxis4.title.text == "missing"
    assert [note.text for note in fig.layout.annotations] == ["21"]
    all_known = slices_chart(Bins(names=Bins().names[:4]), {"": rows()[:4]}, "accuracy", "x [mag]", title=TITLE)
    assert not of(all_known, "x2", mode="markers") and "missing" not in str(all_known.layout)


def test_many_classes_have_neither_bands_nor_bars_but_tell_their_intervals():
    fig = slices_chart(Bins(), {f"c{i}": rows() for i in range(11)}, "purity", "x [mag]", title=TITLE)
    points = of(fig, "x", mode="markers")
    assert len(points) == len(of(fig, "x", mode="lines")) == 11 and "Point at a bin" in fig.layout.title.text
    assert not any(np.any(t.error_y.array) for t in points) and all("0.800 to 0.950" in t.text[0] for t in points)
    assert points[0].x[0] == points[10].x[0] == 18.4


def test_decades_are_a_logarithmic_axis_with_plain_numbers():
    bins = replace(Bins(), edges=np.array([2.0, 20, 200, 2000, 20000]), log=True)
    layout = slices_chart(bins, {"": rows()}, "accuracy", "depth [ppm]", title=TITLE).layout
    assert layout.xaxis3.type == "log" and layout.xaxis3.ticktext[:4] == ("2", "5", "10", "20")
    assert layout.xaxis3.ticktext[-1] == "20,000" and layout.xaxis3.range[0] < np.log10(2)
    wide = replace(bins, edges=np.array([1e-3, 1, 1e3, 1e6, 1e9]))
    ticks = slices_chart(wide, {"": rows()}, "accuracy", "x [d]", title=TITLE).layout.xaxis3.tickvals
    assert list(ticks) == [10.0**k for k in range(-3, 10)]


def test_single_numbers_are_the_ticks():
    bins = Bins(each=True, names=("18", "19", "20", "21"))
    axis = slices_chart(bins, {"": rows()[:4]}, "accuracy", "x [mag]", title=TITLE).layout.xaxis2
    assert list(axis.ticktext) == list(bins.names)


@pytest.mark.parametrize(("lowest", "start"), [(0.05, 0.0), (0.65, 0.6), (0.97, 0.8)])
def test_what_happens_near_one_is_seen(lowest, start):
    some = rows(value=(1.0, 1.0, 1.0, lowest, 1.0)).assign(low=[1.0, 1, 1, lowest, 1])
    low, high = slices_chart(Bins(), {"": some}, "accuracy", "x [mag]", title=TITLE).layout.yaxis.range
    assert start - 0.031 < low < start and 1 < high < 1.04


def test_nothing():
    bins = Bins(edges=np.empty(0), names=("missing",))
    chart = slices_chart(bins, {"": rows()[4:]}, "accuracy", "x [mag]", title=TITLE)
    assert chart.layout.annotations[0].text == "No object has this number."
