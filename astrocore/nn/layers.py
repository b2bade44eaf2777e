"""Layers shared by the tasks; plain arguments, no config."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Standardise(nn.Module):
    """Features (B, F) with NaN where missing -> (B, 2 F): z-scores with zero for missing, then the missing flags.

    Mean and spread are buffers, so they travel with the weights. z is limited to +-`limit`.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, features: int, limit: float = 5.0) -> None:
        super().__init__()
        self.limit = limit
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))

    def fit(self, x: Tensor) -> None:
        """Take mean and spread from the rows of `x` (N, F); a column all missing or constant keeps unit spread."""
        known = torch.isfinite(x)
        n = known.sum(0).clamp(min=1)
        filled = torch.where(known, x, 0.0).double()
        mean = filled.sum(0) / n
        std = (torch.where(known, (filled - mean) ** 2, 0.0).sum(0) / n).sqrt()
        self.mean.copy_(mean)
        self.std.copy_(torch.where(std > 1e-6, std, 1.0))

    def forward(self, x: Tensor) -> Tensor:
        """(B, F) -> (B, 2 F)."""
        known = torch.isfinite(x)
        z = ((x - self.mean) / self.std).clamp(-self.limit, self.limit)
        return torch.cat([torch.where(known, z, 0.0), (~known).to(z.dtype)], dim=1)


class PiecewiseLinear(nn.Module):
    """Features (B, F) with NaN where missing -> (B, F bins): how far each value has come through each quantile bin.

    Zero before a bin, one behind it, linear within; all zero where missing (Gorishniy et al. 2022, section 3.1).
    """

    edges: Tensor

    def __init__(self, features: int, bins: int) -> None:
        super().__init__()
        self.register_buffer("edges", torch.linspace(-1, 1, bins + 1).repeat(features, 1))

    def fit(self, x: Tensor) -> None:
        """Take the edges from the quantiles of the rows of `x` (N, F); a column all missing keeps its own."""
        share = torch.linspace(0, 1, self.edges.shape[1], dtype=torch.float64)
        for edges, column in zip(self.edges, x.double().T, strict=True):
            known = column[torch.isfinite(column)].sort().values
            if len(known):
                edges.copy_(_apart(known[(share * (len(known) - 1)).round().long()]))

    def forward(self, x: Tensor) -> Tensor:
        """(B, F) -> (B, F bins)."""
        low, high = self.edges[:, :-1], self.edges[:, 1:]
        known = torch.isfinite(x)[..., None]
        passed = (torch.where(known, x[..., None], 0.0) - low) / (high - low).clamp(min=1e-6)  # (B, F, bins)
        return torch.where(known, passed.clamp(0, 1), 0.0).flatten(1)


def _apart(edges: Tensor) -> Tensor:
    """The same number of edges (E,) without equal ones, between which the code would jump unseen by any gradient.

    Quantiles that fall on one value count once, and the bins between the others are divided evenly; around the one
    value of a constant column the bins reach from -1 to 1.
    """
    distinct = np.unique(edges.cpu().numpy())
    if len(distinct) == 1:
        distinct = distinct + np.array([-1.0, 1.0])
    place = np.linspace(0, len(distinct) - 1, len(edges))
    return torch.from_numpy(np.interp(place, np.arange(len(distinct)), distinct))


class Coded(nn.Module):
    """Base of what takes features (B, F) with NaN where missing: their standard code and, with `bins`, the other one.

    What is added behind them has `coded_width` to take.
    """

    def __init__(self, features: int, bins: int = 0) -> None:
        super().__init__()
        self.standardise = Standardise(features)
        self.code = PiecewiseLinear(features, bins) if bins else None
        self.coded_width = (2 + bins) * features

    def fit(self, x: Tensor) -> None:
        """Take scales and edges from the rows of `x` (N, F)."""
        self.standardise.fit(x)
        if self.code is not None:
            self.code.fit(x)

    def coded(self, x: Tensor) -> Tensor:
        """(B, F) -> (B, coded_width)."""
        z: Tensor = self.standardise(x)
        return z if self.code is None else torch.cat([z, self.code(x)], dim=1)


def mlp(width_in: int, hidden: int, width_out: int, dropout: float = 0.0) -> nn.Sequential:
    """Linear, GELU, dropout, Linear."""
    return nn.Sequential(nn.Linear(width_in, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, width_out))


def sinusoids(n: int, width: int) -> Tensor:
    """Fixed positional encoding (n, width) (Vaswani et al. 2017, section 3.5)."""
    position = torch.arange(n, dtype=torch.float32)[:, None]
    rate = torch.exp(torch.arange(0, width, 2, dtype=torch.float32) * (-math.log(10_000.0) / width))
    return torch.stack([(position * rate).sin(), (position * rate).cos()], dim=2).flatten(1)[:, :width]


class Attention(nn.Module):
    """Multi-head attention of queries (B, Q, D) over tokens (B, N, D), among those whose mask is true."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def forward(self, queries: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
        """`mask` (B, N), at least one true a row; (B, Q, D) out."""
        b, n, d = tokens.shape
        q = self.query(queries).view(b, queries.shape[1], self.heads, d // self.heads).transpose(1, 2)
        k, v = self.key_value(tokens).view(b, n, 2, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])  # (B, heads, Q, D / heads)
        out: Tensor = self.out(mixed.transpose(1, 2).reshape(queries.shape))
        return out


class Block(nn.Module):
    """Pre-norm transformer block: attention, then feed-forward, each added to its input."""

    def __init__(self, width: int, heads: int, dropout: float, expand: int = 4) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.feed = mlp(width, expand * width, width, dropout)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor, first: int | None = None) -> Tensor:
        """(B, N, D) and (B, N) -> (B, N, D), or only the `first` tokens of that."""
        tokens = self.norm_1(x)
        x = x[:, :first] + self.drop(self.attention(tokens[:, :first], tokens, mask))
        x = x + self.drop(self.feed(self.norm_2(x)))
        return x


class Missing(nn.Module):
    """Embeddings (B, M, D) of M modalities, each replaced by a learned vector where it is missing."""

    def __init__(self, modalities: int, width: int) -> None:
        super().__init__()
        self.instead = nn.Parameter(torch.randn(modalities, width) * 0.02)

    def forward(self, x: Tensor, present: Tensor) -> Tensor:
        """`present` (B, M) bool; NaN in the missing ones does no harm."""
        return torch.where(present[..., None], x, self.instead.to(x.dtype))


def drop_modalities(present: Tensor, rate: float) -> Tensor:
    """Hide each modality of each object with probability `rate`, but never the last one; (B, M) bool -> (B, M) bool."""
    kept = present & (torch.rand(present.shape, device=present.device) >= rate)
    return torch.where(kept.any(1, keepdim=True), kept, present)


def class_weights(label: Tensor, classes: int, power: float, cap: float = 0.0) -> Tensor:
    """Weights (C,) of n_c ** -power, mean one over the labelled rows; a class without rows gets zero.

    With a `cap`, weights above `cap` times the median over the classes that have rows are cut to that, and all are
    scaled to the mean over these classes that they had before; the mean over rows is then one no more, which a weighted
    mean, as the losses take it, divides out.
    """
    counts = torch.bincount(label[label >= 0], minlength=classes).double()
    weight = torch.where(counts > 0, counts.clamp(min=1) ** -power, 0.0)
    weight = weight * counts.sum() / (weight * counts).sum().clamp(min=1e-12)
    known = weight[counts > 0]
    if cap and len(known):
        cut = weight.clamp(max=cap * float(known.quantile(0.5)))
        weight = cut * known.sum() / cut.sum()
    return weight.float()
