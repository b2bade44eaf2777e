"""Whether a confidence of 0.8 means right in 8 of 10 cases, and one number that mends it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.analysis.inputs import check_labels, check_probabilities
from astrocore.analysis.metrics import confidence_bin
from astrocore.analysis.ratio import ratio
from astrocore.errors import InputError


def reliability(label: np.ndarray, p: np.ndarray, bins: int = 10) -> pd.DataFrame:
    """Equal-width bins of the confidence: columns low, high, count, confidence, accuracy (means; NaN if empty)."""
    check_labels(label, p)
    check_probabilities(label, p)
    if bins < 1:
        raise InputError(f"{bins} bins hold nothing; ask for at least one.")
    bin_of = confidence_bin(p, bins)
    count = np.bincount(bin_of, minlength=bins)
    sums = {
        "confidence": np.bincount(bin_of, weights=p.max(axis=1).astype(float), minlength=bins),
        "accuracy": np.bincount(bin_of, weights=(p.argmax(axis=1) == label).astype(float), minlength=bins),
    }
    means = {name: ratio(total, count) for name, total in sums.items()}
    edges = np.arange(bins + 1) / bins
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": count, **means})


def apply_temperature(p: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities to the power 1 / T, renormalised, (N, C) float64: T above 1 softens, below 1 sharpens.

    Raises
    ------
    InputError
        The temperature is not a positive number.
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise InputError(f"A temperature of {temperature} can't be applied; give a number above 0, 1 changes nothing.")
    with np.errstate(divide="ignore"):
        logits = np.log(np.asarray(p, float)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))  # the largest is 1, whatever T: nothing underflows away
    scaled: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return scaled
