"""Augmentation of a batch on its device: images and photometry are changed by one and the same cause."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from astrocore.tasks.sources.bands import BANDS, PIXEL_ARCSEC
from astrocore.tasks.sources.columns import is_magnitude
from astrocore.tasks.sources.config import Config
from astrocore.tasks.sources.faint import blurred, fainter, noisier, redder
from astrocore.tasks.sources.features import base_columns, depths
from astrocore.tasks.sources.recipes import parse

Batch = Mapping[str, Tensor]


def augment(batch: Batch, config: Config, sky: Tensor) -> dict[str, Tensor]:
    """A batch as its objects might have been observed instead.

    Fainter, behind more dust and under worse seeing: image and photometry alike. Turned, mirrored, shifted, with more
    sky noise or without a band: the image alone. With other errors of measurement: the photometry alone.

    Parameters
    ----------
    batch
        As `prepare` gave it, as tensors.
    sky
        (band,) noise of the sky in the images.
    """
    b, device = len(batch["label"]), batch["label"].device
    by = config.faint * torch.rand(b, device=device) * (torch.rand(b, device=device) < config.faint_share)
    dust = config.extinction * torch.rand(b, device=device)
    blur = config.blur * torch.rand(b, device=device)
    step = config.brightness * (2 * torch.rand(b, device=device) - 1)
    changed = dict(batch)
    if "columns" in batch and _touches_photometry(config):
        changed["photometry"] = _photometry(batch["columns"], config, by, dust, blur, step)
    if "photometry" in batch and config.feature_dropout:
        changed["photometry"] = thinned(changed["photometry"], config.feature_dropout)
    if "image" in batch:
        image, mask = moved(batch["image"], batch["image_mask"], config.flips, config.shift)
        if config.faint or config.extinction:
            image = dimmed(image, sky, by, dust, config.bands)
        image = image * 10 ** (-0.4 * step)[:, None, None, None] if config.brightness else image
        image = smoothed(image, mask, blur, math.ceil(3 * config.blur)) if config.blur else image
        if config.sky_noise:
            image = image + config.sky_noise * sky * torch.randn(image.shape, device=device)
        mask = mask & kept_bands(b, image.shape[-1], config.band_dropout, device)
        changed["image"], changed["image_mask"] = torch.where(mask, image, 0.0), mask
    return changed


def _touches_photometry(config: Config) -> bool:
    return any((config.faint, config.extinction, config.blur, config.photometry_noise, config.brightness))


def _photometry(columns: Tensor, config: Config, by: Tensor, dust: Tensor, blur: Tensor, step: Tensor) -> Tensor:
    """(B, Q) columns -> (B, F) features of the changed objects."""
    names = base_columns(config)
    found: dict[str, Any] = dict(zip(names, columns.unbind(1), strict=True))

    def normal() -> Tensor:
        return torch.randn(len(columns), device=columns.device)

    if config.faint:
        found = fainter(found, by, depths(config), config.faint_size, normal, torch)
    if config.extinction:
        found = redder(found, dust, config.bands)
    if config.blur:
        found = blurred(found, PIXEL_ARCSEC * blur, torch)
    if config.photometry_noise:
        found = noisier(found, config.photometry_noise, depths(config), config.faint_size, normal, torch)
    if config.brightness:
        found = {name: values + step if is_magnitude(name) else values for name, values in found.items()}
    made = torch.stack([parse(name).of(found.__getitem__) for name in config.features], dim=1)
    return torch.where(torch.isfinite(made), made, torch.nan)


def thinned(photometry: Tensor, rate: float) -> Tensor:
    """(B, F) with each feature hidden with probability `rate`; an object of which nothing would be left keeps all."""
    kept = torch.rand(photometry.shape, device=photometry.device) >= rate
    some = torch.where(kept, photometry, torch.nan)
    return torch.where(torch.isfinite(some).any(1, keepdim=True), some, photometry)


def moved(image: Tensor, mask: Tensor, flips: bool, shift: float) -> tuple[Tensor, Tensor]:
    """Images (B, y, x, band) mirrored and turned by quarters at random, and shifted by up to `shift` pixels."""
    b, device = len(image), image.device
    if not (flips or shift):
        return image, mask
    step = shift * (2 * torch.rand(b, 2, device=device) - 1)
    return placed(image, mask, squares(b, device) if flips else torch.eye(2, device=device).expand(b, 2, 2), step)


def squares(b: int, device: torch.device) -> Tensor:
    """(B, 2, 2): for each object one of the eight ways to turn and mirror a square, drawn at random."""
    signs = torch.diag_embed(2.0 * torch.randint(0, 2, (b, 2), device=device) - 1)
    swapped = (torch.rand(b, device=device) < 0.5)[:, None, None]
    return torch.where(swapped, signs.flip(1), signs)


def placed(image: Tensor, mask: Tensor, turn: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Images (B, y, x, band) turned by `turn` (B, 2, 2) and moved by `step` (B, 2) pixels in x and y, by interpolation.

    What comes in over the edge, or is interpolated from a missing pixel, is missing.
    """
    b, size = len(image), image.shape[1]
    theta = torch.cat([turn, -2 / size * turn @ step[..., None]], dim=2)
    grid = F.affine_grid(theta, [b, 1, size, size], align_corners=False)
    both = torch.cat([image, mask.to(image)], dim=-1).permute(0, 3, 1, 2)
    found = F.grid_sample(both, grid, mode="bilinear", padding_mode="zeros", align_corners=False).permute(0, 2, 3, 1)
    pixels, whole = found.chunk(2, dim=-1)
    return pixels.contiguous(), whole > 0.999


