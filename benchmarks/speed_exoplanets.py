"""How fast the exoplanets model trains and predicts, and how much memory that takes, from 1,000 to 100,000 objects.

    python benchmarks/speed_exoplanets.py [--quick] [--sizes 1000 10000 100000] [--json FILE]

Every size runs in processes of its own, through the verbs, one epoch of each stage with the preset `small`, inputs
read from memory maps batch by batch (resident_mb 0). Memory is the peak of anonymous memory (RssAnon): pages of a
memory map are the kernel's to drop. The objects are simulated ones, repeated under other names.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.data.dataset import write_dataset
from astrocore.data.splits import split_by_group
from astrocore.tasks import get_task
from benchmarks.processes import CHILD, child, measured
from benchmarks.tables import markdown

SEEN = 500
"""Objects that are simulated; larger sets repeat them."""
CHANGES = {"epochs": 1, "pretrain_epochs": 1, "resident_mb": 0, "accelerator": "cpu"}


def main() -> None:
    """Run each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="300 and 600 objects")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--json", type=Path)
    parser.add_argument(CHILD, nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return child(*args.child, CHANGES)
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for n in [300, 600] if args.quick else args.sizes:
            make(n, Path(folder) / str(n))
            rows[f"{n:,}"] = {what: measured(__file__, what, Path(folder) / str(n)) for what in ("train", "predict")}
    flat = {
        n: {k: v for found in both.values() for k, v in found.items() if "[s]" not in k} for n, both in rows.items()
    }
    print(f"\n{os.cpu_count()} cores; simulated objects, repeated; preset small, streamed from disk\n")
    print(markdown(pd.DataFrame(flat).T.map("{:,.0f}".format).rename_axis("objects")))
    if args.json:
        args.json.write_text(json.dumps(flat, indent=1) + "\n")


def make(n: int, path: Path) -> None:
    """A data set of `n` objects with all views."""
    draft = get_task("exoplanets").simulate.simulate(min(n, SEEN), seed=0)
    again = np.arange(n) % len(draft.table)
    table = draft.table.iloc[again].reset_index(drop=True).drop(columns="split", errors="ignore")
    turn = (np.arange(n) // len(draft.table)).astype(str)
    table = table.assign(object_id=table["object_id"] + " " + turn, group=table["group"] + " " + turn)
    arrays = {name: array[again] for name, array in draft.arrays.items() if name != "flux"}
    table = table.drop(columns=[name for name in ("time_start", "cadence") if name in table])
    write_dataset(replace(draft, table=table.assign(split=split_by_group(table, seed=0)), arrays=arrays), path)


if __name__ == "__main__":
    main()
