"""The schedule as a formula, and what is decayed."""

import math

import pytest
import torch
from torch import nn

from astrocore.nn.optim import PLATEAU_FLOOR, adamw, lowered, rate_factor


def test_warmup_then_half_a_cosine() -> None:
    factors = [rate_factor(step, 20, 4) for step in range(20)]
    assert factors[:4] == [0.25, 0.5, 0.75, 1.0]
    for step in range(4, 20):
        assert factors[step] == pytest.approx((1 + math.cos(math.pi * (step - 4) / 16)) / 2)
    assert rate_factor(0, 1, 0) == 1.0


@pytest.mark.parametrize("schedule", ["constant", "plateau"])
def test_other_schedules_stay_at_their_peak_after_the_rise(schedule: str) -> None:
    assert [rate_factor(step, 5, 2, schedule) for step in range(5)] == [0.5, 1.0, 1.0, 1.0, 1.0]


def test_plateaus_halve_the_rate_down_to_a_floor() -> None:
    factors = [1.0]
    for _ in range(40):
        factors.append(lowered(factors[-1]))
    assert factors[:4] == [1.0, 0.5, 0.25, 0.125]
    assert factors[19] == 2.0**-19 and factors[20] == factors[-1] == PLATEAU_FLOOR


def test_only_matrices_are_decayed() -> None:
    module = nn.Sequential(nn.Linear(3, 3), nn.LayerNorm(3))
    optimiser = adamw(module.parameters(), lr=0.1, weight_decay=0.5)
    decay = {id(p): g["weight_decay"] for g in optimiser.param_groups for p in g["params"]}
    assert {p.ndim: decay[id(p)] for p in module.parameters()} == {2: 0.5, 1: 0.0}
    for p in module.parameters():
        p.grad = torch.zeros_like(p)
    before = [p.detach().clone() for p in module.parameters()]
    optimiser.step()
    for p, old in zip(module.parameters(), before, strict=True):
        torch.testing.assert_close(p.detach(), old * (0.95 if p.ndim == 2 else 1.0))
