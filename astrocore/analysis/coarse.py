"""Classes in coarser words: the probabilities of all classes that share a word are summed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from astrocore.errors import InputError


def coarser(p: np.ndarray, words: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """The words that classes share, what each class is among them, and the probabilities of the words.

    Parameters
    ----------
    p
        Probabilities of the classes, (N, C).
    words
        Word of each class, C of them.

    Returns
    -------
    tuple
        K words in the order in which they first occur; (C,) int, the word of each class; (N, K) float64.

    Raises
    ------
    InputError
        Not one word a class.
    """
    if p.ndim != 2 or p.shape[1] != len(words):
        raise InputError(f"{len(words)} words do not fit probabilities of shape {p.shape}; give one a class.")
    names = tuple(dict.fromkeys(words))
    of_class = np.array([names.index(word) for word in words], dtype=int)
    return names, of_class, np.asarray(p, float) @ np.eye(len(names))[of_class]
