"""Encoders of the exoplanets net: views as tokens of a Transformer, features through an MLP; and shifts in phase."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from astrocore.nn.distributed import world_size
from astrocore.nn.layers import Block, Coded, mlp, sinusoids
from astrocore.tasks.exoplanets.inputs import CHANNELS

Batch = Mapping[str, Tensor]


class LightCurveEncoder(nn.Module):
    """All views, cut into patches, as tokens of one sequence behind a CLS token, and the measures of their shape.

    Empty patches are masked inside attention; one process leaves out a view that no object of the batch has
    (several must not: each gradient has to be there on all of them).
    (B, T, 3) and (B, T) a view, (B, F) measures -> (B, D).
    """

    def __init__(
        self,
        bins: Mapping[str, int],
        patch: int,
        width: int,
        heads: int,
        layers: int,
        dropout: float,
        shape: FeatureEncoder | None,
    ) -> None:
        super().__init__()
        self.patch, self.views = patch, tuple(bins)
        self.tokens = nn.ModuleDict({view: nn.Linear((CHANNELS + 1) * patch, width) for view in bins})
        self.cls = nn.Parameter(torch.randn(width) * 0.02)
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.shape = shape
        self.join = nn.Linear(2 * width, width) if shape is not None else None
        for view in bins:
            self.register_buffer(f"position_{view}", sinusoids(-(-bins[view] // patch), width), persistent=False)

    def forward(self, batch: Batch) -> Tensor:
        """The CLS token after the last block, joined with the measures."""
        b = len(batch["global_mask"])
        views = [view for view in self.views if world_size() > 1 or bool(batch[f"{view}_mask"].any())]
        parts = [self._tokens(batch[f"{view}_view"], batch[f"{view}_mask"], view) for view in views]
        x = torch.cat([self.cls.expand(b, 1, -1), *(x for x, _ in parts)], dim=1)  # (B, 1 + N, D)
        cls_mask = torch.ones(b, 1, dtype=torch.bool, device=x.device)
        mask = torch.cat([cls_mask, *(m for _, m in parts)], dim=1)
        for i, block in enumerate(self.blocks):
            x = block(x, mask, first=1 if i == len(self.blocks) - 1 else None)
        out: Tensor = self.norm(x[:, 0])
        if self.shape is not None and self.join is not None:
            out = self.join(torch.cat([out, self.shape(batch["shape"]).to(out)], dim=1))
        return out

    def _tokens(self, view: Tensor, mask: Tensor, name: str) -> tuple[Tensor, Tensor]:
        """(B, T, 3), (B, T) -> tokens (B, N, D), masks (B, N)."""
        b, bins = mask.shape
        n, short = -(-bins // self.patch), -bins % self.patch
        x = torch.cat([view, mask[..., None].to(view.dtype)], dim=2)  # (B, T, 4)
        x = nn.functional.pad(x, (0, 0, 0, short)).reshape(b, n, (CHANNELS + 1) * self.patch)
        seen = nn.functional.pad(mask, (0, short)).reshape(b, n, self.patch).any(2)
        return self.tokens[name](x) + self.get_buffer(f"position_{name}"), seen


class FeatureEncoder(Coded):
    """Features with missing flags through an MLP, and a piecewise-linear code of them if asked for.

    (B, F) with NaN -> (B, D).
    """

    def __init__(self, features: int, width: int, dropout: float, bins: int = 0) -> None:
        super().__init__(features, bins)
        self.layers = nn.Sequential(mlp(self.coded_width, 4 * width, width, dropout), nn.LayerNorm(width))

    def forward(self, x: Tensor) -> Tensor:
        """NaN is a missing value."""
        out: Tensor = self.layers(self.coded(x))
        return out


def shifted(view: Tensor, mask: Tensor, largest: float) -> tuple[Tensor, Tensor]:
    """Each row rolled by its own number of bins, at most `largest` of the view."""
    b, bins = mask.shape
    reach = round(largest * bins)
    shift = torch.randint(-reach, reach + 1, (b, 1), device=mask.device)
    at = (torch.arange(bins, device=mask.device) + shift) % bins  # (B, T)
    return view.gather(1, at[..., None].expand_as(view)), mask.gather(1, at)
