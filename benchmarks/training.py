"""A model trained as a user would, through the verb, with the test rows held out; what each of its voices says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from astrocore.analysis.blend import blended
from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.runs import Run


def held_out(draft: Draft, test: np.ndarray, seed: int, folder: Path) -> Dataset:
    """The data set with these rows in split test, a part of the others, by group, in val."""
    table = draft.table.drop(columns="split", errors="ignore")
    inner = split_by_group(table[~test], (0.85, 0.15, 0.0), seed)
    given = inner.reindex(table.index).fillna("test")
    return write_dataset(replace(draft, table=table.assign(split=given)), folder / "data")


def split(draft: Draft, seed: int) -> Draft:
    """The draft with train and val."""
    table = draft.table.drop(columns="split", errors="ignore")
    return replace(draft, table=table.assign(split=split_by_group(table, (0.85, 0.15, 0.0), seed)))


def trained(
    data: Dataset,
    place: Path,
    changes: dict[str, Any],
    first: Run | None = None,
    freeze: bool = False,
    preset: str = "",
) -> Run:
    """A run at `place`, from the weights of `first` if there is one."""
    from astrocore.verbs.train import Args, run

    init = str(first.path) if first else None
    run(Args(data=data.path, run=str(place), preset=preset, init_from=init, freeze_backbone=freeze), changes)
    return Run(place)


def voices_of(run: Run, test: np.ndarray, model: str = "model") -> dict[str, np.ndarray]:
    """Probabilities (n, C) of the test rows: the verdict, the same before its temperature, and each voice."""
    predictions, weights = run.predictions().take(test), run.read_info().verdict.weights
    said = {"net": predictions.p, **predictions.voices}
    found = {
        f"{model}: verdict": predictions.p,
        f"{model}: verdict, not calibrated": blended(said, weights),
        f"{model}: net alone": said["net"],
    }
    if "companion" in said:
        found[f"{model}: companion alone"] = said["companion"]
    return {title: np.asarray(p, dtype=np.float64) for title, p in found.items()}