def dimmed(image: Tensor, sky: Tensor, by: Tensor, dust: Tensor, bands: str) -> Tensor:
    """Images (B, y, x, band) of objects `by` magnitudes fainter and behind `dust` more magnitudes in r.

    The sky stays the same: what its noise lost with the flux is added again.
    """
    ratio = torch.tensor([BANDS[band].extinction if band in BANDS else 1.0 for band in bands], device=image.device)
    left = 10 ** (-0.4 * (by[:, None] + dust[:, None] * ratio))[:, None, None, :]  # (B, 1, 1, band)
    return image * left + sky * (1 - left**2).clamp(min=0).sqrt() * torch.randn(image.shape, device=image.device)


def smoothed(image: Tensor, mask: Tensor, sigma: Tensor, reach: int) -> Tensor:
    """Images (B, y, x, band) convolved with a Gaussian of `sigma` (B,) pixels each; missing pixels stay out of it.

    The Gaussian ends `reach` pixels from its centre.
    """
    b, size, _, bands = image.shape
    x = torch.arange(-reach, reach + 1, device=image.device)
    kernel = torch.exp(-0.5 * (x / sigma[:, None].clamp(min=1e-3)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(2 * bands, dim=0)  # (B 2 band, K)
    both = torch.cat([image, mask.to(image)], dim=-1).permute(0, 3, 1, 2).reshape(1, 2 * b * bands, size, size)
    both = F.conv2d(both, kernel[:, None, :, None], padding=(reach, 0), groups=2 * b * bands)
    both = F.conv2d(both, kernel[:, None, None, :], padding=(0, reach), groups=2 * b * bands)
    pixels, weight = both.reshape(b, 2 * bands, size, size).permute(0, 2, 3, 1).chunk(2, dim=-1)
    return pixels / weight.clamp(min=1e-3)


def kept_bands(b: int, bands: int, rate: float, device: torch.device) -> Tensor:
    """(B, 1, 1, band) bool: which bands stay; at least one of each object."""
    kept = torch.rand(b, bands, device=device) >= rate
    kept[:, 0] |= ~kept.any(1)
    return kept[:, None, None, :]
