"""Encoders of the frames net: small images, profiles, and numbers; and the net of the original."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from astrocore.nn.layers import Coded, mlp


class Separable(nn.Module):
    """Depthwise-separable convolution: each channel by itself, then a mix of channels; (B, c, y, x) -> (B, C, y', x').

    A block that keeps its shape adds its input (Howard et al. 2017, arXiv:1704.04861; with group norm, which needs no
    statistics of a batch).
    """

    def __init__(self, channels: int, out: int, stride: int = 1) -> None:
        super().__init__()
        self.depth = nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False)
        self.mix = nn.Conv2d(channels, out, 1, bias=False)
        self.norm = nn.GroupNorm(_groups(out), out)
        self.adds = channels == out and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        """Rectified."""
        out: Tensor = self.norm(self.mix(self.depth(x))).relu()
        return x + out if self.adds else out


class FrameEncoder(nn.Module):
    """Stretches of a frame and where it is: (B, y, x, channel) and (B, y, x) -> (B, D), of any size.

    What the net found is pooled twice over the frame's own pixels, by mean and by maximum: a frame may be known by
    its whole or by one spot.
    """

    def __init__(self, channels: int, width: int, out: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(channels + 1, width, 3, 2, 1)
        sizes = (width, 2 * width, 3 * width, 4 * width)
        blocks = [part for a, b in pairwise(sizes) for part in (Separable(a, b, 2), Separable(b, b))]
        self.blocks = nn.Sequential(nn.GroupNorm(_groups(width), width), nn.ReLU(), *blocks)
        self.out = nn.Linear(2 * sizes[-1], out)

    def forward(self, frame: Tensor, mask: Tensor) -> Tensor:
        """`mask` is true where the frame is; a frame that is nowhere gives what it gives."""
        inside = mask[:, None].to(frame)
        x = self.blocks(self.stem(torch.cat([frame.movedim(-1, 1), inside], dim=1)))
        seen = nn.functional.adaptive_max_pool2d(inside, x.shape[-2:])
        mean = (x * seen).sum((2, 3)) / seen.sum((2, 3)).clamp(min=1)
        out: Tensor = self.out(torch.cat([mean, (x * seen).amax((2, 3))], dim=1))
        return out


SOFT = 1e-3
"""Added to the variance of profiles: flat ones have none, and a norm that is sharp there hides what matters."""


class ProfileEncoder(nn.Module):
    """Profiles along both axes, by the same convolutions: (B, bin, curve) each -> (B, D).

    The two axes are joined by their mean and maximum, so that it does not matter which way a camera is mounted.
    """

    def __init__(self, curves: int, width: int, out: int) -> None:
        super().__init__()
        sizes = (curves, width, 2 * width, 2 * width)
        layers: list[nn.Module] = []
        for a, b in pairwise(sizes):
            layers += [nn.Conv1d(a, b, 7, 2, 3, bias=False), nn.GroupNorm(_groups(b), b, SOFT), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.out = nn.Linear(8 * width, out)

    def forward(self, y: Tensor, x: Tensor) -> Tensor:
        """NaN counts as zero."""
        both = self.layers(torch.cat([y, x]).nan_to_num().transpose(1, 2))  # (2 B, C, bin)
        a, b = torch.cat([both.mean(2), both.amax(2)], dim=1).tensor_split(2)
        out: Tensor = self.out(torch.cat([(a + b) / 2, torch.maximum(a, b)], dim=1))
        return out


class NumbersEncoder(Coded):
    """Numbers with missing ones, (B, F) with NaN -> (B, D)."""

    def __init__(self, features: int, out: int, dropout: float, bins: int) -> None:
        super().__init__(features, bins)
        self.layers = mlp(self.coded_width, 2 * out, out, dropout)

    def forward(self, x: Tensor) -> Tensor:
        """NaN is a missing value."""
        out: Tensor = self.layers(self.coded(x))
        return out


class Original(nn.Module):
    """The original's branches up to its last layer: image (B, 1, y, x), 22 features, 4 confidences -> (B, 128).

    Three convolutions of 32, 64 and 128 channels, each with batch norm and pooling, global average and 256 units;
    features through batch norm and 64 units beside 64 sigmoids of the confidences, then 128 and 64 units; both joined
    by 256 and 128 units. With its classifier of eleven classes it has the original's 269,731 parameters, of which
    Keras counts the 492 running means and variances too.
    """

    FEATURES, CONFIDENCES, WIDTH = 22, 4, 128

    def __init__(self) -> None:
        super().__init__()
        convolutions: list[nn.Module] = []
        for a, b in ((1, 32), (32, 64), (64, 128)):
            # momentum and epsilon of Keras
            convolutions += [nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(b, 1e-3, 0.01), nn.MaxPool2d(2)]
        self.image = nn.Sequential(*convolutions, nn.AdaptiveAvgPool2d(1), nn.Flatten(), *_dense(128, 256, 0.5))
        self.norm = nn.BatchNorm1d(self.FEATURES, 1e-3, 0.01)
        self.features = nn.Sequential(*_dense(self.FEATURES, 64))
        self.confidence = nn.Sequential(nn.Linear(self.CONFIDENCES, 64), nn.Sigmoid())
        self.numbers = nn.Sequential(*_dense(128, 128, 0.3), *_dense(128, 64, 0.2))
        self.joined = nn.Sequential(*_dense(320, 256, 0.5), *_dense(256, self.WIDTH, 0.3))

    def parts(self, image: Tensor, features: Tensor, confidences: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 256) of the image and (B, 64) of the numbers."""
        numbers = torch.cat([self.features(self.norm(features)), self.confidence(confidences)], dim=1)
        return self.image(image), self.numbers(numbers)

    def forward(self, image: Tensor, numbers: Tensor) -> Tensor:
        """Both parts -> (B, WIDTH)."""
        out: Tensor = self.joined(torch.cat([image, numbers], dim=1))
        return out


def _dense(a: int, b: int, dropout: float = 0.0) -> list[nn.Module]:
    return [nn.Linear(a, b), nn.ReLU(), *([nn.Dropout(dropout)] if dropout else [])]


def _groups(channels: int) -> int:
    """Groups of a group norm: eight, or the largest smaller number that divides."""
    return next(n for n in range(min(8, channels), 0, -1) if channels % n == 0)
