"""Curves against counting, thinning against the full curve."""

import numpy as np
import pytest
from sklearn import metrics as sk

from astrocore.analysis.curves import class_operating_points, operating_point, pr_curve, roc_curve
from astrocore.errors import InputError


def scored(n=3000, share=0.3, seed=0, digits=6):
    rng = np.random.default_rng(seed)
    y = rng.random(n) < share
    return y, np.round(1 / (1 + np.exp(-rng.normal(1.5 * y - 0.5, 1))), digits).astype(np.float32)


def counted(y, p, threshold):
    """Precision and recall, object by object."""
    taken = right = 0
    for of_class, probability in zip(y, p, strict=True):
        if float(probability) >= threshold:
            taken += 1
            right += bool(of_class)
    return right / taken if taken else np.nan, right / y.sum() if y.any() else np.nan


@pytest.mark.parametrize("digits", [6, 1])
def test_every_point_is_what_its_threshold_gives(digits):
    y, p = scored(200, digits=digits)
    curve = pr_curve(y, p, points=None)
    assert len(curve.threshold) == len(np.unique(p))
    assert (np.diff(curve.threshold) > 0).all()
    for threshold, precision, recall in zip(curve.threshold, curve.precision, curve.recall, strict=True):
        assert (precision, recall) == pytest.approx(counted(y, p, threshold))
        assert operating_point(y, p, threshold) == pytest.approx((precision, recall))
    assert (curve.n, curve.n_positive) == (200, y.sum())
    assert curve.ap == pytest.approx(sk.average_precision_score(y, p))


def test_thinning_keeps_ends_best_point_and_shape():
    y, p = scored(20_000)
    full, thin = pr_curve(y, p, points=None), pr_curve(y, p)
    assert len(full.threshold) > 5000 > 400 >= len(thin.threshold) > 100
    assert thin.threshold[[0, -1]].tolist() == full.threshold[[0, -1]].tolist()
    assert thin.f1.max() == full.f1.max()
    assert thin.ap == full.ap
    between = np.interp(full.threshold, thin.threshold, thin.precision)
    assert np.abs(between - full.precision).max() < 0.02
    between = np.interp(full.threshold, thin.threshold, thin.recall)
    assert np.abs(between - full.recall).max() < 0.02


def test_roc_is_scikit_learns():
    y, p = scored()
    roc = roc_curve(y, p, points=None)
    fpr, tpr, threshold = sk.roc_curve(y, p)
    np.testing.assert_array_equal(roc.fpr, fpr)
    np.testing.assert_array_equal(roc.tpr, tpr)
    np.testing.assert_array_equal(roc.threshold, threshold)
    assert roc.auc == pytest.approx(sk.roc_auc_score(y, p))


def test_roc_thinned_keeps_its_ends():
    roc = roc_curve(*scored(20_000))
    assert len(roc.fpr) <= 400
    assert (roc.fpr[0], roc.tpr[0], roc.fpr[-1], roc.tpr[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(roc.tpr, roc.fpr) == pytest.approx(roc.auc, abs=0.002)


@pytest.mark.parametrize("y", [np.zeros(5, bool), np.ones(5, bool)])
def test_one_side_only(y):
    p = np.linspace(0.1, 0.9, 5)
    curve, roc = pr_curve(y, p), roc_curve(y, p)
    assert np.isnan(roc.auc)
    assert not len(roc.fpr)
    assert len(curve.recall) == (5 if y.any() else 0)
    assert np.isnan(curve.ap) != y.any()


def test_a_single_object():
    curve = pr_curve(np.array([True]), np.array([0.7]))
    assert (curve.threshold.tolist(), curve.precision.tolist(), curve.recall.tolist()) == ([0.7], [1], [1])


def test_operating_points_beyond_the_scores():
    y, p = np.array([True, False, True]), np.array([0.2, 0.5, 0.9])
    assert operating_point(y, p, 0) == pytest.approx((2 / 3, 1))
    precision, recall = operating_point(y, p, 1.1)
    assert np.isnan(precision)
    assert recall == 0
    precision, recall = operating_point(np.zeros(3, bool), p, 0.4)
    assert precision == 0
    assert np.isnan(recall)


def test_a_threshold_is_reached_exactly():
    p = np.array([0.1, 0.3], np.float32)
    y = np.array([False, True])
    assert operating_point(y, p, float(p[1])) == (1, 1)
    assert operating_point(y, p, np.nextafter(float(p[1]), 1))[1] == 0


def test_class_operating_points():
    rng = np.random.default_rng(0)
    label, p = rng.integers(0, 2, 80), rng.dirichlet(np.ones(3), 80).astype(np.float32)
    thresholds = np.array([0.3, 0.6, 0.5])
    table = class_operating_points(label, p, thresholds, ("a", "b", "c"))
    for c, name in enumerate("abc"):
        expected = counted(label == c, p[:, c], thresholds[c])
        assert (table.loc[name, "precision"], table.loc[name, "recall"]) == pytest.approx(expected, nan_ok=True)
        assert table.loc[name, "taken"] == (p[:, c] >= thresholds[c]).sum()
        assert table.loc[name, "n"] == (label == c).sum()
    assert np.isnan(table.loc["c", "recall"])
    with pytest.raises(InputError, match="2 thresholds for 3 classes"):
        class_operating_points(label, p, thresholds[:2], ("a", "b", "c"))


def test_what_gives_no_curve_is_named():
    with pytest.raises(InputError, match="no labelled objects"):
        pr_curve(np.array([], bool), np.array([]))
    with pytest.raises(InputError, match="not a number"):
        roc_curve(np.array([True, False]), np.array([0.5, np.nan]))
