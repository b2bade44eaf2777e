"""The training loop: one stage of a model, from wherever it was left to its end.

Order, dropout and augmentation are drawn from (seed, stage, epoch, step), never from a running generator, so a
run that goes on from a checkpoint takes the very steps that it would have taken without the break.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from astrocore.config import Training
from astrocore.nn.distributed import rank, shard
from astrocore.nn.mixup import mixed
from astrocore.nn.optim import adamw, lowered, moments, rate_factor, set_moments
from astrocore.nn.rows import Rows, balanced, in_order, shuffled
from astrocore.nn.state import copied, pack, unpack

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Score = Callable[[np.ndarray, np.ndarray], Mapping[str, float]]
OUTPUTS = ("logits", "embedding")
"""What a stage may give of each object beside its label, to be scored."""


class Stopped(Exception):
    """Training was asked to stop; a checkpoint has been written."""


class Hooks(Protocol):
    """What the loop asks of the world around it; called by the first process only, but for `stopping`."""

    def log(self, event: dict[str, Any]) -> None:
        """One line of events.jsonl."""

    def save(self, arrays: dict[str, np.ndarray], meta: dict[str, Any]) -> None:
        """Write a checkpoint that replaces the last one."""

    def stopping(self) -> bool:
        """Whether this process was asked to stop."""


@dataclass
class Progress:
    """Where a stage stands; all that a checkpoint needs beside weights and moments."""

    stage: str
    epoch: int = 0
    """Epochs finished."""
    step: int = 0
    """Steps finished in the epoch that runs."""
    best_loss: float | None = None
    """Validation loss of the kept epoch."""
    best_epoch: int = 0
    """The kept epoch: the best, or with keep last the last."""
    stale: int = 0
    """Epochs since that one."""
    lowest: float | None = None
    """Lowest validation loss, for the schedule plateau."""
    flat: int = 0
    """Epochs since that, or since the rate was lowered."""
    factor: float = 1.0
    """On the learning rate, after the plateaus so far."""
    sums: dict[str, float] = field(default_factory=dict)
    """Loss parts of the running epoch, each times its objects."""
    seen: int = 0
    """Objects seen in the running epoch."""
    seconds: float = 0.0


@dataclass
class Stage:
    """One stage of one model: rows, settings and the hooks that report and keep.

    `scores` says how an epoch's outputs are judged: "logits" as probabilities (N, C), "embedding" as it is, each with
    the labels (N,) of the validation objects that have one. Balanced sampling goes by `labels` (N,) of the training
    rows.
    """

    fabric: Fabric
    module: Any
    name: str
    number: int
    epochs: int
    train: Rows
    val: Rows
    config: Training
    hooks: Hooks
    scores: Mapping[str, Score]
    freeze_backbone: bool = False
    labels: np.ndarray | None = None

    def run(self, checkpoint: tuple[Mapping[str, np.ndarray], Mapping[str, Any]] | None = None) -> Progress:
        """Train to the end, or on from `checkpoint`, and leave the kept epoch's weights in the module.

        Raises
        ------
        Stopped
            `hooks.stopping` said so; a checkpoint has been written.
        """
        self._unfreeze()
        optimiser = adamw(self.trained(), self.config.peak_lr, self.config.weight_decay)
        wrapped, optimiser = self.fabric.setup(self.module, optimiser)
        progress, best = Progress(self.name), copied(self.module)
        if checkpoint is not None:
            progress, best = self._restore(optimiser, *checkpoint)
        while progress.epoch < self.epochs and not self._given_up(progress):
            self._epoch(wrapped, optimiser, progress, best)
            train = {name: total / max(1, progress.seen) for name, total in progress.sums.items()}
            val = self._validate(wrapped)
            progress.epoch, progress.step, progress.stale = progress.epoch + 1, 0, progress.stale + 1
            loss = (val or train)["loss"]
            if self.config.keep == "last" or progress.best_loss is None or loss < progress.best_loss:
                progress.best_loss, progress.best_epoch, progress.stale = loss, progress.epoch, 0
                best = copied(self.module)
            self._log("epoch", progress, train=train, val=val)
            self._plateau(progress, loss)
            progress.sums, progress.seen = {}, 0
            self._save(optimiser, progress, best)
        self.module.load_state_dict(best)
        return progress

    def trained(self) -> list[nn.Parameter]:
        """Parameters that this stage trains."""
        return list(self.module.parameters_of(self.name, self.freeze_backbone))

    def _unfreeze(self) -> None:
        self.module.requires_grad_(False)
        for parameter in self.trained():
            parameter.requires_grad_(True)

    def _given_up(self, progress: Progress) -> bool:
        return 0 < self.config.patience <= progress.stale

    def steps_per_epoch(self) -> int:
        """Steps an epoch."""
        return max(1, -(-len(self.train) // self.config.batch_size))

    def _epoch(self, wrapped: Any, optimiser: Any, progress: Progress, best: dict[str, Tensor]) -> None:
        """The steps of one epoch that are still to do; sums of the loss parts go to `progress`."""
        seed = (self.config.seed, self.number, progress.epoch)
        batches = self._batches(seed)
        sums = {name: torch.tensor(total, dtype=torch.float64) for name, total in progress.sums.items()}
        wrapped.train()
        reported = started = time.monotonic()
        for step in range(progress.step, len(batches)):
            torch.manual_seed(_seed(*seed, step, rank()))
            rate = self._rate(progress.epoch * len(batches) + step, progress.factor)
            for name, part in self._step(wrapped, optimiser, batches[step], rate).items():
                sums[name] = sums.get(name, torch.zeros((), dtype=torch.float64)) + part.double() * len(batches[step])
            progress.step, progress.seen = step + 1, progress.seen + len(batches[step])
            now = time.monotonic()
            progress.seconds, started = progress.seconds + now - started, now
            stop = self._stopping()
            if stop or (progress.step % self.config.checkpoint_steps == 0 and progress.step < len(batches)):
                progress.sums = _floats(sums)
                self._save(optimiser, progress, best)
            if stop:
                self._log("stop", progress)
                raise Stopped
            if now - reported > 1:
                reported = now
                self._log("step", progress)
        progress.sums = _floats(sums)

    def _batches(self, seed: tuple[int, ...]) -> list[np.ndarray]:
        """Positions of an epoch's training rows, step by step."""
        if self.config.balance_cap and self.labels is not None:
            return balanced(self.labels, self.config.batch_size, seed, self.config.balance_cap)
        return shuffled(len(self.train), self.config.batch_size, seed)

    def _rate(self, step: int, factor: float) -> float:
        """The learning rate at a step of the stage; `factor` is what plateaus have left of it."""
        steps, config = self.epochs * self.steps_per_epoch(), self.config
        rise = config.warmup_epochs * self.steps_per_epoch() or int(config.warmup * steps)
        return config.peak_lr * rate_factor(step, steps, rise, config.schedule) * factor

    def _plateau(self, progress: Progress, loss: float) -> None:
        """With the schedule plateau, lower the rate where the loss has not fallen for some epochs."""
        if self.config.schedule != "plateau":
            return
        progress.flat += 1
        if progress.lowest is None or loss < progress.lowest:
            progress.lowest, progress.flat = loss, 0
        elif progress.flat >= self.config.plateau_patience:
            progress.factor, progress.flat = lowered(progress.factor), 0

    def _step(self, wrapped: Any, optimiser: Any, positions: np.ndarray, rate: float) -> dict[str, Tensor]:
        """One update at this learning rate; the loss parts, detached, over the rows of all processes."""
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch = self.module.augment(self.train.batch(shard(positions)), self.name)
        if self.config.mixup:
            batch = mixed(batch, self.config.mixup, getattr(self.module, "NOT_MIXED", ()))
        parts = wrapped(batch, self.name)
        optimiser.zero_grad(set_to_none=True)
        self.fabric.backward(parts["loss"])
        if self.config.clip_norm > 0:
            self.fabric.clip_gradients(wrapped, optimiser, max_norm=self.config.clip_norm)
        optimiser.step()
        return {name: x.detach().cpu() for name, x in parts.items() if x.ndim == 0}

    @torch.no_grad()
    def _validate(self, wrapped: Any) -> dict[str, float]:
        """Loss parts and scores over the validation rows, not augmented; empty when there are none."""
        if len(self.val) == 0:
            return {}
        wrapped.eval()
        sums: dict[str, Tensor] = {}
        outputs: list[dict[str, Tensor]] = []
        for number, positions in enumerate(in_order(len(self.val), self.config.batch_size)):
            torch.manual_seed(_seed(self.config.seed, self.number, number, rank()))  # the same views in each epoch
            parts = wrapped(self.val.batch(shard(positions)), self.name)
            for name, x in parts.items():
                if x.ndim == 0:
                    sums[name] = sums.get(name, torch.zeros((), dtype=torch.float64)) + x.cpu().double() * len(
                        positions
                    )
            outputs.append({name: parts[name].float().cpu() for name in (*OUTPUTS, "label") if name in parts})
        found = {name: total / len(self.val) for name, total in _floats(sums).items()}
        return found | self._scores(outputs)

    def _scores(self, outputs: list[dict[str, Tensor]]) -> dict[str, float]:
        found: dict[str, float] = {}
        for name in [name for name in OUTPUTS if name in outputs[0]]:
            label = torch.cat([parts["label"] for parts in outputs]).long().numpy()
            x = torch.cat([parts[name] for parts in outputs])
            known = label >= 0
            if known.any():
                said = (x.softmax(1) if name == "logits" else x).numpy()
                found |= dict(self.scores[name](label[known], said[known]))
        return found

    def _stopping(self) -> bool:
        return bool(self.fabric.strategy.reduce_boolean_decision(self.hooks.stopping(), all=False))

    def _log(self, event: str, progress: Progress, **more: Any) -> None:
        if not self.fabric.is_global_zero:
            return
        steps, done = self.epochs * self.steps_per_epoch(), progress.epoch * self.steps_per_epoch() + progress.step
        rate = done / progress.seconds if progress.seconds else 0.0
        self.hooks.log(
            {
                "event": event,
                "stage": self.name,
                "epoch": progress.epoch if event == "epoch" else progress.epoch + 1,
                "epochs": self.epochs,
                "step": done,
                "steps": steps,
                "lr": self._rate(max(0, done - 1), progress.factor),
                "rate": rate * len(self.train) / self.steps_per_epoch(),
                "memory_mb": _memory_mb(),
                "eta_s": (steps - done) / rate if rate else None,
                **more,
            }
        )

    def _save(self, optimiser: Any, progress: Progress, best: dict[str, Tensor]) -> None:
        if not self.fabric.is_global_zero:
            return
        arrays = pack({"model": copied(self.module), "best": best, "optimiser": moments(optimiser)})
        scaler = self.fabric.strategy.precision.state_dict()
        self.hooks.save(arrays, {"progress": asdict(progress), "scaler": scaler})

    def _restore(
        self, optimiser: Any, arrays: Mapping[str, np.ndarray], meta: Mapping[str, Any]
    ) -> tuple[Progress, dict[str, Tensor]]:
        state = unpack(arrays)
        self.module.load_state_dict(state["model"])
        set_moments(optimiser, state.get("optimiser", {}))
        self.fabric.strategy.precision.load_state_dict(meta["scaler"])
        return Progress(**meta["progress"]), state["best"]


def _seed(*numbers: int) -> int:
    """One 63-bit seed from several numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> np.uint64(1))


def _floats(sums: Mapping[str, Tensor]) -> dict[str, float]:
    return {name: float(total) for name, total in sums.items()}


def _memory_mb() -> float:
    """Peak memory: of the device's tensors on a GPU, else of the process (resident set)."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
