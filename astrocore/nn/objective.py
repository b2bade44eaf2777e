"""What learning with labels aims at, by the settings that all tasks share: every model's forward ends here."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from astrocore.config import Training
from astrocore.nn.distributed import gather
from astrocore.nn.layers import class_weights
from astrocore.nn.losses import cross_entropy, focal


def classified(
    logits: Tensor, batch: Mapping[str, Tensor], weight: Tensor | None, settings: Training
) -> dict[str, Tensor]:
    """{"loss": scalar, "logits": (B, C), "label": (B,)} over the rows of all processes.

    Parameters
    ----------
    logits
        (b, C) of this process's rows.
    batch
        `label` (b,), -1 where unknown; of a mixed batch (see mixup.py) also `label_b` and `label_share`.
    weight
        (C,) weight of each class, as `class_weights_by` gives it.
    settings
        loss, label_smoothing, focal_alpha and focal_gamma.
    """
    logits, label = gather(logits), gather(batch["label"])
    if "label_b" not in batch:
        return {"loss": _loss(logits, label, weight, settings), "logits": logits, "label": label}
    other, share = gather(batch["label_b"]), gather(batch["label_share"])
    both, shares = torch.cat([label, other]), torch.cat([share, 1 - share])
    loss = _loss(torch.cat([logits, logits]), both, weight, settings, shares)
    return {"loss": loss, "logits": logits, "label": label}


def class_weights_by(settings: Training, label: Tensor, classes: int) -> Tensor:
    """Weights (C,) that the loss gives the classes, from the labels of training rows (N,), -1 where unknown."""
    return class_weights(label, classes, settings.loss_power, settings.class_weight_cap)


def _loss(
    logits: Tensor, label: Tensor, weight: Tensor | None, settings: Training, share: Tensor | None = None
) -> Tensor:
    if settings.loss == "focal":
        alpha = settings.focal_alpha or 1.0  # at 0 the weights are the inverse frequencies: see Training.loss_power
        return focal(logits, label, weight, alpha, settings.focal_gamma, share)
    return cross_entropy(logits, label, weight, settings.label_smoothing, share)
