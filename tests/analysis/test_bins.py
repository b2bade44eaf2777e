"""Bins of a column, held against a literal dealing of each object."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.analysis.bins import HUGE, MISSING, cut
from astrocore.errors import InputError

RNG = np.random.default_rng(0)
MAGNITUDES = RNG.uniform(15.1, 22.3, 2000)
PERIODS = 10 ** RNG.uniform(np.log10(0.3), np.log10(150), 2000)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
COLUMNS = st.lists(st.one_of(NUMBERS, st.integers(-3, 3).map(float), st.just(float("nan"))), min_size=1, max_size=60)


def dealt(values, bins):
    """The bin of each object, looked for one by one."""
    low, high, found = bins.table["low"].tolist(), bins.table["high"].tolist(), []
    known = len(bins.edges) - 1
    for value in values.tolist():
        if not math.isfinite(value):
            found.append(known)
            continue
        inside = [b for b in range(known) if low[b] <= value < high[b]]
        found.append(inside[0] if inside else known - 1)  # the upper end belongs to the last bin
    return found


def names(values, **how):
    return cut(np.asarray(values, float), **how).table["name"].tolist()


def test_magnitudes_are_cut_at_halves():
    bins = cut(MAGNITUDES)
    assert bins.edges.tolist() == [15 + 0.5 * i for i in range(16)] and not bins.log
    assert names(MAGNITUDES)[:2] == ["15 to 15.5", "15.5 to 16"]
    assert bins.of.tolist() == dealt(MAGNITUDES, bins)


@pytest.mark.parametrize(("wanted", "step"), [(4, 2), (7, 1), (14, 0.5), (30, 0.2)])
def test_the_step_follows_what_is_wanted(wanted, step):
    assert set(np.diff(cut(MAGNITUDES, wanted).edges).round(9)) == {step}


def test_numbers_over_decades_are_cut_at_round_ratios():
    bins = cut(PERIODS, 9)
    assert bins.log and bins.edges.tolist() == [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200]
    assert cut(PERIODS, 4).edges.tolist() == [0.1, 1, 10, 100, 1000]
    assert len(cut(PERIODS, 28).edges) > 20


def test_what_only_reaches_zero_is_not_over_decades():
    assert not cut(np.linspace(0, 1, 500)).log and not cut(PERIODS - 1).log
    assert cut(np.linspace(0, 1, 500)).edges.tolist() == pytest.approx(np.arange(11) / 10)


def test_a_few_far_numbers_do_not_stretch_the_bins():
    values = np.concatenate([MAGNITUDES, [-3, 99.0]])
    bins = cut(values)
    assert bins.edges.tolist() == cut(MAGNITUDES).edges.tolist()
    assert bins.table["name"].iloc[[0, -1]].tolist() == ["< 15.5", "≥ 22"]
    assert (bins.table["low"].iloc[0], bins.table["high"].iloc[-1]) == (-np.inf, np.inf)
    assert bins.of[-2:].tolist() == [0, len(bins.table) - 1] and bins.of.tolist() == dealt(values, bins)


def test_objects_without_a_value_have_a_bin_of_their_own():
    values = np.concatenate([MAGNITUDES, [np.nan, np.inf, -np.inf]])
    bins = cut(values)
    last = bins.table.iloc[-1]
    assert (last["name"], last["n"]) == (MISSING, 3) and np.isnan(last[["low", "high", "at"]].astype(float)).all()
    assert bins.of[-3:].tolist() == [len(bins.edges) - 1] * 3 and len(bins.table) == len(bins.edges)
    assert MISSING not in names(MAGNITUDES)


def test_nothing_is_known():
    bins = cut(np.full(3, np.nan))
    assert len(bins.edges) == 0 and bins.of.tolist() == [0, 0, 0] and bins.table["name"].tolist() == [MISSING]
    assert len(cut(np.empty(0)).table) == 0


def test_equally_many_in_each():
    for values in (MAGNITUDES, PERIODS):
        bins = cut(values, 8, "equal")
        assert len(bins.table) == 8 and bins.table["n"].between(225, 275).all()
        assert bins.of.tolist() == dealt(values, bins)
        assert bins.edges.tolist() == [float(f"{edge:.3f}") for edge in bins.edges]  # to be read by a person
    assert cut(PERIODS, 8, "equal").log


def test_few_different_numbers_have_a_bin_each():
    bins = cut(np.array([1.0, 2, 2, 5, np.nan, 5, 5, 1]))
    assert bins.each and bins.table["name"].tolist() == ["1", "2", "5", MISSING]
    assert bins.of.tolist() == [0, 1, 1, 2, 3, 2, 2, 0] and bins.edges.tolist() == [0.5, 1.5, 3.5, 6.5]
    assert bins.table["n"].tolist() == [2, 2, 3, 1] and not cut(MAGNITUDES).each
    assert names([0.0204340001, 0.0204340002] * 9) == ["0.0204340001", "0.0204340002"]
    assert names([1 / 3] * 5) == ["0.3333"] and names([0.0] * 5) == ["0"] and names([7.0]) == ["7"]


def test_a_column_that_is_mostly_one_number_is_cut_over_its_range():
    values = np.concatenate([np.zeros(5000), np.linspace(0, 10, 20)])
    bins = cut(values, 5)
    assert bins.edges.tolist() == [0, 2, 4, 6, 8, 10] and bins.table["n"].sum() == 5020


def test_a_point_stands_at_the_median():
    bins = cut(MAGNITUDES)
    for b, at in enumerate(bins.table["at"]):
        assert at == np.median(MAGNITUDES[bins.of == b])
    gap = cut(np.concatenate([np.linspace(0, 1, 50), np.linspace(9, 10, 50)]), 10).table
    assert gap["n"].tolist()[2:8] == [0] * 6 and gap["at"].isna().tolist()[2:8] == [True] * 6


@given(COLUMNS, st.integers(1, 40), st.sampled_from(["round", "equal"]))
def test_every_object_lies_in_its_bin(column, wanted, by):
    values = np.array(column)
    bins = cut(values, wanted, by)
    assert (np.diff(bins.edges) >= 0).all() and np.isfinite(bins.edges).all()
    assert bins.table["n"].tolist() == [int((bins.of == b).sum()) for b in range(len(bins.table))]
    assert (bins.of == max(len(bins.edges) - 1, 0)).tolist() == (~np.isfinite(values)).tolist()
    known = np.isfinite(values) & (np.abs(values) < HUGE) & ((np.abs(values) > 1 / HUGE) | (values == 0))
    if (np.diff(bins.edges) > 0).all():
        assert bins.of[known].tolist() == dealt(values[known], bins)
    if bins.log:
        assert bins.edges[0] > 0


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 40))
def test_round_edges_are_multiples_of_one_two_or_five(low, width, wanted):
    values = np.linspace(low, low + width, 500)
    bins = cut(values, wanted)
    if bins.log:
        return
    step = float(f"{np.diff(bins.edges).mean():.6g}")
    power = 10.0 ** math.floor(math.log10(step) + 1e-6)
    assert min(abs(step / power - k) for k in (1, 2, 5, 10)) < 1e-5
    assert np.abs(bins.edges / step - np.round(bins.edges / step)).max() < 1e-4
    assert wanted / 2.1 <= len(bins.edges) - 1 <= 2.1 * wanted + 1


@pytest.mark.parametrize(("wanted", "by"), [(0, "round"), (3, "colour")])
def test_what_can_not_be_done_is_named(wanted, by):
    with pytest.raises(InputError, match=f"into {wanted} bins by '{by}'"):
        cut(MAGNITUDES, wanted, by)
