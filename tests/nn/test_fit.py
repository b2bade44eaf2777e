"""The loop: best weights come back, patience ends a stage, a break changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from astrocore.config import Training
from astrocore.nn.fit import Progress, Stage, Stopped
from astrocore.nn.rows import Rows

CPU = torch.device("cpu")


class Toy(nn.Module):
    """One layer behind dropout; `val_losses` dictates what validation says."""

    def __init__(self, val_losses: list[float] | None = None) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer, self.fixed, self.drop = nn.Linear(3, 2), nn.Linear(3, 2), nn.Dropout(0.3)
        self.val_losses, self.asked = val_losses, 0

    def augment(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
        return {**batch, "x": batch["x"] + 0.1 * torch.randn_like(batch["x"])}

    def forward(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
        logits = self.drop(self.layer(batch["x"])) + self.fixed(batch["x"])
        loss = nn.functional.cross_entropy(logits, batch["label"])
        if self.val_losses is not None and not self.training:
            loss, self.asked = torch.tensor(self.val_losses[self.asked]), self.asked + 1
        return {"loss": loss, "logits": logits, "label": batch["label"]}

    def parameters_of(self, stage: str, freeze_backbone: bool) -> list[nn.Parameter]:
        return list(self.layer.parameters())


class Hooks:
    """Keeps what the loop says; says stop at the `stop_at`-th question."""

    def __init__(self, stop_at: int = 0) -> None:
        self.stop_at, self.asked = stop_at, 0
        self.events: list[dict[str, Any]] = []
        self.checkpoint: tuple[dict[str, np.ndarray], dict[str, Any]] | None = None

    def log(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    def save(self, arrays: dict[str, np.ndarray], meta: dict[str, Any]) -> None:
        self.checkpoint = ({k: v.copy() for k, v in arrays.items()}, json.loads(json.dumps(meta)))

    def stopping(self) -> bool:
        self.asked += 1
        return self.asked == self.stop_at


def rows(n: int) -> Rows:
    rng = np.random.default_rng(n)
    x = rng.normal(size=(n, 3)).astype(np.float32)
    data = {"x": x, "label": (x[:, 0] > 0).astype(np.int64)}
    return Rows(lambda index: {name: a[index] for name, a in data.items()}, np.arange(n), CPU, 10**9)


def stage(module: nn.Module, hooks: Hooks, val: int = 10, **settings: Any) -> Stage:
    config = Training(batch_size=8, **{"patience": 0, "lr": 0.05, **settings})
    fabric = Fabric(accelerator="cpu", devices=1)
    accuracy = lambda y, p: {"accuracy": float((p.argmax(1) == y).mean())}  # noqa: E731
    return Stage(fabric, module, "finetune", 1, config.epochs, rows(30), rows(val), config, hooks, {"logits": accuracy})


@pytest.mark.parametrize(("keep", "epoch", "loss"), [("best", 2, 1.0), ("last", 4, 1.5)])
def test_the_kept_epoch_comes_back(keep: str, epoch: int, loss: float) -> None:
    losses, kept = [3.0, 1.0, 2.0, 1.5], {}

    class Spy(Hooks):
        def log(self, event: dict[str, Any]) -> None:
            super().log(event)
            kept[event["epoch"]] = module.layer.weight.detach().clone()

    module = Toy([x for x in losses for _ in range(2)])  # two validation batches an epoch
    progress = stage(module, Spy(), epochs=4, patience=1 if keep == "last" else 0, keep=keep).run()
    assert (progress.best_epoch, progress.best_loss, progress.epoch) == (epoch, loss, 4)
    torch.testing.assert_close(module.layer.weight.detach(), kept[epoch])
    assert not torch.equal(kept[2], kept[4])


def test_patience_ends_a_stage() -> None:
    module = Toy([x for x in [3.0, 1.0, 2.0, 1.5, 1.2, 0.1] for _ in range(2)])
    assert stage(module, Hooks(), epochs=6, patience=2).run().epoch == 4


def test_without_validation_rows_the_training_loss_decides() -> None:
    hooks = Hooks()
    progress = stage(Toy(), hooks, val=0, epochs=2).run()
    assert hooks.events[-1]["val"] == {} and progress.best_loss == min(e["train"]["loss"] for e in hooks.events)


def test_only_what_the_stage_trains_changes() -> None:
    module, fresh = Toy(), Toy()
    stage(module, Hooks(), epochs=1).run()
    assert torch.equal(module.fixed.weight, fresh.fixed.weight)
    assert not torch.equal(module.layer.weight, fresh.layer.weight)


@pytest.mark.parametrize("stop_at", [1, 3, 4, 5, 9, 12])
def test_going_on_from_a_stop_gives_the_very_same_weights(stop_at: int) -> None:
    """Four steps an epoch: a stop in the first step, in the midst, at an end and in the last step."""
    whole = Toy()
    expected = stage(whole, Hooks(), epochs=3).run()
    hooks = Hooks(stop_at)
    with pytest.raises(Stopped):
        stage(Toy(), hooks, epochs=3).run()
    module, events = Toy(), Hooks()
    found = stage(module, events, epochs=3).run(hooks.checkpoint)
    for name, x in whole.state_dict().items():
        assert torch.equal(x, module.state_dict()[name]), name
    assert (found.best_loss, found.best_epoch) == (expected.best_loss, expected.best_epoch)


def test_the_reported_loss_counts_every_row_of_the_epoch_after_a_break() -> None:
    whole, broken, rest = Hooks(), Hooks(3), Hooks()
    stage(Toy(), whole, epochs=1).run()
    with pytest.raises(Stopped):
        stage(Toy(), broken, epochs=1).run()
    stage(Toy(), rest, epochs=1).run(broken.checkpoint)
    assert rest.events[-1]["train"] == whole.events[-1]["train"]


def test_checkpoints_come_within_an_epoch_too() -> None:
    hooks = Hooks(4)
    with pytest.raises(Stopped):
        stage(Toy(), hooks, epochs=1, checkpoint_steps=2).run()
    assert hooks.checkpoint is not None and Progress(**hooks.checkpoint[1]["progress"]).step == 4


class Unlabelled(Toy):
    """Learns without labels, and shows its embedding while it is judged."""

    def forward(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
        noisy = batch["x"] + torch.rand(len(batch["x"]), 1)
        parts = {"loss": self.layer(noisy).square().mean()}
        return parts if self.training else {**parts, "embedding": batch["x"], "label": batch["label"]}


def test_an_embedding_is_judged_by_its_own_score_and_with_the_same_views_each_epoch() -> None:
    hooks, asked = Hooks(), []

    def neighbours(label: np.ndarray, x: np.ndarray) -> dict[str, float]:
        asked.append((label, x))
        return {"neighbours": float((x[:, 0] > 0).mean())}

    one = stage(Unlabelled(), hooks, epochs=2, lr=1e-9)
    one.scores = {"embedding": neighbours}
    one.run()
    epochs = [event["val"] for event in hooks.events if event["event"] == "epoch"]
    assert [set(epoch) for epoch in epochs] == [{"loss", "neighbours"}] * 2 and asked[0][1].shape == (10, 3)
    assert epochs[0]["loss"] == pytest.approx(epochs[1]["loss"], rel=1e-5)


def test_a_stage_may_have_settings_of_its_own() -> None:
    config = Training(batch_size=8, lr=0.1, pretrain_batch_size=32)
    assert (config.of_stage("pretrain").batch_size, config.of_stage("pretrain").lr) == (32, 0.1)
    assert config.of_stage("finetune") is config
