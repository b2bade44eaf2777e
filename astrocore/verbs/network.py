"""A run's voices, loaded once: rows of a data set in, the verdict of net and companion out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn
from tqdm import tqdm

from astrocore.analysis.blend import blended
from astrocore.config import Training, validated
from astrocore.data.dataset import IDENTITY, Dataset
from astrocore.errors import ConfigError, RunMissing, WrongTask
from astrocore.nn.rows import in_order
from astrocore.nn.state import load_weights
from astrocore.runs import Companion, Predictions, Run, Verdict, companion_file, expect_task, joined, load_companion
from astrocore.runs.predictions import APART
from astrocore.tasks import Task, get_task
from astrocore.tasks.contract import Flips, JudgesApart
from astrocore.verbs.given import batch_of

BATCH, BLOCK = 512, 8192
"""Objects that go through the net at once, fewer where they are large, and that are held at once."""
NET, COMPANION = "net", "companion"
"""Names of the voices."""


@dataclass(frozen=True)
class Network:
    """A net in evaluation mode, the companion beside it, and the task and settings that their inputs need."""

    task: Task
    config: Training
    classes: tuple[str, ...]
    model: Any
    device: torch.device
    companion: Companion | None = None
    verdict: Verdict = field(default_factory=Verdict)
    tta: bool = False
    """Whether the net's word is the mean over the batch as it is and its mirror images."""

    def flipping(self) -> Network:
        """The same network with its word averaged over mirror images; raises ConfigError where its net has none."""
        if not isinstance(self.model, Flips):
            raise ConfigError(f"The net of the task {self.task.name} does not mirror its inputs; leave --tta out.")
        return replace(self, tta=True)

    def predict(self, dataset: Dataset, index: np.ndarray | None = None, progress: bool = False) -> Predictions:
        """The verdict on the rows `index` (all, when not given), in that order, with voices and embeddings.

        Labels are matched by class name; an object whose class this net does not know counts as unlabelled.

        Raises
        ------
        WrongTask
            The data set belongs to another task, or shares no class with the net though it has labels.
        """
        return judged(self.voices(dataset, index, progress), self.verdict)

    def voices(self, dataset: Dataset, index: np.ndarray | None = None, progress: bool = False) -> Predictions:
        """As `predict`, before any verdict: `p` is the net's own word, and every voice is kept."""
        return joined(list(self.blocks(dataset, index, progress)))

    def blocks(
        self, dataset: Dataset, index: np.ndarray | None = None, progress: bool = False
    ) -> Iterator[Predictions]:
        """As `voices`, some thousand rows at a time, so that memory does not grow with the data set."""
        if dataset.task != self.task.name:
            raise WrongTask(
                f"{dataset.path} holds {dataset.task}, this run classifies {self.task.name}; choose another."
            )
        index = np.arange(len(dataset)) if index is None else index
        with tqdm(total=len(index), desc="predict", unit="object", disable=not progress) as bar:
            for at in in_order(len(index), BLOCK):
                yield self._block(dataset, index[at])
                bar.update(len(at))

    def _block(self, dataset: Dataset, index: np.ndarray) -> Predictions:
        """Voices and embeddings of the rows `index`."""
        parts = [self.said(*dataset.rows(index[at])) for at in in_order(len(index), batch_of(dataset, BATCH))]
        said, embeddings = (
            {name: np.concatenate([part[kind][name] for part in parts]) for name in parts[0][kind]}
            for kind in ("voices", "embeddings")
        )
        table = dataset.table.iloc[index].reset_index(drop=True)
        label = self._matched(dataset, table["label"])
        measured = [name for name in table.columns if name not in IDENTITY]
        return Predictions(
            classes=self.classes,
            table=table.assign(label=label)[[*IDENTITY, *measured]],
            p=said[NET],
            embeddings=embeddings,
            units=dict(dataset.units),
            voices=said,
        )

    @torch.inference_mode()
    def said(self, table: pd.DataFrame, arrays: Mapping[str, np.ndarray]) -> dict[str, dict[str, np.ndarray]]:
        """{"voices", "embeddings"}: probabilities (B, C) of each voice and embeddings (B, D) of rows of a data set."""
        numbers = self.task.data.features(table, arrays, self.config) if self.companion else None
        inputs = self.task.data.prepare(table, arrays, self.config, numbers)
        batch = {name: torch.from_numpy(np.ascontiguousarray(a)).to(self.device) for name, a in inputs.items()}
        found = self.model.embed(batch)
        said = {NET: self._mean(probabilities(self.model.head(found["fused"])), batch)}
        embeddings = {name: shortened(x.float().cpu().numpy()) for name, x in found.items() if self._learned(name)}
        if self.companion is not None and numbers is not None:
            said[COMPANION] = self.companion.predict(numbers)
        if isinstance(self.model, JudgesApart):
            said |= {f"{part}{APART}": probabilities(logits) for part, logits in self.model.apart(batch).items()}
        return {"voices": said, "embeddings": embeddings}

    def _mean(self, plain: np.ndarray, batch: Mapping[str, torch.Tensor]) -> np.ndarray:
        """The net's word (B, C), averaged over mirror images of the batch where that was asked for."""
        if not self.tta:
            return plain
        mirrored = [probabilities(self.model.logits(one)) for one in self.model.flips(batch)]
        return np.asarray(np.mean([plain, *mirrored], axis=0))

    def _learned(self, embedding: str) -> bool:
        """Whether training has touched what the embedding comes from: pre-training alone may leave some random."""
        taught = getattr(self.model, "taught", None)
        if self.config.epochs or not self.config.pretrain_epochs or taught is None:
            return True
        return embedding in taught() or embedding.startswith("aligned ")

    def _matched(self, dataset: Dataset, label: Any) -> Any:
        """Labels as indices into this net's classes, by name."""
        if dataset.classes == self.classes:
            return label
        own = {i: self.classes.index(name) for i, name in enumerate(dataset.classes) if name in self.classes}
        if label.notna().any() and not own:
            raise WrongTask(
                f"{dataset.path} has the classes {', '.join(dataset.classes)}, this run {', '.join(self.classes)}; "
                "none is common, so there is nothing to compare."
            )
        return label.map(own).astype("Int64")


