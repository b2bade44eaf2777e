"""The toy's net: an image of three numbers and a magnitude, one layer each, added up."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from astrocore.nn.layers import Standardise
from astrocore.nn.objective import class_weights_by, classified
from tests.toy.config import Config


class Model(nn.Module):
    """A batch holds image (B, 3), NaN where missing, photometry (B, 1), label (B,)."""

    OF_CLASSES = ("classifier.",)
    OF_DATA = ("class_weight",)

    class_weight: Tensor

    def __init__(self, config: Config, classes: tuple[str, ...]) -> None:
        super().__init__()
        self.config = config
        self.scales = nn.ModuleDict({"image": Standardise(3), "photometry": Standardise(1)})
        self.layers = nn.ModuleDict({"image": nn.Linear(6, config.width), "photometry": nn.Linear(2, config.width)})
        self.classifier = nn.Linear(config.width, len(classes))
        self.register_buffer("class_weight", torch.ones(len(classes)))

    def fit_scale(self, batch: Mapping[str, Tensor]) -> None:
        """Means and spreads, and class weights."""
        for name, scale in self.scales.items():
            scale.fit(batch[name])  # type: ignore[operator]
        self.class_weight.copy_(class_weights_by(self.config, batch["label"], len(self.class_weight)))

    def augment(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
        """Nothing."""
        return dict(batch)

    def embed(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """(B, width) each."""
        parts = {name: layer(self.scales[name](batch[name])).relu() for name, layer in self.layers.items()}
        missing = torch.isnan(batch["image"]).all(1, keepdim=True)
        return {**parts, "image": torch.where(missing, torch.nan, parts["image"]), "fused": sum(parts.values())}

    def head(self, fused: Tensor) -> Tensor:
        """(B, C)."""
        out: Tensor = self.classifier(fused)
        return out

    def logits(self, batch: Mapping[str, Tensor]) -> Tensor:
        """(B, C)."""
        return self.head(self.embed(batch)["fused"])

    def forward(self, batch: Mapping[str, Tensor], stage: str) -> dict[str, Tensor]:
        """The loss that the settings name."""
        return classified(self.logits(batch), batch, self.class_weight, self.config)

    def parameters_of(self, stage: str, freeze_backbone: bool) -> list[nn.Parameter]:
        """All, or the classifier."""
        return list((self.classifier if freeze_backbone else self).parameters())
