"""Simple models on the measured sets of sources: fold by fold, or from bright to faint with the same copies as ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss

from astrocore.data.draft import Draft
from astrocore.tasks import get_task
from benchmarks.folds import fold_of, some
from benchmarks.simple import POWERS, REGULARISED, fit, out_of_fold, simple_models
from benchmarks.sources_problems import (
    PROBLEMS,
    SIZES,
    TRANSFER,
    Transfer,
    faint_config,
    features,
    inner,
    read,
    transfer,
)

LONG = "HGB, regularised, 300 rounds"
TRIED = {"HGB": ("balanced",), "HGB, regularised": ("sqrt",), LONG: ()}
"""Class weights besides none, where classes are unlike in number; of the other models both of these."""


def models(seed: int, rows: int, quick: bool) -> Iterator[tuple[str, Any]]:
    """(name, model): those of every benchmark, and boosting for as long as the companion's may be."""
    yield from simple_models(seed, rows, quick)
    rounds = 10 if quick else 300
    yield LONG, HistGradientBoostingClassifier(max_iter=rounds, random_state=seed, **REGULARISED)


def simple_job(name: str, seed: int, size: float, quick: bool) -> dict[str, np.ndarray]:
    """Probabilities (n, C) of the rows that are judged, by every simple model on every set of features."""
    draft = read(name, quick)
    if name == TRANSFER:
        return transferred(draft, transfer(draft), seed, size, quick)
    fold, label = fold_of(draft, seed, quick), draft.table["label"].to_numpy(int)
    found, problem = {}, PROBLEMS[name]
    for i, (title, columns) in enumerate(problem.simple.items()):
        x, last = features(draft, columns), i == len(problem.simple) - 1
        for model_name, model in models(seed, len(label), quick):
            for weights in ("", *(TRIED.get(model_name, ("sqrt", "balanced")) if problem.weighted and last else ())):
                p = out_of_fold(model, x, label, fold, POWERS.get(weights, 0.0))
                found[f"{model_name}{weights and f' ({weights})'}, {title}"] = p
    return found


def transferred(draft: Draft, rows: Transfer, seed: int, size: float, quick: bool) -> dict[str, np.ndarray]:
    """The same for the transfer, with the faint-made copies that our companion learns from and without."""
    train, test = (some(draft, np.flatnonzero(mask)) for mask in (rows.train, rows.test))
    label = train.table["label"].to_numpy(int)
    found = {}
    for title, columns in PROBLEMS[TRANSFER].simple.items():
        seen = features(test, columns)
        plain = features(train, columns)
        made, again = with_copies(train, size, seed, columns)
        for name, model in models(seed, len(label), quick):
            found[f"{name}, {title}"] = fit(model, plain, label, 0.0).predict_proba(seen)
            found[f"{name}, {title}, faint-made"] = fit(model, made, again, 0.0).predict_proba(seen)
    return found


def with_copies(draft: Draft, size: float, seed: int, columns: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Features (N (1 + copies), F) of the rows and of faint-made copies of them, and their labels."""
    data, config = get_task("sources").data, faint_config(size, columns)
    copies: int = data.copies(config)  # type: ignore[attr-defined]
    seeds = np.random.SeedSequence(seed).generate_state(copies)
    tables = [data.degraded(draft.table, {}, config, int(one))[0] for one in seeds]  # type: ignore[attr-defined]
    x = [data.features(table, {}, config).to_numpy(float) for table in (draft.table, *tables)]
    return np.concatenate(x), np.tile(draft.table["label"].to_numpy(int), 1 + copies)


def size_job(name: str, seed: int, quick: bool) -> dict[str, np.ndarray]:
    """{faint_size: log loss and accuracy} of boosting as the companion is held, on the inner split."""
    draft = read(name, quick)
    rows, within = inner(draft), some(draft, np.flatnonzero(transfer(draft).train))
    train, test = (some(within, np.flatnonzero(mask)) for mask in (rows.train, rows.test))
    label, columns = test.table["label"].to_numpy(int), PROBLEMS[TRANSFER].simple["colours and radii"]
    found = {}
    for size in SIZES:
        rounds = 10 if quick else 100
        model = HistGradientBoostingClassifier(max_iter=rounds, random_state=seed, **REGULARISED)
        p = fit(model, *with_copies(train, size, seed, columns), 0.0).predict_proba(features(test, columns))
        found[str(size)] = np.array([log_loss(label, p, labels=[0, 1]), np.mean(p.argmax(1) == label)])
    return found
