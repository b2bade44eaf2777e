"""How two views of the same objects lie on the sphere while a net learns to tell objects apart."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


@torch.no_grad()
def view_distance(a: Tensor, b: Tensor) -> Tensor:
    """Mean squared distance of the two views (B, D) of an object on the unit sphere; 0 is perfect, 2 is unrelated.

    Wang & Isola 2020, equation 1 ("alignment", with exponent 2).
    """
    return ((F.normalize(a.float(), dim=1) - F.normalize(b.float(), dim=1)) ** 2).sum(1).mean()


@torch.no_grad()
def uniformity(x: Tensor) -> Tensor:
    """Logarithm of the mean of exp(-2 d^2) over pairs of objects (B, D): 0 for one point, towards -4 for a sphere.

    Wang & Isola 2020, equation 2 (with t = 2); 0 where there are fewer than two objects.
    """
    if len(x) < 2:
        return torch.zeros((), device=x.device)
    return torch.pdist(F.normalize(x.float(), dim=1)).pow(2).mul(-2).exp().mean().log()
