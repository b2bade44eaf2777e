"""Scores against scikit-learn and against numbers counted by hand."""

import json

import numpy as np
import pytest
from sklearn import metrics as sk

from astrocore.analysis.metrics import confusion, ece, nll_each, normalise, pair_auc, per_class, scores
from astrocore.errors import InputError

CLASSES = ("STAR", "GALAXY", "QSO")


def predictions(n=300, c=3, seed=0, strength=1.5):
    """Labels and probabilities (float32, as runs keep them) that are right more often than not."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, c, n)
    logits = rng.normal(size=(n, c))
    logits[np.arange(n), label] += strength
    p = np.exp(logits)
    return label, (p / p.sum(axis=1, keepdims=True)).astype(np.float32)


def test_scores_are_scikit_learns():
    label, p = predictions()
    predicted = p.argmax(axis=1)
    found = scores(label, predicted, p)
    exact = p.astype(float) / p.astype(float).sum(axis=1, keepdims=True)
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(label, predicted))
    assert found["balanced_accuracy"] == pytest.approx(sk.balanced_accuracy_score(label, predicted))
    assert found["macro_f1"] == pytest.approx(sk.f1_score(label, predicted, average="macro"))
    assert found["nll"] == pytest.approx(sk.log_loss(label, exact))
    assert found["auc_macro"] == pytest.approx(sk.roc_auc_score(label, exact, multi_class="ovr", average="macro"))
    assert 0.5 < found["accuracy"] < 0.95
    json.dumps(found)


def test_without_probabilities_only_what_needs_none():
    label, p = predictions()
    assert set(scores(label, p.argmax(axis=1))) == {"accuracy", "balanced_accuracy", "macro_f1"}


def test_ece_by_hand():
    # two bins of five hold: confidence .6 (one of two right), .9 (two of two right)
    label = np.array([0, 0, 1, 1])
    p = np.array([[0.65, 0.35], [0.35, 0.65], [0.1, 0.9], [0.1, 0.9]])
    assert ece(label, p, bins=5) == pytest.approx((2 * abs(0.5 - 0.65) + 2 * abs(1 - 0.9)) / 4)


def test_ece_counts_full_confidence_in_the_last_bin():
    assert ece(np.array([0, 1]), np.eye(2)) == 0
    assert ece(np.array([1, 0]), np.eye(2)) == 1


def test_no_warnings_for_rare_cases(recwarn):
    label, p = predictions(5, c=11)
    found = scores(label, p.argmax(axis=1), p)
    per_class(label, p.argmax(axis=1), p, [str(i) for i in range(11)])
    assert np.isfinite(found["auc_macro"])
    assert not recwarn.list


def test_one_class_only():
    label, p = np.zeros(4, int), np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.7, 0.3]])
    found = scores(label, p.argmax(axis=1), p)
    assert found["accuracy"] == found["balanced_accuracy"] == 0.75
    assert np.isnan(found["auc_macro"])


def test_a_single_object():
    found = scores(np.array([1]), np.array([1]), np.array([[0.25, 0.75]]))
    assert found["accuracy"] == 1
    assert found["nll"] == pytest.approx(-np.log(0.75))
    assert np.isnan(found["auc_macro"])


def test_a_probability_of_zero_costs_much_but_not_everything():
    assert nll_each(np.array([0]), np.array([[0.0, 1.0]]))[0] == pytest.approx(-np.log(1e-15))


def test_per_class_is_scikit_learns():
    label, p = predictions()
    predicted = p.argmax(axis=1)
    table = per_class(label, predicted, p, CLASSES)
    precision, recall, f1, n = sk.precision_recall_fscore_support(label, predicted)
    np.testing.assert_allclose(table["precision"], precision)
    np.testing.assert_allclose(table["recall"], recall)
    np.testing.assert_allclose(table["f1"], f1)
    np.testing.assert_array_equal(table["n"], n)
    assert table.index.tolist() == list(CLASSES)
    assert table.loc["QSO", "average_precision"] == pytest.approx(sk.average_precision_score(label == 2, p[:, 2]))
    assert table.loc["GALAXY", "auc"] == pytest.approx(sk.roc_auc_score(label == 1, p[:, 1]))


def test_an_absent_class_is_undefined_not_zero():
    label, p = predictions(100, c=2)
    p = np.column_stack([p, np.zeros(len(p), np.float32)])
    row = per_class(label, p.argmax(axis=1), p, CLASSES).loc["QSO"]
    assert row["n"] == 0
    assert row.drop("n").isna().all()


def test_per_class_without_probabilities():
    label, p = predictions(50)
    table = per_class(label, p.argmax(axis=1), None, CLASSES)
    assert table[["average_precision", "auc"]].isna().all().all()
    assert table["f1"].notna().all()


def test_confusion_rows_are_true_classes():
    matrix = confusion(np.array([0, 0, 1, 2]), np.array([1, 0, 1, 3]), 3, unknown=True)
    assert matrix.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]


def test_confusion_refuses_unknowns_without_a_column():
    with pytest.raises(InputError, match="outside the 3 classes"):
        confusion(np.array([0]), np.array([3]), 3)


def test_normalise():
    matrix = np.array([[2, 2], [0, 0], [1, 3]])
    rows, columns = normalise(matrix, "rows"), normalise(matrix, "columns")
    np.testing.assert_allclose(rows[[0, 2]], [[0.5, 0.5], [0.25, 0.75]])
    assert np.isnan(rows[1]).all()
    np.testing.assert_allclose(columns.sum(axis=0), 1)


def test_pair_auc_looks_at_two_classes_only():
    label, p = predictions()
    of = (label == 0) | (label == 2)
    share = p[of, 0].astype(float) / (p[of, 0].astype(float) + p[of, 2])
    assert pair_auc(label, p, 0, 2) == pytest.approx(sk.roc_auc_score(label[of] == 0, share))
    assert np.isnan(pair_auc(label[label == 0], p[label == 0], 0, 2))


def test_pair_auc_of_objects_that_are_surely_neither():
    p = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    assert pair_auc(np.array([0, 2]), p, 0, 2) == 0.5


@pytest.mark.parametrize(
    ("label", "p", "words"),
    [
        (np.array([], int), np.empty((0, 2)), "no labelled objects"),
        (np.array([0, -1]), np.full((2, 2), 0.5), "1 of 2 objects have no label"),
        (np.array([0, 1]), np.full((3, 2), 0.5), "2 and 3 rows"),
        (np.array([0, 1]), np.array([[0.5, 0.5], [np.nan, 1]]), "1 of 2 objects have a probability"),
        (np.array([0, 2]), np.full((2, 2), 0.5), "Label 2 has no column"),
    ],
)
def test_what_can_not_be_scored_is_named(label, p, words):
    with pytest.raises(InputError, match=words):
        scores(label, label, p)
