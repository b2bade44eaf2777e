"""AdamW over two groups of parameters, and a learning rate that is a function of the step alone."""

from __future__ import annotations

import math
from collections.abc import Iterable

from torch import nn
from torch.optim import AdamW


def adamw(parameters: Iterable[nn.Parameter], lr: float, weight_decay: float) -> AdamW:
    """AdamW (Loshchilov & Hutter 2019); vectors and scalars (biases, norms, tokens' scales) are not decayed."""
    chosen = list(parameters)
    matrices = [p for p in chosen if p.ndim >= 2]
    vectors = [p for p in chosen if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return AdamW([g for g in groups if g["params"]], lr=lr)


def warmup_cosine(step: int, steps: int, warmup: float) -> float:
    """Factor on the peak rate at `step` of `steps`: a linear rise over the share `warmup`, then half a cosine."""
    rise = int(warmup * steps)
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
