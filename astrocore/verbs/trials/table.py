"""What the finished cells of a task's experiments amount to: scores, spread over seeds, paired differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from astrocore.analysis.bootstrap import codes, percentiles, weights
from astrocore.analysis.metrics import confusion, from_confusion
from astrocore.data.dataset import Dataset
from astrocore.data.few_labels import few_labels
from astrocore.tasks.trials import Experiment
from astrocore.verbs.trials.cells import Bench, Cell, test_rows
from astrocore.verbs.trials.readers import labels_of
from astrocore.verbs.trials.sets import common

Output = Mapping[int, Mapping[str, np.ndarray]]
"""Seed -> what a finished cell said: p (n, C), and which model was chosen where there was a choice."""
SCORES = ("accuracy", "precision", "recall")
"""The columns of the table; precision and recall are means over the classes."""
DRAWS = 1000
"""Resamples of fields and seeds for an interval."""


@dataclass(frozen=True, eq=False)
class Judged:
    """The test objects of an experiment."""

    train: Dataset
    test: Dataset
    rows: np.ndarray
    """Row numbers (n,) of the test set."""
    kept: np.ndarray
    """Which of them count, (n,) bool."""
    common: dict[str, Any]

    @property
    def label(self) -> np.ndarray:
        """(m,) int, of those that count."""
        return labels_of(self.test, self.rows[self.kept])

    @property
    def group(self) -> np.ndarray:
        """(m,) of those that count."""
        return np.asarray(self.test.table["group"].to_numpy(object)[self.rows[self.kept]])


def experiment_entry(
    bench: Bench, experiment: Experiment, labels: str, seeds: Sequence[int], shares: Sequence[float], keep_common: bool
) -> dict[str, Any]:
    """All that is told of an experiment with a choice of classes, of the cells that are finished."""
    judged = judged_objects(bench, experiment, labels, keep_common)
    said = {row: outputs(bench, experiment, labels, row, seeds, 1.0) for row in bench.trials.rows}
    counts = judged.train.table.loc[judged.train.table["label"].notna(), "split"].value_counts()
    column = bench.trials.column if bench.trials.column in judged.test.units else None
    return {
        "experiment": experiment.name,
        "labels": labels,
        "train": experiment.train,
        "test": experiment.test,
        "classes": list(judged.test.classes),
        "n_train": int(counts.get("train", 0)),
        "n_val": int(counts.get("val", 0)),
        "n_test": int(judged.kept.sum()),
        "n_groups": len(set(judged.group)),
        "common": judged.common,
        "column": {"name": column, "unit": judged.test.units[column]} if column else None,
        "rows": {row: _row(bench, judged, said, row, column) for row, found in said.items() if found},
        "published": _published(bench, experiment, labels),
        "efficiency": _efficiency(bench, experiment, labels, judged, seeds, shares, said),
    }


def judged_objects(bench: Bench, experiment: Experiment, labels: str, keep_common: bool) -> Judged:
    """The labelled test objects; those that training knows do not count, unless they are to be kept."""
    train, test = bench.dataset(experiment.train, labels), bench.dataset(experiment.test, labels)
    rows = test_rows(test)
    same, groups = common(train, test, rows)
    told = {"objects": int(same.sum()), "groups": groups, "removed": bool(same.any()) and not keep_common}
    return Judged(train, test, rows, ~same | keep_common, told)


def outputs(
    bench: Bench, experiment: Experiment, labels: str, row: str, seeds: Sequence[int], share: float
) -> dict[int, Mapping[str, np.ndarray]]:
    """Seed -> what the finished cell of that row said."""
    found: dict[int, Mapping[str, np.ndarray]] = {}
    for seed in seeds:
        file = bench.output(Cell(experiment.train, labels, row, seed, share), experiment.test)
        if file.is_file():
            with np.load(file) as arrays:
                found[seed] = dict(arrays)
    return found


def mean_sd(values: Sequence[float]) -> dict[str, float | None]:
    """Mean and standard deviation (n - 1); that of a single value is not known."""
    return {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1)) if len(values) > 1 else None}


def _known(value: Any) -> float | None:
    """The number; None where it is not defined."""
    return float(value) if np.isfinite(value) else None


def minus(judged: Judged, one: Output, other: Output) -> dict[str, float | None] | None:
    """Accuracy of a row minus that of another over the seeds of both, with a paired interval.

    Resampled are groups, and the seeds: training noise is part of what a difference is worth.
    """
    seeds = sorted(set(one) & set(other))
    if not seeds:
        return None
    label = judged.label
    each = [_right(judged, one[s], label) - _right(judged, other[s], label) for s in seeds]  # (seed, m)
    code = codes(judged.group)
    total, count = np.stack([np.bincount(code, right) for right in each]), np.bincount(code)
    group = np.concatenate(list(weights(code, DRAWS, seed=0)), axis=1)  # (group, draw)
    seed = np.random.default_rng(0).multinomial(len(seeds), np.full(len(seeds), 1 / len(seeds)), DRAWS)  # (draw, seed)
    drawn = ((total @ group) * seed.T).sum(0) / len(seeds) / (count @ group)
    low, high = percentiles(drawn, len(count), 0.95)
    return {"value": float(np.mean(each)), "low": _known(low), "high": _known(high)}


def _right(judged: Judged, found: Mapping[str, np.ndarray], label: np.ndarray) -> np.ndarray:
    """(m,) 1.0 where the most probable class is the true one."""
    return np.asarray((found["p"][judged.kept].argmax(axis=1) == label).astype(float))


def _row(bench: Bench, judged: Judged, said: Mapping[str, Output], row: str, column: str | None) -> dict[str, Any]:
    """A row's scores, by class and by magnitude too."""
    label, classes, found = judged.label, judged.test.classes, said[row]
    decided = [output["p"][judged.kept].argmax(axis=1) for output in found.values()]
    tables = [from_confusion(confusion(label, d, len(classes)), classes) for d in decided]
    values = {
        "accuracy": [float((d == label).mean()) for d in decided],
        "precision": [float(table["precision"].fillna(0).mean()) for table in tables],
        "recall": [float(table["recall"].mean()) for table in tables],
    }
    told: dict[str, Any] = {"seeds": len(found), **{name: mean_sd(values[name]) for name in SCORES}}
    told["per_class"] = {
        name: {"n": int(tables[0]["n"].iloc[i])}
        | {score: _known(np.mean([t[score].iloc[i] for t in tables])) for score in ("precision", "recall")}
        for i, name in enumerate(classes)
    }
    told["bins"] = list(_bins(bench, judged, label, decided, column)) if column else []
    told |= _compared(bench, judged, said, row)
    if any("chosen" in output for output in found.values()):
        told["chosen"] = {str(seed): str(output["chosen"]) for seed, output in found.items()}
    return told


