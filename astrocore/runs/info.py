"""run.json: what a run was trained on, how, and how it went."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from astrocore.config import Settings, home
from astrocore.data.dataset import Dataset
from astrocore.data.draft import Origin

FORMAT = "astrocore-run-1"
UNTAUGHT = (
    "This run was pre-trained only: its classifier never saw a label, so its verdicts mean nothing. Look at the "
    "embeddings, or fine-tune it: train with --init-from."
)
Status = Literal["queued", "running", "stopped", "done", "failed", "imported"]
Number = Annotated[float, BeforeValidator(lambda value: math.nan if value is None else value)]


def now() -> str:
    """The time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Record(Settings):
    """Base of what is kept in JSON: keys that this version does not know survive a round trip."""

    model_config = ConfigDict(extra="allow")


class DataRef(Record):
    """Which data set a run was trained on."""

    path: str
    """Its folder, relative to astrocore's home when below it."""
    fingerprint: str
    """Hash of all its files."""
    n: int = Field(ge=0)
    """Objects."""
    origin: dict[str, Origin] = Field(default_factory=dict)
    """Modality -> measured or simulated."""
    counts: dict[str, int] = Field(default_factory=dict)
    """Split -> objects."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Settings of the task's Source with which it was built."""
    part: DataRef | None = None
    """Some of these objects, with the same names and values, for where the whole is not at hand: a shipped sample."""

    @classmethod
    def of(cls, dataset: Dataset) -> DataRef:
        """The reference to an opened data set."""
        path = dataset.path.resolve()
        return cls(
            path=str(path.relative_to(home()) if path.is_relative_to(home()) else path),
            fingerprint=dataset.fingerprint,
            n=len(dataset),
            origin=dict(dataset.origin),
            counts={str(split): int(n) for split, n in dataset.table["split"].value_counts().items()},
            settings=dict(dataset.settings),
        )

    @property
    def folder(self) -> Path:
        """Where the data set lay when the run was made."""
        return home() / self.path

    @property
    def places(self) -> tuple[DataRef, ...]:
        """Where its objects may be found, the whole first."""
        return (self, self.part) if self.part else (self,)

    @property
    def simulated(self) -> tuple[str, ...]:
        """Modalities whose data is simulated."""
        return tuple(name for name, origin in self.origin.items() if origin == "simulated")


class StageInfo(Record):
    """How one stage of training went."""

    name: str
    """pretrain, finetune or a task's own."""
    epochs: int = Field(ge=0)
    """Epochs that were trained."""
    best_epoch: int = Field(default=0, ge=0)
    """Epoch whose weights were kept, from 1; 0 where none was better than the start."""
    steps: int = Field(default=0, ge=0)
    """Optimiser steps."""
    seconds: float = Field(default=0.0, ge=0)
    """Time spent, all resumes together."""
    stopped_early: bool = False
    """Whether patience ended the stage."""


class Verdict(Record):
    """How voices become probabilities: mean of their logarithms, then a temperature; fitted on validation."""

    weights: dict[str, float] = Field(default_factory=lambda: {"net": 1.0})
    """Voice -> share, adding up to one."""
    temperature: float = Field(default=1.0, gt=0)
    """Divides that mean of logarithms."""
    n: int = Field(default=0, ge=0)
    """Labelled validation objects that both were fitted on; 0 where there were too few, and nothing was fitted."""
    nll: dict[str, Number] = Field(default_factory=dict)
    """Negative log likelihood there [nat]: of each voice, of their mean, and calibrated."""
    macro_f1: dict[str, Number] = Field(default_factory=dict)
    """Macro-F1 there: of each voice and of their mean."""


class FoldRef(Record):
    """Which fold of a cross-validation a run is."""

    of: str
    """Name of the run that the folds are put together into."""
    number: int = Field(ge=1)
    """Of the part that the run holds out, from 1."""
    k: int = Field(ge=3)
    """Parts."""
    seed: int = 0
    """Seed that the groups were dealt into parts by."""


class RunInfo(Record):
    """All that run.json holds."""

    format: str = FORMAT
    """Version of this file."""
    task: str
    """Name of the task."""
    classes: tuple[str, ...]
    """Class names, in the order of the probabilities."""
    status: Status
    """What the run's process said last; Run.status() also notices that it died."""
    preset: str = ""
    """Preset that the config began with."""
    config: dict[str, Any] = Field(default_factory=dict)
    """The task's Config."""
    data: DataRef
    """What it was trained on."""
    modalities: tuple[str, ...] = ()
    """Modalities of the task."""
    units: dict[str, str] = Field(default_factory=dict)
    """Unit of each column, "" for a pure number."""
    seed: int = 0
    """Seed of the training."""
    versions: dict[str, str] = Field(default_factory=dict)
    """Package -> version."""
    stages: tuple[StageInfo, ...] = ()
    """Stages trained so far."""
    metrics: dict[str, dict[str, Number]] = Field(default_factory=dict)
    """Split -> name -> value; NaN where undefined."""
    verdict: Verdict = Verdict()
    """How the voices are put together."""
    voices: dict[str, dict[str, dict[str, Number]]] = Field(default_factory=dict)
    """Voice -> split -> name -> value, as `metrics` has them of the verdict; empty where the net speaks alone."""
    init_from: str | None = None
    """Run whose weights it started from."""
    freeze_backbone: bool = False
    """Whether only the head was trained."""
    fold: FoldRef | None = None
    """Where the run is one fold of several: its split test is the part held out and the data set's own test objects."""
    folds: tuple[str, ...] = ()
    """Full names of the folds that the run is put together from: its split val holds what each said of the part that it
    did not learn from, its split test the mean of all."""
    command: tuple[str, ...] = ()
    """The command that made the run."""
    pid: int | None = None
    """Process that works or worked on it."""
    created: str = Field(default_factory=now)
    """When it was made (ISO 8601, UTC)."""
    finished: str | None = None
    """When it ended."""
    parameters: int = Field(default=0, ge=0)
    """Parameters of the model."""
    trained_parameters: int = Field(default=0, ge=0)
    """Parameters that were trained."""

    @property
    def untaught(self) -> bool:
        """Whether the classifier never saw a label: the run was pre-trained only."""
        return bool(self.stages) and all(stage.name == "pretrain" for stage in self.stages)
