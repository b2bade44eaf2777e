"""MargFormer's form: photometry makes a query token that looks at the image's patches, layer after layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from astrocore.nn.distributed import gather
from astrocore.nn.layers import Missing, drop_modalities, mlp
from astrocore.nn.objective import class_weights_by, classified
from astrocore.tasks.sources.augment import augment
from astrocore.tasks.sources.config import MODALITIES, TEACHES, Config
from astrocore.tasks.sources.encoders import Alone, PatchEncoder, PhotometryEncoder, QueryLayer, sky_noise
from astrocore.tasks.sources.pretext import Pretext

Batch = Mapping[str, Tensor]


class Model(nn.Module):
    """A photometry encoder, a patch encoder, layers of cross-attention, one classifier.

    A batch holds, as far as the net sees them, photometry (B, F), columns (B, Q), image and image_mask
    (B, y, x, band); and label (B,), -1 where unknown. An object without photometry asks with a learned query; of one
    without an image the query is all there is.
    """

    OF_CLASSES = ("classifier.",)
    """Weights that belong to the classes: not taken over from a run with other classes."""
    OF_DATA = ("class_weight", "pretext.")
    """What belongs to the training rows, or to a pre-training of its own: not taken over from any other run."""
    AUGMENT_ONLY = ("columns",)
    """Inputs that only augmentation uses."""

    class_weight: Tensor
    sky: Tensor

    def __init__(self, config: Config, classes: tuple[str, ...]) -> None:
        super().__init__()
        self.config = config
        width, features = config.d_model, len(config.features)
        self.sees_photometry, self.sees_image = (name in config.modalities for name in MODALITIES)
        if self.sees_photometry:
            self.photometry = PhotometryEncoder(
                features, config.photometry_widths, width, config.photometry_dropout, config.numeric_bins
            )
        self.missing = Missing(1, width)
        if self.sees_image:
            self.patches = PatchEncoder(len(config.bands), config.image_size, config.patch, width)
            self.layers = nn.ModuleList(QueryLayer(width, config.heads, config.dropout) for _ in range(config.layers))
        else:
            self.layers = nn.ModuleList(Alone(width, config.dropout) for _ in range(config.layers))
        self.norm = nn.LayerNorm(width)
        hidden = config.classifier_width
        self.classifier = mlp(width, hidden, len(classes)) if hidden else nn.Linear(width, len(classes))
        if config.pretrain_epochs:
            self.pretext = Pretext(config.pretext, width, config.projector, config.pretrain_temperature)
        self.register_buffer("class_weight", torch.ones(len(classes)))
        self.register_buffer("sky", torch.ones(len(config.bands)))

    def fit_scale(self, batch: Batch) -> None:
        """Scales of features and bands, the sky's noise, and class weights, from training rows."""
        if self.sees_photometry:
            self.photometry.fit(batch["photometry"])
        if self.sees_image:
            self.patches.fit(batch["image"], batch["image_mask"])
            self.sky.copy_(sky_noise(batch["image"], batch["image_mask"]))
        self.class_weight.copy_(class_weights_by(self.config, batch["label"], len(self.class_weight)))

    def augment(self, batch: Batch, stage: str) -> dict[str, Tensor]:
        """The objects as they might have been observed instead; see augment.py. Pre-training draws its own views."""
        return dict(batch) if stage == "pretrain" else augment(batch, self.config, self.sky)

    def embed(self, batch: Batch) -> dict[str, Tensor]:
        """(B, D) of each modality alone, NaN where it is missing, of their fusion, and the aligned projections."""
        seen = {"photometry": self.sees_photometry, "image": self.sees_image}
        found = self._parts(batch, ("fused", *(name for name in MODALITIES if seen[name])))
        return found | (self.pretext.aligned(found) if self.config.pretrain_epochs else {})

    def head(self, fused: Tensor) -> Tensor:
        """The classifier on the fusion (B, D): (B, C)."""
        out: Tensor = self.classifier(fused)
        return out

    def logits(self, batch: Batch) -> Tensor:
        """(B, C)."""
        return self.head(self._fused(batch, self._present(batch)))

    def flips(self, batch: Batch) -> list[dict[str, Tensor]]:
        """The images mirrored left to right, top to bottom, and both; nothing to mirror where the net sees none."""
        if not self.sees_image:
            return []
        return [
            {**batch, **{name: batch[name].flip(axes) for name in ("image", "image_mask")}} for axes in (1, 2, (1, 2))
        ]

    def attention(self, batch: Batch) -> dict[str, Tensor]:
        """{"image": (B, y, x)}: how much each patch is looked at, mean over heads and layers; it adds up to one.

        Zero for an object without an image; empty where the net sees no images.
        """
        if not self.sees_image:
            return {}
        present, (tokens, mask) = self._present(batch), self._tokens(batch)
        x, total = self._query(batch, present), torch.zeros(mask.shape, device=mask.device)
        for layer in self.layers:
            total = total + cast(QueryLayer, layer).weights(x, tokens, mask)
            x = layer(x, tokens, mask, present[:, 1])
        side = self.patches.side
        return {"image": (total / len(self.layers) * present[:, 1:]).view(len(x), side, side)}

    def forward(self, batch: Batch, stage: str) -> dict[str, Tensor]:
        """The loss over the rows of all processes, `logits` (B, C) and `label` (B,).

        In pre-training the losses of two views (see pretext.py) and, where it is not training, the `embedding` of what
        was measured.
        """
        if stage == "pretrain":
            return self._pretrain(batch)
        present = self._present(batch)
        kept = drop_modalities(present, self.config.modality_dropout) if self.training else present
        return classified(self.head(self._fused(batch, kept)), batch, self.class_weight, self.config)

    def parameters_of(self, stage: str, freeze_backbone: bool) -> list[nn.Parameter]:
        """Pre-training: what its views go through, and the projectors; fine-tuning: all else, or the classifier."""
        if freeze_backbone:
            return list(self.classifier.parameters())
        left_out = ("pretext.",)
        if stage == "pretrain":
            left_out = ("classifier.", *(() if self.taught() & {"photometry", "fused"} else ("photometry.",)))
        return [parameter for name, parameter in self.named_parameters() if not name.startswith(left_out)]

    def _pretrain(self, batch: Batch) -> dict[str, Tensor]:
        """The losses of two views of each object; what their embedding is without augmentation, for its neighbours."""
        config, names = self.config.of_views(), tuple(self.taught())
        one, other = (self._parts(augment(batch, config, self.sky), names) for _ in range(2))
        found: dict[str, Tensor] = self.pretext(one, other)
        if self.training:
            return found
        parts = self._parts(batch, names)
        whole = torch.cat([F.normalize(parts[name].float().nan_to_num(), dim=1) for name in sorted(names)], dim=1)
        label = torch.where(whole.any(1), batch["label"], -1)  # objects that lack all of it have no neighbours
        return found | {"embedding": gather(whole), "label": gather(label)}

    def taught(self) -> set[str]:
        """Names of the embeddings that pre-training trains."""
        return {side for name in self.config.pretext for side in TEACHES[name]}

    def _parts(self, batch: Batch, names: tuple[str, ...]) -> dict[str, Tensor]:
        """Of "fused", "photometry" and "image" those in `names`: (B, D), NaN where an object lacks the modality."""
        present, (tokens, mask) = self._present(batch), self._tokens(batch)
        query = self._query(batch, present)
        found = {}
        if "fused" in names:
            found["fused"] = self._look(query, tokens, mask, present[:, 1])
        if "photometry" in names:
            alone = self._look(query, tokens, mask, torch.zeros_like(present[:, 1]))
            found["photometry"] = torch.where(present[:, :1], alone, torch.nan)
        if "image" in names:
            seen = self._look(self._query(batch, torch.zeros_like(present)), tokens, mask, present[:, 1])
            found["image"] = torch.where(present[:, 1:], seen, torch.nan)
        return found

    def _present(self, batch: Batch) -> Tensor:
        """(B, 2) bool: which objects have photometry, and an image, of what the net sees."""
        b, device = len(next(iter(batch.values()))), next(iter(batch.values())).device
        nowhere = torch.zeros(b, dtype=torch.bool, device=device)
        numbers = torch.isfinite(batch["photometry"]).any(1) if self.sees_photometry else nowhere
        image = batch["image_mask"].flatten(1).any(1) if self.sees_image else nowhere
        return torch.stack([numbers, image], dim=1)

    def _query(self, batch: Batch, present: Tensor) -> Tensor:
        """(B, D): the photometry's token, or the learned one where there is no photometry."""
        learned = self.missing.instead.expand(len(present), -1)
        if not self.sees_photometry:
            return learned
        token = self.photometry(batch["photometry"])
        return torch.where(present[:, :1], token, learned.to(token))

    def _tokens(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Patches (B, N, D) and which of them to look at (B, N); all of them where there are none, for no harm."""
        if not self.sees_image:
            return torch.empty(0), torch.empty(0)
        tokens, mask = self.patches(batch["image"], batch["image_mask"])
        return tokens, mask | ~mask.any(1, keepdim=True)

    def _look(self, query: Tensor, tokens: Tensor, mask: Tensor, seen: Tensor) -> Tensor:
        """The query after all layers: (B, D)."""
        x = query
        for layer in self.layers:
            x = layer(x, tokens, mask, seen) if self.sees_image else layer(x)
        out: Tensor = self.norm(x)
        return out

    def _fused(self, batch: Batch, present: Tensor) -> Tensor:
        """(B, D) of the modalities that are `present` (B, 2)."""
        return self._look(self._query(batch, present), *self._tokens(batch), present[:, 1])
