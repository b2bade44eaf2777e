"""Whether a confidence of 0.8 means right in 8 of 10 cases, and one number that mends it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from astrocore.analysis.inputs import check_labels, check_probabilities
from astrocore.analysis.metrics import confidence_bin, nll_each
from astrocore.analysis.ratio import ratio
from astrocore.errors import InputError

TEMPERATURES = (0.05, 20.0)
"""Bounds of a fitted temperature: beyond them probabilities are all 0 and 1, or all alike."""


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


def fit_temperature(label: np.ndarray, p: np.ndarray) -> float:
    """The temperature with the lowest negative log likelihood of the true classes (Guo et al. 2017).

    Above 1 where the probabilities are over-confident, below 1 where they are too timid; within TEMPERATURES.

    Parameters
    ----------
    label
        True classes, (N,) int, no -1.
    p
        Probabilities, (N, C).

    Raises
    ------
    InputError
        No objects, unlabelled objects, or arrays that do not fit together.
    """
    check_labels(label, p)
    check_probabilities(label, p)

    def loss(log_temperature: float) -> float:
        return float(nll_each(label, apply_temperature(p, math.exp(log_temperature))).mean())

    low, high = (math.log(t) for t in TEMPERATURES)
    return math.exp(minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-4}).x)
