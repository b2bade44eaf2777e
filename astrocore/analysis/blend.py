"""How the voices of several models become one verdict: a weighted mean of logarithms and a temperature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from astrocore.analysis.calibration import apply_temperature, fit_temperature
from astrocore.analysis.inputs import check_labels, check_probabilities
from astrocore.analysis.metrics import nll_each, scores
from astrocore.errors import InputError

LEAST = 50
"""Labelled objects below which nothing is fitted: a temperature or a choice would be noise."""
FLOOR = 1e-6
"""Least probability that a voice gives a class when several are put together."""
FIRST, MEAN = "net", "mean"
"""The voice that always has a say, and what the mean of all voices is called."""


@dataclass(frozen=True)
class Blend:
    """Weights, temperature, and what they were chosen by."""

    weights: dict[str, float]
    temperature: float = 1.0
    n: int = 0
    nll: dict[str, float] = field(default_factory=dict)
    """Negative log likelihood [nat]: of each voice and of their mean as they are, and of the verdict ("calibrated")."""
    macro_f1: dict[str, float] = field(default_factory=dict)
    """Of each voice and of their mean; a temperature does not change it."""


def fit_blend(label: np.ndarray, voices: Mapping[str, np.ndarray], least: int = LEAST) -> Blend:
    """The net alone or the even mean of all voices, whichever has the lower likelihood loss once calibrated.

    Each candidate gets a temperature of its own, fitted on the same objects; then the lower negative log likelihood
    wins. With fewer than `least` objects the net speaks alone and nothing is fitted.

    Parameters
    ----------
    label
        True classes of the validation objects, (N,) int, no -1.
    voices
        Name -> probabilities (N, C); "net" is among them.

    Raises
    ------
    InputError
        There is no voice "net", or labels and probabilities do not fit together.
    """
    if FIRST not in voices:
        raise InputError(f"There is no voice {FIRST!r} among {', '.join(voices) or 'none'}; a verdict needs the net's.")
    alone = {name: float(name == FIRST) for name in voices}
    if len(label) < least:
        return Blend(alone)
    candidates = [alone] + ([dict.fromkeys(voices, 1 / len(voices))] if len(voices) > 1 else [])
    calibrated = []
    for weights in candidates:
        p = blended(voices, weights)
        temperature = fit_temperature(label, p)
        calibrated.append((float(nll_each(label, apply_temperature(p, temperature)).mean()), temperature, weights))
    nll, temperature, weights = min(calibrated, key=lambda found: found[0])
    judged = {**voices, **({MEAN: blended(voices, candidates[-1])} if len(voices) > 1 else {})}
    found = {name: scores(label, p.argmax(axis=1), p) for name, p in judged.items()}
    return Blend(
        weights=weights,
        temperature=temperature,
        n=len(label),
        nll={**{name: values["nll"] for name, values in found.items()}, "calibrated": nll},
        macro_f1={name: values["macro_f1"] for name, values in found.items()},
    )


def blended(voices: Mapping[str, np.ndarray], weights: Mapping[str, float], temperature: float = 1.0) -> np.ndarray:
    """Weighted geometric mean of the voices (N, C) each, then the temperature: (N, C) float64.

    The mean is taken of the logarithms (a logarithmic opinion pool, Heskes 1998): what one voice rules out stays
    unlikely, and one temperature mends all. A probability counts as FLOOR at least, so that no voice has a veto.

    Raises
    ------
    InputError
        A voice that has a weight above 0 is absent.
    """
    heard = {name: weight for name, weight in weights.items() if weight > 0}
    if absent := [name for name in heard if name not in voices]:
        raise InputError(f"The verdict needs the voices {', '.join(absent)}, which are not there; predict again.")
    if len(heard) == 1:
        return apply_temperature(np.asarray(voices[next(iter(heard))], float), temperature)
    logs = [weight * np.log(np.maximum(np.asarray(voices[name], float), FLOOR)) for name, weight in heard.items()]
    total = np.sum(logs, axis=0)
    return apply_temperature(np.exp(total - total.max(axis=1, keepdims=True)), temperature)


def calibration_of(
    label: np.ndarray, voices: Mapping[str, np.ndarray], weights: Mapping[str, float], temperature: float
) -> dict[str, dict[str, float]]:
    """What the temperature does on labelled objects: {"before", "after"} -> {"nll", "ece"}."""
    check_labels(label, *voices.values())
    found = {}
    for name, t in {"before": 1.0, "after": temperature}.items():
        p = blended(voices, weights, t)
        check_probabilities(label, p)
        all_of_them = scores(label, p.argmax(axis=1), p)
        found[name] = {key: all_of_them[key] for key in ("nll", "ece")}
    return found
