"""The panels of an object's card: where each curve stands, what is drawn of many points, marks and shares."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from astrocore.charts.card import DRAWN, LEFT, curve_chart, panel_rows, thinned
from astrocore.charts.palette import GREY, LINE
from astrocore.tasks.card import Axis, Curve, Shown


def curve(title="light curve", y_axis=None, n=100, **more):
    x = np.linspace(0, 27, n)
    return Curve(title, x, np.cos(x), Axis("time", "d"), y_axis or Axis("flux"), **more)


def titles(fig):
    return [note.text for note in fig.layout.annotations]


def domains(fig, kind):
    """Where each panel lies, in the order of the axes."""
    names = sorted(
        (name for name in fig.layout.to_plotly_json() if name.startswith(f"{kind}axis")), key=lambda n: (len(n), n)
    )
    return [tuple(fig.layout[name].domain) for name in names]


def test_axes_carry_their_units():
    fig = curve_chart(curve())
    assert fig.layout.xaxis.title.text == "time [d]" and fig.layout.yaxis.title.text == "flux"
    assert fig.layout.title.text == "light curve" and fig.data[0].mode == "markers"


def test_several_curves_one_below_the_other():
    fig = curve_chart((curve("raw"), curve("model", line=True)), "KIC 1")
    assert [trace.yaxis for trace in fig.data] == ["y", "y2"]
    assert [trace.mode for trace in fig.data] == ["markers", "lines"]
    assert titles(fig) == ["raw", "model"] and fig.layout.title.text == "KIC 1"
    assert fig.layout.margin.l == LEFT and not (fig.layout.yaxis.automargin or fig.layout.yaxis2.automargin)
    assert fig.layout.height > curve_chart(curve()).layout.height


def test_panels_beside_each_other_share_a_row():
    curves = [curve("a"), curve("b", column=1), curve("c", column=2), curve("d", column=1)]
    curves += [curve("e", column=2), curve("f", column=3)]
    assert [[panel[0].title for panel in row] for row in panel_rows(curves)] == [["a"], ["b", "c"], ["d", "e", "f"]]
    fig = curve_chart(curves)
    x, y = domains(fig, "x"), domains(fig, "y")
    assert titles(fig) == list("abcdef") and x[0] == pytest.approx((0, 1))
    assert x[1][1] < x[2][0] and y[1] == y[2] and y[0][0] > y[1][1] and y[3] == y[4] == y[5]
    assert x[3][1] - x[3][0] == pytest.approx(x[5][1] - x[5][0]) and x[5][1] == pytest.approx(1)


def test_curves_over_each_other_are_named_in_their_panel_s_title():
    fig = curve_chart([curve("whole"), curve("events", name="odd", line=True), curve("events", name="even", over=True)])
    whole, odd, even = fig.data
    assert odd.xaxis == even.xaxis != whole.xaxis and odd.line.color != even.line.color
    assert (odd.name, even.name) == ("odd", "even") and not fig.layout.showlegend
    named = [f'<span style="color:{one.line.color}">{one.name}</span>' for one in (odd, even)]
    assert titles(fig) == ["whole", f"events: {', '.join(named)}"]


def test_magnitudes_point_down():
    assert curve_chart(curve(y_axis=Axis("r", "mag"))).layout.yaxis.autorange == "reversed"
    assert curve_chart(curve()).layout.yaxis.autorange is None


def test_a_series_of_many_points_keeps_its_dips():
    x = np.linspace(0, 27, 60_001)
    y = np.random.default_rng(0).normal(0, 1, x.size)
    y[[7, 30_000]] = -50
    y[40_000] = 60
    drawn_x, drawn_y, said = thinned(x, y)
    assert len(drawn_x) <= DRAWN and (np.diff(drawn_x) > 0).all() and said.startswith("extremes")
    assert (drawn_y == -50).sum() == 2 and drawn_y.max() == 60
    assert set(zip(drawn_x, drawn_y, strict=True)) <= set(zip(x, y, strict=True))
    fig = curve_chart(curve(n=60_001))
    assert len(fig.data[0].x) <= DRAWN and "extremes of every" in fig.layout.title.text


def test_of_many_folded_points_a_fair_part_is_drawn():
    phase = np.random.default_rng(0).uniform(-0.5, 0.5, 10_000)
    x, y, said = thinned(phase, phase**2)
    step = -(-10_000 // DRAWN)
    assert len(x) <= DRAWN and said == f"1 of {step} points" and np.array_equal(x, phase[::step])
    np.testing.assert_array_equal(y, x**2)
    few = np.array([1.0, np.nan, 0.5])
    assert thinned(few, few)[0] is few and thinned(few, few)[2] == ""


def test_missing_points_take_no_room():
    y = np.full(50_000, np.nan)
    y[::100] = 1.0
    assert thinned(np.arange(50_000.0), y)[2] == ""


def test_marks_stand_below_the_points():
    fig = curve_chart(curve(marks=(3.0, 9.0)))
    assert list(fig.data[1].x) == [3.0, 9.0] and max(fig.data[1].y) < fig.data[0].y.min()


def test_a_line_stands_out_of_the_faint_points_behind_it():
    behind = curve("folded", faint=True)
    fig = curve_chart([behind, replace(curve("folded", line=True), over=True), curve("odd", line=True)])
    points, line, alone = fig.data
    assert points.marker.color == GREY and line.line.color == alone.line.color == LINE
    assert points.xaxis == line.xaxis and titles(fig) == ["folded", "odd"]
    coloured = curve_chart([replace(behind, shows=None), curve("b")], shares={"global_view": np.ones(3)})
    assert coloured.data[0].marker.opacity < points.marker.opacity
    ordered = curve_chart(replace(behind, x=np.arange(5000.0), y=np.arange(5000.0)))
    assert "1 of 7 points" in ordered.layout.title.text


def test_scatter_is_a_band_that_is_torn_where_the_line_is():
    y, scatter = np.array([0.0, 1.0, np.nan, 3.0, 4.0]), np.array([0.5, 0.5, 0.5, np.nan, 1.0])
    fig = curve_chart(Curve("c", np.arange(5.0), y, Axis("x"), Axis("y"), line=True, scatter=scatter))
    band, line = fig.data
    assert band.fill == "toself" and band.xaxis == line.xaxis
    np.testing.assert_array_equal(band.x, [0, 1, 1, 0, np.nan, 4, 4, np.nan])
    np.testing.assert_array_equal(band.y, [0.5, 1.5, 0.5, -0.5, np.nan, 5, 3, np.nan])


def test_a_range_that_is_set_holds_and_what_lies_beyond_is_counted():
    y = np.zeros(100)
    y[[3, 50, 51]] = 30, -30, np.nan
    shown = replace(curve(), y=y, y_range=(-1.0, 1.0), marks=(5.0,))
    fig = curve_chart([shown, curve("other")])
    assert tuple(fig.layout.yaxis.range) == (-1, 1) and fig.layout.yaxis2.range is None
    assert titles(fig) == ["light curve, 2 off the axis", "other"] and -1 < fig.data[1].y[0] < -0.8


def test_shares_colour_the_bins_that_they_belong_to():
    x = np.array([-2.0, -0.9, -0.1, 0.1, 0.9, 2.0])
    shown = replace(curve(), x=x, y=np.zeros(6), shows=Shown("local_view", -1.0, 1.0))
    other = replace(shown, shows=Shown("global_view", -1.0, 1.0), line=True)
    fig = curve_chart([shown, other], shares={"local_view": np.array([0.1, -0.4])}, of="share in the score [logit]")
    assert list(fig.data[0].marker.color) == [0, 0.1, 0.1, -0.4, -0.4, 0]
    assert fig.layout.coloraxis.cmin == -0.4 and fig.layout.coloraxis.cmax == 0.4
    assert fig.layout.coloraxis.colorbar.title.text == "share in the score [logit]"
    assert isinstance(fig.data[1].marker.color, str) and fig.data[1].mode == "lines"
    assert fig.layout.height > curve_chart([shown, other]).layout.height


def test_a_logarithmic_axis_has_no_place_for_nothing():
    counts = np.array([1000.0, 10.0, 0.0, 1.0])
    made = Curve("Histogram", np.arange(4.0), counts, Axis("level", "ADU"), Axis("pixels", log=True), line=True)
    linear = replace(made, y_axis=Axis("pixels"), column=2)
    fig = curve_chart([replace(made, column=1, marks=(2.0,)), linear])
    assert fig.layout.yaxis.type == "log" and fig.layout.yaxis2.type is None and fig.layout.xaxis.type is None
    np.testing.assert_array_equal(fig.data[0].y, [1000, 10, np.nan, 1])
    np.testing.assert_array_equal(fig.data[2].y, counts)
    assert fig.data[0].mode == "lines+markers"  # the last one stands alone
    assert 0 < fig.data[1].y[0] < 1  # the mark, below all of them
    ranged = curve_chart(replace(made, y_range=(1.0, 1000.0)))
    assert ranged.layout.yaxis.range == pytest.approx((0, 3))


def test_nothing_above_zero_is_nothing_on_a_logarithmic_axis():
    empty = Curve("none", np.arange(3.0), np.zeros(3), Axis("level"), Axis("pixels", log=True))
    assert len(curve_chart([curve(), empty]).data) == 1
    assert curve_chart(empty).layout.annotations[0].text == "Nothing was measured."
    across = Curve("c", np.array([0.0, 10.0]), np.ones(2), Axis("frequency", "1/px", log=True), Axis("power"))
    fig = curve_chart(across)
    assert fig.layout.xaxis.type == "log" and np.isnan(fig.data[0].x[0])


def test_an_axis_may_be_text():
    plain = SimpleNamespace(
        title="c", x=np.arange(5.0), y=np.arange(5.0), x_axis="phase", y_axis="flux", line=False, name="", over=False,
        column=0, marks=(), scatter=None, faint=False, y_range=None, shows=None, errors=None,
    )  # fmt: skip
    assert curve_chart(plain).layout.xaxis.title.text == "phase"


@pytest.mark.parametrize("curves", [(), Curve("c", np.arange(3.0), np.arange(3.0) * np.nan, Axis("x"), Axis("y"))])
def test_nothing_measured(curves):
    assert curve_chart(curves).layout.annotations[0].text == "Nothing was measured."


def test_a_panel_of_nothing_is_left_out():
    empty = Curve("none", np.arange(3.0), np.full(3, np.nan), Axis("x"), Axis("y"), marks=(1.0,))
    for several in ([curve(), empty], [empty, curve()]):
        fig = curve_chart(several)
        assert len(fig.data) == 1 and "xaxis2" not in fig.layout


def test_errors_are_bars_on_points_that_are_joined():
    x, y, errors = np.arange(4.0), np.array([20.0, 19.0, np.nan, 18.0]), np.array([0.1, np.nan, 0.2, 0.3])
    made = Curve("sed", x, y, Axis("wavelength", "nm"), Axis("magnitude", "mag"), line=True, errors=errors)
    trace = curve_chart(made).data[0]
    assert trace.mode == "lines+markers" and trace.error_y.color == trace.line.color
    np.testing.assert_array_equal(trace.error_y.array, errors)
    unknown = curve_chart(replace(made, errors=np.full(4, np.nan))).data[0]
    assert unknown.error_y.array is None and unknown.mode == "lines+markers"
    many = replace(curve(n=5000), errors=np.ones(5000))
    assert curve_chart(many).data[0].error_y.array is None  # they would belong to other points than those drawn


def test_right_ascension_grows_to_the_left_and_one_point_stands_out():
    field = Curve("Field", np.arange(9.0), np.arange(9.0), Axis("RA", "deg"), Axis("Dec", "deg"), faint=True)
    here = Curve("Field", np.array([4.5]), np.array([1.0]), Axis("RA", "deg"), Axis("Dec", "deg"), over=True)
    fig = curve_chart([field, here, curve()])
    assert fig.layout.xaxis.autorange == "reversed" and fig.layout.xaxis2.autorange is None
    assert fig.layout.yaxis.autorange is None
    assert fig.data[1].marker.size > 1.5 * fig.data[0].marker.size and fig.data[1].marker.color == LINE
