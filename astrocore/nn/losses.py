"""Losses: tensors in, scalar out; no device, no rank, no model."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def info_nce(a: Tensor, b: Tensor, logit_scale: Tensor, group: Tensor | None = None) -> Tensor:
    """Symmetric InfoNCE between two views of the same objects (CLIP, Radford et al. 2021, fig. 3).

    Parameters
    ----------
    a, b
        (B, D) projections, row i of both from object i; normalised here.
    logit_scale
        Scalar that multiplies the cosines (the inverse temperature).
    group
        (B,) numbers; objects of one group, such as planets of one star, are not each other's negatives.

    Returns
    -------
    Tensor
        Scalar; log B when nothing is aligned, zero when B < 2.
    """
    if len(a) < 2:
        return (a.sum() + b.sum()) * 0.0
    logits = logit_scale.float() * _cosines(a, b)  # (B, B)
    own = torch.arange(len(a), device=a.device)
    if group is not None:
        mates = (group[:, None] == group[None]) & (own[:, None] != own[None])
        logits = logits.masked_fill(mates, float("-inf"))
    return 0.5 * (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own))


def nt_xent(a: Tensor, b: Tensor, temperature: float) -> Tensor:
    """Normalised temperature-scaled cross-entropy over two augmented views (SimCLR, Chen et al. 2020, eq. 1).

    Every projection is held against the 2B - 1 others, of which the object's second view is the positive one.

    Parameters
    ----------
    a, b
        (B, D) projections of the two views; normalised here.
    temperature
        Divides the cosines.

    Returns
    -------
    Tensor
        Scalar; log(2 B - 1) when nothing is told apart, zero when there is nothing.
    """
    if not len(a):
        return (a.sum() + b.sum()) * 0.0
    z = torch.cat([a, b])  # (2B, D)
    itself = torch.eye(len(z), dtype=torch.bool, device=z.device)
    logits = (_cosines(z, z) / temperature).masked_fill(itself, float("-inf"))
    other_view = torch.arange(len(z), device=z.device).roll(len(a))
    return F.cross_entropy(logits, other_view)


def nt_xent_floor(b: int, temperature: float) -> float:
    """What NT-Xent of b objects can't fall below: both views on one point, the points a regular simplex.

    -1/T + log(exp(1/T) + 2 (b - 1) exp(-1 / ((b - 1) T))): the cosines of b unit vectors have a mean of -1 / (b - 1) at
    least, and exp is convex. Reached where the width is b - 1 or more.
    """
    if b < 2:
        return 0.0
    return math.log1p(2 * (b - 1) * math.exp(-(1 + 1 / (b - 1)) / temperature))


def nt_xent_spread(b: int, temperature: float, width: int) -> float:
    """NT-Xent where both views lie on one point and b such points are spread over the sphere as if by chance.

    The mean of exp(cos/T) over a sphere of `width` dimensions is 0F1(; width / 2; 1 / (4 T^2)). A few more objects than
    dimensions can be placed better than by chance, so a loss may end slightly below this; never below `nt_xent_floor`.
    """
    from scipy.special import hyp0f1

    mean = float(hyp0f1(width / 2, 1 / (4 * temperature**2)))
    return math.log1p(2 * max(0, b - 1) * mean * math.exp(-1 / temperature))


def nt_xent_chance(b: int) -> float:
    """NT-Xent of b objects where all cosines are alike: log(2 b - 1)."""
    return math.log(max(1, 2 * b - 1))


def info_nce_floor(b: int, logit_scale: Tensor) -> Tensor:
    """What `info_nce` of b objects can't fall below at this scale: both sides on one point, the points a simplex."""
    return torch.log1p((b - 1) * torch.exp(-logit_scale * (1 + 1 / max(1, b - 1))))


def _cosines(a: Tensor, b: Tensor) -> Tensor:
    """(N, M) cosines of (N, D) and (M, D) in float32, also where autocast would multiply with eight bits."""
    with torch.autocast(a.device.type, enabled=False):
        return F.normalize(a.float(), dim=1) @ F.normalize(b.float(), dim=1).T


def cross_entropy(
    logits: Tensor,
    label: Tensor,
    weight: Tensor | None = None,
    smoothing: float = 0.0,
    share: Tensor | None = None,
) -> Tensor:
    """Weighted cross-entropy with label smoothing over the labelled rows.

    Parameters
    ----------
    logits
        (B, C).
    label
        (B,) class indices; rows with -1 do not count. Zero when none is labelled.
    weight
        (C,) weight of each class; the mean is taken over the weights of the labelled rows.
    smoothing
        Share of the target that is spread evenly over all classes, each part times its class's weight.
    share
        (B,) how much each row counts, beside its class's weight; left out: all alike.
    """
    known = label >= 0
    if not bool(known.any()):
        return logits.sum() * 0.0
    if share is None:
        return F.cross_entropy(logits.float(), label, weight, ignore_index=-1, label_smoothing=smoothing)
    rows = F.cross_entropy(logits[known].float(), label[known], weight, reduction="none", label_smoothing=smoothing)
    counted = share[known] if weight is None else share[known] * weight[label[known]]
    return (share[known] * rows).sum() / counted.sum()


def focal(
    logits: Tensor,
    label: Tensor,
    weight: Tensor | None = None,
    alpha: float = 0.25,
    gamma: float = 2.0,
    share: Tensor | None = None,
) -> Tensor:
    """Focal loss on softmax probabilities (Lin et al. 2017, eq. 5), the mean of alpha (1 - p)^gamma (-log p).

    `alpha` is one factor for all classes, as in MESA; classes are told apart by `weight` (C,), whose mean over
    the labelled rows is divided out. Rows with label -1 do not count; `share` (B,) is as in `cross_entropy`.
    """
    known = label >= 0
    if not bool(known.any()):
        return logits.sum() * 0.0
    log_p = F.log_softmax(logits[known].float(), dim=1).gather(1, label[known, None]).squeeze(1)  # (labelled,)
    w = torch.ones_like(log_p) if weight is None else weight[label[known]]
    w = w if share is None else w * share[known]
    return alpha * (w * (1 - log_p.exp()) ** gamma * -log_p).sum() / w.sum()
