"""A made-up experiments.json: no number in it was ever measured or published."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

ROWS = {
    "margformer": "MargFormer",
    "finetuned": "SimCLR, fine-tuned",
    "probe": "SimCLR, linear probe",
    "photometry": "photometry only",
    "images": "images only",
    "simple": "best simple model",
}
PUBLISHED = {"margnet": "MargNet", "margformer": "MargFormer", "simclr": "SimCLR + MargFormer"}
SETS = (
    ("Experiment 1", "compact", "compact"),
    ("Experiment 2", "faint", "faint"),
    ("Experiment 3", "compact", "faint"),
)
CLASSES = {"SG": ["STAR", "GALAXY"], "SGQ": ["STAR", "GALAXY", "QSO"]}
LEFT_OUT = {"SGQ of Experiment 2": "made up: the faint set has too few quasars"}


def whole() -> dict[str, Any]:
    """Three experiments with two sets of labels, all cells done."""
    experiments = [_experiment(*sets, labels, i) for i, (labels, sets) in enumerate(_lines())]
    return {
        "format": "astrocore-experiments-1",
        "name": "experiments",
        "task": "sources",
        "created": "2026-01-02T03:04:05.000+00:00",
        "status": "done",
        "seeds": [0, 1, 2],
        "preset": "small",
        "simulated": ["photometry", "image"],
        "sets": {
            "compact": {"path": "data/compact", "fingerprint": "made-up", "n": 6000},
            "faint": {"path": "data/faint", "fingerprint": "made-up", "n": 4000},
        },
        "cells": {"done": 126, "total": 126},
        "seconds": 5400.0,
        "rows": dict(ROWS),
        "published": dict(PUBLISHED),
        "experiments": experiments,
        "left_out": dict(LEFT_OUT),
        "estimate": {"seconds": 5000.0, "memory_mb": 1200.0, "cells": 126},
    }


def half() -> dict[str, Any]:
    """The same, stopped half-way: rows are missing, one seed is done, nothing was asked about few labels."""
    found = whole() | {"status": "stopped", "cells": {"done": 7, "total": 126}, "left_out": {}}
    found["experiments"] = found["experiments"][:2]
    for one, kept in zip(found["experiments"], (("margformer", "simple"), ()), strict=True):
        one["rows"] = {key: _single(one["rows"][key]) for key in kept}
        one["efficiency"] = {}
    return found


def write(home: Path, content: Any, name: str = "experiments", task: str = "sources") -> Path:
    """Write a table, or any text, where the app looks for it; returns the file."""
    file = home / "checkpoints" / task / f"{name}.experiment" / "experiments.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def _lines() -> list[tuple[str, tuple[str, str, str]]]:
    return [(labels, sets) for sets in SETS for labels in CLASSES]


def _experiment(name: str, train: str, test: str, labels: str, place: int) -> dict[str, Any]:
    top = 0.97 - 0.02 * place
    return {
        "experiment": name,
        "labels": labels,
        "train": train,
        "test": test,
        "classes": CLASSES[labels],
        "n_train": 2800,
        "n_val": 600,
        "n_test": 610 + place,
        "n_groups": 40,
        "common": {"objects": 12 * (train != test), "groups": 3 * (train != test), "removed": True},
        "rows": {key: _row(key, top - 0.011 * i, CLASSES[labels]) for i, key in enumerate(ROWS)},
        "column": {"name": "modelMag_r", "unit": "mag"},
        "published": _published(labels),
        "efficiency": {key: _few_labels(top - 0.011 * i) for i, key in enumerate(list(ROWS)[:3])},
    }


def _row(key: str, accuracy: float, classes: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "seeds": 3,
        **{score: {"mean": accuracy - lower, "sd": 0.004} for score, lower in _scores().items()},
        "per_class": {name: {"n": 300, "precision": accuracy, "recall": accuracy - 0.02} for name in classes},
        "bins": _bins(accuracy),
    }
    if key != "margformer":
        made["minus"] = {"value": accuracy - 0.95, "low": accuracy - 0.96, "high": accuracy - 0.94}
    if key == "simple":
        made["chosen"] = {"0": "extra trees", "1": "extra trees", "2": "boosting"}
    return made


def _scores() -> dict[str, float]:
    return {"accuracy": 0.0, "precision": 0.001, "recall": 0.003}


def _bins(accuracy: float) -> list[dict[str, Any]]:
    counts = {17.0: 60, 18.0: 140, 19.0: 250, 20.0: 155, 21.0: 5, 22.0: 0}
    return [
        {"low": low, "high": low + 1, "n": n, "accuracy": accuracy + 0.02 - 0.03 * i if n else None}
        for i, (low, n) in enumerate(counts.items())
    ]


def _published(labels: str) -> dict[str, Any]:
    if labels == "SGQ":
        return {}
    return {
        "margnet": {"accuracy": 0.9111, "precision": 0.9122, "recall": None},
        "simclr": {"accuracy": 0.9333, "precision": None, "recall": None},
    }


def _few_labels(top: float) -> list[dict[str, Any]]:
    return [
        {
            "share": share,
            "n": round(2800 * share),
            "accuracy": {"mean": top - loss, "sd": loss / 4},
            "macro_f1": {"mean": top - loss - 0.01, "sd": loss / 4},
            "minus": {"value": -loss, "low": -2 * loss, "high": 0.0},
        }
        for share, loss in {0.01: 0.2, 0.05: 0.1, 0.2: 0.04, 1.0: 0.004}.items()
    ]


def _single(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a single seed has no spread."""
    made = deepcopy(row) | {"seeds": 1}
    for score in _scores():
        made[score]["sd"] = None
    return made
