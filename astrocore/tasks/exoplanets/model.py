"""MESA's form: light-curve Transformer, planet and star encoders, alignment by InfoNCE, a classifier on top."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from astrocore.nn.distributed import gather
from astrocore.nn.layers import Missing, drop_modalities, mlp
from astrocore.nn.losses import info_nce
from astrocore.nn.objective import class_weights_by, classified
from astrocore.tasks.exoplanets.config import MODALITIES, Config
from astrocore.tasks.exoplanets.encoders import Batch, FeatureEncoder, LightCurveEncoder, shifted
from astrocore.tasks.exoplanets.features import bins_of, parts_of

LOGIT_SCALE = (math.log(1 / 0.07), math.log(100.0))
"""Start and ceiling of the logarithm of the logit scale (CLIP, Radford et al. 2021, section 2.5)."""

FEATURE_PARTS = ("planet", "star")
"""Modalities that are numbers; with the light curve, and relations between all of them, they are fused."""


class Model(nn.Module):
    """Three encoders and what relates them, four projections, one classifier.

    A batch holds `<kind>_view` (B, T, 3), `<kind>_mask` (B, T), planet, star, shape, relation (B, F), label (B,), -1
    where unknown, and group (B,).
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
        width, dropout = config.d_model, config.dropout

        names = parts_of(config)

        def encoder(part: str) -> FeatureEncoder:
            return FeatureEncoder(max(1, len(names[part])), width, dropout, config.numeric_bins)

        self.parts = (*FEATURE_PARTS, "relation") if names["relation"] else FEATURE_PARTS
        self.light_curve = LightCurveEncoder(
            bins_of(config),
            config.patch,
            width,
            config.heads,
            config.layers,
            dropout,
            encoder("shape") if names["shape"] else None,
        )
        self.features = nn.ModuleDict({part: encoder(part) for part in self.parts})
        self.missing = Missing(1 + len(self.parts), width)
        self.projections = nn.ModuleDict(
            {
                name: mlp((2 if name == "physics" else 1) * width, 2 * width, config.projection_dim)
                for name in ("light_curve", *self._pairs())
            }
        )
        self.logit_scale = nn.Parameter(torch.tensor(LOGIT_SCALE[0]))
        self.fuse = nn.Sequential(nn.Linear((1 + len(self.parts)) * width, width), nn.GELU(), nn.LayerNorm(width))
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, len(classes)))
        self.register_buffer("class_weight", torch.ones(len(classes)))
        self.register_buffer("has_pairs", torch.tensor(True))

    def fit_scale(self, batch: Batch) -> None:
        """Feature scales, class weights, and whether any row has two sides to align, from training rows."""
        for part, encoder in self.features.items():
            encoder.fit(batch[part])  # type: ignore[operator]
        if self.light_curve.shape is not None:
            self.light_curve.shape.fit(batch["shape"])
        self.class_weight.copy_(class_weights_by(self.config, batch["label"], len(self.class_weight)))
        present = self._present(batch)
        self.has_pairs.copy_((present[:, 0] & present[:, 1:3].any(1)).any())

    def augment(self, batch: Batch, stage: str) -> dict[str, Tensor]:
        """Shift each view in phase, scale it, add noise to its measured bins."""
        changed = dict(batch)
        for view in self.light_curve.views:
            x, mask = shifted(batch[f"{view}_view"], batch[f"{view}_mask"], self.config.time_shift)
            gain = 1 + self.config.scale * (2 * torch.rand(len(x), 1, 1, device=x.device) - 1)
            noisy = x * gain + self.config.noise * torch.randn_like(x)
            changed[f"{view}_view"] = torch.where(mask[..., None], noisy, 0.0)
            changed[f"{view}_mask"] = mask
        return changed

    def embed(self, batch: Batch) -> dict[str, Tensor]:
        """(B, D) of each modality, NaN where it is missing, of the fusion, and the aligned projections."""
        present, parts = self._present(batch), self._encode(batch)
        found = {name: torch.where(present[:, i, None], parts[:, i], torch.nan) for i, name in enumerate(MODALITIES)}
        found["fused"] = self._fuse(parts, present)
        if self._aligns():
            for name, (projection, there) in self._projected(parts, present).items():
                unit = nn.functional.normalize(projection.float(), dim=1)
                found[f"aligned {name}"] = torch.where(there[:, None], unit, torch.nan)
        return found

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
        contrastive = self._contrastive(parts, present, batch["group"])
        if stage == "pretrain":
            return {"loss": contrastive, "contrastive": contrastive}
        kept = self._dropped(present) if self.training else present
        found = classified(self.head(self._fuse(parts, kept)), batch, self.class_weight, self.config)
        weight, classification = self.config.classification_weight, found["loss"]
        loss = self.config.contrastive_weight * contrastive + weight * classification
        return {**found, "loss": loss, "contrastive": contrastive, "classification": classification}

    def parameters_of(self, stage: str, freeze_backbone: bool) -> list[nn.Parameter]:
        """Pre-training: encoders and projections; fine-tuning: all, or with a frozen backbone what stands on them."""
        if stage == "pretrain" and not self._aligns():
            return []
        encoders: list[nn.Module] = [self.light_curve] if "light_curve" in self.config.modalities else []
        encoders += [self.features[name] for name in FEATURE_PARTS if name in self.config.modalities]
        relation = [self.features["relation"]] if "relation" in self.parts else []
        head: list[nn.Module] = [self.missing, *relation, self.fuse, self.classifier]
        aligned = self._aligns() and (stage == "pretrain" or self.config.contrastive_weight > 0)
        align: list[nn.Module] = list(self.projections.values()) if aligned else []
        chosen = [] if freeze_backbone else encoders
        chosen = chosen + (head if stage == "finetune" else []) + align
        scale = [self.logit_scale] if aligned else []
        return [p for module in chosen for p in module.parameters()] + scale

    def _pairs(self) -> dict[str, float]:
        """What the light curve is aligned with, and how much each counts."""
        config = self.config
        weights = {"physics": config.physics_pair, "planet": config.planet_pair, "star": config.star_pair}
        seen = {name: w for name, w in weights.items() if w > 0 and (name == "physics" or name in config.modalities)}
        return seen if "light_curve" in config.modalities and len(config.modalities) > 1 else {}

    def _aligns(self) -> bool:
        """Whether there are two sides to align, in the settings and in the training rows."""
        return bool(self._pairs()) and bool(self.has_pairs)

    def _present(self, batch: Batch) -> Tensor:
        """(B, P) bool: which parts each object has, of those that the net may see: modalities, then relations."""
        curve = torch.stack([batch[f"{view}_mask"].any(1) for view in self.light_curve.views]).any(0)
        numbers = [torch.isfinite(batch[name]).any(1) for name in self.parts]
        seen = [name in self.config.modalities for name in ("light_curve", *self.parts[:2])] + [True] * len(
            self.parts[2:]
        )
        return torch.stack([curve, *numbers], dim=1) & torch.tensor(seen, device=curve.device)

    def _dropped(self, present: Tensor) -> Tensor:
        """`present` with modalities hidden at random; relations hide with any of them, for they tell of it."""
        kept = drop_modalities(present[:, :3], self.config.modality_dropout)
        whole = (kept == present[:, :3]).all(1, keepdim=True)
        return torch.cat([kept, present[:, 3:] & whole], dim=1)

    def _encode(self, batch: Batch) -> Tensor:
        """(B, P, D): light curve, planet, star and, where there are any, relations."""
        curve = self.light_curve(batch)
        return torch.stack([curve, *(x(batch[name]).to(curve) for name, x in self.features.items())], dim=1)

    def _fuse(self, parts: Tensor, present: Tensor) -> Tensor:
        """(B, P, D) and (B, P) -> (B, D)."""
        out: Tensor = self.fuse(self.missing(parts, present).flatten(1))
        return out

    def _projected(self, parts: Tensor, present: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        """Name -> projection (B, P) and which rows have it (B,), of the light curve and what it is aligned with."""
        physics = torch.where(present[:, 1:3, None], parts[:, 1:3], 0.0).flatten(1)
        found = {name: (parts[:, i], present[:, i]) for i, name in enumerate(MODALITIES)}
        found["physics"] = (physics, present[:, 1:3].any(1))
        names = ("light_curve", *self._pairs())
        return {name: (self.projections[name](found[name][0]), found[name][1]) for name in names}

    def _contrastive(self, parts: Tensor, present: Tensor, group: Tensor) -> Tensor:
        """Weighted mean of InfoNCE between light curve and each partner, over the objects that have both."""
        if not self._aligns():
            return parts.sum() * 0.0
        found = {n: (gather(x), gather(there)) for n, (x, there) in self._projected(parts, present).items()}
        group, scale = gather(group), self.logit_scale.clamp(max=LOGIT_SCALE[1]).exp()
        curve, has_curve = found["light_curve"]
        total = curve.sum() * 0.0
        for name, weight in self._pairs().items():
            other, has_other = found[name]
            both = has_curve & has_other
            total = total + weight * info_nce(curve[both], other[both], scale, group[both])
        return total / sum(self._pairs().values())