def probabilities(logits: torch.Tensor) -> np.ndarray:
    """Logits (B, C) as probabilities, (B, C) float32."""
    return np.asarray(logits.float().softmax(1).cpu().numpy())


def shortened(x: np.ndarray) -> np.ndarray:
    """Float32 rounded to 11 bits, a relative 5e-4, as maps and neighbours need no more: files shrink to half."""
    bits = np.ascontiguousarray(x, np.float32).view(np.uint32)
    return np.where(np.isnan(x), x, ((bits + np.uint32(1 << 12)) & np.uint32(0xFFFFE000)).view(np.float32))


def judged(predictions: Predictions, verdict: Verdict) -> Predictions:
    """The same objects with the verdict of their voices as `p`; a net that speaks alone, as it is, needs no voices."""
    if set(predictions.voices) == {NET} and verdict.temperature == 1:
        return replace(predictions, p=predictions.voices[NET], voices={})
    p = blended(predictions.voices, verdict.weights, verdict.temperature)
    return replace(predictions, p=p.astype(np.float32))


def load_network(run: Run, device: torch.device | None = None) -> Network:
    """The net of a run and its companion, on `device` (a GPU when there is one, if not given).

    Raises
    ------
    RunMissing
        The run has no weights, as one of folds has none, or lacks the companion that its verdict names.
    WrongTask, ForeignWeights
        Weights or companion are of another task, net or classes, truncated or foreign.
    """
    info = run.read_info()
    if info.folds:
        raise RunMissing(
            f"{run.full_name} puts together what the nets of {len(info.folds)} folds said and has no net of its own; "
            f"choose one of them, such as {info.folds[0]}, or train a run on all."
        )
    arrays, metadata = run.weights()
    expect_task(metadata, info.task, info.classes)
    task = get_task(info.task)
    config = validated(task.config.Config, metadata["config"])
    model: nn.Module = task.model.Model(config, info.classes)
    load_weights(model, arrays)
    device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with_companion = COMPANION in info.verdict.weights
    companion = load_companion(companion_file(run.path), info.classes) if with_companion else None
    return Network(task, config, info.classes, model.to(device).eval(), device, companion, info.verdict)
