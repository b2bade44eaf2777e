"""A run's net, loaded once: rows of a data set in, predictions out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from astrocore.config import Training, validated
from astrocore.data.dataset import IDENTITY, Dataset
from astrocore.errors import WrongTask
from astrocore.nn.rows import in_order
from astrocore.nn.state import load_weights
from astrocore.runs import Predictions, Run, expect_task
from astrocore.tasks import Task, get_task

BATCH = 512


@dataclass(frozen=True)
class Network:
    """A net in evaluation mode, with the task and settings that its inputs need."""

    task: Task
    config: Training
    classes: tuple[str, ...]
    model: Any
    device: torch.device

    def predict(self, dataset: Dataset, index: np.ndarray | None = None, progress: bool = False) -> Predictions:
        """Probabilities and embeddings of the rows `index` (all, when not given), in that order.

        Labels are matched by class name; an object whose class this net does not know counts as unlabelled.

        Raises
        ------
        WrongTask
            The data set belongs to another task, or shares no class with the net though it has labels.
        """
        if dataset.task != self.task.name:
            raise WrongTask(
                f"{dataset.path} holds {dataset.task}, this run classifies {self.task.name}; choose another."
            )
        index = np.arange(len(dataset)) if index is None else index
        parts = [
            self._batch(dataset, index[at]) for at in tqdm(in_order(len(index), BATCH), "predict", disable=not progress)
        ]
        outputs = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        table = dataset.table.iloc[index].reset_index(drop=True)
        label = self._matched(dataset, table["label"])
        measured = [name for name in table.columns if name not in IDENTITY]
        return Predictions(
            classes=self.classes,
            table=table.assign(label=label)[[*IDENTITY, *measured]],
            p=outputs.pop("p"),
            embeddings=outputs,
            units=dict(dataset.units),
        )

    @torch.inference_mode()
    def _batch(self, dataset: Dataset, index: np.ndarray) -> dict[str, np.ndarray]:
        arrays = self.task.data.prepare(*dataset.rows(index), self.config)
        batch = {name: torch.from_numpy(np.ascontiguousarray(a)).to(self.device) for name, a in arrays.items()}
        found = {name: x.float().cpu().numpy() for name, x in self.model.embed(batch).items()}
        return {"p": self.model.logits(batch).float().softmax(1).cpu().numpy(), **found}

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


def load_network(run: Run, device: torch.device | None = None) -> Network:
    """The net of a run, on `device` (a GPU when there is one, if not given).

    Raises
    ------
    RunMissing
        The run has no weights.
    WrongTask, ForeignWeights
        The weights are of another task or net, truncated or foreign.
    """
    info = run.read_info()
    arrays, metadata = run.weights()
    expect_task(metadata, info.task, info.classes)
    task = get_task(info.task)
    config = validated(task.config.Config, metadata["config"])
    model: nn.Module = task.model.Model(config, info.classes)
    load_weights(model, arrays)
    device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return Network(task, config, info.classes, model.to(device).eval(), device)
