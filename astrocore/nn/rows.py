"""Rows of a data set as batches of tensors: on the device at once when small, else read as they are asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

Fetch = Callable[[np.ndarray], dict[str, np.ndarray]]
PROBE = 64
CHUNK = 8192


class Rows:
    """The rows `index` of a data set.

    Parameters
    ----------
    fetch
        Row numbers (b,) -> model inputs (b, ...) each, with `label` (b,), -1 where unknown.
    index
        (N,) row numbers of the data set.
    device
        Where batches go.
    resident_bytes
        Rows whose inputs fit into this go to the device once.
    """

    def __init__(self, fetch: Fetch, index: np.ndarray, device: torch.device, resident_bytes: int) -> None:
        self.fetch, self.index, self.device = fetch, index, device
        probe = fetch(index[:PROBE])
        row = sum(a.nbytes for a in probe.values()) / max(1, min(PROBE, len(index)))
        self.resident = self._all() if len(index) and row * len(index) <= resident_bytes else None

    def __len__(self) -> int:
        return len(self.index)

    def batch(self, positions: np.ndarray) -> dict[str, Tensor]:
        """The rows at `positions` (b,) of `index`, in that order."""
        if self.resident is None:
            return self._tensors(self.fetch(self.index[positions]))
        at = torch.from_numpy(positions).to(self.device)
        return {name: x[at] for name, x in self.resident.items()}

    def _all(self) -> dict[str, Tensor]:
        parts = [self.fetch(self.index[i : i + CHUNK]) for i in range(0, len(self.index), CHUNK)]
        return self._tensors({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})

    def _tensors(self, arrays: dict[str, np.ndarray]) -> dict[str, Tensor]:
        return {name: torch.from_numpy(np.ascontiguousarray(a)).to(self.device) for name, a in arrays.items()}


def in_order(n: int, batch_size: int) -> list[np.ndarray]:
    """Positions 0..n-1 in batches of nearly equal length, none longer than `batch_size`."""
    return np.array_split(np.arange(n), max(1, -(-n // batch_size)))


def shuffled(n: int, batch_size: int, seed: tuple[int, ...]) -> list[np.ndarray]:
    """Like `in_order`, over a permutation drawn from `seed`."""
    return np.array_split(np.random.default_rng(seed).permutation(n), max(1, -(-n // batch_size)))


def balanced(label: np.ndarray, batch_size: int, seed: tuple[int, ...], cap: float) -> list[np.ndarray]:
    """Like `shuffled`, over as many positions drawn with replacement, so that classes come equally often.

    Each position is drawn on its own: first the class, by `balanced_shares`, then a row of it, all rows alike.

    Parameters
    ----------
    label
        (N,) of the rows; those of one value, -1 among them, are a class.
    cap
        As `balanced_shares` takes it.
    """
    _, code, count = np.unique(label, return_inverse=True, return_counts=True)
    chance = (balanced_shares(count, cap) / count)[code]
    drawn = np.random.default_rng(seed).choice(len(label), len(label), p=chance / chance.sum())
    return np.array_split(drawn, max(1, -(-len(label) // batch_size)))


def balanced_shares(count: np.ndarray, cap: float) -> np.ndarray:
    """Shares (C,) of classes of `count` rows each: all alike, but none above `cap` >= 1 times its natural share.

    What the capped ones leave is dealt evenly to the others: each has min(level, cap x natural share), with the one
    level at which they add up to one.
    """
    most = cap * count / count.sum()
    share = np.zeros(len(count))
    order, rest = np.argsort(most, kind="stable"), 1.0
    for done, c in enumerate(order):
        share[c] = min(most[c], rest / (len(order) - done))
        rest -= share[c]
    return share
