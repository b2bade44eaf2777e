"""Equal mixes, and known scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.hardness import ACCURACY, F1, like, scores


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    label = rng.choice(["STAR", "GALAXY", "QSO"], 300, p=[0.5, 0.3, 0.2])
    return pd.DataFrame({"group": np.arange(300) // 2, "label": label, "a": rng.normal(size=300)})


def test_rows_with_another_mix(table: pd.DataFrame) -> None:
    mixed = like(table, pd.Series({"STAR": 0.2, "QSO": 0.8}), 300, 0)
    assert mixed["label"].value_counts(normalize=True)["QSO"] == pytest.approx(0.8, abs=0.03)
    assert not mixed.duplicated().any() and len(like(table, pd.Series({"STAR": 1.0}), 20, 0)) == 20


def test_scores_of_noise_and_of_a_giveaway(table: pd.DataFrame) -> None:
    assert scores(table, ["a"], 1, 2)["macro-F1"] < 0.5
    told = table.assign(a=pd.factorize(table["label"])[0].astype(float))
    assert scores(told, ["a"], 1, 2)["accuracy"] > 0.95


def test_the_spread_is_that_of_the_first_score(table: pd.DataFrame) -> None:
    by = {first: scores(table, ["a"], 3, 2, first) for first in (F1, ACCURACY)}
    assert [list(found) for found in by.values()] == [[F1, "spread", ACCURACY], [ACCURACY, "spread", F1]]
    assert by[F1][F1] == by[ACCURACY][F1] and by[F1]["spread"] != by[ACCURACY]["spread"] and by[F1]["spread"] > 0
