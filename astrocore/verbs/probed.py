"""Probes of a run's embeddings, part by part of the report of align."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from astrocore.analysis.bootstrap import intervals_of_scores
from astrocore.analysis.metrics import scores
from astrocore.analysis.probes import NEIGHBOURS, Part, label_efficiency, linear_probe, nearest, prototypes, zero_shot
from astrocore.errors import InputError
from astrocore.runs import Predictions

if TYPE_CHECKING:
    from astrocore.verbs.align_args import Args

PREFIX = "aligned "
SHOWN = ("accuracy", "macro_f1", "auc_macro")


def probed(predictions: Predictions, args: Args) -> Iterator[tuple[str, Any]]:
    """Chance, then linear probe, neighbours and label efficiency of each embedding, then zero-shot."""
    parts = {name: predictions.split(name).labelled() for name in ("train", "val", args.split)}
    if empty := [name for name, part in parts.items() if not len(part)]:
        yield "left_out", {"probes": f"Probes need labelled objects in {', '.join(empty)}, and there are none."}
        return
    judged = parts[args.split]
    commonest = int(np.bincount(parts["train"].label).argmax())
    guess = scores(judged.label, np.full(len(judged), commonest))
    yield "chance", {"class": predictions.classes[commonest], "n": len(judged), **_some(guess)}
    for name in predictions.embeddings:
        yield from _embedding(name, parts, args)
    aligned = [name for name in predictions.embeddings if name.startswith(PREFIX)]
    for name in aligned[1:]:
        for known, asked in ((name, aligned[0]), (aligned[0], name)):
            yield from _zero_shot(known, asked, parts["train"], judged)


def judged_scores(
    label: np.ndarray, predicted: np.ndarray, p: np.ndarray | None, group: np.ndarray
) -> dict[str, dict[str, float]]:
    """Accuracy, macro-F1 and AUC with intervals by group, JSON-ready."""
    ends = intervals_of_scores(label, predicted, p, group)
    return {
        name: {"value": value, "low": ends[name][0], "high": ends[name][1]}
        for name, value in _some(scores(label, predicted, p)).items()
    }


def _some(found: dict[str, float]) -> dict[str, float]:
    return {name: found[name] for name in SHOWN if name in found}


def _embedding(name: str, parts: dict[str, Predictions], args: Args) -> Iterator[tuple[str, Any]]:
    """Linear probe, neighbours and, of what no projection has changed, label efficiency."""
    classes = len(parts["train"].classes)
    try:
        train = _part(parts["train"], name, args.train_objects, args.seed)[0]
        val = _part(parts["val"], name, args.train_objects, args.seed)[0]
        judged, group = _part(parts[args.split], name, None, args.seed)
        p, strength = linear_probe(train, val, judged, classes)
        votes = nearest(train, judged, classes)
        found = {
            "n": len(judged.label),
            "n_train": len(train.label),
            "strength": strength,
            "neighbours": NEIGHBOURS,
            "linear": judged_scores(judged.label, p.argmax(axis=1), p, group),
            "nearest": judged_scores(judged.label, votes.argmax(axis=1), votes, group),
        }
        yield "probes", {name: found}
        if not name.startswith(PREFIX):
            points = label_efficiency(train, judged, strength, draws=args.draws, seed=args.seed)
            yield "efficiency", {name: [asdict(point) for point in points]}
    except InputError as error:
        yield "left_out", {f"probes {name}": str(error)}


def _zero_shot(known: str, asked: str, train: Predictions, judged: Predictions) -> Iterator[tuple[str, Any]]:
    """Class prototypes of one modality, applied to the other one's embeddings."""
    left, right = known.removeprefix(PREFIX), asked.removeprefix(PREFIX)
    try:
        taught = prototypes(_part(train, known, None, 0)[0], len(train.classes))
        part, group = _part(judged, asked, None, 0)
        found = judged_scores(part.label, zero_shot(taught, part.x), None, group)
        yield "zero_shot", [{"prototypes": left, "judged": right, "n": len(part.label), **found}]
    except InputError as error:
        yield "left_out", {f"zero-shot {left} to {right}": str(error)}


def _part(predictions: Predictions, name: str, most: int | None, seed: int) -> tuple[Part, np.ndarray]:
    """Labelled objects that have an embedding, at most so many, and their groups."""
    x = predictions.embeddings[name]
    rows = np.flatnonzero(np.isfinite(x).all(axis=1))
    if most is not None and len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    return Part(x[rows], predictions.label[rows]), predictions.group[rows]
