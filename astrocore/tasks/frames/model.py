"""The frames net: image and header each with a voice of its own, and a verdict of both."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from astrocore.nn.objective import class_weights_by, classified
from astrocore.tasks.frames.augment import augment, flipped
from astrocore.tasks.frames.config import MODALITIES, Config
from astrocore.tasks.frames.nets import OriginalNet, Separate

Batch = Mapping[str, Tensor]


class Model(nn.Module):
    """A batch holds, of the modalities that the net sees, what `prepare` gave, and `label` (B,)."""

    OF_CLASSES = ("classifier.",)
    OF_DATA = ("class_weight",)
    SCALED = ("numbers", "header", "label")
    class_weight: Tensor
    conservative: Tensor

    def __init__(self, config: Config, classes: tuple[str, ...]) -> None:
        super().__init__()
        self.config = config
        self.net: Separate | OriginalNet = OriginalNet(config) if config.net == "original" else Separate(config)
        width = 128 if config.net == "original" else config.d_model
        self.classifier = nn.Linear(width, len(classes))
        self.register_buffer("class_weight", torch.ones(len(classes)))
        light = torch.tensor([name in config.conservative for name in classes])
        self.register_buffer("conservative", light, persistent=False)

    def fit_scale(self, batch: Batch) -> None:
        """Scales of the numbers, and class weights, from training rows."""
        self.net.fit(batch)
        self.class_weight.copy_(class_weights_by(self.config, batch["label"], len(self.class_weight)))

    def augment(self, batch: Batch, stage: str) -> dict[str, Tensor]:
        """The frames as they might have been taken instead; see augment.py."""
        return augment(batch, self.config, self.conservative)

    def embed(self, batch: Batch) -> dict[str, Tensor]:
        """(B, D) of image and header, NaN where one is missing, and of both."""
        parts, present = self.net.parts(batch), self._present(batch)
        found = {"fused": self.net.fuse(parts, present)}
        for i, name in enumerate(MODALITIES):
            if name in self.config.modalities:
                found[name] = torch.where(present[:, i, None], parts[:, i], torch.nan)
        return found

    def head(self, fused: Tensor) -> Tensor:
        """The classifier on what both parts say (B, D): (B, C)."""
        out: Tensor = self.classifier(fused)
        return out

    def logits(self, batch: Batch) -> Tensor:
        """(B, C)."""
        return self.head(self.net.fuse(self.net.parts(batch), self._present(batch)))

    def apart(self, batch: Batch) -> dict[str, Tensor]:
        """{"image", "header"}: (B, C) logits of each alone, NaN where it is missing.

        Empty where the net was not trained to speak with one of them alone.
        """
        if not self.config.apart_weight or len(self.config.modalities) < 2:
            return {}
        parts, present = self.net.parts(batch), self._present(batch)
        return {
            name: torch.where(present[:, i, None], self._alone(parts, present, i), torch.nan)
            for i, name in enumerate(MODALITIES)
        }

    def flips(self, batch: Batch) -> list[dict[str, Tensor]]:
        """The batch turned over along y, along x, and along both."""
        if "frame" not in batch:
            return []
        yes = torch.ones(len(batch["frame"]), dtype=torch.bool, device=batch["frame"].device)
        return [{**batch, **flipped(batch, y, x)} for y, x in ((yes, ~yes), (~yes, yes), (yes, yes))]

    def forward(self, batch: Batch, stage: str) -> dict[str, Tensor]:
        """The loss over the rows of all processes, with those of each voice alone; `logits` (B, C) and `label` (B,)."""
        parts, present = self.net.parts(batch), self._present(batch)
        kept = self._kept(present) if self.training else present
        found = classified(self.head(self.net.fuse(parts, kept)), batch, self.class_weight, self.config)
        if self.config.apart_weight and len(self.config.modalities) > 1:
            for i, name in enumerate(MODALITIES):
                told = _where_present(batch, present[:, i])
                loss = classified(self._alone(parts, present, i), told, self.class_weight, self.config)["loss"]
                found[f"{name}_alone"] = loss
                found["loss"] = found["loss"] + self.config.apart_weight * loss
        return found

    def parameters_of(self, stage: str, freeze_backbone: bool) -> list[nn.Parameter]:
        """All, or the classifier."""
        return list((self.classifier if freeze_backbone else self).parameters())

    def _alone(self, parts: Tensor, present: Tensor, i: int) -> Tensor:
        """(B, C) of one part, as if the other were missing."""
        only = torch.zeros_like(present)
        only[:, i] = present[:, i]
        return self.head(self.net.fuse(parts, only))

    def _present(self, batch: Batch) -> Tensor:
        """(B, 2) bool: which frames have an image, and a header, of what the net sees."""
        first = next(iter(batch.values()))
        present = torch.zeros(len(first), 2, dtype=torch.bool, device=first.device)
        if "frame_mask" in batch:
            present[:, 0] = batch["frame_mask"].flatten(1).any(1)
        if "header" in batch:
            present[:, 1] = torch.isfinite(batch["header"]).any(1)
        return present

    def _kept(self, present: Tensor) -> Tensor:
        """Which parts the net hears in training: headers and, of frames that keep theirs, images are dropped."""
        rates = torch.tensor([self.config.image_dropout, self.config.header_dropout], device=present.device)
        kept = present & (torch.rand(present.shape, device=present.device) >= rates)
        return torch.where(kept.any(1, keepdim=True), kept, present)


def _where_present(batch: Batch, present: Tensor) -> dict[str, Tensor]:
    """The labels of the rows that are present, -1 of the others."""
    labels = {name: batch[name] for name in ("label", "label_b") if name in batch}
    return {**batch, **{name: torch.where(present, label, -1) for name, label in labels.items()}}
