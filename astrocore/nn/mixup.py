"""MixUp: each object of a batch is mixed with another one, inputs and labels alike (Zhang et al. 2018)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor


def mixed(batch: Mapping[str, Tensor], alpha: float, left: Collection[str] = ()) -> dict[str, Tensor]:
    """The batch mixed with a permutation of itself, by a share for each row.

    The share is the larger of lam and 1 - lam, lam ~ Beta(alpha, alpha): a pair of objects is mixed by the same law
    either way around, and a row always keeps more of its own than of the other. So what can't be mixed, masks and whole
    numbers, stays as the row has it.

    Parameters
    ----------
    batch
        Inputs (B, ...) each, and `label` (B,), -1 where unknown. Floats are mixed where both rows have a finite value
        and, by the mask of the input, a measured one; elsewhere the row's own value stays. A mask `x_mask` goes with
        the inputs x and x_..., whose axes it shares or begins.
    alpha
        Of the distribution, 0.01 or more; small values mix little.
    left
        Names of inputs that stay as they are.

    Returns
    -------
    dict
        The inputs, and `label_b`, `label_share` (B,): label counts by the share, label_b by the rest. A row does not
        mix, at a share of one, where it or the other has no label, or both have no value in common.
    """
    label = batch["label"]
    other = torch.randperm(len(label), device=label.device)
    share = _shares(alpha, len(label), label.device)
    share = torch.where((label >= 0) & (label[other] >= 0), share, 1.0)
    found, common = dict(batch), torch.zeros(len(label), dtype=torch.bool, device=label.device)
    for name, x in batch.items():
        if not x.is_floating_point() or name in left:
            continue
        there = torch.isfinite(x) & _measured(batch, name, x)
        there = there & there[other]
        part = share.to(x.dtype).view(-1, *[1] * (x.ndim - 1))
        found[name] = torch.where(there, part * x + (1 - part) * x[other], x)
        common |= there.flatten(1).any(1) if x.ndim > 1 else there
    return {**found, "label_b": label[other], "label_share": torch.where(common, share, 1.0)}


def _shares(alpha: float, n: int, device: torch.device) -> Tensor:
    a = torch.tensor(alpha, dtype=torch.float64, device=device)  # in float32 a small alpha gives 0 / 0, told as a half
    lam = torch.distributions.Beta(a, a).sample((n,))
    return torch.maximum(lam, 1 - lam).float()


def _measured(batch: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
    """Where the masks of an input say that its values were measured; everywhere for an input without one."""
    there = torch.ones_like(x, dtype=torch.bool)
    for key, mask in batch.items():
        of = key.removesuffix("_mask")
        if mask.dtype != torch.bool or key == of or not (name == of or name.startswith(f"{of}_")):
            continue
        if x.shape[: mask.ndim] == mask.shape:
            there = there & mask.view(*mask.shape, *[1] * (x.ndim - mask.ndim))
    return there
