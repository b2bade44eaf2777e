"""Conflicts: objects of which two models, each of which saw another part of them, are sure of different classes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from astrocore.errors import InputError


def conflicts(a: np.ndarray, b: np.ndarray, confidence: float = 0.5) -> np.ndarray:
    """Where both give different classes at least so much probability: (N,) bool.

    Parameters
    ----------
    a, b
        Probabilities (N, C) of the same objects; rows of NaN where a model has nothing to judge by: no conflict.
    confidence
        Probability, from 0 to 1, that each must give its most probable class.

    Raises
    ------
    InputError
        The probabilities are not of the same objects and classes.
    """
    if a.shape != b.shape or a.ndim != 2:
        raise InputError(f"Conflicts need two arrays (N, C) of the same objects, not {a.shape} and {b.shape}.")
    both = np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1)
    x, y = (np.where(both[:, None], p, 0.0) for p in (a, b))
    sure = (x.max(axis=1) >= confidence) & (y.max(axis=1) >= confidence)
    return np.asarray(both & sure & (x.argmax(axis=1) != y.argmax(axis=1)))


def apart_voices(voices: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> dict[str, np.ndarray]:
    """The voices (N, C) that stand apart from a verdict: its weights do not name them.

    A voice that is named with a weight of 0 had its chance and lost; it does not stand apart.
    """
    return {name: p for name, p in voices.items() if name not in weights}
