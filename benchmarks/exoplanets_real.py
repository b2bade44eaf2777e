"""The exoplanets model beside the best simple models, on measured TESS, KOI and K2 objects.

    python benchmarks/exoplanets_real.py [--quick] [--only tess] [--seeds 5] [--jobs 2] [--json FILE]

Five folds by star and five seeds; a seed deals the folds anew and starts every model anew, and predictions of the
five folds together give one figure a seed. The simple models are trained on all rows outside the test fold; the
model keeps a part of the same rows, by star, for early stopping. Nothing is tuned on the test folds, but the best
simple model of each set is chosen on them, in hindsight, which favours it.

The data is not part of the project: ASTROCORE_REAL_DATA names its folder (default ../shared/data).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from astrocore.data.dataset import write_dataset  # noqa: E402
from astrocore.data.draft import Draft  # noqa: E402
from astrocore.data.splits import split_by_group  # noqa: E402
from astrocore.tasks import get_task  # noqa: E402
from benchmarks.baselines import simple_models, table_features  # noqa: E402
from benchmarks.tables import Outputs, markdown, table_of, verdicts  # noqa: E402

FOLDS, QUICK_FOLDS = 5, 2
FIVE = ("period", "depth", "planet_radius", "stellar_temp", "stellar_radius")
STELLAR = re.compile(r"stellar_.*|koi_s(teff|logg|rad)_.*|ra|dec|kepmag")
"""Names of columns that are of the star."""
FLUX = ("both", "features only", "flux only")


@dataclass(frozen=True)
class Problem:
    """One table of results: where the data is, what the features are, which rows the model gets."""

    title: str
    table: str
    views: str = ""
    columns: tuple[str, ...] = FIVE
    inputs: tuple[str, ...] = ("features only",)
    simple_views: tuple[bool, ...] = (False,)
    """Whether the simple models get the views; on the smallest set they come with and without."""


PROBLEMS = {
    "tess": Problem(
        "TESS, 3 classes", "tess_tce.csv", "tess_folded_views.npz", inputs=FLUX, simple_views=(True, False)
    ),
    "koi-five": Problem("KOI, five features", "koi_cumulative.csv"),
    "koi-all": Problem("KOI, all allowed columns", "koi_cumulative.csv", columns=()),
    "k2": Problem(
        "K2, local view and four columns",
        "k2_local_views.npz",
        columns=("period", "duration", "radius_ratio", "impact"),
        inputs=FLUX,
        simple_views=(True,),
    ),
}


def real_data() -> Path:
    """Folder of the measured data."""
    return Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "exoplanets"


@cache
def read(name: str, quick: bool) -> Draft:
    """The data set of a problem; a part of it for --quick."""
    problem, task = PROBLEMS[name], get_task("exoplanets")
    source = task.config.Source(views=real_data() / problem.views if problem.views else None)
    draft = task.data.read(real_data() / problem.table, source)
    if not quick:
        return draft
    index = np.random.default_rng(0).permutation(len(draft.table))[:300]
    arrays = {key: array[index] for key, array in draft.arrays.items()}
    return replace(draft, table=draft.table.iloc[index].reset_index(drop=True), arrays=arrays)


def columns_of(name: str, draft: Draft) -> list[str]:
    """The features of a problem."""
    return list(PROBLEMS[name].columns) or list(draft.units)


def fold_of(draft: Draft, seed: int, quick: bool) -> np.ndarray:
    """Fold of every row: stars dealt out evenly within each class."""
    from sklearn.model_selection import StratifiedGroupKFold

    label, group = draft.table["label"].to_numpy(int), draft.table["group"].to_numpy()
    fold = np.zeros(len(label), dtype=int)
    folds = QUICK_FOLDS if quick else FOLDS
    cut = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(label, label, group)
    for k, (_, test) in enumerate(cut):
        fold[test] = k
    return fold


def simple_job(name: str, seed: int, quick: bool) -> dict[str, np.ndarray]:
    """Out-of-fold probabilities (N, C) of every simple model."""
    draft = read(name, quick)
    columns, fold, label = columns_of(name, draft), fold_of(draft, seed, quick), draft.table["label"].to_numpy(int)
    found = {}
    for views in PROBLEMS[name].simple_views:
        for title, scale, model in simple_models(seed, len(label), quick):
            x = table_features(draft, columns, scale, views)
            p = np.zeros((len(label), len(draft.classes)))
            for k in range(fold.max() + 1):
                p[fold == k] = model.fit(x[fold != k], label[fold != k]).predict_proba(x[fold == k])
            found[title if views or len(PROBLEMS[name].simple_views) == 1 else f"{title}, features only"] = p
    return found


def net_job(name: str, seed: int, inputs: str, quick: bool) -> dict[str, np.ndarray]:
    """Out-of-fold probabilities of the model; with "both" also those when the test curves are dealt to other stars."""
    import torch

    torch.set_num_threads(1)
    draft = read(name, quick)
    fold, shape = fold_of(draft, seed, quick), (len(draft.table), len(draft.classes))
    found = {inputs: np.zeros(shape)}
    if inputs == "both":
        found["both, curves shuffled in the test"] = np.zeros(shape)
    for k in range(fold.max() + 1):
        for title, p in trained(name, draft, fold == k, seed * FOLDS + k, inputs, quick).items():
            found[title][fold == k] = p
    return found


def trained(name: str, draft: Draft, test: np.ndarray, seed: int, inputs: str, quick: bool) -> dict[str, np.ndarray]:
    """Train on one fold as a user would, through the verb; probabilities of the test rows."""
    from astrocore.runs import Run
    from astrocore.verbs.network import load_network
    from astrocore.verbs.train import Args, run

    table = draft.table.drop(columns="split", errors="ignore")
    inner = split_by_group(table[~test], (0.85, 0.15, 0.0), seed)
    split = inner.reindex(table.index).fillna("test")
    with tempfile.TemporaryDirectory() as folder:
        dataset = write_dataset(replace(draft, table=table.assign(split=split)), Path(folder) / "data")
        place = Path(folder) / "run"
        run(Args(data=dataset.path, run=str(place)), settings(name, draft, seed, inputs, quick))
        p = Run(place).predictions().p[test]
        if inputs != "both":
            return {inputs: p}
        order = np.random.default_rng(seed).permutation(np.flatnonzero(test))
        arrays = {key: array.copy() for key, array in draft.arrays.items()}
        for array in arrays.values():
            array[test] = array[order]
        mixed = write_dataset(replace(draft, table=table.assign(split=split), arrays=arrays), Path(folder) / "mixed")
        shuffled = load_network(Run(place)).predict(mixed, np.flatnonzero(test)).p
    return {inputs: p, "both, curves shuffled in the test": shuffled}


def settings(name: str, draft: Draft, seed: int, inputs: str, quick: bool) -> dict[str, Any]:
    """The preset `small`, with the problem's columns and inputs."""
    columns = columns_of(name, draft)
    star = tuple(c for c in columns if STELLAR.fullmatch(c))
    planet = tuple(c for c in columns if c not in star)
    modalities = {"both": ("light_curve", "planet", "star"), "flux only": ("light_curve",)}.get(
        inputs, ("planet", "star")
    )
    changes: dict[str, Any] = {"seed": seed, "accelerator": "cpu", "planet_columns": planet, "modalities": modalities}
    if star:
        changes["star_columns"] = star
    if quick:
        changes |= {"epochs": 2, "pretrain_epochs": 1}
    return changes


