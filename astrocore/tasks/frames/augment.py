"""Frames as they might have been taken instead: flips, shifts, brightness, noise; on the device, in training only.

Classes whose axes mean something are only changed in brightness and noise. Profiles are flipped with their image, but
not shifted with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from astrocore.tasks.frames.config import Config

Batch = Mapping[str, Tensor]
SHIFT, OFFSET, CONTRAST, NOISE = 0.1, 0.1, 0.2, 0.05
"""At full strength: share of the size, then in units of the stretched image."""


def augment(batch: Batch, config: Config, conservative: Tensor) -> dict[str, Tensor]:
    """A batch with other images, and with numbers and words hidden.

    `conservative` (C,) is true for classes with light augmentation.
    """
    found = dict(batch)
    if "frame" in batch and config.augment_strength > 0:
        free = ~conservative[batch["label"].clamp(min=0)] | (batch["label"] < 0)
        found |= _light(found, config.augment_strength)
        found |= _free(found, free, config)
    if "numbers" in found:
        found["numbers"] = _hidden(found["numbers"], config.feature_dropout)
    if "header" in found:
        found["header"] = _hidden(found["header"], config.word_dropout)
    return found


def flipped(batch: Batch, y: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Frame, mask and profiles turned over along an axis in the rows where `y`, `x` (B,) are true."""
    found = {name: batch[name] for name in ("frame", "frame_mask", "profile_y", "profile_x")}
    for rows, axis, profile in ((y, 1, "profile_y"), (x, 2, "profile_x")):
        for name in ("frame", "frame_mask"):
            found[name] = _where(rows, found[name].flip(axis), found[name])
        found[profile] = _where(rows, found[profile].flip(1), found[profile])
    return found


def _light(batch: Batch, strength: float) -> dict[str, Tensor]:
    """Another brightness, contrast and some noise, for all classes."""
    frame, inside = batch["frame"], batch["frame_mask"][..., None]
    b = len(frame)
    scale = 1 + CONTRAST * strength * _uniform(b, frame)
    offset = OFFSET * strength * _uniform(b, frame)
    noise = NOISE * strength * torch.rand(b, 1, 1, 1, device=frame.device) * torch.randn_like(frame)
    profiles = {name: batch[name] * scale[..., 0] + offset[..., 0] for name in ("profile_y", "profile_x")}
    return {"frame": torch.where(inside, frame * scale + offset + noise, 0.0), **profiles}


def _free(batch: Batch, free: Tensor, config: Config) -> dict[str, Tensor]:
    """Flips, shifts and further operations, in the rows `free` (B,)."""
    b, device, strength = len(free), free.device, config.augment_strength
    y, x = (torch.rand(2, b, device=device) < 0.5) & free
    found = flipped(batch, y, x)
    found["frame"] = _where(free, shifted(found["frame"], SHIFT * strength), found["frame"])
    for _ in range(config.randaugment_n):
        chosen = int(torch.randint(len(OPERATIONS), ()))
        changed = OPERATIONS[chosen](found["frame"], config.randaugment_m / 10)
        found["frame"] = _where(free, changed, found["frame"])
    found["frame"] = torch.where(found["frame_mask"][..., None], found["frame"], 0.0)
    return found


def shifted(frame: Tensor, most: float) -> Tensor:
    """The whole batch moved by up to a share `most` of its size, around the edges."""
    ways = [int(torch.randint(-int(most * n), int(most * n) + 1, ())) for n in frame.shape[1:3]]
    return frame.roll(ways, (1, 2))


def _contrast(frame: Tensor, m: float) -> Tensor:
    mean = frame.mean((1, 2), keepdim=True)
    return mean + (frame - mean) * (1 + 0.5 * m * _uniform(len(frame), frame))


def _bright(frame: Tensor, m: float) -> Tensor:
    return frame + 0.3 * m * _uniform(len(frame), frame)


def _gamma(frame: Tensor, m: float) -> Tensor:
    power = torch.exp(0.5 * m * _uniform(len(frame), frame))
    return frame.sign() * frame.abs().clamp(min=1e-6) ** power


def _blur(frame: Tensor, m: float) -> Tensor:
    around = torch.nn.functional.avg_pool2d(frame.movedim(-1, 1), 3, 1, 1, count_include_pad=False).movedim(1, -1)
    share = m * torch.rand(len(frame), 1, 1, 1, device=frame.device)
    return frame + share * (around - frame)


def _cut(frame: Tensor, m: float) -> Tensor:
    """A rectangle without structure, the same place in the whole batch."""
    h, w = (max(1, int(0.3 * m * n)) for n in frame.shape[1:3])
    y, x = (int(torch.randint(0, n - k + 1, ())) for n, k in zip(frame.shape[1:3], (h, w), strict=True))
    cut = frame.clone()
    cut[:, y : y + h, x : x + w] = 0.0
    return cut


def _noisy(frame: Tensor, m: float) -> Tensor:
    return frame + 0.1 * m * torch.randn_like(frame)


def _moved(frame: Tensor, m: float) -> Tensor:
    return shifted(frame, 0.2 * m)


OPERATIONS: tuple[Callable[[Tensor, float], Tensor], ...] = (_contrast, _bright, _gamma, _blur, _cut, _noisy, _moved)
"""Of RandAugment (Cubuk et al. 2020, arXiv:1909.13719) those that a frame survives; strength 0 to 1 each."""


def _hidden(x: Tensor, rate: float) -> Tensor:
    """Numbers (B, F) with each hidden with probability `rate`."""
    return torch.where(torch.rand(x.shape, device=x.device) < rate, torch.nan, x) if rate else x


def _uniform(b: int, like: Tensor) -> Tensor:
    """(B, 1, 1, 1) from -1 to 1."""
    return torch.rand(b, 1, 1, 1, device=like.device, dtype=like.dtype) * 2 - 1


def _where(rows: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """`a` in the rows (B,) that are true, else `b`."""
    return torch.where(rows.view(-1, *[1] * (a.ndim - 1)), a, b)
