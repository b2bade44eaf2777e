"""Typed settings: declared once, they become validation, command line, form and the JSON of a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from astrocore.errors import ConfigError


class Settings(BaseModel):
    """Base of every settings class: frozen, strict about names, docstrings under the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Training(Settings):
    """How the loop trains; each task's Config adds its model to this."""

    epochs: int = Field(20, ge=0, le=10_000)
    """Passes over the labelled training rows."""
    pretrain_epochs: int = Field(0, ge=0, le=10_000)
    """Passes of contrastive pre-training over all training rows, labelled or not, before that."""
    label_share: float = Field(1.0, gt=0, le=1)
    """Share of the training labels that are used, drawn class by class from the seed, at least one a class; the other
    objects count as unlabelled. Validation keeps its labels."""
    batch_size: int = Field(96, ge=1, le=65_536)
    """Objects a step, over all devices together."""
    pretrain_batch_size: int = Field(0, ge=0, le=65_536)
    """The same in pre-training; 0 takes batch_size. Each object is held against the others of its batch."""
    lr: float = Field(3e-3, gt=0, le=1)
    """Peak learning rate of AdamW."""
    lr_batch: int = Field(0, ge=0, le=65_536)
    """Batch size that lr is meant for: the rate is scaled by batch_size / lr_batch; 0 takes lr as it is."""
    pretrain_lr: float = Field(0.0, ge=0, le=1)
    """The same in pre-training; 0 takes lr."""
    weight_decay: float = Field(0.05, ge=0, le=1)
    """Decoupled weight decay of AdamW; not applied to biases, norms and scales."""
    schedule: Literal["cosine", "constant", "plateau"] = "cosine"
    """The learning rate after its rise: down to zero along a cosine, constant, or halved whenever the validation loss
    has not fallen for plateau_patience epochs."""
    warmup: float = Field(0.1, ge=0, lt=1)
    """Share of a stage's steps over which the learning rate rises."""
    warmup_epochs: int = Field(0, ge=0, le=10_000)
    """Epochs over which it rises instead; 0 takes the share warmup."""
    plateau_patience: int = Field(3, ge=1, le=1000)
    """With schedule plateau: epochs without a lower validation loss before the rate is halved."""
    clip_norm: float = Field(1.0, ge=0)
    """Gradients are scaled down to this norm; 0 leaves them alone."""
    keep: Literal["best", "last"] = "best"
    """Which epoch's weights a stage keeps: of the lowest validation loss, or the last. With few validation objects
    the lowest loss is partly luck, and the last epoch, at a learning rate of zero, the safer choice."""
    patience: int = Field(10, ge=0)
    """With keep best: epochs without a better validation loss before a stage stops; 0 never stops early."""
    loss: Literal["cross_entropy", "focal"] = "cross_entropy"
    """Classification loss; focal turns to what is still wrong."""
    focal_alpha: float = Field(0.25, ge=0, le=1)
    """Factor of the focal loss; 0 takes the inverse frequency of each class in its place, whatever class_weights
    says."""
    focal_gamma: float = Field(2.0, ge=0, le=10)
    """How much the focal loss leaves easy objects aside; 0 is cross entropy."""
    label_smoothing: float = Field(0.0, ge=0, lt=1)
    """Share of a label that is spread over all classes; the focal loss knows none."""
    class_weights: Literal["none", "sqrt", "balanced"] = "sqrt"
    """Weight of a class by its frequency n in training: one, 1/sqrt(n) or 1/n, scaled to a mean of one. Where the net
    takes 1/sqrt(n), the companion takes n^-0.75, for its trees are shrunken."""
    class_weight_power: float | None = Field(None, ge=0, le=2)
    """A power of 1/n in the place of the word class_weights; the companion takes one and a half times it, at most 1."""
    class_weight_cap: float = Field(0.0, ge=0, le=1000)
    """The net's class weights are cut at so many times their median, then scaled to the mean over classes that they
    had; 0 cuts none."""
    balance_cap: float = Field(0.0, ge=0, le=1000)
    """Balanced sampling: objects are drawn with replacement so that all classes come equally often, but none more than
    so many times its own share (1 or more); the net's class weights are then all one. 0 takes each object once an
    epoch. Not in pre-training."""
    mixup: float = Field(0.0, ge=0, le=10)
    """MixUp: each object is mixed with another of its batch, inputs and labels alike, by a share drawn from
    Beta(mixup, mixup), 0.01 or more; 0 mixes none. In training with labels only."""
    seed: int = Field(0, ge=0, lt=2**31)
    """Seed of weights, order, dropout and augmentation."""
    companion: bool = True
    """Train a gradient-boosting model on the same numbers beside the net, and average the two where validation says
    that it helps."""
    precision: Literal["auto", "32-true", "bf16-mixed", "16-mixed"] = "auto"
    """Arithmetic; auto takes bf16-mixed on a GPU that has it, 16-mixed on an older one, 32-true on a CPU."""
    accelerator: Literal["auto", "cpu", "gpu"] = "auto"
    """Where to train; auto takes a GPU when there is one."""
    devices: int = Field(1, ge=1, le=64)
    """Devices (processes) a node."""
    num_nodes: int = Field(1, ge=1, le=1024)
    """Nodes."""
    checkpoint_steps: int = Field(200, ge=1)
    """Steps between two checkpoints within an epoch; one is always written at an epoch's end."""
    resident_mb: int = Field(1024, ge=0)
    """Prepared inputs up to this size go to the device once; larger sets are read batch by batch."""

    def of_stage(self, stage: str) -> Self:
        """These settings with what the stage has of its own in the place of the common ones."""
        if stage != "pretrain":
            return self
        own = {"batch_size": self.pretrain_batch_size, "lr": self.pretrain_lr}
        supervised = {"balance_cap": 0.0, "mixup": 0.0}
        return self.model_copy(update={**{name: value for name, value in own.items() if value}, **supervised})

    @property
    def peak_lr(self) -> float:
        """The learning rate for the batches that there are."""
        return self.lr * self.batch_size / self.lr_batch if self.lr_batch else self.lr

    @property
    def frequency_power(self) -> float:
        """A class counts by this power of one over its frequency, as the settings of class weights say."""
        return WEIGHT_POWER[self.class_weights] if self.class_weight_power is None else self.class_weight_power

    @property
    def loss_power(self) -> float:
        """The same in the net's loss, where balanced sampling and the focal loss have a say."""
        if self.balance_cap:
            return 0.0
        return 1.0 if self.loss == "focal" and self.focal_alpha == 0 else self.frequency_power

    @model_validator(mode="after")
    def _draws(self) -> Self:
        if 0 < self.balance_cap < 1:
            raise ValueError("balance_cap below 1 would leave every class less than its share; take 1 or more, or 0")
        if 0 < self.mixup < 0.01:
            raise ValueError("mixup below 0.01 hardly mixes anything; take more, or 0")
        return self


