"""Coarser words: sums over the classes that share one."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.analysis.coarse import coarser
from astrocore.errors import InputError


def test_probabilities_are_summed_word_by_word() -> None:
    words = ("dark", "flat", "light", "flat")
    p = np.random.default_rng(0).dirichlet(np.ones(4), 7)
    names, of_class, found = coarser(p, words)
    assert names == ("dark", "flat", "light") and of_class.tolist() == [0, 1, 2, 1]
    for row, told in zip(p, found, strict=True):
        wanted = [sum(x for x, word in zip(row, words, strict=True) if word == name) for name in names]
        assert told.tolist() == pytest.approx(wanted)


def test_a_word_for_each_class_is_needed() -> None:
    with pytest.raises(InputError, match="one a class"):
        coarser(np.ones((2, 3)), ("dark", "flat"))
