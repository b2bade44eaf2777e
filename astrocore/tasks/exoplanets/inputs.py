"""From views to the net's channels: the shape of the dip, how it stands out of the noise, the noise of each bin."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from astrocore.tasks.exoplanets.binning import level_and_scatter, masked_median

TRANSIT_SHARE = {"global": 0.1, "local": 0.5}
"""Part in the middle of a view, of its width, that is not taken for out of transit."""
SHAPE_RANGE = (-2.0, 3.0)
CHANNELS = 3

Views = Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
"""Kind -> values, mask and scatter of each bin, (B, n) each."""


def view_channels(views: Views) -> dict[str, np.ndarray]:
    """Each view (B, n) as (B, n, 3) float32, 0 where masked.

    Channel 0 is the shape: flux over the depth of the smoothed minimum, clipped. Channel 1 is the significance:
    asinh of flux over its scatter out of transit. Channel 2 is the scatter within each bin over its median. Odd, even
    and secondary views take level, depth and scatter from the local view, so that they can be held against it.
    """
    scales = {kind: scale_of(*views[kind][:2], share) for kind, share in TRANSIT_SHARE.items() if kind in views}
    return {kind: _channels(*views[kind], scales[kind if kind in scales else "local"]) for kind in views}


def _channels(values: np.ndarray, mask: np.ndarray, inner: np.ndarray, scale: tuple[np.ndarray, ...]) -> np.ndarray:
    level, scatter, depth = scale
    centred = np.where(mask, values - level, 0.0)
    typical = np.maximum(masked_median(inner, mask & (inner > 0)), 1e-6)
    spread = np.where(inner > 0, np.log2(np.maximum(inner, 1e-6) / typical).clip(-3, 3), 0.0)
    parts = [np.clip(centred / depth, *SHAPE_RANGE), np.arcsinh(centred / scatter), spread]
    return np.where(mask[..., None], np.stack(parts, axis=-1), 0.0).astype(np.float32)


def scale_of(values: np.ndarray, mask: np.ndarray, transit_share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Level out of transit, scatter there and depth (at least that) of views (B, n), (B, 1) each."""
    quiet = np.abs(np.linspace(-1, 1, values.shape[1])) > transit_share
    level, scatter = level_and_scatter(values, mask, quiet[None])
    centred = np.where(mask, values - level, 0.0)
    return level, scatter, np.maximum(-smoothed(centred, mask).min(axis=1, keepdims=True), scatter)


def standardised(values: np.ndarray, mask: np.ndarray, transit_share: float) -> tuple[np.ndarray, np.ndarray]:
    """Views (B, n) about their level out of transit, 0 where masked, and their scatter there (B, 1), never 0."""
    quiet = np.abs(np.linspace(-1, 1, values.shape[1])) > transit_share
    level, scatter = level_and_scatter(values, mask, quiet[None])
    return np.where(mask, values - level, 0.0), scatter


def smoothed(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Mean of each bin and its neighbours (B, n), masked bins left out."""
    padded = np.pad(np.where(mask, values, 0.0), ((0, 0), (1, 1)))
    counts = np.pad(mask.astype(np.float64), ((0, 0), (1, 1)))
    total = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    count = counts[:, :-2] + counts[:, 1:-1] + counts[:, 2:]
    return np.asarray(np.divide(total, count, out=np.zeros_like(total), where=count > 0))
