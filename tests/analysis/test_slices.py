"""Scores in bins, held against loops over the objects."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.analysis.bins import cut
from astrocore.analysis.bootstrap import interval, intervals_of_scores, intervals_per_class
from astrocore.analysis.slices import SCORES, sliced
from astrocore.errors import InputError

CLASSES = ("STAR", "GALAXY", "QSO")
N = 60
"""Resamples."""


def objects(n=300, seed=0):
    """Labels, decisions that get worse to the faint side, magnitudes some of which are missing, groups of about two."""
    rng = np.random.default_rng(seed)
    magnitude = rng.uniform(15, 22, n)
    label = rng.choice(3, n, p=[0.5, 0.35, 0.15])
    wrong = rng.random(n) < (magnitude - 14) / 12
    predicted = np.where(wrong, rng.integers(0, 3, n), label)
    return label, predicted, np.where(rng.random(n) < 0.1, np.nan, magnitude), rng.integers(0, n // 2, n).astype(str)


def share(hits, among):
    """Share of `among` that are `hits` too, and how many they are; rows one by one."""
    n = right = 0
    for hit, there in zip(hits, among, strict=True):
        if there:
            n += 1
            right += bool(hit)
    return n, right / n if n else math.nan


def literal(label, predicted, of, b, score, c):
    """One number of the table, from its definition."""
    inside = of == b
    if score == "accuracy":
        return share(label == predicted, inside)
    among = inside & ((predicted if score == "purity" else label) == c)
    return share((label == c) & (predicted == c), among)


def test_every_number_is_that_of_a_loop():
    label, predicted, magnitude, group = objects()
    bins = cut(magnitude, 6)
    found = sliced(label, predicted, CLASSES, group, bins, n=N)
    assert len(found.scores) == len(bins.table) * (1 + 2 * 3) and bins.table["name"].iloc[-1] == "missing"
    for row in found.scores.itertuples(index=False):
        _, score, name, n, value, _, _ = row
        wanted = literal(label, predicted, bins.of, row.bin, score, CLASSES.index(name) if name else 0)
        assert (n, value) == pytest.approx(wanted, nan_ok=True)
    assert found.of("accuracy").keys() == {""} and tuple(found.of("purity")) == CLASSES


def test_intervals_are_those_of_the_generic_bootstrap():
    label, predicted, magnitude, group = objects()
    bins = cut(magnitude, 4)
    found = sliced(label, predicted, CLASSES, group, bins, n=N, seed=3)
    checked = 0
    for score in SCORES:
        for name, rows in found.of(score).items():
            c = CLASSES.index(name) if name else 0
            for b, row in rows.iterrows():

                def one(index, b=b, score=score, c=c):
                    return literal(label[index], predicted[index], bins.of[index], b, score, c)[1]

                if 0 < row["value"] < 1:
                    assert (row["low"], row["high"]) == pytest.approx(interval(one, group, n=N, seed=3))
                    checked += 1
    assert checked > 20


def test_one_bin_of_all_has_the_scores_and_intervals_of_the_whole():
    label, predicted, _, group = objects()
    found = sliced(label, predicted, CLASSES, group, cut(np.full(len(label), np.nan)), n=N)
    whole = intervals_of_scores(label, predicted, None, group, n=N)["accuracy"]
    (row,) = found.of("accuracy")[""].to_dict("records")
    assert row["n"] == len(label) and (row["low"], row["high"]) == pytest.approx(whole)
    of_class = intervals_per_class(label, predicted, None, CLASSES, group, n=N)
    for score, name in (("purity", "precision"), ("completeness", "recall")):
        for c, rows in found.of(score).items():
            assert tuple(rows[["low", "high"]].iloc[0]) == pytest.approx(of_class[c][name])


def test_all_right_or_all_wrong_is_not_certain():
    label, of = np.array([0] * 12 + [1] * 3), cut(np.array([1.0] * 12 + [2.0] * 3))
    predicted = np.zeros(15, int)
    group = np.array([*range(6), *range(6), 7, 8, 8])
    rows = sliced(label, predicted, ("a", "b"), group, of, n=N).of("accuracy")[""]
    assert rows["value"].tolist() == [1, 0]
    assert (rows["low"][0], rows["high"][0]) == pytest.approx((0.025 ** (1 / 6), 1))  # six groups, not twelve objects
    assert (rows["low"][1], rows["high"][1]) == pytest.approx((0, 1 - 0.025**0.5))


def test_what_nobody_is_a_share_of_is_undefined():
    label, predicted, value = np.array([0, 0, 0, 0]), np.array([0, 0, 1, 1]), np.array([1.0, 1, 2, 2])
    found = sliced(label, predicted, ("a", "b"), np.arange(4), cut(value), n=N)
    purity, completeness = found.of("purity"), found.of("completeness")
    assert purity["b"]["n"].tolist() == [0, 2] and completeness["b"]["n"].tolist() == [0, 0]
    assert np.isnan(purity["b"][["value", "low", "high"]].iloc[0].astype(float)).all()
    assert completeness["b"][["value", "low", "high"]].isna().all().all()
    assert purity["a"]["value"].tolist()[0] == 1 and completeness["a"]["value"].tolist() == [1, 0]


def test_a_single_group_gives_no_interval():
    label, predicted, value = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), np.array([1.0, 1, 2, 2])
    rows = sliced(label, predicted, ("a", "b"), np.array(["g", "g", "h", "i"]), cut(value), n=N).of("accuracy")[""]
    assert np.isnan(rows["low"][0]) and rows["low"][1] < rows["high"][1] == 1


def test_one_row_a_bin_to_take_away():
    label, predicted, magnitude, group = objects()
    found = sliced(label, predicted, CLASSES, group, cut(magnitude, 4), n=N)
    table = found.wide()
    assert table["bin"].tolist() == found.bins.table["name"].tolist() and table["n"].sum() == len(label)
    assert table["accuracy_low"].tolist() == found.of("accuracy")[""]["low"].tolist()
    assert table["purity_QSO"].tolist() == pytest.approx(found.of("purity")["QSO"]["value"].tolist())
    decided = [name for name in table if name.startswith("n_decided_")]
    assert len(decided) == 3 and table[decided].sum(axis=1).tolist() == table["n"].tolist()
    assert sum(table[f"n_true_{c}"].sum() for c in CLASSES) == len(label)


@given(st.integers(1, 25), st.integers(1, 4), st.integers(0, 2**20))
def test_any_few_objects(n, c, seed):
    rng = np.random.default_rng(seed)
    label, predicted = rng.integers(0, c, n), rng.integers(0, c, n)
    values = np.where(rng.random(n) < 0.2, np.nan, rng.integers(0, 6, n) / 2)
    bins = cut(values, 3)
    names = [str(i) for i in range(c)]
    found = sliced(label, predicted, names, rng.integers(0, n, n), bins, n=20)
    for row in found.scores.itertuples(index=False):
        wanted = literal(label, predicted, bins.of, row.bin, row.score, int(row[2] or 0))
        assert (row.n, row.value) == pytest.approx(wanted, nan_ok=True)
        assert np.isnan(row.low) or 0 <= row.low <= row.high <= 1
        assert np.isnan(row.low) == np.isnan(row.high) and (np.isnan(row.low) or row.n > 1)


@pytest.mark.parametrize(
    ("label", "predicted", "words"),
    [
        (np.array([], int), np.array([], int), "no labelled objects"),
        (np.array([0, -1]), np.array([0, 0]), "1 of 2 objects have no label"),
        (np.array([0, 1]), np.array([0, 2]), "outside the 2 classes"),
        (np.array([0, 1]), np.array([0]), "2 and 1 rows"),
    ],
)
def test_what_can_not_be_sliced_is_named(label, predicted, words):
    with pytest.raises(InputError, match=words):
        sliced(label, predicted, ("a", "b"), np.arange(len(label)), cut(np.arange(len(label), dtype=float)))
