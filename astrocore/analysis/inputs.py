"""What every number here needs of its inputs, said in words when it is not so."""

from __future__ import annotations

import numpy as np

from astrocore.errors import InputError


def check_labels(label: np.ndarray, *others: np.ndarray | None) -> None:
    """Raise InputError unless there are objects, all labelled, and every other array has a row for each."""
    if len(label) == 0:
        raise InputError("There are no labelled objects to score here; choose another split or data set.")
    if unlabelled := int(np.sum(np.asarray(label) < 0)):
        raise InputError(f"{unlabelled} of {len(label)} objects have no label; leave them out before scoring.")
    for other in others:
        if other is not None and len(other) != len(label):
            raise InputError(f"Arrays of {len(label)} and {len(other)} rows don't fit together; pass the same objects.")


def check_probabilities(label: np.ndarray, p: np.ndarray) -> None:
    """Raise InputError unless `p` is (N, C), finite, and every label is one of its columns."""
    if p.ndim != 2 or p.shape[1] == 0:
        raise InputError(f"Probabilities need one column a class; an array of shape {p.shape} has none.")
    if not np.isfinite(p).all():
        bad = int(np.sum(~np.isfinite(p).all(axis=1)))
        raise InputError(f"{bad} of {len(p)} objects have a probability that is not a number; leave them out.")
    if len(label) and np.max(label) >= p.shape[1]:
        raise InputError(f"Label {int(np.max(label))} has no column: the probabilities are of {p.shape[1]} classes.")