WEIGHT_POWER = {"none": 0.0, "sqrt": 0.5, "balanced": 1.0}
"""What the words of class_weights mean, as a power of one over a class's frequency."""

S = TypeVar("S", bound=Settings)


def configure(kind: type[S], presets: Mapping[str, Mapping[str, Any]], preset: str, explicit: Mapping[str, Any]) -> S:
    """Settings from a preset and what was set explicitly; the explicit value wins.

    Raises
    ------
    ConfigError
        The preset does not exist, or a value is out of bounds.
    """
    if preset not in presets:
        raise ConfigError(f"There is no preset {preset!r}; choose one of {', '.join(presets)}.")
    return validated(kind, {**presets[preset], **explicit})


def validated(kind: type[S], values: Mapping[str, Any]) -> S:
    """`kind(**values)`, with pydantic's complaint rewritten as one readable paragraph."""
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        raise ConfigError(explain(error)) from None


def explain(error: ValidationError) -> str:
    """One sentence a field: what was given and what is wrong with it."""
    return " ".join(_one(e) for e in error.errors(include_url=False))


def _one(error: ErrorDetails) -> str:
    """What is wrong with a field, and what was given; of several together only what is wrong."""
    said = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:
        return f"{said[:1].upper()}{said[1:]}."
    said = f"{said[:1].lower()}{said[1:]}".replace("input should", "it should").partition(", unable to parse")[0]
    # Of a choice between types pydantic names each by a word of its own.
    place = [str(part) for part in error["loc"] if isinstance(part, int) or part.isidentifier()]
    return f"Setting {'.'.join(place)}: {said} (given: {error['input']!r})."


def home() -> Path:
    """Folder that holds checkpoints/, sample_data/ and data/: ASTROCORE_HOME, else the checkout."""
    return Path(os.environ.get("ASTROCORE_HOME") or Path(__file__).resolve().parents[1]).resolve()


def data_roots() -> tuple[Path, ...]:
    """Folders below which the app looks for data sets: what is shipped, and what users build."""
    return (home() / "sample_data", home() / "data")


def runs_root() -> Path:
    """Folder of all runs, <task>/<run> below it."""
    return home() / "checkpoints"
