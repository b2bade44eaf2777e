"""Our net and the original's literal one, of one size, on one batch, timed in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from astrocore.tasks.sources.config import CLASSES, PRESETS, Config
from astrocore.tasks.sources.model import Model
from tests.tasks.sources.original_block import OriginalNet

Batch = dict[str, Tensor]


@dataclass(frozen=True)
class Timed:
    """A net, its optimiser, and what it says of a batch: logits (B, C) and a loss."""

    name: str
    net: nn.Module
    logits: Callable[[Batch], Tensor]
    loss: Callable[[Batch], Tensor]
    batch: Batch
    optimiser: torch.optim.Optimizer

    @property
    def parameters(self) -> int:
        """How many it trains."""
        return sum(p.numel() for p in self.net.parameters())

    def training(self) -> None:
        """A step of training."""
        self.net.train()
        self.optimiser.zero_grad(set_to_none=True)
        self.loss(self.batch).backward()
        self.optimiser.step()

    def inference(self) -> None:
        """Logits of the batch."""
        self.net.eval()
        with torch.inference_mode():
            self.logits(self.batch)


def pair(batch: int, threads: int, seed: int = 0) -> tuple[Timed, Timed]:
    """Ours, then the original's: 12 layers, width 64, 8 heads, patches of 4 pixels, 24 features, three classes."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    config, data = Config(**PRESETS["original"]), made(batch)
    ours, theirs = Model(config, CLASSES), OriginalNet(len(CLASSES), depth=config.layers, width=config.d_model)
    ours.fit_scale(data)

    def original(b: Batch) -> Tensor:
        out: Tensor = theirs(b["photometry"], b["image"])
        return out

    def loss(b: Batch) -> Tensor:
        return nn.functional.cross_entropy(original(b), b["label"])

    return (
        Timed("ours", ours, ours.logits, lambda b: ours(b, "finetune")["loss"], data, optimiser(ours)),
        Timed("original", theirs, original, loss, data, optimiser(theirs)),
    )


def made(batch: int) -> Batch:
    """Random numbers in the shape of a batch without gaps."""
    generator = torch.Generator().manual_seed(0)
    return {
        "photometry": torch.randn(batch, 24, generator=generator),
        "image": torch.randn(batch, 32, 32, 5, generator=generator),
        "image_mask": torch.ones(batch, 32, 32, 5, dtype=torch.bool),
        "label": torch.randint(0, len(CLASSES), (batch,), generator=generator),
    }


def optimiser(net: nn.Module) -> torch.optim.Optimizer:
    """The same for both."""
    return torch.optim.AdamW(net.parameters(), lr=1e-3)


def in_turns(nets: Sequence[Timed], what: str, turns: int) -> tuple[list[float], ...]:
    """Seconds of each net, turn by turn; who is first changes from turn to turn. Two rounds before do not count."""
    seconds: tuple[list[float], ...] = tuple([] for _ in nets)
    for turn in range(-2, turns):
        order = range(len(nets)) if turn % 2 else reversed(range(len(nets)))
        for place in order:
            began = time.perf_counter()
            getattr(nets[place], what)()
            if turn >= 0:
                seconds[place].append(time.perf_counter() - began)
    return seconds
