"""Measured raw frames of cameras that a model never saw: header rules, simple models, and ours.

    python benchmarks/frames_real.py [--quick] [--run frames/sample] [--data DIR] [--seeds 3] [--jobs 2]
                                     [--json FILE]

Each group, a repository's instrument, is left out in turn, and judged by what the other groups teach. Rows: rules on
the header's words; simple models on measured frames alone, and on simulated frames alone; ours trained on simulated
frames alone (--run: the shipped run, which has seen no measured frame), its image and its header apart; and the same
run trained on for a few epochs with the measured frames of the other groups among simulated ones (--data: a data set of
them; without it, simulated anew). The simple models learn from 4,000 simulated frames at most. Of each kind of simple
model the best is taken in hindsight, which favours it.

Probabilities of the eleven classes are summed over the eight kinds and the five types of the index. Kinds that one
repository alone provides are reported apart too: left out, no measured frame teaches them. Intervals are of groups
drawn with replacement.

The data is not part of the project: ASTROCORE_REAL_DATA names its folder (default ../shared/data).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.analysis.bootstrap import interval
from astrocore.data.dataset import Dataset, open_dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.runs import load_run
from benchmarks.folds import some
from benchmarks.frames_models import FEATURES, TASK, ours, simple, tuned
from benchmarks.frames_rules import by_rules
from benchmarks.frames_sets import KINDS, WORDS, read_real, real_data, single, summed
from benchmarks.tables import markdown

SIMULATED, QUICK_SIMULATED, MOST = 3000, 150, 4000
USED = ("words",)
"""Arrays that simple models read."""
VOICES = {"image only": "ours, image alone", "header only": "ours, header alone", "verdict": "ours, header and image"}


def main() -> None:
    """Run all rows and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a frame a group and kind, one seed, few groups left out")
    parser.add_argument("--run", default="frames/sample", help="run that was trained on simulated frames alone")
    parser.add_argument("--data", type=Path, help="data set of simulated frames")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if not real_data().is_dir():
        sys.exit(f"{real_data()} does not exist; set ASTROCORE_REAL_DATA to the folder of the measured data.")
    os.environ |= {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    began, seeds = time.monotonic(), 1 if args.quick else args.seeds
    packages = ", ".join(f"{p} {version(p)}" for p in ("torch", "scikit-learn", "numpy"))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {packages}; seeds {seeds}")
    real, index = read_real(args.quick)
    groups = real.table["group"]
    print(f"{len(real.table)} measured frames, {groups.nunique()} groups\n")
    with tempfile.TemporaryDirectory() as folder:
        simulated = _simulated(args.data, Path(folder), args.quick)
        rows = _rules(real)
        with ProcessPoolExecutor(args.jobs, mp_context=get_context("spawn")) as pool:
            rows |= _best(_simple(pool, real, simulated, args.quick), index)
            rows |= _ours(pool, args.run, simulated, real, seeds, args.quick)
    tables = {column: report(rows, index, column) for column in WORDS}
    for column, table in tables.items():
        print(f"## {'Eight kinds' if column == 'kind' else 'Five types'}, cameras left out\n\n{markdown(table)}\n")
    print(f"## By kind\n\n{markdown(by_kind(rows, index))}\n\n{time.monotonic() - began:.0f} s")
    if args.json:
        told = {name: table.to_dict("index") for name, table in tables.items()}
        args.json.write_text(json.dumps({"seeds": seeds, **told}, indent=1) + "\n")


def report(rows: Mapping[str, list[np.ndarray]], index: pd.DataFrame, column: str) -> pd.DataFrame:
    """Accuracy of each row, with an interval by groups, and on kinds that several repositories provide."""
    label = index[column].map({word: i for i, word in enumerate(WORDS[column][0])}).to_numpy(int)
    shared, group = ~single(index), index["group"].to_numpy()
    table = {}
    for title, seeds in rows.items():
        right = np.mean([_right(p, label, column) for p in seeds], axis=0)
        low, high = interval(lambda picked, right=right: float(right[picked].mean()), group, n=1000)
        answered = np.mean([_answered(p, column).mean() for p in seeds])
        table[title] = {
            "accuracy": f"{right.mean():.3f}",
            "95 % by groups": f"{low:.2f} to {high:.2f}",
            "kinds of several repositories": f"{right[shared].mean():.3f}",
            "answered": f"{answered:.2f}",
        }
    return pd.DataFrame(table).T


def by_kind(rows: Mapping[str, list[np.ndarray]], index: pd.DataFrame) -> pd.DataFrame:
    """Share of each kind that is found, a column a kind, with its frames and whether one repository alone has it."""
    label = index["kind"].map({word: i for i, word in enumerate(KINDS)}).to_numpy(int)
    alone = set(index["kind"][single(index)])
    heads = {
        k: f"{kind}, {int((label == k).sum())}{' (one repository)' if kind in alone else ''}"
        for k, kind in enumerate(KINDS)
    }
    table = {}
    for title, seeds in rows.items():
        right = np.mean([_right(p, label, "kind") for p in seeds], axis=0)
        table[title] = {head: f"{right[label == k].mean():.2f}" for k, head in heads.items() if (label == k).any()}
    return pd.DataFrame(table).T


def _right(p: np.ndarray, label: np.ndarray, column: str) -> np.ndarray:
    """(N,) 1 where the most probable word is the label; rules give words, others the eleven classes."""
    if p.dtype == object:
        words = WORDS[column][0]
        return np.array(
            [float(said == words[k]) for said, k in zip(p[:, 0 if column == "kind" else 1], label, strict=True)]
        )
    return np.asarray(summed(p, column).argmax(1) == label, float)


def _answered(p: np.ndarray, column: str) -> np.ndarray:
    """(N,) whether a row says anything; models always do."""
    return p[:, 0 if column == "kind" else 1] != "" if p.dtype == object else p.max(axis=1) > 0


def _simulated(data: Path | None, folder: Path, quick: bool) -> Dataset:
    if data is not None:
        return open_dataset(data)
    draft = TASK.simulate.simulate(QUICK_SIMULATED if quick else SIMULATED, 2)
    return write_dataset(
        Draft(**{**vars(draft), "table": draft.table.assign(split=split_by_group(draft.table))}), folder / "sim"
    )


def _rules(real: Draft) -> dict[str, list[np.ndarray]]:
    words = np.asarray(real.arrays["words"])
    titles = {"header rules: type": False, "header rules: type and object": True}
    return {title: [np.array(by_rules(words, way), dtype=object)] for title, way in titles.items()}


def _simple(
    pool: ProcessPoolExecutor, real: Draft, simulated: Dataset, quick: bool
) -> dict[str, dict[str, list[np.ndarray]]]:
    """Kind of simple model -> title -> probabilities of one seed."""
    rows = np.sort(np.random.default_rng(0).permutation(len(simulated))[:MOST])
    table, arrays = simulated.rows(rows)
    kept = {name: arrays[name] for name in USED}
    drawn = Draft("frames", simulated.classes, table.reset_index(drop=True), kept)
    small = replace(real, arrays={name: real.arrays[name] for name in USED})
    jobs = {
        of: (pool.submit(left_out, small, of, quick), pool.submit(simple, drawn, small, of, 0, quick))
        for of in FEATURES
    }
    found: dict[str, dict[str, list[np.ndarray]]] = {}
    for of, (measured, learned) in jobs.items():
        found[f"simple, {of}, measured"] = {name: [p] for name, p in measured.result().items()}
        found[f"simple, {of}, simulated"] = {name: [p] for name, p in learned.result().items()}
        print(of, file=sys.stderr)
    return found


def left_out(real: Draft, of: str, quick: bool) -> dict[str, np.ndarray]:
    """Title -> probabilities (N, C) of each group by simple models that learned from the others."""
    each: dict[str, np.ndarray] = {}
    for group in real.table["group"].unique():
        out = (real.table["group"] == group).to_numpy()
        rest = some(real, np.flatnonzero(~out))
        for name, p in simple(rest, some(real, np.flatnonzero(out)), of, 0, quick).items():
            each.setdefault(name, np.zeros((len(out), p.shape[1])))[out] = p
    return each


def _best(simple_rows: dict[str, dict[str, list[np.ndarray]]], index: pd.DataFrame) -> dict[str, list[np.ndarray]]:
    """The best of each kind of simple model on the kinds, in hindsight."""
    label = index["kind"].map({word: i for i, word in enumerate(KINDS)}).to_numpy(int)
    rows = {}
    for title, models in simple_rows.items():
        best = max(models, key=lambda name: _right(models[name][0], label, "kind").mean())
        rows[f"{title}: {best}"] = models[best]
    return rows


def _ours(
    pool: ProcessPoolExecutor, run: str, simulated: Dataset, real: Draft, seeds: int, quick: bool
) -> dict[str, list[np.ndarray]]:
    rows = {f"{VOICES[name]}, simulated": [p] for name, p in ours(load_run(run), real).items() if name in VOICES}
    groups = list(real.table["group"].unique())[: 2 if quick else None]
    outs = [(real.table["group"] == group).to_numpy() for group in groups]
    jobs = [[pool.submit(tuned, run, simulated.path, real, out, seed, quick) for out in outs] for seed in range(seeds)]
    for seed, of_seed in enumerate(jobs):
        each: dict[str, np.ndarray] = {}
        for group, out, job in zip(groups, outs, of_seed, strict=True):
            for name, p in job.result().items():
                each.setdefault(name, np.zeros((len(out), p.shape[1])))[out] = p
            print(f"seed {seed}: {group}", file=sys.stderr)
        for name, p in each.items():
            if name in VOICES:
                rows.setdefault(f"{VOICES[name]}, simulated and measured", []).append(p)
    return rows


if __name__ == "__main__":
    main()
