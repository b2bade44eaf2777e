"""The loop's options: schedules, balanced sampling and MixUp, each also across a break."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from astrocore.config import Training
from astrocore.nn.fit import Stage, Stopped
from tests.nn.test_fit import Hooks, Toy, stage

LABELS = (np.random.default_rng(30).normal(size=(30, 3))[:, 0] > 0).astype(int)
"""Labels of the thirty rows that `stage` trains on."""


def with_labels(module: torch.nn.Module, hooks: Hooks, **settings: Any) -> Stage:
    made = stage(module, hooks, **settings)
    made.labels = LABELS
    return made


class Watched(Toy):
    """Keeps every batch that it is trained and judged on."""

    def __init__(self, val_losses: list[float] | None = None) -> None:
        super().__init__(val_losses)
        self.trained: list[dict[str, Tensor]] = []
        self.judged: list[dict[str, Tensor]] = []

    def forward(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
        (self.trained if self.training else self.judged).append(dict(batch))
        return super().forward(batch, stage)


OPTIONS: list[dict[str, Any]] = [
    {"schedule": "plateau", "plateau_patience": 1, "lr": 0.5},
    {"balance_cap": 3.0},
    {"mixup": 0.4},
    {"schedule": "constant", "warmup_epochs": 2, "lr_batch": 32, "balance_cap": 2.0, "mixup": 0.2},
]


@pytest.mark.parametrize("settings", OPTIONS)
@pytest.mark.parametrize("stop_at", [3, 9, 18])
def test_going_on_from_a_stop_gives_the_very_same_weights(settings: dict[str, Any], stop_at: int) -> None:
    whole, all_events = Toy(), Hooks()
    expected = with_labels(whole, all_events, epochs=5, **settings).run()
    hooks = Hooks(stop_at)
    with pytest.raises(Stopped):
        with_labels(Toy(), hooks, epochs=5, **settings).run()
    module, events = Toy(), Hooks()
    found = with_labels(module, events, epochs=5, **settings).run(hooks.checkpoint)
    for name, x in whole.state_dict().items():
        assert torch.equal(x, module.state_dict()[name]), name
    assert (found.best_loss, found.factor, found.flat) == (expected.best_loss, expected.factor, expected.flat)
    assert events.events[-1]["lr"] == all_events.events[-1]["lr"]


def test_a_plateau_halves_the_rate_and_what_is_logged_is_what_was_taken() -> None:
    losses = [3.0, 2.0, 2.5, 2.1, 1.0, 1.5, 1.2, 1.1]
    module, hooks, taken = Toy([x for x in losses for _ in range(2)]), Hooks(), []
    one = stage(module, hooks, epochs=8, schedule="plateau", plateau_patience=2, warmup=0.0, lr=0.08)
    step = one._step
    one._step = lambda w, o, p, rate: taken.append(rate) or step(w, o, p, rate)  # type: ignore[method-assign,func-returns-value]
    one.run()
    expected = [0.08] * 4 + [0.04] * 3 + [0.02]
    assert [e["lr"] for e in hooks.events if e["event"] == "epoch"] == pytest.approx(expected)
    assert taken == pytest.approx(np.repeat(expected, 4))


def test_the_rate_rises_over_epochs_and_is_scaled_by_the_batch() -> None:
    hooks = Hooks()
    stage(Toy(), hooks, epochs=4, schedule="constant", warmup_epochs=2, lr_batch=32, lr=0.08).run()
    rates = [e["lr"] for e in hooks.events if e["event"] == "epoch"]  # 4 steps an epoch; batches of 8 instead of 32
    assert rates == pytest.approx([0.02 * 4 / 8, 0.02, 0.02, 0.02])


def test_balanced_sampling_draws_by_the_labels_and_judges_every_row_once() -> None:
    module = Watched()
    one = with_labels(module, Hooks(), epochs=40, balance_cap=1.5, patience=0)
    one.labels = np.array([0] * 3 + [1] * 27)
    rows = one.train.resident
    assert rows is not None
    rows["label"] = torch.from_numpy(one.labels)
    one.run()
    share = float(torch.cat([b["label"] for b in module.trained]).double().mean())
    assert share == pytest.approx(1 - 1.5 * 0.1, abs=0.03)
    assert sum(len(b["label"]) for b in module.judged) == 40 * 10


def test_mixup_is_for_training_alone() -> None:
    module = Watched()
    stage(module, Hooks(), epochs=1, mixup=0.5).run()
    assert all("label_share" in b for b in module.trained) and not any("label_share" in b for b in module.judged)


def test_validation_says_the_same_with_and_without_mixup() -> None:
    events = []
    for mixup in (0.0, 0.5):
        hooks = Hooks()
        stage(Toy(), hooks, epochs=1, lr=1e-12, mixup=mixup).run()
        events.append(hooks.events[-1])
    assert events[0]["val"]["loss"] == pytest.approx(events[1]["val"]["loss"], rel=1e-6)
    assert events[0]["train"]["loss"] != pytest.approx(events[1]["train"]["loss"], rel=1e-3)


def test_a_model_says_which_inputs_do_not_mix() -> None:
    class Apart(Watched):
        NOT_MIXED = ("x",)

        def augment(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
            return dict(batch)

    module = Apart()
    one = stage(module, Hooks(), epochs=1, mixup=1.0)
    assert one.train.resident is not None
    own = {tuple(row) for row in one.train.resident["x"].tolist()}
    one.run()
    assert {tuple(row) for b in module.trained for row in b["x"].tolist()} == own


def test_pretraining_neither_mixes_nor_draws_by_labels() -> None:
    config = Training(balance_cap=3, mixup=0.2, class_weights="balanced")
    assert (config.of_stage("pretrain").balance_cap, config.of_stage("pretrain").mixup) == (0, 0)
    assert config.of_stage("finetune").mixup == 0.2 and config.loss_power == 0
