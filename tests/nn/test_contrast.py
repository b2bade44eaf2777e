"""Closeness and spread of views, against the same numbers in numpy."""

import pytest
import torch

from astrocore.analysis.alignment import pair_distance
from astrocore.analysis.alignment import uniformity as spread
from astrocore.nn.contrast import uniformity, view_distance


def test_numbers_are_those_of_the_analysis() -> None:
    torch.manual_seed(0)
    a, b = torch.randn(40, 6), torch.randn(40, 6)
    assert float(view_distance(a, b)) == pytest.approx(pair_distance(a.numpy(), b.numpy()), rel=1e-5)
    assert float(uniformity(a)) == pytest.approx(spread(a.numpy()), rel=1e-5)


def test_one_object_has_no_spread() -> None:
    assert float(uniformity(torch.ones(1, 3))) == 0
