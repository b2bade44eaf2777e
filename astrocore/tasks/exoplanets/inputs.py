"""From views to the net's two channels: the shape of the dip, and how it stands out of the noise."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.exoplanets.binning import level_and_scatter

TRANSIT_SHARE = {"global": 0.1, "local": 0.5}
"""Part in the middle of a view, of its width, that is not taken for out of transit."""
SHAPE_RANGE = (-2.0, 3.0)


def channels(values: np.ndarray, mask: np.ndarray, transit_share: float) -> np.ndarray:
    """Views (B, n) as (B, n, 2) float32, 0 where masked.

    Channel 0 is the shape: flux over the depth of the smoothed minimum, clipped. Channel 1 is the significance:
    asinh of flux over its scatter out of transit.
    """
    centred, scatter = standardised(values, mask, transit_share)
    depth = np.maximum(-smoothed(centred, mask).min(axis=1, keepdims=True), scatter)
    both = np.stack([np.clip(centred / depth, *SHAPE_RANGE), np.arcsinh(centred / scatter)], axis=-1)
    return np.where(mask[..., None], both, 0.0).astype(np.float32)


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
