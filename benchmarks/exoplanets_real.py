"""The exoplanets model beside the best simple models, on measured TESS, KOI and K2 objects.

    python benchmarks/exoplanets_real.py [--quick] [--only tess] [--seeds 5] [--jobs 2] [--json FILE] [--keep FOLDER]

Five folds by star and five seeds; a seed deals the folds anew and starts every model anew, and predictions of the
five folds together give one figure a seed. The simple models are trained on all rows outside the test fold, with and
without the features that our model derives; the model keeps a part of the same rows, by star, for early stopping, for
the weight of its companion and for its temperature. Nothing is tuned on the test folds, but the best simple model of
each set is chosen on them, in hindsight, which favours it.

All of it takes hours; --keep writes the probabilities of each model and seed down as they come, and takes those that
are there, so that a run that was stopped goes on. Empty the folder when model or data change.

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
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.baselines import feature_sets, weightings
from benchmarks.folds import FOLDS, fold_of
from benchmarks.keeping import collected, kept
from benchmarks.nets import net_job
from benchmarks.problems import PROBLEMS, read, real_data
from benchmarks.prospective import prospective
from benchmarks.retrieval import retrieval
from benchmarks.simple import out_of_fold, simple_models
from benchmarks.tables import Outputs, markdown, table_of, verdicts

MORE = {"prospective": prospective, "retrieval": retrieval}
"""Tables of another kind."""
OURS = "model: verdict"


def simple_job(name: str, seed: int, quick: bool) -> dict[str, np.ndarray]:
    """Out-of-fold probabilities (N, C) of every simple model on every set of features."""
    draft = read(name, quick)
    fold, label = fold_of(draft, seed, quick), draft.table["label"].to_numpy(int)
    found = {}
    for features, x in feature_sets(name, draft).items():
        for title, model in simple_models(seed, len(label), quick):
            for weights, power in weightings(title, features).items():
                found[f"{title} ({weights}), {features}"] = out_of_fold(model, x, label, fold, power)
    return found


def report(name: str, simple: Outputs, nets: Outputs, quick: bool) -> dict[str, Any]:
    """Print the table of one problem and say where the model falls short."""
    draft, problem = read(name, quick), PROBLEMS[name]
    table = pd.concat([table_of(nets, draft), best_of(table_of(simple, draft), quick)])
    print(f"\n## {problem.title}: {len(draft.table)} objects, {draft.table['group'].nunique()} stars, measured\n")
    print(markdown(table), flush=True)
    found = verdicts(nets[OURS], simple, draft, 50 if quick else 300)
    for metric, v in found.items():
        low, high = v["interval"]
        print(f"\n{metric}: {OURS} minus {v['best']}: {v['minus']:+.3f} [{low:+.3f}, {high:+.3f}]: {v['word']}")
    against = verdicts(nets[OURS], {"model: net alone": nets["model: net alone"]}, draft, 50 if quick else 300)
    for metric, v in against.items():
        low, high = v["interval"]
        print(f"\n{metric}: {OURS} minus net alone: {v['minus']:+.3f} [{low:+.3f}, {high:+.3f}]")
    rows = {**table.to_dict("index"), "all simple models": table_of(simple, draft).to_dict("index")}
    return {"problem": name, "n": len(draft.table), "rows": rows, "verdicts": found}


def best_of(table: pd.DataFrame, quick: bool) -> pd.DataFrame:
    """Of each kind of simple model and set of features the weighting with the best macro-F1; the JSON has all."""
    kinds = [title.split(" (")[0] + title.split(")")[1] for title in table.index]
    score = table["macro-F1"].str.split().str[0].astype(float)
    return table.loc[score.groupby(kinds, sort=False).idxmax()] if not quick else table


def main() -> None:
    """Run what is asked for and print a table a problem."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="300 objects of TESS, one seed, two epochs")
    parser.add_argument("--only", choices=(*PROBLEMS, *MORE), nargs="*", default=[*PROBLEMS, *MORE])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="folder of probabilities, written and read")
    args = parser.parse_args()
    if not real_data().is_dir():
        sys.exit(f"{real_data()} does not exist; set ASTROCORE_REAL_DATA to the folder of the measured data.")
    os.environ |= {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    names, seeds = (["tess"], [0]) if args.quick else (args.only, list(range(args.seeds)))
    packages = ", ".join(f"{p} {version(p)}" for p in ("torch", "scikit-learn", "numpy"))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {packages}; seeds {seeds}")
    results, began = [], time.monotonic()
    with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
        for name in names:
            if name in MORE:
                results.append(MORE[name](pool, seeds, args.quick))
            else:
                results.append(report(name, *run_problem(pool, name, seeds, args.quick, args.keep), args.quick))
            if args.json:
                args.json.write_text(json.dumps({"seeds": seeds, "folds": FOLDS, "problems": results}, indent=1) + "\n")
    print(f"\n{time.monotonic() - began:.0f} s")


def run_problem(
    pool: ProcessPoolExecutor, name: str, seeds: list[int], quick: bool, keep: Path | None
) -> tuple[Outputs, Outputs]:
    """Simple models and nets of all seeds, side by side; {title: [(N, C) a seed]} each."""
    jobs: dict[Future[dict[str, np.ndarray]], tuple[int, int]] = {}
    for variant in PROBLEMS[name].variants:
        of_variant = seeds[:1] if variant == "four more" else seeds
        jobs |= {pool.submit(kept, keep, net_job, name, s, variant, quick): (1, s) for s in of_variant}
    jobs |= {pool.submit(kept, keep, simple_job, name, s, quick): (0, s) for s in seeds}
    simple, nets = collected(jobs, name)
    simple = {title: each for title, each in simple.items() if len(each) == len(seeds)}
    if "model: four more nets" in nets:
        five = [nets["model: net alone"][0], *nets.pop("model: four more nets")[0]]
        nets["model: one net of these five (first seed's folds)"] = five
        nets["model: five nets averaged (first seed's folds)"] = [np.mean(five, axis=0)]
    return simple, dict(sorted(nets.items(), key=lambda item: ORDER.get(item[0], 9)))


ORDER = {OURS: 0, "model: verdict, not calibrated": 1, "model: net alone": 2, "model: companion alone": 3}


if __name__ == "__main__":
    main()
