"""How hard a table is for boosting as it comes, and tables cut to one mix of classes: simulated beside measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

F1, ACCURACY = "macro-F1", "accuracy"


def like(table: pd.DataFrame, wanted: pd.Series, rows: int, seed: int) -> pd.DataFrame:
    """At most `rows` rows with the shares of classes `wanted`, as many as there are of each allow."""
    have = table["label"].value_counts()
    rows = int(min(rows, (have[wanted.index] / wanted).min()))
    parts = [
        table[table["label"] == name].sample(int(rows * share), random_state=seed) for name, share in wanted.items()
    ]
    return pd.concat(parts).reset_index(drop=True)


def scores(table: pd.DataFrame, columns: list[str], repeats: int, folds: int, first: str = F1) -> dict[str, float]:
    """Mean over repeats of macro-F1 and accuracy of out-of-fold answers, and the spread of the `first` of them."""
    label, found = table["label"].to_numpy(str), []
    for seed in range(repeats):
        cut = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        model = HistGradientBoostingClassifier(random_state=seed)
        guess = cross_val_predict(model, table[columns].to_numpy(float), label, groups=table["group"], cv=cut)
        found.append({F1: f1_score(label, guess, average="macro"), ACCURACY: accuracy_score(label, guess)})
    each = pd.DataFrame(found)
    other = ACCURACY if first == F1 else F1
    return {first: float(each[first].mean()), "spread": float(np.std(each[first])), other: float(each[other].mean())}
