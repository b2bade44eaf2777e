"""Smooth random fields and shapes that the simulator's frames are made of."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

Shape = tuple[int, int]


def drawn_log(rng: np.random.Generator, low: float, high: float) -> float:
    """A number between two bounds, uniform in its logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def clouds(rng: np.random.Generator, shape: Shape, knots: int) -> np.ndarray:
    """A smooth field (y, x) of mean 0 and scatter 1, float32; `knots` is how many bumps go along the longer side."""
    cells = [max(2, round(knots * side / max(shape))) + 2 for side in shape]
    coarse = rng.standard_normal(cells).astype(np.float32)
    field = enlarged(coarse, shape)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6))


def enlarged(coarse: np.ndarray, shape: Shape) -> np.ndarray:
    """A small image (y, x) brought to a shape by cubic interpolation, one axis after the other."""
    field = coarse
    for axis, side in enumerate(shape):
        places = np.linspace(0.5, field.shape[axis] - 1.5, side)
        field = np.moveaxis(weights(places, field.shape[axis]) @ np.moveaxis(field, axis, 0), 0, axis)
    return np.ascontiguousarray(field, dtype=np.float32)


def weights(places: np.ndarray, knots: int) -> np.ndarray:
    """Smooth interpolation as a matrix (places, knots) of Gaussian weights of a width of 0.7 knots."""
    close = np.exp(-((places[:, None] - np.arange(knots)) ** 2))
    return np.asarray(close / close.sum(axis=1, keepdims=True), dtype=np.float32)


def wavy(rng: np.random.Generator, n: int, knots: int) -> np.ndarray:
    """A smooth random curve (n,) of mean 0 and scatter 1."""
    curve = weights(np.linspace(0.5, knots + 0.5, n), knots + 2) @ rng.standard_normal(knots + 2)
    return np.asarray((curve - curve.mean()) / (curve.std() + 1e-6))


def radius(shape: Shape, centre: tuple[float, float] = (0.5, 0.5)) -> np.ndarray:
    """Distance (y, x) from a centre given as shares of the sides, in units of half the diagonal, float32."""
    y = np.arange(shape[0], dtype=np.float32)[:, None] - centre[0] * shape[0]
    x = np.arange(shape[1], dtype=np.float32) - centre[1] * shape[1]
    return np.asarray(np.sqrt(y**2 + x**2) / (0.5 * np.hypot(*shape)), dtype=np.float32)


def blurred(image: np.ndarray, sigma: float) -> np.ndarray:
    """The image (y, x) smoothed by a Gaussian of `sigma` pixels."""
    return np.asarray(ndimage.gaussian_filter(image, sigma, mode="nearest", truncate=3))


def ramp(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """A plane (y, x) in a random direction, from -1 to 1 at most, float32."""
    angle = rng.uniform(0, 2 * np.pi)
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)
    return np.asarray((np.sin(angle) * y + np.cos(angle) * x) / (abs(np.sin(angle)) + abs(np.cos(angle))))
