"""Figures of out-of-fold predictions: a row a model, and the paired difference to the best simple one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score, roc_auc_score

from astrocore.analysis.metrics import pair_auc, per_class, scores
from astrocore.data.draft import Draft

Outputs = dict[str, list[np.ndarray]]
"""Title of a model -> probabilities (N, C), one array a seed."""
Figures = Callable[[np.ndarray, Draft], dict[str, float]]
"""Probabilities of one seed and the rows that they are of -> the figures of a row of the table."""


def negative_of(classes: tuple[str, ...]) -> int:
    """The class that AUC holds against the first: the false positives, or the second."""
    return classes.index("FALSE POSITIVE") if "FALSE POSITIVE" in classes else 1


def measured(p: np.ndarray, draft: Draft) -> dict[str, float]:
    """The figures of one seed."""
    label, classes = draft.table["label"].to_numpy(int), draft.classes
    found = scores(label, p.argmax(1), p)
    recall = per_class(label, p.argmax(1), p, classes)["recall"]
    return {
        "accuracy": found["accuracy"],
        "macro-F1": found["macro_f1"],
        **{f"recall {name}": float(recall[name]) for name in classes},
        f"AUC {classes[0]} / {classes[negative_of(classes)]}": pair_auc(label, p, 0, negative_of(classes)),
        "ECE": found["ece"],
        "NLL": found["nll"],
    }


def table_of(outputs: Outputs, draft: Draft, figures: Figures = measured) -> pd.DataFrame:
    """Mean and spread (standard deviation) over seeds, a row a model."""
    rows = {}
    for title, seeds in outputs.items():
        each = pd.DataFrame([figures(p, draft) for p in seeds])
        spread = each.std(ddof=1) if len(each) > 1 else each.iloc[0] * 0
        rows[title] = {k: f"{each[k].mean():.3f} ± {spread[k]:.3f}" for k in each}
    return pd.DataFrame(rows).T


def markdown(table: pd.DataFrame) -> str:
    """The table with bars between its columns, aligned."""
    cells = [["", *table.columns], *([index, *row] for index, row in zip(table.index, table.to_numpy(), strict=True))]
    widths = [max(len(str(row[i])) for row in cells) for i in range(len(cells[0]))]
    lines = ["| " + " | ".join(str(c).ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in cells]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])


def verdicts(ours: list[np.ndarray], simple: Outputs, draft: Draft, draws: int) -> dict[str, dict[str, Any]]:
    """For macro-F1 and AUC: the best simple model in hindsight, ours minus it with a 95 % interval, and a word."""
    found = {}
    for metric in ("macro-F1", f"AUC {draft.classes[0]} / {draft.classes[negative_of(draft.classes)]}"):
        mean = {title: np.mean([measured(p, draft)[metric] for p in seeds]) for title, seeds in simple.items()}
        best = max(mean, key=lambda title: mean[title])
        minus, low, high = difference(ours, simple[best], draft, draws)[0 if metric == "macro-F1" else 1]
        word = "ahead" if low > 0 else "falls SHORT" if high < 0 else "even"
        found[metric] = {"best": best, "minus": minus, "interval": [low, high], "word": word}
    return found


def difference(ours: list[np.ndarray], theirs: list[np.ndarray], draft: Draft, draws: int) -> list[list[float]]:
    """Ours minus theirs in macro-F1 and AUC, mean over seeds: (value, low, high) each, from resampling stars."""
    label, (star, stars) = draft.table["label"].to_numpy(int), pd.factorize(draft.table["group"])
    negative = negative_of(draft.classes)
    pair = (label == 0) | (label == negative)

    def one(p: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
        share = p[:, 0] / np.maximum(p[:, 0] + p[:, negative], 1e-12)
        f1 = f1_score(label, p.argmax(1), average="macro", sample_weight=weight)
        return f1, roc_auc_score(label[pair] == 0, share[pair], sample_weight=weight[pair])

    def statistic(weight: np.ndarray) -> np.ndarray:
        pairs = zip(ours, theirs, strict=True)
        return np.asarray(np.mean([np.subtract(one(a, weight), one(b, weight)) for a, b in pairs], axis=0))

    rng = np.random.default_rng(0)
    drawn = [rng.multinomial(len(stars), np.full(len(stars), 1 / len(stars)))[star].astype(float) for _ in range(draws)]
    low, high = np.percentile([statistic(weight) for weight in drawn], [2.5, 97.5], axis=0)
    point = statistic(np.ones(len(label)))
    return [[float(point[i]), float(low[i]), float(high[i])] for i in (0, 1)]
