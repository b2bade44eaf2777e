"""MESA's form: light-curve Transformer, planet and star encoders, alignment by InfoNCE, a classifier on top."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from astrocore.nn.distributed import gather, world_size
from astrocore.nn.layers import Block, Missing, Standardise, class_weights, drop_modalities, mlp, sinusoids
from astrocore.nn.losses import cross_entropy, focal, info_nce
from astrocore.tasks.exoplanets.config import MODALITIES, Config

VIEWS = ("global", "local")
CHANNELS = 2
WEIGHT_POWER = {"none": 0.0, "sqrt": 0.5, "balanced": 1.0}
LOGIT_SCALE = (math.log(1 / 0.07), math.log(100.0))
"""Start and ceiling of the logarithm of the logit scale (CLIP, Radford et al. 2021, section 2.5)."""

Batch = Mapping[str, Tensor]


class LightCurveEncoder(nn.Module):
    """Both views, cut into patches, as tokens of one sequence behind a CLS token.

    Empty patches are masked inside attention; one process leaves out a view that no object of the batch has
    (several must not: each gradient has to be there on all of them).
    (B, T, 2) and (B, T) a view -> (B, D).
    """

    def __init__(
        self, bins: Mapping[str, int], patch: int, width: int, heads: int, layers: int, dropout: float
    ) -> None:
        super().__init__()
        self.patch = patch
        self.tokens = nn.ModuleDict({view: nn.Linear((CHANNELS + 1) * patch, width) for view in VIEWS})
        self.cls = nn.Parameter(torch.randn(width) * 0.02)
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        for view in VIEWS:
            self.register_buffer(f"position_{view}", sinusoids(-(-bins[view] // patch), width), persistent=False)

    def forward(self, batch: Batch) -> Tensor:
        """The CLS token after the last block."""
        b = len(batch["global_mask"])
        views = [view for view in VIEWS if world_size() > 1 or bool(batch[f"{view}_mask"].any())]
        parts = [self._tokens(batch[f"{view}_view"], batch[f"{view}_mask"], view) for view in views]
        x = torch.cat([self.cls.expand(b, 1, -1), *(x for x, _ in parts)], dim=1)  # (B, 1 + N, D)
        cls_mask = torch.ones(b, 1, dtype=torch.bool, device=x.device)
        mask = torch.cat([cls_mask, *(m for _, m in parts)], dim=1)
        for i, block in enumerate(self.blocks):
            x = block(x, mask, first=1 if i == len(self.blocks) - 1 else None)
        out: Tensor = self.norm(x[:, 0])
        return out

    def _tokens(self, view: Tensor, mask: Tensor, name: str) -> tuple[Tensor, Tensor]:
        """(B, T, 2), (B, T) -> tokens (B, N, D), masks (B, N)."""
        b, bins = mask.shape
        n, short = -(-bins // self.patch), -bins % self.patch
        x = torch.cat([view, mask[..., None].to(view.dtype)], dim=2)  # (B, T, 3)
        x = nn.functional.pad(x, (0, 0, 0, short)).reshape(b, n, (CHANNELS + 1) * self.patch)
        seen = nn.functional.pad(mask, (0, short)).reshape(b, n, self.patch).any(2)
        return self.tokens[name](x) + self.get_buffer(f"position_{name}"), seen


class FeatureEncoder(nn.Module):
    """Standardised features with missing flags through an MLP; (B, F) with NaN -> (B, D)."""

    def __init__(self, features: int, width: int, dropout: float) -> None:
        super().__init__()
        self.standardise = Standardise(features)
        self.layers = nn.Sequential(mlp(2 * features, 4 * width, width, dropout), nn.LayerNorm(width))

    def forward(self, x: Tensor) -> Tensor:
        """NaN is a missing value."""
        out: Tensor = self.layers(self.standardise(x))
        return out


class Model(nn.Module):
    """Three encoders, two projections, one classifier.

    A batch holds global_view (B, T, 2), global_mask (B, T), local_view, local_mask, planet (B, P), star (B, S)
    and label (B,), -1 where unknown.
    """

    OF_CLASSES = ("classifier.",)
    """Weights that belong to the classes: not taken over from a run with other classes."""
    OF_DATA = ("class_weight", "has_pairs")
    """Buffers that belong to the training rows: not taken over from any other run."""

    class_weight: Tensor
    has_pairs: Tensor

    def __init__(self, config: Config, classes: tuple[str, ...]) -> None:
        super().__init__()
        self.config = config
        width = config.d_model
        bins = {"global": config.global_bins, "local": config.local_bins}
        self.light_curve = LightCurveEncoder(bins, config.patch, width, config.heads, config.layers, config.dropout)
        self.planet = FeatureEncoder(len(config.planet_columns), width, config.dropout)
        self.star = FeatureEncoder(len(config.star_columns), width, config.dropout)
        self.missing = Missing(len(MODALITIES), width)
        self.curve_projection = mlp(width, 2 * width, config.projection_dim)
        self.physics_projection = mlp(2 * width, 2 * width, config.projection_dim)
        self.logit_scale = nn.Parameter(torch.tensor(LOGIT_SCALE[0]))
        self.fuse = nn.Sequential(nn.Linear(len(MODALITIES) * width, width), nn.GELU(), nn.LayerNorm(width))
        self.classifier = nn.Sequential(nn.Dropout(config.dropout), nn.Linear(width, len(classes)))
        self.register_buffer("class_weight", torch.ones(len(classes)))
        self.register_buffer("has_pairs", torch.tensor(True))

    def fit_scale(self, batch: Batch) -> None:
        """Feature means and spreads, class weights, and whether any row has two sides to align, from training rows."""
        self.planet.standardise.fit(batch["planet"])
        self.star.standardise.fit(batch["star"])
        power = WEIGHT_POWER[self.config.class_weights]
        self.class_weight.copy_(class_weights(batch["label"], len(self.class_weight), power))
        present = self._present(batch)
        self.has_pairs.copy_((present[:, 0] & present[:, 1:].any(1)).any())

    def augment(self, batch: Batch) -> dict[str, Tensor]:
        """Shift each view in phase, scale it, add noise to its measured bins."""
        changed = dict(batch)
        for view in VIEWS:
            x, mask = _shifted(batch[f"{view}_view"], batch[f"{view}_mask"], self.config.time_shift)
            gain = 1 + self.config.scale * (2 * torch.rand(len(x), 1, 1, device=x.device) - 1)
            noisy = x * gain + self.config.noise * torch.randn_like(x)
            changed[f"{view}_view"] = torch.where(mask[..., None], noisy, 0.0)
            changed[f"{view}_mask"] = mask
        return changed

    def embed(self, batch: Batch) -> dict[str, Tensor]:
        """(B, D) of each modality, NaN where it is missing, and of the fusion."""
        present = self._present(batch)
        parts = self._encode(batch)
        found = {name: torch.where(present[:, i, None], parts[:, i], torch.nan) for i, name in enumerate(MODALITIES)}
        return {**found, "fused": self._fuse(parts, present)}

    def head(self, fused: Tensor) -> Tensor:
        """The classifier on the fusion (B, D): (B, C)."""
        out: Tensor = self.classifier(fused)
        return out

    def logits(self, batch: Batch) -> Tensor:
        """(B, C)."""
        return self.head(self._fuse(self._encode(batch), self._present(batch)))

    def forward(self, batch: Batch, stage: str) -> dict[str, Tensor]:
        """Losses over the rows of all processes; `logits` (B, C) and `label` (B,) in finetune."""
        parts, present = self._encode(batch), self._present(batch)
        contrastive = self._contrastive(parts, present)
        if stage == "pretrain":
            return {"loss": contrastive, "contrastive": contrastive}
        kept = drop_modalities(present, self.config.modality_dropout) if self.training else present
        logits, label = gather(self.classifier(self._fuse(parts, kept))), gather(batch["label"])
        classification = self._classification(logits, label)
        loss = self.config.contrastive_weight * contrastive + self.config.classification_weight * classification
        return {
            "loss": loss,
            "contrastive": contrastive,
            "classification": classification,
            "logits": logits,
            "label": label,
        }

    def parameters_of(self, stage: str, freeze_backbone: bool) -> list[nn.Parameter]:
        """Pre-training: encoders and projections; fine-tuning: all, or with a frozen backbone what stands on them."""
        if stage == "pretrain" and not self._aligns():
            return []
        encoders: list[nn.Module] = [getattr(self, name) for name in MODALITIES if name in self.config.modalities]
        head: list[nn.Module] = [self.missing, self.fuse, self.classifier]
        align: list[nn.Module] = [self.curve_projection, self.physics_projection]
        aligned = self._aligns() and (stage == "pretrain" or self.config.contrastive_weight > 0)
        chosen = [] if freeze_backbone else encoders
        chosen = chosen + (head if stage == "finetune" else []) + (align if aligned else [])
        scale = [self.logit_scale] if aligned else []
        return [p for module in chosen for p in module.parameters()] + scale

    def _aligns(self) -> bool:
        """Whether there are two sides to align, in the settings and in the training rows."""
        return "light_curve" in self.config.modalities and len(self.config.modalities) > 1 and bool(self.has_pairs)

    def _present(self, batch: Batch) -> Tensor:
        """(B, 3) bool: which modalities each object has, among those that the config lets the net see."""
        curve = batch["global_mask"].any(1) | batch["local_mask"].any(1)
        planet, star = (torch.isfinite(batch[name]).any(1) for name in ("planet", "star"))
        seen = torch.tensor([name in self.config.modalities for name in MODALITIES], device=curve.device)
        return torch.stack([curve, planet, star], dim=1) & seen

    def _encode(self, batch: Batch) -> Tensor:
        """(B, 3, D)."""
        curve = self.light_curve(batch)
        return torch.stack([curve, self.planet(batch["planet"]).to(curve), self.star(batch["star"]).to(curve)], dim=1)

    def _fuse(self, parts: Tensor, present: Tensor) -> Tensor:
        """(B, 3, D) and (B, 3) -> (B, D)."""
        out: Tensor = self.fuse(self.missing(parts, present).flatten(1))
        return out

    def _contrastive(self, parts: Tensor, present: Tensor) -> Tensor:
        """InfoNCE between light curve and physics, over the objects that have both."""
        if not self._aligns():
            return parts.sum() * 0.0
        physics = torch.where(present[:, 1:, None], parts[:, 1:], 0.0).flatten(1)
        curve, physics = gather(self.curve_projection(parts[:, 0])), gather(self.physics_projection(physics))
        both = gather(present[:, 0] & present[:, 1:].any(1))
        return info_nce(curve[both], physics[both], self.logit_scale.clamp(max=LOGIT_SCALE[1]).exp())

    def _classification(self, logits: Tensor, label: Tensor) -> Tensor:
        if self.config.loss == "focal":
            return focal(logits, label, self.class_weight, self.config.focal_alpha, self.config.focal_gamma)
        return cross_entropy(logits, label, self.class_weight, self.config.label_smoothing)


def _shifted(view: Tensor, mask: Tensor, largest: float) -> tuple[Tensor, Tensor]:
    """Each row rolled by its own number of bins, at most `largest` of the view."""
    b, bins = mask.shape
    reach = round(largest * bins)
    shift = torch.randint(-reach, reach + 1, (b, 1), device=mask.device)
    at = (torch.arange(bins, device=mask.device) + shift) % bins  # (B, T)
    return view.gather(1, at[..., None].expand_as(view)), mask.gather(1, at)
