"""Neighbours against a literal double loop: ties, missing rows, rows of zeros, few rows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.analysis import neighbours
from astrocore.analysis.neighbours import nearest, nearest_to
from astrocore.errors import InputError


def length(values):
    return math.sqrt(sum(value * value for value in values))


def literal(x, row, k, among):
    """Python's own arithmetic, an object after another."""
    return literal_to(x, x[row], k, [allowed and other != row for other, allowed in enumerate(among)])


def literal_to(x, vector, k, among):
    found = []
    for other in range(len(x)):
        known = all(math.isfinite(value) for value in x[other]) and length(x[other]) > 0
        if among[other] and known:
            product = sum(float(a) * float(b) for a, b in zip(vector, x[other], strict=True))
            found.append((-round(product / length(vector) / length(x[other]), 6), other))
    found.sort()
    return [other for _, other in found[:k]], [-cosine for cosine, _ in found[:k]]


small = st.sampled_from([-2.0, -1.0, 0.0, 0.0, 1.0, 2.0, math.nan])


@given(
    st.lists(st.tuples(small, small, small, st.booleans()), min_size=1, max_size=30),
    st.integers(1, 12),
    st.sampled_from([1, 4, 100]),
)
def test_ties_gaps_and_zeros_are_those_of_a_double_loop(lines, k, chunk):
    x = np.array([[1.0, 2.0, 0.0], *(line[:3] for line in lines)])
    among = np.array([True, *(line[3] for line in lines)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "CHUNK", chunk)
        rows, cosines = nearest(x, 0, k, among)
    truth = literal(x.tolist(), 0, k, among)
    assert rows.tolist() == truth[0]
    np.testing.assert_allclose(cosines, truth[1], atol=1e-9)


@given(
    st.lists(st.tuples(small, small, small, st.booleans()), max_size=30),
    st.tuples(*[st.sampled_from([-2.0, 1.0, 3.0])] * 3),
    st.integers(1, 12),
    st.sampled_from([1, 4, 100]),
)
def test_what_lies_nearest_to_a_vector_is_that_of_a_loop(lines, vector, k, chunk):
    x, among = np.array([line[:3] for line in lines]).reshape(-1, 3), np.array([line[3] for line in lines], bool)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "CHUNK", chunk)
        rows, cosines = nearest_to(x, np.array(vector), k, among)
    truth = literal_to(x.tolist(), vector, k, among)
    assert rows.tolist() == truth[0]
    np.testing.assert_allclose(cosines, truth[1], atol=1e-9)


def test_a_vector_that_is_a_row_finds_it_first_and_then_what_the_row_finds():
    x = np.random.default_rng(1).normal(size=(50, 6)).astype(np.float32)
    for row in (0, 31):
        rows, cosines = nearest_to(x, x[row], 8)
        assert rows[0] == row and cosines[0] == 1
        others = nearest(x, row, 7)
        assert rows[1:].tolist() == others[0].tolist() and cosines[1:].tolist() == others[1].tolist()


@pytest.mark.parametrize("chunk", [7, 16_384])
def test_random_rows_are_those_of_a_double_loop(monkeypatch, chunk):
    monkeypatch.setattr(neighbours, "CHUNK", chunk)
    x = np.random.default_rng(0).normal(size=(200, 9)).astype(np.float32)
    x[[3, 50]], x[60] = np.nan, 0
    for row in (0, 17, 199):
        rows, cosines = nearest(x, row, 10)
        truth = literal(x.tolist(), row, 10, np.ones(len(x), bool))
        assert rows.tolist() == truth[0]
        np.testing.assert_allclose(cosines, truth[1], atol=2e-6)
        assert not {row, 3, 50, 60} & set(rows.tolist())


def test_length_does_not_matter_and_the_same_direction_is_one():
    rows, cosines = nearest(np.array([[1.0, 1.0], [-3.0, -3.0], [1e-20, 1e-20], [5.0, 0.0]]), 0, 3)
    assert rows.tolist() == [2, 3, 1]
    np.testing.assert_allclose(cosines, [1, math.sqrt(0.5), -1], atol=1e-6)


def test_equal_rows_come_in_their_order_and_there_may_be_fewer_than_asked_for():
    rows, cosines = nearest(np.ones((5, 3), np.float32), 2, 10)
    assert rows.tolist() == [0, 1, 3, 4] and cosines.tolist() == [1.0] * 4
    assert nearest(np.ones((1, 3)), 0)[0].tolist() == []


@pytest.mark.parametrize("bad", [[math.nan, 1.0], [0.0, 0.0], [math.inf, 1.0]])
def test_an_object_without_a_direction_has_no_neighbours(bad):
    with pytest.raises(InputError, match="has no such embedding"):
        nearest(np.array([[1.0, 2.0], bad]), 1)


@pytest.mark.parametrize(
    ("x", "row", "k", "among"),
    [
        (np.ones(3), 0, 1, None),
        (np.ones((3, 2)), 3, 1, None),
        (np.ones((3, 2)), -1, 1, None),
        (np.ones((3, 2)), 0, 0, None),
        (np.ones((3, 2)), 0, 1, np.ones(2, bool)),
    ],
)
def test_what_can_not_be_looked_for_is_named(x, row, k, among):
    with pytest.raises(InputError, match="eighbours"):
        nearest(x, row, k, among)


@pytest.mark.parametrize(
    ("vector", "k", "among"),
    [
        (np.ones(3), 1, None),
        (np.ones((1, 2)), 1, None),
        (np.ones(2), 0, None),
        (np.ones(2), 1, np.ones(4, bool)),
        (np.zeros(2), 1, None),
        (np.array([1.0, math.nan]), 1, None),
    ],
)
def test_a_vector_that_has_no_neighbours_is_named(vector, k, among):
    with pytest.raises(InputError, match="eighbours"):
        nearest_to(np.ones((3, 2)), vector, k, among)
