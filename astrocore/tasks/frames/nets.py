"""The two nets of frames: ours, and the original's; each gives image and header a part, and joins them."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from astrocore.nn.layers import Missing, Standardise, mlp
from astrocore.tasks.frames.columns import HEADER, IMAGE
from astrocore.tasks.frames.config import MODALITIES, Config
from astrocore.tasks.frames.encoders import FrameEncoder, NumbersEncoder, Original, ProfileEncoder
from astrocore.tasks.frames.measuring.channels import CHANNELS
from astrocore.tasks.frames.measuring.profiles import CURVES
from astrocore.tasks.frames.measuring.words import NAMES, WORDS

Batch = Mapping[str, Tensor]


class Separate(nn.Module):
    """Image, profiles and numbers -> image (B, D); header (B, D); both -> (B, D)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width, bins = config.d_model, config.numeric_bins
        if "image" in config.modalities:
            self.frame = FrameEncoder(len(CHANNELS), config.width, width)
            self.profile = ProfileEncoder(len(CURVES), config.width, width)
            self.numbers = NumbersEncoder(len(IMAGE), width, config.dropout, bins)
            self.image = nn.Sequential(nn.LayerNorm(3 * width), mlp(3 * width, 2 * width, width, config.dropout))
        if "header" in config.modalities:
            self.header = NumbersEncoder(len(HEADER) + len(WORDS), width, config.dropout, bins)
        seen = [name in config.modalities for name in MODALITIES]
        self.norms = nn.ModuleList([nn.LayerNorm(width) if yes else nn.Identity() for yes in seen])
        self.missing = Missing(2, width)
        self.join = nn.Sequential(mlp(2 * width, 2 * width, width, config.dropout), nn.LayerNorm(width))

    def fit(self, batch: Batch) -> None:
        """Scales of the numbers."""
        for name in ("numbers", "header"):
            if name in batch:
                getattr(self, name).fit(batch[name])

    def parts(self, batch: Batch) -> Tensor:
        """(B, 2, D): image and header; where one is missing it is whatever it is."""
        b, device = len(next(iter(batch.values()))), next(iter(batch.values())).device
        found = torch.zeros(b, 2, self.missing.instead.shape[1], device=device)
        each = list(found.unbind(1))
        if "frame" in batch:
            frame = self.frame(batch["frame"], batch["frame_mask"])
            profile = self.profile(batch["profile_y"], batch["profile_x"])
            each[0] = self.norms[0](self.image(torch.cat([frame, profile, self.numbers(batch["numbers"])], dim=1)))
        if "header" in batch:
            each[1] = self.norms[1](self.header(batch["header"]))
        return torch.stack([x.float() for x in each], dim=1)

    def fuse(self, parts: Tensor, present: Tensor) -> Tensor:
        """(B, D) of the parts that are `present` (B, 2)."""
        out: Tensor = self.join(self.missing(parts, present).flatten(1))
        return out


STATISTICS, NUMBERS = 10, 8
"""Of the original's 22 features: of the image, and of the header. Size and kind of the file say nothing of the frame;
their four places stay empty."""
DARK = ("bias", "dark")
LIGHT_SPREAD, LIGHT_EXPOSURE = 6.0, 12.0
"""Scaled numbers at which a frame counts as full of light, and an exposure as long."""


class OriginalNet(nn.Module):
    """The original's net. Its image is a part of 256 values, and its numbers are one of 64, padded to these."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.standardise = Standardise(Original.FEATURES)
        self.net = Original()

    def fit(self, batch: Batch) -> None:
        """Means and spreads of the 22 features."""
        self.standardise.fit(self._features(batch))

    def parts(self, batch: Batch) -> Tensor:
        """(B, 2, 256): image, and numbers with zeros behind them."""
        features = self.standardise(self._features(batch))[:, : Original.FEATURES]
        image, numbers = self.net.parts(batch["frame"][..., :1].movedim(-1, 1), features, confidences(batch))
        return torch.stack([image, nn.functional.pad(numbers, (0, image.shape[1] - numbers.shape[1]))], dim=1)

    def fuse(self, parts: Tensor, present: Tensor) -> Tensor:
        """(B, 128); a part that is missing counts as zeros."""
        seen = parts * present[..., None]
        out: Tensor = self.net(seen[:, 0], seen[:, 1, :64])
        return out

    def _features(self, batch: Batch) -> Tensor:
        numbers = batch["numbers"]
        empty = torch.full((len(numbers), Original.FEATURES), torch.nan, device=numbers.device)
        empty[:, :STATISTICS] = numbers[:, :STATISTICS]
        if "header" in batch:
            empty[:, STATISTICS : STATISTICS + NUMBERS] = batch["header"][:, :NUMBERS]
        return empty


def confidences(batch: Batch) -> Tensor:
    """(B, 4): how far exposure time, object, type and filter of the header agree with how much light is in the image.

    1 where they agree, 0 where they contradict each other, 0.5 where the header does not tell. The original's divided
    by the exposure time, and called a mode that it never read.
    """
    spread = batch["numbers"][:, [column.name for column in IMAGE].index("spread")]
    light = (spread / LIGHT_SPREAD).clamp(0, 1).nan_to_num(0.5)
    if "header" not in batch:
        return torch.full((len(light), 4), 0.5, device=light.device)
    header = batch["header"]
    said = dict(zip(NAMES, header[:, len(HEADER) :].unbind(1), strict=True))
    expected = [(header[:, 0] / LIGHT_EXPOSURE).clamp(0, 1)]
    for quantity in ("object", "frame_type"):
        dark = torch.stack([said[f"{quantity}: {name}"] for name in DARK]).amax(0)
        expected.append(torch.where(said[f"{quantity}: given"] > 0, 1 - dark, torch.nan))
    expected.append(torch.where(said["filter: given"] > 0, 1.0, torch.nan))
    return (1 - (torch.stack(expected, dim=1) - light[:, None]).abs()).nan_to_num(0.5)
