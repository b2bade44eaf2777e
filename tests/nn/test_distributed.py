"""Two gloo processes give the losses and gradients of one."""

from __future__ import annotations

import os
import socket
from typing import Any

import numpy as np
import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from astrocore.nn.distributed import gather, shard
from astrocore.nn.losses import info_nce, nt_xent
from astrocore.tasks import get_task
from astrocore.tasks.exoplanets.config import Config
from astrocore.tasks.exoplanets.model import Model
from tests.synthetic import exoplanets_draft
from tests.tasks.sources.toys import sources_draft

KINDS = ("info_nce", "nt_xent", "pretrain", "finetune", "simclr")
BATCH = 11
"""An odd number: the processes' shares differ in length."""


def batch() -> dict[str, Tensor]:
    draft = exoplanets_draft(BATCH, seed=4)
    inputs = get_task("exoplanets").data.prepare(draft.table, draft.arrays, Config())
    label = draft.table["label"].to_numpy(np.int64).copy()
    label[2] = -1
    more = {"label": torch.from_numpy(label), "group": torch.arange(BATCH) // 2}
    return {name: torch.from_numpy(a) for name, a in inputs.items()} | more


STILL = (
    "shift",
    "sky_noise",
    "blur",
    "brightness",
    "extinction",
    "band_dropout",
    "feature_dropout",
    "photometry_noise",
)
"""Augmentation that is left out: both views are what was measured, in however many processes."""


def sources() -> tuple[nn.Module, dict[str, Tensor]]:
    """The sources net before SimCLR, batch norm among it, and eleven objects, one of them without an image."""
    from astrocore.tasks.sources.config import Config as SourcesConfig
    from astrocore.tasks.sources.model import Model as SourcesModel

    quiet: dict[str, Any] = {f"view_{name}": 0.0 for name in STILL} | {"flips": False, "numeric_bins": 0}
    config = SourcesConfig(
        pretrain_epochs=1,
        pretext=("image", "cross"),
        d_model=16,
        heads=2,
        dropout=0,
        photometry_dropout=0,
        layers=1,
        **quiet,
    )
    draft = sources_draft(BATCH, seed=1)
    inputs = get_task("sources").data.prepare(draft.table, draft.arrays, config)
    inputs["image_mask"][4] = False
    rows = {name: torch.from_numpy(a) for name, a in inputs.items()} | {"label": torch.zeros(BATCH, dtype=torch.long)}
    torch.manual_seed(0)
    module = SourcesModel(config, ("a", "b", "c"))
    module.fit_scale(rows)
    return module, rows


def simclr_loss(module: Any, _: str) -> Tensor:
    loss: Tensor = module({name: shard(x) for name, x in sources()[1].items()}, "pretrain")["loss"]
    return loss


class Aligned(nn.Module):
    """A layer whose output on two views goes through a contrastive loss over all processes."""

    def __init__(self, loss: str) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer, self.scale, self.loss = nn.Linear(5, 4), nn.Parameter(torch.tensor(3.0)), loss

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        a, b = gather(self.layer(a)), gather(self.layer(b))
        return info_nce(a, b, self.scale) if self.loss == "info_nce" else nt_xent(a, b, 0.2) + 0 * self.scale


def model_loss(module: Any, stage: str) -> Tensor:
    loss: Tensor = module({name: shard(x) for name, x in batch().items()}, stage)["loss"]
    return loss


def aligned_loss(module: Any, _: str) -> Tensor:
    torch.manual_seed(5)
    a, b = torch.randn(BATCH, 5), torch.randn(BATCH, 5)
    loss: Tensor = module(shard(a), shard(b))
    return loss


def make(kind: str) -> tuple[nn.Module, Any, str]:
    if kind in ("info_nce", "nt_xent"):
        return Aligned(kind), aligned_loss, ""
    if kind == "simclr":
        net, _ = sources()
        net.requires_grad_(False)
        for p in net.parameters_of("pretrain", freeze_backbone=False):  # type: ignore[operator]
            p.requires_grad_(True)
        return net, simclr_loss, "pretrain"
    torch.manual_seed(0)
    module = Model(Config(dropout=0, modality_dropout=0), ("a", "b", "c"))
    module.fit_scale(batch())
    module.requires_grad_(False)
    for p in module.parameters_of(kind, freeze_backbone=False):
        p.requires_grad_(True)
    return module, model_loss, kind


def worker(rank: int, world: int, port: int, out: str) -> None:
    torch.set_num_threads(1)
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    dist.init_process_group("gloo", rank=rank, world_size=world)
    found = {}
    for kind in KINDS:
        module, loss_of, stage = make(kind)
        wrapped = DistributedDataParallel(module)
        loss = loss_of(wrapped, stage)
        loss.backward()
        grads = {name: p.grad for name, p in module.named_parameters() if p.grad is not None}
        found[kind] = {"loss": loss.detach(), "grads": grads}
    torch.save(found, f"{out}.{rank}")
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What each of two processes found."""
    out = tmp_path_factory.mktemp("gloo") / "out"
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    mp.spawn(worker, args=(2, port, str(out)), nprocs=2)
    return [torch.load(f"{out}.{rank}", weights_only=True) for rank in (0, 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_two_processes_give_the_loss_and_the_gradients_of_one(kind: str, of_two: list[dict[str, Any]]) -> None:
    module, loss_of, stage = make(kind)
    loss = loss_of(module, stage)
    loss.backward()
    expected = {name: p.grad for name, p in module.named_parameters() if p.grad is not None}
    assert len(expected) > 1
    for found in of_two:
        torch.testing.assert_close(found[kind]["loss"], loss.detach())
        for name, grad in expected.items():
            torch.testing.assert_close(found[kind]["grads"][name], grad, rtol=1e-4, atol=1e-6)
