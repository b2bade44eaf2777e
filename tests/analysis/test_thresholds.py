"""The gate rule and the suggestions against literal versions, row by row and threshold by threshold."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from astrocore.analysis.curves import operating_point
from astrocore.analysis.thresholds import NEUTRAL, fell_back, gate, outcome, suggest
from astrocore.errors import InputError

EXAMPLES = 3000 if os.environ.get("ASTROCORE_TEST_BUDGET") == "large" else 150
TENTHS = st.sampled_from([i / 10 for i in range(11)])


@st.composite
def tables(draw, min_rows=0):
    """Probabilities in tenths, so that ties and thresholds met exactly are common; thresholds from 0 to above 1."""
    c = draw(st.integers(1, 5))
    n = draw(st.integers(min_rows, 12))
    rows = draw(st.lists(st.lists(TENTHS, min_size=c, max_size=c), min_size=n, max_size=n))
    p = np.array(rows, dtype=draw(st.sampled_from([np.float32, np.float64]))).reshape(n, c)
    values = st.one_of(st.just(0.0), st.just(1.5), TENTHS, st.just(float(np.float32(0.3))))
    thresholds = draw(st.lists(values, min_size=c, max_size=c))
    label = draw(st.lists(st.integers(0, c - 1), min_size=n, max_size=n))
    return np.array(label, int), p, np.array(thresholds)


def literal_gate(p, thresholds, abstain):
    """The rule as the documentation says it, one object at a time."""
    decided = []
    for row in p:
        reached = [c for c, t in enumerate(thresholds) if float(row[c]) >= t]
        candidates = reached or ([] if abstain else list(range(len(row))))
        best = len(row)
        for c in candidates:
            if best == len(row) or row[c] > row[best]:
                best = c
        decided.append(best)
    return decided


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables(), st.booleans())
def test_gate_is_the_literal_rule(table, abstain):
    _, p, thresholds = table
    assert gate(p, thresholds, abstain).tolist() == literal_gate(p, thresholds, abstain)


def test_gate_in_words():
    p = np.array([[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.2, 0.2, 0.6]])
    assert gate(p[:1], np.array([0.7, 0.3, 0.5])).tolist() == [1]  # the most probable misses its own threshold
    assert gate(p[:1], np.array([0.7, 0.4, 0.5])).tolist() == [0]  # none reaches: argmax
    assert gate(p[:1], np.array([0.7, 0.4, 0.5]), abstain=True).tolist() == [3]  # none reaches: unknown
    assert gate(p[2:], np.zeros(3)).tolist() == [2]


def test_gate_knows_the_profiles_of_the_frame_classifier():
    thresholds = [0.904, 0.951, 0.759, 0.04, 0.297, 0.938, 0.95, 0.038, 0.77, 0.775, 0.973]
    p = np.random.default_rng(0).dirichlet(np.full(11, 0.3), 500)
    for abstain in (False, True):
        assert gate(p, thresholds, abstain).tolist() == literal_gate(p, thresholds, abstain)
    assert set(gate(p, thresholds, True)) - set(gate(p, thresholds)) == {11}


@pytest.mark.parametrize(
    ("thresholds", "words"),
    [([0.5], "1 thresholds do not fit"), ([[0.5, 0.5]], "do not fit"), ([0.5, np.nan], "not a number")],
)
def test_gate_refuses(thresholds, words):
    with pytest.raises(InputError, match=words):
        gate(np.full((3, 2), 0.5), np.array(thresholds))


def test_outcome_leaves_the_unknowns_out():
    label = np.array([0, 0, 0, 1, 1, 2])
    decided = np.array([0, 1, 3, 1, 3, 3])
    found = outcome(label, decided, ("a", "b", "c"))
    known = decided < 3
    assert found.n == 6
    assert found.coverage == 0.5
    assert found.accuracy == pytest.approx(2 / 6)
    assert found.accuracy_at_coverage == pytest.approx(2 / 3)
    assert found.macro_f1 == pytest.approx(sk.f1_score(label[known], decided[known], average="macro"))
    assert found.confusion.tolist() == [[1, 1, 0, 1], [0, 1, 0, 1], [0, 0, 0, 1]]
    assert found.per_class["n"].tolist() == [3, 2, 1]
    np.testing.assert_allclose(found.per_class["coverage"], [2 / 3, 1 / 2, 0])
    np.testing.assert_allclose(found.per_class["recall"], [1 / 2, 1, np.nan])
    np.testing.assert_allclose(found.per_class["precision"], [1, 1 / 2, np.nan])
    assert set(found.numbers()) == {"coverage", "accuracy", "accuracy_at_coverage", "macro_f1"}


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables(min_rows=1), st.booleans())
def test_outcome_adds_up(table, abstain):
    label, p, thresholds = table
    decided = gate(p, thresholds, abstain)
    found = outcome(label, decided, [str(c) for c in range(p.shape[1])])
    assert found.confusion.sum() == found.n == len(label)
    assert found.confusion[:, -1].sum() == pytest.approx((1 - found.coverage) * found.n)
    assert found.accuracy == pytest.approx((decided == label).mean())
    assert found.accuracy <= found.coverage
    if found.coverage == 1:
        assert found.accuracy == found.accuracy_at_coverage


def test_outcome_when_all_are_unknown():
    found = outcome(np.array([0, 1]), np.array([2, 2]), ("a", "b"))
    assert found.coverage == found.accuracy == 0
    assert np.isnan(found.accuracy_at_coverage)
    assert np.isnan(found.macro_f1)


def test_outcome_of_nothing():
    with pytest.raises(InputError, match="no labelled objects"):
        outcome(np.array([], int), np.array([], int), ("a",))


def f1(y, p, threshold):
    precision, recall = np.nan_to_num(operating_point(y, p, threshold))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables(min_rows=1))
def test_max_f1_is_the_best_of_all_thresholds(table):
    label, p, _ = table
    found = suggest(label, p)
    for c, threshold in enumerate(found):
        y = label == c
        if not y.any():
            assert threshold == NEUTRAL
        else:
            assert f1(y, p[:, c], threshold) == pytest.approx(max(f1(y, p[:, c], t) for t in np.unique(p[:, c])))
    assert fell_back(label, p).tolist() == [not (label == c).any() for c in range(p.shape[1])]


@settings(max_examples=EXAMPLES, deadline=None)
@given(tables(min_rows=1), st.sampled_from([0.5, 0.75, 0.9, 1.0]))
def test_target_precision_has_the_highest_recall_allowed(table, target):
    label, p, _ = table
    found, missed = suggest(label, p, "target_precision", target), fell_back(label, p, "target_precision", target)
    best = suggest(label, p, "max_f1")
    for c, threshold in enumerate(found):
        y = label == c
        every = [operating_point(y, p[:, c], t) for t in np.unique(p[:, c])]
        allowed = [(recall, precision) for precision, recall in every if precision >= target and recall > 0]
        assert missed[c] == (not allowed)
        if allowed:
            precision, recall = operating_point(y, p[:, c], threshold)
            assert (recall, precision) == max(allowed)
        else:
            assert threshold == best[c]


def test_suggestions_survive_float32_and_json():
    rng = np.random.default_rng(0)
    label, p = rng.integers(0, 3, 200), rng.dirichlet(np.ones(3), 200).astype(np.float32)
    found = suggest(label, p)
    for c, threshold in enumerate(found):
        again = float(repr(float(threshold)))
        assert operating_point(label == c, p[:, c], again) == operating_point(label == c, p[:, c], threshold)
        assert threshold in p[:, c].astype(float)


@pytest.mark.parametrize(
    ("objective", "target", "words"),
    [
        ("max_f2", 0.9, "no objective 'max_f2'"),
        ("target_precision", 0, "0 can't"),
        ("target_precision", 90, "90 can't"),
    ],
)
def test_suggest_refuses(objective, target, words):
    with pytest.raises(InputError, match=words):
        suggest(np.array([0, 1]), np.eye(2), objective, target)


@given(st.integers(1, 60), st.floats(0.01, 1.0), st.integers(0, 99))
def test_coverage_takes_the_highest_common_threshold_that_decides_enough(n: int, target: float, seed: int) -> None:
    p = np.random.default_rng(seed).dirichlet(np.ones(3), n)
    label = np.zeros(n, dtype=int)
    common = suggest(label, p, "coverage", target)
    assert len(set(common.tolist())) == 1
    assert (gate(p, common, abstain=True) < 3).mean() >= target
    higher = np.nextafter(common, 2)
    assert (gate(p, higher, abstain=True) < 3).mean() < target
    assert not fell_back(label, p, "coverage", target).any()
