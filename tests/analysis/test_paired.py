"""Paired differences against resampling by hand."""

import numpy as np
import pytest

from astrocore.analysis.bootstrap import interval
from astrocore.analysis.metrics import scores
from astrocore.analysis.paired import differences
from astrocore.errors import InputError


def two_models(n=150, seed=0):
    rng = np.random.default_rng(seed)
    label, group = rng.integers(0, 3, n), rng.integers(0, 60, n).astype(str)
    p, q = (np.exp(skill * np.eye(3)[label] + rng.normal(size=(n, 3))) for skill in (1.5, 0.5))
    return label, p / p.sum(1, keepdims=True), q / q.sum(1, keepdims=True), group


def test_against_one_call_a_resample():
    label, p, q, group = two_models()

    def both(rows):
        one, other = (scores(label[rows], x[rows].argmax(1), x[rows]) for x in (p, q))
        return {name: one[name] - other[name] for name in one}

    slow = interval(both, group, n=40)
    found = differences(label, p, q, group, n=40)
    for name, value in both(np.arange(len(label))).items():
        assert found[name][0] == pytest.approx(value)
        assert found[name][1] == pytest.approx(slow[name])


def test_a_model_against_itself():
    label, p, _, group = two_models()
    assert all(value == 0 and ends == (0, 0) for value, ends in differences(label, p, p, group, n=20).values())


def test_rows_that_do_not_fit():
    label, p, q, group = two_models()
    with pytest.raises(InputError, match="fit together"):
        differences(label, p, q[:-1], group)
