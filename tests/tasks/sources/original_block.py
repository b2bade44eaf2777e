"""The original's net, literally, as the facts describe it: the truth for sizes and the baseline for speed.

In each of its layers one query, the token made of the photometry, looks at all 65 tokens through a Linformer
projection; what it finds is added to every token, and all of them go through the feed-forward.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn


class OriginalBlock(nn.Module):
    """(B, 65, width) -> (B, 65, width)."""

    def __init__(self, k: int, width: int = 64, heads: int = 8, tokens: int = 65, dropout: float = 0.1) -> None:
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(3))
        self.project_key = nn.Parameter(torch.randn(tokens, k) / math.sqrt(k))
        self.project_value = nn.Parameter(torch.randn(tokens, k) / math.sqrt(k))
        self.out, self.drop = nn.Linear(width, width), nn.Dropout(dropout)
        self.feed = nn.Sequential(
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(4 * width, width),
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor) -> Tensor:
        b, _, width = x.shape
        h = self.norm_1(x)
        key = torch.einsum("bnd,nk->bkd", self.key(h), self.project_key)
        value = torch.einsum("bnd,nk->bkd", self.value(h), self.project_value)
        q, key, value = (
            t.view(b, -1, self.heads, width // self.heads).transpose(1, 2) for t in (self.query(h[:, :1]), key, value)
        )
        a = self.drop((q @ key.transpose(2, 3) / math.sqrt(width // self.heads)).softmax(-1))
        x = x + self.out((a @ value).transpose(1, 2).reshape(b, 1, width))
        return x + self.feed(self.norm_2(x))


class OriginalNet(nn.Module):
    """Photometry (B, 24) and image (B, 32, 32, 5) -> logits (B, classes)."""

    def __init__(self, classes: int = 3, k: int = 64, depth: int = 12, width: int = 64) -> None:
        super().__init__()
        hidden = [
            part for a, b in pairwise((24, 1024, 512, 256)) for part in (nn.Linear(a, b), nn.ReLU(), nn.Dropout(0.25))
        ]
        self.photometry = nn.Sequential(*hidden, nn.Linear(256, width))
        self.patches = nn.Sequential(nn.LayerNorm(80), nn.Linear(80, width), nn.LayerNorm(width))
        self.position = nn.Parameter(torch.randn(1, 65, width))
        self.blocks = nn.ModuleList(OriginalBlock(k, width) for _ in range(depth))
        self.head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, classes))

    def forward(self, photometry: Tensor, image: Tensor) -> Tensor:
        patches = image.view(len(image), 8, 4, 8, 4, 5).transpose(2, 3).reshape(len(image), 64, 80)
        x = torch.cat([self.photometry(photometry)[:, None], self.patches(patches)], dim=1) + self.position
        for block in self.blocks:
            x = block(x)
        out: Tensor = self.head(x[:, 0])
        return out
