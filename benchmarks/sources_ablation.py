"""What images and photometry are worth to the sources model, and its layers beside the original's; simulated objects.

    python benchmarks/sources_ablation.py [--quick] [--only general compact] [--n 6000] [--seeds 3] [--jobs 1]
                                          [--deep] [--json FILE] [--keep DIR]

Three sets from the task's simulator, stars, galaxies and quasars as many: general, compact, compact and faint. A seed
trains on two thirds of the fields, 15 % of them kept for early stopping, blend and temperature, and tests on the last
third; three seeds test every object once. All nets have the preset `small`, batches of 64 for so few objects, and stop
early. "Net" is the net alone, "verdict" what a run says, with its companion, boosting on the 24 features. Shuffled:
the test's images are dealt to other test objects. Literal: the original's block in as many layers, trained by the same
loop on the same inputs; with --deep also the preset `original` and the literal net in its twelve layers, on the general
set. The simple models learn from the 24 features and all rows outside the test.

The intervals are paired and come from resampling fields; --keep writes sets and probabilities down, so that a run that
was stopped goes on. Empty the folder when model or simulator change.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.data.draft import Draft
from benchmarks.keeping import collected, kept
from benchmarks.sources_parts import DEEP, ORDER, VARIANTS, net_job, simple_job
from benchmarks.sources_sets import PLACE, SETS, made
from benchmarks.sources_tables import LOW_IS_GOOD, METRICS, difference, measured, verdicts
from benchmarks.tables import Outputs, markdown, table_of

PAIRS = (
    ("both: net", "photometry: net"),
    ("both: verdict", "photometry: verdict"),
    ("both: net", "images: net"),
    ("both: net", "both, images shuffled: net"),
    ("both: net", "both, literal block: net"),
    ("both, preset original: net", "both, literal net of twelve layers: net"),
    ("both: verdict", "both: net"),
    ("both: verdict", "both: companion"),
)
OURS = "both: verdict"
SHOWN = ("accuracy", "macro-F1", "NLL")
DRAWS, QUICK_DRAWS = 300, 20


def main(argv: list[str] | None = None) -> None:
    """Run what is asked for and print a table a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="300 general objects, one seed, one epoch")
    parser.add_argument("--only", choices=tuple(SETS), nargs="*", default=list(SETS))
    parser.add_argument("--n", type=int, default=6000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--deep", action="store_true", help="twelve layers too, which takes hours")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="folder of sets and probabilities, written and read")
    args = parser.parse_args(argv)
    os.environ |= {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    names, n, seeds = (["general"], 300, [0]) if args.quick else (args.only, args.n, list(range(args.seeds)))
    packages = ", ".join(f"{p} {version(p)}" for p in ("torch", "scikit-learn", "numpy", "galsim"))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {packages}; seeds {seeds}")
    results, began = {}, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[PLACE] = str((args.keep or Path(folder)).absolute())
        with ProcessPoolExecutor(args.jobs, get_context("spawn")) as pool:
            for name in names:
                draft = made(name, n)  # before any process asks for it
                nets, simple = outputs(pool, name, n, seeds, args.quick, args.deep, args.keep)
                results[name] = report(name, draft, nets, simple, QUICK_DRAWS if args.quick else DRAWS)
                if args.json:
                    args.json.write_text(json.dumps({"n": n, "seeds": seeds, "sets": results}, indent=1) + "\n")
    print(f"\n{time.monotonic() - began:.0f} s")


def outputs(
    pool: ProcessPoolExecutor, name: str, n: int, seeds: list[int], quick: bool, deep: bool, keep: Path | None
) -> tuple[Outputs, Outputs]:
    """Nets and simple models: {title: [(N, C) a seed, NaN where it did not test]} each."""
    jobs: dict[Future[dict[str, np.ndarray]], tuple[int, int]] = {}
    for variant in [v for v in VARIANTS if v not in DEEP or (deep and name == "general")]:
        jobs |= {pool.submit(kept, keep, net_job, name, n, s, variant, quick): (0, s) for s in seeds}
    jobs |= {pool.submit(kept, keep, simple_job, name, n, s, quick): (1, s) for s in seeds}
    return collected(jobs, name)


def report(name: str, draft: Draft, nets: Outputs, simple: Outputs, draws: int) -> dict[str, Any]:
    """Print the table of a set and the differences that it was made for."""
    counts = ", ".join(f"{int((draft.table['label'] == c).sum())} {cls}" for c, cls in enumerate(draft.classes))
    print(f"\n## {name}: {len(draft.table)} objects ({counts}), {draft.table['group'].nunique()} fields, simulated\n")
    rows = table_of({title: nets[title] for title in ORDER if title in nets} | simple, draft, measured)
    print(markdown(rows), flush=True)
    apart = {}
    for a, b in [pair for pair in PAIRS if set(pair) <= set(nets)]:
        each = {m: difference(METRICS[m], nets[a], nets[b], draft, draws) for m in SHOWN}
        apart[f"{a} minus {b}"] = {m: [d.minus, d.low, d.high] for m, d in each.items()}
        said = "; ".join(f"{m} {d}, {d.word(m in LOW_IS_GOOD)}" for m, d in each.items())
        print(f"\n{a} minus {b}: {said}", flush=True)
    best = verdicts(nets[OURS], simple, draft, draws, metrics=SHOWN)
    for metric, v in best.items():
        low, high = v["interval"]
        print(f"\n{metric}: {OURS} minus {v['best']}: {v['minus']:+.4f} [{low:+.4f}, {high:+.4f}]: {v['word']}")
    return {"n": len(draft.table), "rows": rows.to_dict("index"), "differences": apart, "best simple": best}


if __name__ == "__main__":
    main()
