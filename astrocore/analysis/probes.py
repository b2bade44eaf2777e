"""What simple readers make of an embedding: linear probe, nearest neighbours, class prototypes, few labels."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from astrocore.analysis.inputs import check_labels
from astrocore.analysis.metrics import nll_each
from astrocore.analysis.retrieval import unit
from astrocore.errors import InputError

STRENGTHS = (0.001, 0.01, 0.1, 1.0, 10.0)
"""Inverse regularisation of the linear probe; validation chooses."""
NEIGHBOURS = 15
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Shares of the labelled training objects of the label-efficiency curve."""
CHUNK = 1024


@dataclass(frozen=True, eq=False)
class Part:
    """Labelled objects of one split: embedding (N, D) without NaN, label (N,) int."""

    x: np.ndarray
    label: np.ndarray

    def __post_init__(self) -> None:
        check_labels(self.label, self.x)
        if not np.isfinite(self.x).all():
            raise InputError("An embedding has NaN rows; leave objects without it out before probing.")

    def take(self, rows: np.ndarray) -> Part:
        """Some of the objects."""
        return Part(self.x[rows], self.label[rows])


@dataclass(frozen=True)
class Efficiency:
    """A point of the label-efficiency curve."""

    share: float
    """Share of the labelled training objects."""
    n: int
    """Objects."""
    macro_f1: float
    """Mean over the draws, on the judged objects."""
    spread: float
    """Standard deviation over the draws; 0 for a single one."""
    draws: int
    """Draws."""


def linear_probe(train: Part, val: Part, judged: Part, n_classes: int) -> tuple[np.ndarray, float]:
    """Probabilities (N, C) for the judged objects of a standardised logistic regression, and its strength C.

    Fitted on train; the strength with the lowest negative log likelihood on val is taken.

    Raises
    ------
    InputError
        The training objects are of one class only.
    """
    fitted = [_fit(train, strength) for strength in STRENGTHS]
    losses = [float(nll_each(val.label, _spread(model, val.x, n_classes)).mean()) for model in fitted]
    best = int(np.argmin(losses))
    return _spread(fitted[best], judged.x, n_classes), STRENGTHS[best]


def nearest(train: Part, judged: Part, n_classes: int, k: int = NEIGHBOURS) -> np.ndarray:
    """Shares of the classes among the k nearest training objects by cosine, (N, C); fewer where train is smaller."""
    return _votes(train, unit(judged.x), n_classes, min(k, len(train.label)), itself=False)


def left_out_nearest(part: Part, n_classes: int, k: int = NEIGHBOURS) -> np.ndarray:
    """Shares of the classes among the k nearest other objects by cosine, (N, C); zeros where there is no other."""
    if len(part.label) < 2:
        return np.zeros((len(part.label), n_classes))
    return _votes(part, unit(part.x), n_classes, min(k, len(part.label) - 1), itself=True)


def _votes(train: Part, x: np.ndarray, n_classes: int, k: int, itself: bool) -> np.ndarray:
    """Votes of the k nearest for unit rows x (N, D); with `itself`, these are the training rows, each not its own."""
    near = unit(train.x)
    votes = np.zeros((len(x), n_classes))
    for start in range(0, len(x), CHUNK):
        cosine = x[start : start + CHUNK] @ near.T
        if itself:
            cosine[np.arange(len(cosine)), start + np.arange(len(cosine))] = -np.inf
        found = np.argpartition(-cosine, k - 1, axis=1)[:, :k]
        for c in range(n_classes):
            votes[start : start + CHUNK, c] = (train.label[found] == c).mean(axis=1)
    return votes


def prototypes(train: Part, n_classes: int) -> np.ndarray:
    """Direction of each class: its objects' mean on the unit sphere, (C, D); NaN for a class without objects."""
    found = np.full((n_classes, train.x.shape[1]), np.nan, np.float32)
    u = unit(train.x)
    for c in np.unique(train.label):
        found[c] = unit(u[train.label == c].mean(axis=0, keepdims=True))[0]
    return found


def zero_shot(of_classes: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Class of the nearest prototype by cosine, (N,) int; classes without one are never decided."""
    return np.asarray(np.nan_to_num(unit(x) @ of_classes.T, nan=-np.inf).argmax(axis=1))


def label_efficiency(
    train: Part,
    judged: Part,
    strength: float,
    shares: Sequence[float] = SHARES,
    draws: int = 5,
    seed: int = 0,
) -> list[Efficiency]:
    """Macro-F1 of the linear probe with a share of the training labels, drawn class by class.

    Each class keeps at least one object, so a draw of a small set may hold somewhat more than its share. Raises
    InputError as `linear_probe` does.
    """
    points = []
    for share in shares:
        picks = list(_draws(train.label, share, 1 if share >= 1 else draws, seed))
        f1 = [_macro_f1(train.take(rows), judged, strength) for rows in picks]
        points.append(Efficiency(share, len(picks[0]), float(np.mean(f1)), float(np.std(f1)), len(f1)))
    return points


def _draws(label: np.ndarray, share: float, draws: int, seed: int) -> Iterator[np.ndarray]:
    """Row numbers of each draw: the share of every class, at least one object."""
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(label == c) for c in np.unique(label)]
    for _ in range(draws):
        some = [rng.permutation(rows)[: max(1, round(share * len(rows)))] for rows in members]
        yield np.sort(np.concatenate(some))


def _macro_f1(train: Part, judged: Part, strength: float) -> float:
    predicted = _fit(train, strength).predict(judged.x)
    return float(f1_score(judged.label, predicted, average="macro", zero_division=0))


def _fit(train: Part, strength: float) -> Pipeline:
    if len(np.unique(train.label)) < 2:
        raise InputError("A linear probe needs training objects of at least two classes.")
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=200))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # near enough: the strength is chosen on validation
        return model.fit(train.x.astype(np.float64), train.label)


def _spread(model: Any, x: np.ndarray, n_classes: int) -> np.ndarray:
    """Probabilities in all classes' columns; 0 for a class that train does not have."""
    p = np.zeros((len(x), n_classes))
    p[:, model.classes_] = model.predict_proba(x)
    return p
