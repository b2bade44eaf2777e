"""AdamW over two groups of parameters, its state as plain tensors, and how the learning rate runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from torch import Tensor, nn
from torch.optim import AdamW

PLATEAU_FACTOR, PLATEAU_FLOOR = 0.5, 1e-6
"""What the rate is multiplied by on a plateau, and below which share of its peak it never falls."""


def adamw(parameters: Iterable[nn.Parameter], lr: float, weight_decay: float) -> AdamW:
    """AdamW (Loshchilov & Hutter 2019); vectors and scalars (biases, norms, tokens' scales) are not decayed."""
    chosen = list(parameters)
    matrices = [p for p in chosen if p.ndim >= 2]
    vectors = [p for p in chosen if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return AdamW([g for g in groups if g["params"]], lr=lr)


def rate_factor(step: int, steps: int, rise: int, schedule: str = "cosine") -> float:
    """Factor on the peak rate at `step` of `steps`: a linear rise over `rise` steps, then half a cosine, or one.

    The schedules constant and plateau are alike here: what a plateau does is counted by epochs (see `lowered`).
    """
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise))) if schedule == "cosine" else 1.0


def lowered(factor: float) -> float:
    """The factor on the rate after one more plateau."""
    return max(PLATEAU_FLOOR, factor * PLATEAU_FACTOR)


def moments(optimiser: AdamW) -> dict[str, Tensor]:
    """The optimiser's state, one name a tensor: <parameter number>/<name>."""
    state = optimiser.state_dict()["state"]
    return {f"{i}/{name}": x.detach().cpu() for i, entry in state.items() for name, x in entry.items()}


def set_moments(optimiser: AdamW, found: Mapping[str, Tensor]) -> None:
    """The inverse of `moments`."""
    entries: dict[int, dict[str, Tensor]] = {}
    for key, x in found.items():
        number, name = key.split("/")
        entries.setdefault(int(number), {})[name] = x
    optimiser.load_state_dict({"state": entries, "param_groups": optimiser.state_dict()["param_groups"]})
