"""The original's literal net in the form of a task's Model, so that the same loop trains it: the block alone differs.

It gets the flux as ours does (arcsinh, one scale a band) and the same standardised photometry, the same augmentation,
loss, class weights and modality dropout; a missing value or modality is zero, for it knows no mask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

import torch
from torch import Tensor, nn

from astrocore.nn.layers import Standardise, drop_modalities
from astrocore.nn.objective import class_weights_by, classified
from astrocore.tasks import get_task
from astrocore.tasks.sources.augment import augment
from astrocore.tasks.sources.config import Config
from astrocore.tasks.sources.encoders import arcsinh, sky_noise
from tests.tasks.sources.original_block import OriginalNet

Batch = Mapping[str, Tensor]


class LiteralModel(nn.Module):
    """As astrocore.tasks.sources.model.Model, with `config.layers` of the original's blocks and its photometry MLP."""

    OF_CLASSES = ("classifier.",)
    OF_DATA = ("class_weight",)
    AUGMENT_ONLY = ("columns",)

    class_weight: Tensor
    sky: Tensor

    def __init__(self, config: Config, classes: tuple[str, ...]) -> None:
        super().__init__()
        self.config, self.features = config, len(config.features)
        self.standardise = Standardise(self.features)
        self.net = OriginalNet(len(classes), depth=config.layers, width=config.d_model)
        self.classifier, self.net.head = self.net.head, nn.Identity()
        self.register_buffer("class_weight", torch.ones(len(classes)))
        self.register_buffer("sky", torch.ones(len(config.bands)))

    def fit_scale(self, batch: Batch) -> None:
        """Scales from training rows."""
        self.standardise.fit(batch["photometry"])
        self.sky.copy_(sky_noise(batch["image"], batch["image_mask"]))
        self.class_weight.copy_(class_weights_by(self.config, batch["label"], len(self.class_weight)))

    def augment(self, batch: Batch, stage: str) -> dict[str, Tensor]:
        """The same as ours."""
        return augment(batch, self.config, self.sky)

    def embed(self, batch: Batch) -> dict[str, Tensor]:
        """(B, D) of both modalities."""
        return {"fused": self._fused(batch, self._present(batch))}

    def head(self, fused: Tensor) -> Tensor:
        """(B, D) -> (B, C)."""
        out: Tensor = self.classifier(fused)
        return out

    def logits(self, batch: Batch) -> Tensor:
        """(B, C)."""
        return self.head(self.embed(batch)["fused"])

    def forward(self, batch: Batch, stage: str) -> dict[str, Tensor]:
        """The same loss as ours."""
        present = self._present(batch)
        kept = drop_modalities(present, self.config.modality_dropout) if self.training else present
        return classified(self.head(self._fused(batch, kept)), batch, self.class_weight, self.config)

    def parameters_of(self, stage: str, freeze_backbone: bool) -> list[nn.Parameter]:
        """All, or the classifier alone."""
        return list((self.classifier if freeze_backbone else self).parameters())

    def _present(self, batch: Batch) -> Tensor:
        return torch.stack([torch.isfinite(batch["photometry"]).any(1), batch["image_mask"].flatten(1).any(1)], dim=1)

    def _fused(self, batch: Batch, present: Tensor) -> Tensor:
        numbers = self.standardise(batch["photometry"])[:, : self.features] * present[:, :1]
        scale = torch.where(self.sky > 0, 3 * self.sky, 1.0)
        flux = arcsinh(batch["image"] / scale) * present[:, 1, None, None, None]
        out: Tensor = self.net(numbers, flux)
        return out


@contextmanager
def literal() -> Iterator[None]:
    """While this lasts the task's net is the original's."""
    with patch.object(get_task("sources").model, "Model", LiteralModel):
        yield
