"""Settings of the cells of set experiments, and intervals of their differences."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from astrocore.verbs.trials import cells
from astrocore.verbs.trials.table import minus


def test_intervals_hold_the_noise_of_training_too() -> None:
    """Of one seed fields alone are resampled; of several that differ, the interval is wider than of their mean."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 400)
    judged = SimpleNamespace(label=label, group=np.arange(400) // 4, kept=np.ones(400, bool))

    def said(right: float) -> dict[str, np.ndarray]:
        decided = np.where(rng.random(400) < right, label, 1 - label)
        return {"p": np.eye(2)[decided]}

    other = {s: said(0.8) for s in range(3)}
    alike = minus(judged, {s: said(0.9) for s in range(3)}, other)  # type: ignore[arg-type]
    apart = minus(judged, {s: said(r) for s, r in enumerate((0.98, 0.9, 0.7))}, other)  # type: ignore[arg-type]
    assert alike and apart and alike["high"] and apart["high"] and alike["low"] and apart["low"]
    assert apart["high"] - apart["low"] > 2 * (alike["high"] - alike["low"])


def test_few_labels_get_more_epochs_and_pre_training_no_labels() -> None:
    bench = cells.Bench("sources", Path("x"), {}, {}, "small", {"epochs": 30, "patience": 10})
    few = bench.settings(cells.Cell("compact", "SGQ", "margformer", 4, 0.01))
    assert (few["epochs"], few["patience"], few["label_share"], few["seed"]) == (300, 100, 0.01, 4)
    pre = bench.settings(cells.Cell("compact", "all", "pretrain", 4))
    assert pre["epochs"] == 0 and pre["pretrain_epochs"] > 0 and "label_share" not in pre
    assert bench.settings(cells.Cell("compact", "SG", "finetuned", 0))["pretrain_epochs"] == 0
