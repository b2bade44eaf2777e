"""Simulated raw frames of cameras and nights that a model never saw: ours beside simple models.

    python benchmarks/frames_simulated.py [--quick] [--data DIR] [--n 20000] [--seeds 5] [--epochs 6] [--jobs 2]
                                          [--runs DIR] [--json FILE]

Frames are split by camera and night, which are one in the simulator. A seed draws a split of its own and starts our
model anew: a hundred cameras differ among themselves more than trainings do. Temperature and thresholds are fitted on
split val alone, and reported on split test. Ours is trained as a user would; what is decided is what the gate rule
lets through, with thresholds of the highest F1 of each class, and with one threshold for all that leaves 98.5 % of the
validation frames decided. The simple models learn from train and val of the first seed together, from the original's
statistics and features and from all the numbers and words that our companion is given; the best of each kind is taken
in hindsight, and stands beside ours on the same rows. --runs keeps the runs in a folder, and takes those that are
there already.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.analysis.bootstrap import interval
from astrocore.analysis.metrics import scores
from astrocore.analysis.thresholds import Objective, gate, outcome, suggest
from astrocore.data.dataset import Dataset, open_dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.runs import Run
from benchmarks.frames_models import FEATURES, TASK, simple
from benchmarks.tables import markdown

COVERAGE = 0.985
FRACTIONS = (0.7, 0.15, 0.15)


def main() -> None:
    """Train, fit, judge, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="some hundred frames, one seed, one epoch")
    parser.add_argument("--data", type=Path, help="data set of simulated frames; without it they are simulated")
    parser.add_argument("--n", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--runs", type=Path, help="folder for the runs, seed0 and so on; finished ones are taken")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    os.environ |= {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    began, seeds = time.monotonic(), range(1 if args.quick else args.seeds)
    packages = ", ".join(f"{p} {version(p)}" for p in ("torch", "scikit-learn", "numpy"))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {packages}; seeds {len(seeds)}")
    with tempfile.TemporaryDirectory() as folder:
        data = open_dataset(args.data) if args.data else simulated(400 if args.quick else args.n, Path(folder))
        told(data)
        with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
            epochs, runs = 1 if args.quick else args.epochs, args.runs or Path(folder)
            ours = pool.map(partial(of_seed, data.path, runs, epochs), seeds)
            fitted = pool.map(partial(fitted_simple, data.path, args.quick), FEATURES)
            each, beside = list(ours), {title: p for part in fitted for title, p in part.items()}
    table = report(each, beside)
    print(f"{markdown(table)}\n\n{difference(each[0], beside)}\n\n{time.monotonic() - began:.0f} s")
    if args.json:
        args.json.write_text(json.dumps({"seeds": len(seeds), "rows": table.to_dict("index")}, indent=1) + "\n")


def simulated(n: int, folder: Path) -> Dataset:
    """A data set of new frames, in `folder`."""
    draft = TASK.simulate.simulate(n, 1)
    table = draft.table.assign(split=split_by_group(draft.table, FRACTIONS, 1))
    return write_dataset(Draft(**{**vars(draft), "table": table}), folder / "data")


def told(data: Dataset) -> None:
    """Print what there is."""
    table = split_anew(data, 0).table
    counts = ", ".join(f"{split} {(table['split'] == split).sum()}" for split in ("train", "val", "test"))
    print(f"{len(table)} simulated frames of {table['group'].nunique()} cameras; of the first seed: {counts}\n")


def split_anew(data: Dataset, seed: int) -> Dataset:
    """The data set with the split of a seed."""
    table = data.table.drop(columns="split")
    return data.with_table(table.assign(split=split_by_group(table, FRACTIONS, seed)))


def of_seed(path: Path, runs: Path, epochs: int, seed: int) -> dict[str, np.ndarray]:
    """Title -> our probabilities (n, C) of the test frames; label and group of these; "val" and "val label"."""
    import torch

    from astrocore.verbs.plan import Args, make_plan
    from astrocore.verbs.train import train

    torch.set_num_threads(1)
    run = Run(runs / f"seed{seed}")
    if not (run.path / "run.json").is_file() or run.read_info().status != "done":
        changes: dict[str, Any] = {"seed": seed, "accelerator": "cpu", "epochs": epochs}
        train(make_plan(Args(data=path, run=str(run.path)), changes, split_anew(open_dataset(path), seed)))
    print(f"seed {seed}", file=sys.stderr)
    test, val = (run.predictions().split(name).labelled() for name in ("test", "val"))
    found = {"ours: verdict": test.p, "label": test.label, "group": test.group, "val": val.p, "val label": val.label}
    return found | {f"ours: {name}": np.nan_to_num(p, nan=0.0) for name, p in test.voices.items()}


def fitted_simple(path: Path, quick: bool, of: str) -> dict[str, np.ndarray]:
    """Title -> probabilities (n, C) of the first seed's test frames, of the simple models on one set of features."""
    data = split_anew(open_dataset(path), 0)
    learn = np.flatnonzero((data.table["split"] != "test").to_numpy())
    models = simple(_draft(data, learn), _draft(data, data.indices("test")), of, 0, quick)
    print(of, file=sys.stderr)
    return {f"simple, {of}: {name}": p for name, p in models.items()}


def _draft(data: Dataset, index: np.ndarray) -> Draft:
    table, arrays = data.rows(index)
    return Draft("frames", data.classes, table.reset_index(drop=True), {"words": arrays["words"]})


def report(each: list[dict[str, np.ndarray]], beside: dict[str, np.ndarray]) -> pd.DataFrame:
    """Mean and spread of ours over seeds; of the first, ours and the best simple model of each set of features."""
    rows = {title: _cells([_argmax(found, title) for found in each]) for title in each[0] if title.startswith("ours")}
    objectives: tuple[Objective, ...] = ("max_f1", "coverage")
    for name in objectives:
        rows[f"ours: decided, {name}"] = _cells([decided(found, name) for found in each])
    rows["first seed, ours: verdict"] = _cells([_argmax(each[0], "ours: verdict")])
    for of in FEATURES:
        best = best_of(each[0], beside, f"simple, {of}: ")
        rows[f"first seed, {best}"] = _cells([_argmax(each[0] | beside, best)])
    return pd.DataFrame(rows).T.fillna("")


def best_of(first: dict[str, np.ndarray], beside: dict[str, np.ndarray], begins: str) -> str:
    """The simple model with the highest accuracy of those whose title begins so."""
    titles = [title for title in beside if title.startswith(begins)]
    return max(titles, key=lambda title: _argmax(first | beside, title)["accuracy"])


def _argmax(found: dict[str, np.ndarray], title: str) -> dict[str, float]:
    p, label = found[title], found["label"]
    told = scores(label, p.argmax(1))
    return {"coverage": 1.0, "accuracy at coverage": told["accuracy"], "macro-F1": told["macro_f1"]} | {
        "accuracy": told["accuracy"]
    }


def decided(found: dict[str, np.ndarray], objective: Objective) -> dict[str, float]:
    """What thresholds that were fitted on val are worth on test."""
    p = found["ours: verdict"]
    thresholds = suggest(found["val label"], found["val"], objective, COVERAGE)
    names = [str(i) for i in range(p.shape[1])]
    told = outcome(found["label"], gate(p, thresholds, abstain=True), names)
    numbers = told.numbers()
    return {
        "coverage": numbers["coverage"],
        "accuracy at coverage": numbers["accuracy_at_coverage"],
        "macro-F1": numbers["macro_f1"],
        "accuracy": numbers["accuracy"],
    }


def _cells(seeds: list[dict[str, float]]) -> dict[str, str]:
    table = pd.DataFrame(seeds)
    if len(table) == 1:
        return {name: f"{table[name].iloc[0]:.3f}" for name in table}
    return {name: f"{table[name].mean():.3f} ± {table[name].std(ddof=1):.3f}" for name in table}


def difference(first: dict[str, np.ndarray], beside: dict[str, np.ndarray]) -> str:
    """Our verdict's accuracy minus that of the best simple model of all, of one seed, with an interval by cameras."""
    best = best_of(first, beside, "simple")
    gain = (first["ours: verdict"].argmax(1) == first["label"]) * 1.0 - (beside[best].argmax(1) == first["label"])
    low, high = interval(lambda rows: float(gain[rows].mean()), first["group"], n=1000)
    return f"Verdict minus {best}: {gain.mean():+.3f} [{low:+.3f}, {high:+.3f}] (95 %, cameras drawn with replacement)."


if __name__ == "__main__":
    main()
