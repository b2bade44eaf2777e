"""The fast intervals against a literal resampling of the rows."""

import numpy as np
import pandas as pd
import pytest

from astrocore.analysis.bootstrap import (
    CHUNK,
    codes,
    interval,
    intervals_of_outcome,
    intervals_of_scores,
    intervals_per_class,
)
from astrocore.analysis.metrics import per_class, scores
from astrocore.analysis.thresholds import gate, outcome
from astrocore.errors import InputError

N = CHUNK + 7  # more than one chunk


def predictions(n=120, c=3, groups=40, seed=0, digits=2):
    """Few distinct probabilities, so that ties are many, and groups of unlike sizes."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, c, n)
    p = rng.dirichlet(np.ones(c), n)
    p[np.arange(n), label] += 0.4
    p = np.round(p / p.sum(axis=1, keepdims=True), digits)
    group = np.array([f"KIC {int(g)}" for g in groups * rng.random(n) ** 2])
    return label, p.astype(np.float32), group


def literal(statistic, group, n, level=0.95, seed=0):
    """Draw groups, take all their rows as often as drawn, compute anew."""
    names = pd.unique(pd.Series(group))
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        drawn = [names[i] for i in rng.integers(0, len(names), len(names))]
        found.append(statistic(np.concatenate([np.flatnonzero(group == name) for name in drawn])))
    table = pd.DataFrame(found)
    ends = [(1 - level) / 2, (1 + level) / 2]
    return {name: tuple(np.quantile(table[name].dropna(), ends)) for name in table}


def same(found, expected):
    assert found.keys() == expected.keys()
    for name in expected:
        assert found[name] == pytest.approx(expected[name], abs=1e-9), name


@pytest.mark.parametrize("seed", range(4))
def test_intervals_of_scores_are_the_literal_ones(seed):
    label, p, group = predictions(seed=seed)
    predicted = p.argmax(axis=1)
    expected = literal(lambda rows: scores(label[rows], predicted[rows], p[rows]), group, N)
    same(intervals_of_scores(label, predicted, p, group, n=N), expected)


def test_with_a_class_that_many_resamples_lack():
    label, p, group = predictions(40, c=5, groups=12)
    label[label == 4] = 3
    label[0] = 4
    predicted = p.argmax(axis=1)
    expected = literal(lambda rows: scores(label[rows], predicted[rows], p[rows]), group, N)
    same(intervals_of_scores(label, predicted, p, group, n=N), expected)


def test_without_probabilities():
    label, p, group = predictions()
    predicted = p.argmax(axis=1)
    expected = literal(lambda rows: scores(label[rows], predicted[rows]), group, N)
    same(intervals_of_scores(label, predicted, None, group, n=N), expected)


@pytest.mark.parametrize("with_p", [True, False])
def test_intervals_per_class_are_the_literal_ones(with_p):
    label, p, group = predictions(c=4)
    classes, predicted = ("a", "b", "c", "d"), p.argmax(axis=1)
    given = p if with_p else None

    def flat(rows):
        table = per_class(label[rows], predicted[rows], p[rows] if with_p else None, classes)
        return table[names].stack().to_dict()

    names = ["precision", "recall", "f1"] + ["average_precision", "auc"] * with_p
    found = intervals_per_class(label, predicted, given, classes, group, n=N)
    same({(c, name): ends for c, of_class in found.items() for name, ends in of_class.items()}, literal(flat, group, N))


def test_intervals_of_outcome_are_the_literal_ones():
    label, p, group = predictions()
    decided = gate(p, np.array([0.5, 0.7, 0.6]), abstain=True)
    assert (decided == 3).any()
    expected = literal(lambda rows: outcome(label[rows], decided[rows], ("a", "b", "c")).numbers(), group, N)
    same(intervals_of_outcome(label, decided, 3, group, n=N), expected)


def test_when_every_object_is_unknown():
    label, _, group = predictions()
    found = intervals_of_outcome(label, np.full(len(label), 3), 3, group, n=20)
    assert found["coverage"] == (0, 0)
    assert np.isnan(found["accuracy_at_coverage"]).all() and np.isnan(found["macro_f1"]).all()


def test_the_generic_path_draws_the_same():
    label, p, group = predictions()
    predicted = p.argmax(axis=1)
    right = label == predicted
    fast = intervals_of_scores(label, predicted, p, group, n=N, seed=5)
    assert interval(lambda rows: right[rows].mean(), group, n=N, seed=5) == pytest.approx(fast["accuracy"])
    same(interval(lambda rows: scores(label[rows], predicted[rows], p[rows]), group, n=N, seed=5), fast)


def test_the_interval_of_a_mean_is_the_textbooks():
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    low, high = interval(lambda rows: x[rows].mean(), np.arange(400), n=2000)
    error = x.std() / np.sqrt(400)
    assert low == pytest.approx(x.mean() - 1.96 * error, abs=0.15 * error)
    assert high == pytest.approx(x.mean() + 1.96 * error, abs=0.15 * error)


def test_groups_that_say_one_thing_widen_the_interval():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(30), 20)
    label, predicted = np.zeros(600, int), np.repeat(rng.integers(0, 2, 30), 20)

    def width(by):
        low, high = intervals_of_scores(label, predicted, None, by)["accuracy"]
        return high - low

    assert width(group) > 3 * width(np.arange(600))


def test_seed_and_level():
    label, p, group = predictions()
    predicted = p.argmax(axis=1)
    one, again = (intervals_of_scores(label, predicted, p, group, seed=1) for _ in range(2))
    other = intervals_of_scores(label, predicted, p, group, seed=2)
    narrow = intervals_of_scores(label, predicted, p, group, seed=1, level=0.5)
    assert one == again != other
    assert one["nll"][0] < narrow["nll"][0] < narrow["nll"][1] < one["nll"][1]


def test_a_single_group_gives_no_interval():
    label, p, _ = predictions()
    found = intervals_of_scores(label, p.argmax(axis=1), p, np.full(len(label), "one"))
    assert all(np.isnan(low) and np.isnan(high) for low, high in found.values())


def test_rows_without_a_group_stand_alone():
    assert codes(np.array(["a", None, "b", "a", None], dtype=object)).tolist() == [0, 2, 1, 0, 3]


def test_what_can_not_be_resampled_is_named():
    label, p, group = predictions()
    predicted = p.argmax(axis=1)
    with pytest.raises(InputError, match="no objects"):
        interval(lambda rows: 0.0, np.array([]))
    with pytest.raises(InputError, match="level of 95"):
        intervals_of_scores(label, predicted, p, group, level=95)
    with pytest.raises(InputError, match="0 resamples"):
        intervals_of_scores(label, predicted, p, group, n=0)
    with pytest.raises(InputError, match="rows don't fit together"):
        intervals_of_scores(label, predicted, p, group[1:])
