"""From probabilities to decisions: the gate rule, what comes of it, and thresholds that suit an aim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from astrocore.analysis.curves import Curve, pr_curve
from astrocore.analysis.inputs import check_labels, check_probabilities
from astrocore.analysis.metrics import confusion, from_confusion, scores
from astrocore.analysis.ratio import ratio
from astrocore.errors import InputError

Objective = Literal["max_f1", "target_precision", "coverage"]
NEUTRAL = 0.5
"""Threshold suggested for a class of which there are no objects to judge by."""


@dataclass(frozen=True)
class Outcome:
    """What decisions are worth."""

    n: int
    coverage: float
    """Share of objects that got a class."""
    accuracy: float
    """Share of all objects that got their class; an unknown counts as missed."""
    accuracy_at_coverage: float
    """Accuracy among the objects that got a class; NaN when none did."""
    macro_f1: float
    """Unknowns left out; NaN when no object got a class."""
    per_class: pd.DataFrame
    """Index class; n (all), coverage, then precision, recall, f1 with the unknowns left out."""
    confusion: np.ndarray
    """(C, C + 1) counts, the unknowns in the last column."""

    def numbers(self) -> dict[str, float]:
        """The single numbers by name, as a profile keeps them."""
        return {name: getattr(self, name) for name in ("coverage", "accuracy", "accuracy_at_coverage", "macro_f1")}


def gate(p: np.ndarray, thresholds: np.ndarray, abstain: bool = False) -> np.ndarray:
    """Decide by the rule "gate".

    The most probable class among those with p >= threshold; where no class reaches its threshold, the most
    probable class, or unknown when abstaining. The first class wins a tie.

    Parameters
    ----------
    p
        Probabilities, (N, C).
    thresholds
        One a class, (C,); 0 lets everything through, above 1 nothing.

    Returns
    -------
    ndarray
        (N,) int: the class, or C for unknown.

    Raises
    ------
    InputError
        Not one threshold a class, or one is NaN.
    """
    p, t = np.asarray(p, float), np.asarray(thresholds, float)
    if p.ndim != 2 or t.shape != p.shape[1:]:
        raise InputError(f"{t.size} thresholds do not fit probabilities of shape {p.shape}; give one a class.")
    if np.isnan(t).any():
        raise InputError("A threshold is not a number; give one a class.")
    check_probabilities(np.empty(0, int), p)
    passed = p >= t
    best = np.where(passed, p, -np.inf).argmax(axis=1)
    otherwise = p.shape[1] if abstain else p.argmax(axis=1)
    return np.asarray(np.where(passed.any(axis=1), best, otherwise))


def outcome(label: np.ndarray, decided: np.ndarray, classes: Sequence[str]) -> Outcome:
    """What decisions (as `gate` gives them) are worth on labelled objects.

    Raises
    ------
    InputError
        No objects, or unlabelled ones among them.
    """
    matrix = confusion(label, decided, len(classes), unknown=True)
    known = decided != len(classes)
    right, n = int(np.trace(matrix)), len(label)
    table = from_confusion(matrix[:, :-1], classes)
    table.insert(1, "coverage", ratio(table["n"].to_numpy(), matrix.sum(axis=1)))
    table["n"] = matrix.sum(axis=1)
    return Outcome(
        n=n,
        coverage=float(known.mean()),
        accuracy=right / n,
        accuracy_at_coverage=right / int(known.sum()) if known.any() else float("nan"),
        macro_f1=scores(label[known], decided[known])["macro_f1"] if known.any() else float("nan"),
        per_class=table,
        confusion=matrix,
    )


def suggest(label: np.ndarray, p: np.ndarray, objective: Objective = "max_f1", target: float = 0.9) -> np.ndarray:
    """A threshold for each class, (C,), each class against the rest.

    max_f1 takes the highest F1; target_precision the highest recall at a precision of at least `target`,
    and max_f1 for classes that never reach it (see `fell_back`). A class without objects gets 0.5. Among
    points of equal recall the purest is taken, among points of equal F1 the one of the highest recall.
    coverage takes one threshold for all classes, the highest that leaves at least a share `target` of the objects
    decided.
    """
    if objective == "coverage":
        return _common(label, p, target)
    return np.array([_best(curve, objective, target) for curve in _curves(label, p, objective, target)])


def fell_back(label: np.ndarray, p: np.ndarray, objective: Objective = "max_f1", target: float = 0.9) -> np.ndarray:
    """Classes for which `suggest` could not do what was asked, (C,) bool: target out of reach, or no objects."""
    if objective == "coverage":
        return np.zeros(p.shape[1], dtype=bool)
    curves = _curves(label, p, objective, target)
    if objective == "max_f1":
        return np.array([not curve.n_positive for curve in curves])
    return np.array([not _allowed(curve, target).any() for curve in curves])


def _common(label: np.ndarray, p: np.ndarray, target: float) -> np.ndarray:
    """The objects' confidence at the place of the last one that must be decided, for all classes."""
    check_labels(label, p)
    check_probabilities(label, p)
    if not 0 < target <= 1:
        raise InputError(f"A coverage of {target} can't be aimed at; give a number above 0 and at most 1.")
    falling = -np.sort(-p.max(axis=1))
    return np.full(p.shape[1], falling[int(np.ceil(target * len(p))) - 1] if len(p) else NEUTRAL)


def _curves(label: np.ndarray, p: np.ndarray, objective: str, target: float) -> list[Curve]:
    check_labels(label, p)
    check_probabilities(label, p)
    if objective not in ("max_f1", "target_precision"):
        raise InputError(f"There is no objective {objective!r}; choose max_f1, target_precision or coverage.")
    if objective == "target_precision" and not 0 < target <= 1:
        raise InputError(f"A target precision of {target} can't be aimed at; give a number above 0 and at most 1.")
    return [pr_curve(label == c, p[:, c], points=None) for c in range(p.shape[1])]


def _allowed(curve: Curve, target: float) -> np.ndarray:
    """Points of a curve that reach the target precision; those without a single hit do not count."""
    return (curve.precision >= target) & (curve.recall > 0)


def _best(curve: Curve, objective: str, target: float) -> float:
    if not curve.n_positive:
        return NEUTRAL
    if objective == "target_precision" and (allowed := _allowed(curve, target)).any():
        highest = allowed & (curve.recall == curve.recall[allowed].max())
        return float(curve.threshold[np.flatnonzero(highest)[-1]])
    return float(curve.threshold[np.argmax(curve.f1)])
