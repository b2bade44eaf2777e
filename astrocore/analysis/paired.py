"""How much better one model is than another on the very same objects."""

from __future__ import annotations

import numpy as np

from astrocore.analysis.bootstrap import Interval, codes, percentiles, weights
from astrocore.analysis.counts import score_counts
from astrocore.analysis.inputs import check_labels, check_probabilities
from astrocore.analysis.metrics import scores


def differences(
    label: np.ndarray,
    p: np.ndarray,
    other: np.ndarray,
    group: np.ndarray,
    n: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, tuple[float, Interval]]:
    """Scores of `p` minus those of `other` at the most probable class, with paired intervals by group.

    Both are judged on the same resamples, so what the objects have in common cancels.

    Parameters
    ----------
    label
        True classes, (N,) int, no -1.
    p, other
        Probabilities of the two models, (N, C).

    Returns
    -------
    dict
        Name of each score of `metrics.scores` -> (difference, (low, high)).

    Raises
    ------
    InputError
        No objects, unlabelled objects, or arrays that do not fit together.
    """
    check_labels(label, p, other, group)
    for one in (p, other):
        check_probabilities(label, one)
    values = [scores(label, one.argmax(axis=1), one) for one in (p, other)]
    drawn = [_resampled(label, one, group, n, seed) for one in (p, other)]
    n_groups = int(codes(group).max()) + 1
    ends = {name: percentiles(drawn[0][name] - drawn[1][name], n_groups, level) for name in values[0]}
    return {name: (values[0][name] - values[1][name], ends[name]) for name in values[0]}


def _resampled(label: np.ndarray, p: np.ndarray, group: np.ndarray, n: int, seed: int) -> dict[str, np.ndarray]:
    """Scores in every resample, (n,) each; the same seed draws the same groups."""
    code, predicted = codes(group), p.argmax(axis=1)
    parts = [score_counts(label, predicted, p, code, weight) for weight in weights(code, n, seed)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