def report(name: str, simple: Outputs, nets: Outputs, quick: bool) -> dict[str, Any]:
    """Print the table of one problem and say where the model falls short."""
    draft, problem = read(name, quick), PROBLEMS[name]
    table = pd.concat([table_of(nets, draft).rename(index="model: {}".format), table_of(simple, draft)])
    print(f"\n## {problem.title}: {len(draft.table)} objects, {draft.table['group'].nunique()} stars, measured\n")
    print(markdown(table), flush=True)
    ours = next(iter(nets))
    found = verdicts(nets[ours], simple, draft, 50 if quick else 300)
    for metric, v in found.items():
        low, high = v["interval"]
        print(f"\n{metric}: model ({ours}) minus {v['best']}: {v['minus']:+.3f} [{low:+.3f}, {high:+.3f}]: {v['word']}")
    return {"problem": name, "n": len(draft.table), "rows": table.to_dict("index"), "verdicts": found}


def main() -> None:
    """Run what is asked for and print a table a problem."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="300 objects of TESS, one seed, two epochs")
    parser.add_argument("--only", choices=PROBLEMS, nargs="*", default=list(PROBLEMS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
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
            outputs = run_problem(pool, name, seeds, args.quick)
            results.append(report(name, *outputs, args.quick))
            if args.json:
                args.json.write_text(json.dumps({"seeds": seeds, "folds": FOLDS, "problems": results}, indent=1) + "\n")
    print(f"\n{time.monotonic() - began:.0f} s")


def run_problem(pool: ProcessPoolExecutor, name: str, seeds: list[int], quick: bool) -> tuple[Outputs, Outputs]:
    """Simple models and nets of all seeds, side by side; {title: [(N, C) a seed]} each."""
    jobs = {pool.submit(net_job, name, s, inputs, quick): (1, s) for s in seeds for inputs in PROBLEMS[name].inputs}
    jobs |= {pool.submit(simple_job, name, s, quick): (0, s) for s in seeds}
    found: tuple[dict[str, dict[int, np.ndarray]], dict[str, dict[int, np.ndarray]]] = ({}, {})
    for job in as_completed(jobs):
        kind, seed = jobs[job]
        for title, p in job.result().items():
            found[kind].setdefault(title, {})[seed] = p
        print(f"  {name}: {', '.join(job.result())[:60]} seed {seed}", file=sys.stderr)
    order = ["both", "both, curves shuffled in the test", "features only", "flux only"]
    nets = {t: found[1][t] for t in order if t in found[1]}
    simple, of_net = ({t: [by[s] for s in seeds] for t, by in side.items()} for side in (found[0], nets))
    return simple, of_net


if __name__ == "__main__":
    main()