def _compared(bench: Bench, judged: Judged, said: Mapping[str, Output], row: str) -> dict[str, Any]:
    """`minus`: accuracy minus that of the reference; `pretrained_minus`: minus that of the row without pre-training."""
    others = {"minus": bench.trials.reference, "pretrained_minus": bench.trials.rows[row].counterpart}
    found = {name: minus(judged, said[row], said[other]) for name, other in others.items() if other and other != row}
    return {name: difference for name, difference in found.items() if difference}


def _bins(
    bench: Bench, judged: Judged, label: np.ndarray, decided: Sequence[np.ndarray], column: str
) -> Iterator[dict[str, Any]]:
    """Accuracy in each bin of the column, mean over seeds."""
    values = judged.test.table[column].to_numpy(float)[judged.rows[judged.kept]]
    right = np.mean([d == label for d in decided], axis=0)
    for low, high in pairwise(bench.trials.edges):
        inside = (values >= low) & (values < high)
        n = int(inside.sum())
        yield {"low": low, "high": high, "n": n, "accuracy": float(right[inside].mean()) if n else None}


def _published(bench: Bench, experiment: Experiment, labels: str) -> dict[str, dict[str, float | None]]:
    known = bench.trials.published.get((experiment.name, labels), {})
    return {author: {score: found.get(score) for score in SCORES} for author, found in known.items()}


def _efficiency(
    bench: Bench,
    experiment: Experiment,
    labels: str,
    judged: Judged,
    seeds: Sequence[int],
    shares: Sequence[float],
    whole: Mapping[str, Output],
) -> dict[str, list[dict[str, Any]]]:
    """Row -> points of the label-efficiency curve; empty where no share but the whole is known."""
    if labels not in bench.trials.few or not shares:
        return {}
    curves: dict[str, list[dict[str, Any]]] = {row: [] for row, kind in bench.trials.rows.items() if kind.few}
    for share in (*sorted(shares), 1.0):
        n = int((few_labels(judged.train, share, seeds[0]).table.query("split == 'train'")["label"].notna()).sum())
        few = {row: outputs(bench, experiment, labels, row, seeds, share) for row in curves if share < 1}
        said = {row: few.get(row, whole[row]) for row in curves}
        for row, found in said.items():
            if found:
                curves[row].append(_point(bench, judged, share, n, said, row))
    return {row: points for row, points in curves.items() if points}


def _point(bench: Bench, judged: Judged, share: float, n: int, said: Mapping[str, Output], row: str) -> dict[str, Any]:
    """One share of the labels: scores of a row over the seeds, and what it has ahead of others."""
    label, width, found = judged.label, len(judged.test.classes), said[row]
    decided = [output["p"][judged.kept].argmax(axis=1) for output in found.values()]
    f1 = [float(from_confusion(confusion(label, d, width), judged.test.classes)["f1"].mean()) for d in decided]
    told: dict[str, Any] = {"share": share, "n": n, "seeds": len(found)}
    told |= {"accuracy": mean_sd([float((d == label).mean()) for d in decided]), "macro_f1": mean_sd(f1)}
    return told | _compared(bench, judged, said, row)
