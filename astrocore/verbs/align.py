"""align: how well a run's modalities agree, what embeddings tell simple readers, and what each modality is worth."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from tqdm import tqdm

from astrocore.errors import BadValue, InputError, RunNotWritable
from astrocore.runs import Predictions, load_run
from astrocore.runs.info import now
from astrocore.runs.reports import ALIGNMENT, save_report
from astrocore.verbs.align_args import Args as Args

FORMAT = "astrocore-alignment-1"
PREFIX = "aligned "
"""Beginning of the names of embeddings that lie in a common space."""


def run(args: Args) -> dict[str, Any]:
    """Measure, keep the report as alignment.json in the run's folder, and return it.

    Raises
    ------
    BadValue
        The predictions carry no embeddings.
    RunError
        Run or predictions are missing, or the folder can't be written.
    """
    began = time.monotonic()
    found = load_run(args.run)
    predictions = found.predictions()
    if not predictions.embeddings:
        raise BadValue(f"The predictions of {found.full_name} carry no embeddings, so there is nothing to align.")
    from astrocore.verbs.ablation import ablated
    from astrocore.verbs.input_features import with_inputs
    from astrocore.verbs.probed import probed

    judged = predictions.split(args.split)
    report: dict[str, Any] = {
        "format": FORMAT,
        "run": found.full_name,
        "split": args.split,
        "n": len(judged),
        "n_groups": len(set(judged.group)),
        "classes": list(predictions.classes),
        "predictions": predictions.hash,
        "created": now(),
        "pairs": [],
        "left_out": {},
    }
    probes = probed(with_inputs(found, predictions, args), args)
    steps = chain(aligned_pairs(judged, args), probes, ablated(found, predictions, args))
    for name, part in tqdm(steps, "align", unit="part"):
        _add(report, name, part)
    if args.split == "test":
        report["test_opened"] = _opened(found)
    report["seconds"] = round(time.monotonic() - began, 2)
    return report | {"file": str(save_report(found, ALIGNMENT, report))}


def aligned_pairs(judged: Predictions, args: Args) -> Iterator[tuple[str, Any]]:
    """The first aligned modality against each other one, a part each; a reason where there are none."""
    names = [name for name in judged.embeddings if name.startswith(PREFIX)]
    if len(names) < 2:
        yield "left_out", {"pairs": "The run has no two modalities in a common space: it was not trained to align any."}
    for name in names[1:]:
        try:
            yield "pairs", [_pair(judged, names[0], name, args)]
        except InputError as error:
            yield "left_out", {f"pairs {name.removeprefix(PREFIX)}": str(error)}


def _pair(judged: Predictions, one: str, other: str, args: Args) -> dict[str, Any]:
    """Retrieval both ways, gap, closeness and uniformity."""
    from astrocore.analysis.alignment import modality_gap, pair_distance, uniformity
    from astrocore.analysis.retrieval import pairs

    rows = pairs(judged.embeddings[one], judged.embeddings[other])
    if len(rows) > args.objects:
        rows = np.sort(np.random.default_rng(args.seed).choice(rows, args.objects, replace=False))
    a, b, group = judged.embeddings[one][rows], judged.embeddings[other][rows], judged.group[rows]
    left, right = one.removeprefix(PREFIX), other.removeprefix(PREFIX)
    return {
        "a": left,
        "b": right,
        "n": len(rows),
        "retrieval": {f"{left} to {right}": _retrieval(a, b, group), f"{right} to {left}": _retrieval(b, a, group)},
        "gap": modality_gap(a, b),
        "pair_distance": pair_distance(a, b),
        "uniformity": {left: uniformity(a), right: uniformity(b)},
    }


def _retrieval(query: np.ndarray, answer: np.ndarray, group: np.ndarray) -> dict[str, Any]:
    """Recall and median rank with intervals, beside chance."""
    from astrocore.analysis.retrieval import ranks

    found = ranks(query, answer, group)
    ends = found.intervals()
    numbers = {
        name: {"value": value, "low": ends[name][0], "high": ends[name][1]} for name, value in found.numbers().items()
    }
    return {**numbers, "candidates": float(np.median(found.candidates)), "chance": found.chance()}


def _add(report: dict[str, Any], name: str, part: Any) -> None:
    """Put a part into the report: lists grow, dictionaries are joined."""
    if isinstance(part, list):
        report[name] = [*report.get(name, []), *part]
    elif isinstance(part, dict):
        report[name] = {**report.get(name, {}), **part}
    else:
        report[name] = part


def _opened(run: Any) -> int:
    """Count this look at test; a run that can only be read keeps its count."""
    try:
        return int(run.count_test_opening())
    except RunNotWritable:
        return int(run.test_opened())
