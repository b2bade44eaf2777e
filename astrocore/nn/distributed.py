"""Rows of all processes together; reads the same for one process."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


def world_size() -> int:
    """Processes in the group; one where none was started."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def rank() -> int:
    """This process's number in the group."""
    return dist.get_rank() if world_size() > 1 else 0


def shard(rows: Any) -> Any:
    """This process's contiguous share of `rows`; shares differ by one row at most."""
    n, world, r = len(rows), world_size(), rank()
    return rows[n * r // world : n * (r + 1) // world]


def gather(x: Tensor) -> Tensor:
    """(b, ...) of each process -> (B, ...) of all, in rank order; shares may differ in length.

    Gradients flow back to the share they came from, added up over the processes. With gradients averaged
    over processes, as DDP does, a loss on gathered rows has the gradient of one process that holds all rows.
    """
    if world_size() == 1:
        return x
    rows: Tensor = _Gather.apply(x)  # type: ignore[no-untyped-call]
    return rows


class _Gather(torch.autograd.Function):
    """all_gather of shares of unequal length; backward adds gradients over processes and cuts out the own share."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        lengths = [torch.zeros(1, dtype=torch.long, device=x.device) for _ in range(world_size())]
        dist.all_gather(lengths, torch.tensor([len(x)], device=x.device))
        sizes = [int(n) for n in lengths]
        padded = x.new_zeros((max(sizes), *x.shape[1:]))
        padded[: len(x)] = x
        shares = [torch.empty_like(padded) for _ in sizes]
        dist.all_gather(shares, padded)
        ctx.start, ctx.length = sum(sizes[: rank()]), len(x)
        return torch.cat([share[:n] for share, n in zip(shares, sizes, strict=True)])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total[ctx.start : ctx.start + ctx.length]
