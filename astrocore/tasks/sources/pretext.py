"""What the sources net learns from before it is told any label: which two views are of one object.

SimCLR (Chen et al. 2020) between two views of an object, and InfoNCE between its image and its photometry. Views must
not be told apart by a fingerprint: two that carry the same numbers of photometry are matched by these alone, and the
images are not looked at. Hence images alone, or photometry of which each view has other errors and other features.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from astrocore.nn.contrast import uniformity, view_distance
from astrocore.nn.distributed import gather
from astrocore.nn.losses import info_nce, info_nce_floor, nt_xent, nt_xent_chance, nt_xent_floor
from astrocore.tasks.sources.config import TEACHES

LARGEST_SCALE = math.log(100.0)
"""Of the learned logit scale (CLIP, Radford et al. 2021, section 2.5)."""

View = Mapping[str, Tensor]
"""Embedding -> (B, D), NaN in the rows of objects that lack it."""


class Pretext(nn.Module):
    """Projectors, and the losses of the views that they project."""

    def __init__(self, names: Sequence[str], width: int, projector: Sequence[int], temperature: float) -> None:
        super().__init__()
        self.names, self.temperature = tuple(names), temperature
        self.projectors = nn.ModuleDict({key: _projector(width, projector) for name in names for key in _keys(name)})
        if "cross" in names:
            self.logit_scale = nn.Parameter(torch.tensor(min(math.log(1 / temperature), LARGEST_SCALE)))

    def forward(self, one: View, other: View) -> dict[str, Tensor]:
        """Mean of the losses, their floor and what they are by chance; closeness and spread of the views.

        All over the rows of all processes, that have what is compared; each loss also under its own name.
        """
        parts = [self._part(name, one, other) for name in self.names]
        mean = {key: torch.stack([part[key] for part in parts]).mean() for key in parts[0]}
        return mean | {name: part["loss"].detach() for name, part in zip(self.names, parts, strict=True)}

    def aligned(self, view: View) -> dict[str, Tensor]:
        """{"aligned <modality>": (B, P)} unit projections of what the pretext cross brings into one space."""
        if "cross" not in self.names:
            return {}
        found = {side: self.projectors[f"cross {side}"](view[side]) for side in TEACHES["cross"]}
        return {f"aligned {side}": nn.functional.normalize(x.float(), dim=1) for side, x in found.items()}

    def _part(self, name: str, one: View, other: View) -> dict[str, Tensor]:
        """One pretext's loss and what is told beside it."""
        sides = TEACHES[name]
        a, b = gather(one[sides[0]]), gather(other[sides[-1]])
        both = torch.isfinite(a).all(1) & torch.isfinite(b).all(1)
        if int(both.sum()) < 2:  # a batch norm needs two
            nothing = a.nan_to_num().sum() * 0.0
            return dict.fromkeys(("loss", "floor", "chance", "view_distance", "uniformity"), nothing)
        first, second = _keys(name)[0], _keys(name)[-1]
        a, b = self.projectors[first](a[both]), self.projectors[second](b[both])
        told = {"view_distance": view_distance(a, b), "uniformity": uniformity(torch.cat([a, b]))}
        return (self._cross(a, b) if name == "cross" else self._same(a, b)) | told

    def _same(self, a: Tensor, b: Tensor) -> dict[str, Tensor]:
        ends = {"floor": nt_xent_floor(len(a), self.temperature), "chance": nt_xent_chance(len(a))}
        return {"loss": nt_xent(a, b, self.temperature)} | {
            k: torch.tensor(x, device=a.device) for k, x in ends.items()
        }

    def _cross(self, a: Tensor, b: Tensor) -> dict[str, Tensor]:
        scale = self.logit_scale.clamp(max=LARGEST_SCALE).exp()
        chance = torch.tensor(math.log(len(a)), device=a.device)
        return {
            "loss": info_nce(a, b, scale),
            "floor": info_nce_floor(len(a), scale.detach()),
            "chance": chance,
        }


def _keys(name: str) -> tuple[str, ...]:
    """Names of a pretext's projectors: one for two views of a kind, one a side for two kinds."""
    return tuple(f"{name} {side}" for side in TEACHES[name]) if len(TEACHES[name]) > 1 else (name,)


def _projector(width: int, widths: Sequence[int]) -> nn.Sequential:
    """Linear layers with batch norm and ReLU between them (Chen et al. 2020, section 4.2)."""
    sizes = [width, *widths]
    inner = [
        part for a, b in pairwise(sizes[:-1]) for part in (nn.Linear(a, b, bias=False), nn.BatchNorm1d(b), nn.ReLU())
    ]
    return nn.Sequential(*inner, nn.Linear(sizes[-2], sizes[-1]))
