"""The sources model beside the best simple models, on measured SDSS objects: photometry alone.

    python benchmarks/sources_real.py [--quick] [--only exp3 transfer] [--seeds 5] [--jobs 2] [--json FILE] [--keep DIR]

Experiment 3, DR14 and DR7 in five folds by field of the sky; a seed deals the folds anew and starts every model anew,
and predictions of the five folds together give one figure a seed. For the transfer the model is trained on bright
objects of Experiment 3 and tested on faint ones; fields of test objects are left out of training, and a seed starts
every model anew and draws the faint-made copies anew. The noise of faint-making (faint_size) is chosen among the
bright objects, by the log loss of boosting on an inner split; the test is not asked. The simple models get the same
features and, for the transfer, the same faint-made copies of the training rows, beside the plain features; they learn
from all rows outside the test, ours from 85 % of them: the rest chooses its rounds, epoch, blend and temperature.
Nothing else is tuned on the test, but the best simple model of each set and figure is chosen on it, in hindsight,
which favours it. Classes of Experiment 3 are as many, so class weights are tried on DR14 and DR7 only.

The accuracy at the prior takes the threshold at which half of the test objects are called stars: it needs the test's
scores, not its labels. Half of them are stars indeed.

--keep writes the probabilities of each model and seed down as they come, and takes those that are there, so that a run
that was stopped goes on. Empty the folder when model or data change.

The data is not part of the project: ASTROCORE_REAL_DATA names its folder (default ../shared/data).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.folds import FOLDS
from benchmarks.keeping import collected, kept
from benchmarks.sources_nets import net_job
from benchmarks.sources_problems import (
    BRIGHT_END,
    EDGES,
    INNER_TEST,
    INNER_TRAIN,
    PROBLEMS,
    SIZES,
    TRANSFER,
    VARIANTS,
    inner,
    judged,
    read,
    real_data,
    transfer,
)
from benchmarks.sources_simple import simple_job, size_job
from benchmarks.sources_tables import AT_PRIOR, METRICS, by_magnitude, measured, verdicts
from benchmarks.tables import Outputs, markdown, table_of

OURS = "model: verdict"
DRAWS, QUICK_DRAWS = 300, 10


def main() -> None:
    """Run what is asked for and print a table a problem."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="some hundred objects, one seed, two epochs")
    parser.add_argument("--only", choices=tuple(PROBLEMS), nargs="*", default=list(PROBLEMS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="folder of probabilities, written and read")
    args = parser.parse_args()
    if not real_data().is_dir():
        sys.exit(f"{real_data()} does not exist; set ASTROCORE_REAL_DATA to the folder of the measured data.")
    os.environ |= {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    seeds = [0] if args.quick else list(range(args.seeds))
    packages = ", ".join(f"{p} {version(p)}" for p in ("torch", "scikit-learn", "numpy"))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {packages}; seeds {seeds}")
    results, began = [], time.monotonic()
    with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
        for name in args.only:
            results.append(problem(pool, name, seeds, args.quick, args.keep))
            if args.json:
                told = {"seeds": seeds, "folds": FOLDS, "problems": results}
                args.json.write_text(json.dumps(told, indent=1) + "\n")
    print(f"\n{time.monotonic() - began:.0f} s")


def problem(pool: ProcessPoolExecutor, name: str, seeds: list[int], quick: bool, keep: Path | None) -> dict[str, Any]:
    """Run all models of a problem and print its tables."""
    print(f"\n## {PROBLEMS[name].title}\n")
    size, more = 0.0, {}
    if name == TRANSFER:
        told(quick)
        size, table = chosen_size(pool, seeds, quick, keep)
        more = {"faint_size": size, "inner": table}
    simple, nets = outputs(pool, name, seeds, size, quick, keep)
    return {"problem": name, **more, **report(name, simple, nets, quick)}


def told(quick: bool) -> None:
    """Print how many objects the transfer has."""
    draft = read(TRANSFER, quick)
    rows = transfer(draft)
    counts = [_counts(draft.table["label"][mask], draft.classes) for mask in (rows.train, rows.test)]
    print(f"{rows.train.sum()} objects to train on ({counts[0]}), {rows.test.sum()} to test on ({counts[1]});")
    print(f"{rows.left_out} bright objects were left out of training, for their fields are in the test.\n")


def chosen_size(
    pool: ProcessPoolExecutor, seeds: list[int], quick: bool, keep: Path | None
) -> tuple[float, dict[str, dict[str, float]]]:
    """The faint_size of the least log loss on the inner split, which is printed."""
    found = [job.result() for job in [pool.submit(kept, keep, size_job, TRANSFER, seed, quick) for seed in seeds]]
    mean = {str(size): np.mean([one[str(size)] for one in found], axis=0) for size in SIZES}
    spread = {str(size): np.std([one[str(size)][0] for one in found]) for size in SIZES}
    rows = inner(read(TRANSFER, quick))
    print(f"faint_size, chosen among the objects with r < {BRIGHT_END}: boosting trained at r < {INNER_TRAIN} on")
    print(f"{rows.train.sum()} objects and their copies, tested at {INNER_TEST[0]} < r < {INNER_TEST[1]} on")
    print(f"{rows.test.sum()}; mean over {len(seeds)} draws of the copies.\n")
    table = {
        f"faint_size {size}": {"log loss": f"{loss:.4f} ± {spread[size]:.4f}", "accuracy": f"{right:.4f}"}
        for size, (loss, right) in mean.items()
    }
    print(markdown(pd.DataFrame(table).T), flush=True)
    best = min(mean, key=lambda size: mean[size][0])
    print(f"\nChosen: {best}.\n")
    return float(best), {size: {"log loss": v[0], "accuracy": v[1]} for size, v in mean.items()}


def outputs(
    pool: ProcessPoolExecutor, name: str, seeds: list[int], size: float, quick: bool, keep: Path | None
) -> tuple[Outputs, Outputs]:
    """Simple models and nets of all seeds, side by side; {title: [(n, C) a seed]} each."""
    jobs: dict[Future[dict[str, np.ndarray]], tuple[int, int]] = {}
    for variant in VARIANTS if name == TRANSFER else ("both",):
        jobs |= {pool.submit(kept, keep, net_job, name, s, variant, size, quick): (1, s) for s in seeds}
    jobs |= {pool.submit(kept, keep, simple_job, name, s, size, quick): (0, s) for s in seeds}
    simple, nets = collected(jobs, name)
    return simple, dict(sorted(nets.items(), key=lambda item: "," in item[0].split(":")[0]))


def report(name: str, simple: Outputs, nets: Outputs, quick: bool) -> dict[str, Any]:
    """Print the table of one problem and say where the model stands."""
    draft, prior, draws = judged(name, quick), name == TRANSFER, QUICK_DRAWS if quick else DRAWS
    metrics = (*METRICS, *((AT_PRIOR,) if prior else ()))
    rows = table_of({**nets, **simple}, draft, partial(measured, prior=prior))
    counts = _counts(draft.table["label"], draft.classes)
    print(f"{len(draft.table)} objects ({counts}), {draft.table['group'].nunique()} fields, measured\n")
    print(markdown(rows), flush=True)
    found = verdicts(nets[OURS], simple, draft, draws, metrics)
    for metric, v in found.items():
        print(f"\n{metric}: {OURS} minus {v['best']}: {_interval(v)}: {v['word']}")
    against = {}
    for voice in ("model: net alone", "model: companion alone"):
        against[voice] = verdicts(nets[OURS], {voice: nets[voice]}, draft, draws, metrics)
        print(f"\n{OURS} minus {voice}: " + "; ".join(f"{m} {_interval(v)}" for m, v in against[voice].items()))
    if prior:
        best = {v["best"]: simple[v["best"]] for v in found.values()}
        print("\nAccuracy (recall of STAR / GALAXY) at .5 against r, modelMag, not dereddened:\n")
        print(markdown(by_magnitude({**nets, **best}, draft, "modelMag_r", EDGES)), flush=True)
    return {"n": len(draft.table), "rows": rows.to_dict("index"), "verdicts": found, "against voices": against}


def _interval(v: dict[str, Any]) -> str:
    low, high = v["interval"]
    return f"{v['minus']:+.4f} [{low:+.4f}, {high:+.4f}]"


def _counts(label: pd.Series, classes: tuple[str, ...]) -> str:
    return ", ".join(f"{int((label == code).sum())} {name}" for code, name in enumerate(classes))


if __name__ == "__main__":
    main()
