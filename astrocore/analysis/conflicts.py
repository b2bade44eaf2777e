"""Where two parts of an object tell different classes: the header against the image, say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from astrocore.errors import InputError

CONFIDENCE = 0.5
"""Least probability with which a part has to tell its class before it counts as a word against another."""


def conflicts(a: np.ndarray, b: np.ndarray, confidence: float = CONFIDENCE) -> np.ndarray:
    """Objects of which two voices are sure of different classes, (N,) bool.

    Parameters
    ----------
    a, b
        Probabilities of each, (N, C); rows that are not numbers say nothing, so they contradict nothing.
    confidence
        Least probability of a voice's most probable class.

    Raises
    ------
    InputError
        The two are not of one shape (N, C).
    """
    if a.ndim != 2 or a.shape != b.shape or not a.shape[1]:
        raise InputError(
            f"Voices of shapes {a.shape} and {b.shape} can't contradict each other; pass the same objects."
        )
    (one, sure), (other, certain) = _said(a, confidence), _said(b, confidence)
    return np.asarray(sure & certain & (one != other))


def disagreements(
    voices: Mapping[str, np.ndarray], classes: Sequence[str], confidence: float = CONFIDENCE
) -> np.ndarray:
    """What voices (N, C) that contradict each other say, (N,) text such as "image: flats, header: darks"; "" for none.

    Raises
    ------
    InputError
        There is no voice, or not all are of one shape (N, C).
    """
    if not voices:
        raise InputError("There are no voices, so there is nothing that could contradict; pass at least one.")
    involved = {name: np.zeros(len(p), dtype=bool) for name, p in voices.items()}
    for one, other in combinations(voices, 2):
        found = conflicts(voices[one], voices[other], confidence)
        involved[one] |= found
        involved[other] |= found
    said = {name: np.asarray(classes, dtype=object)[_said(p, confidence)[0]] for name, p in voices.items()}
    rows = range(len(next(iter(voices.values()))))
    told = [", ".join(f"{name}: {said[name][row]}" for name in voices if involved[name][row]) for row in rows]
    return np.array(told, dtype=object)


def _said(p: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The most probable class of each object (N,), and whether the voice is sure of it (N,)."""
    finite = np.isfinite(p).all(axis=1)
    p = np.where(finite[:, None], p, 0.0)
    return p.argmax(axis=1), finite & (p.max(axis=1) >= confidence)


def apart_voices(voices: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> dict[str, np.ndarray]:
    """The voices (N, C) that stand apart from a verdict: its weights do not name them.

    A voice that is named with a weight of 0 had its chance and lost; it does not stand apart.
    """
    return {name: p for name, p in voices.items() if name not in weights}
