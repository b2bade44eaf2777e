"""How fast the sources net trains and predicts beside the original's block, and how memory grows with the data.

    python benchmarks/speed_sources.py [--quick] [--only nets memory] [--batch 512] [--turns 15] [--threads 1]
                                       [--sizes 24000 240000] [--json FILE]

Nets: ours with the preset `original` (its width, depth, heads, patches and photometry's MLP) beside the literal net of
the original, which stands in the tests. Both get one and the same batch, in float32, the same loss, optimiser and
threads, and run in turns in one process, so that other work on the machine meets both alike; a training step is
forward, loss, backward and optimiser. Ours masks missing pixels and scales the flux within that time, the original
does neither. Augmentation and reading, which are the same for both, are left out.

Memory: an epoch of training (preset `small`, companion included) and a prediction, each through the verb in a process
of its own, inputs read from memory maps batch by batch (resident_mb 0). Memory is the peak of anonymous memory
(RssAnon): pages of a memory map are the kernel's to drop. The cutouts are blobs in noise, some thousand of them
repeated under other names, written to a temporary folder, 10 kB each, and removed after.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.processes import CHILD, child, measured
from benchmarks.sources_blobs import BYTES, make
from benchmarks.tables import markdown

SIZES, QUICK_SIZES = [24_000, 240_000], [300, 900]
CHANGES = {"epochs": 1, "resident_mb": 0, "accelerator": "cpu"}


def main(argv: list[str] | None = None) -> None:
    """Run what is asked for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small batches, three turns, some hundred objects")
    parser.add_argument("--only", choices=("nets", "memory"), nargs="*", default=["nets", "memory"])
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--json", type=Path)
    parser.add_argument(CHILD, nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.child:
        return child(*args.child, CHANGES)
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    found: dict[str, Any] = {}
    if "nets" in args.only:
        found["nets"] = nets(*((16, 3) if args.quick else (args.batch, args.turns)), args.threads)
    if "memory" in args.only:
        found["memory"] = memory(QUICK_SIZES if args.quick else args.sizes, args.threads)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n")


def nets(batch: int, turns: int, threads: int) -> dict[str, Any]:
    """Print images a second of both nets in training and inference, and the ratio, turn by turn."""
    from benchmarks.sources_pair import in_turns, pair

    both = pair(batch, threads)
    print(f"\nBatch {batch}, float32, {threads} thread(s), {turns} turns; preset original beside the literal net:")
    print(", ".join(f"{net.name} {net.parameters:,} parameters" for net in both), end="\n\n")
    rows, told = {}, {}
    for what in ("training", "inference"):
        seconds = in_turns(both, what, turns)
        ratio = sorted(b / a for a, b in zip(*seconds, strict=True))
        low, middle, high = statistics.quantiles(ratio, n=4)
        rates = [batch / statistics.median(one) for one in seconds]
        rows[what] = {f"{net.name} [images/s]": f"{rate:,.0f}" for net, rate in zip(both, rates, strict=True)}
        rows[what] |= {
            "ratio, median": f"{middle:.1f}",
            "quartiles": f"{low:.1f} to {high:.1f}",
            "extremes": f"{ratio[0]:.1f} to {ratio[-1]:.1f}",
        }
        told[what] = {"seconds": dict(zip([net.name for net in both], seconds, strict=True)), "ratio": ratio}
    print(markdown(pd.DataFrame(rows).T), flush=True)
    return told


def memory(sizes: list[int], threads: int) -> dict[str, dict[str, float]]:
    """Print rates and memory of training and predicting for each number of objects."""
    rows = {}
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            need, free = 1.2 * n * BYTES, shutil.disk_usage(folder).free
            if need > free:
                sys.exit(f"{n:,} cutouts need {need / 1e9:.1f} GB, and {folder} has {free / 1e9:.1f} GB free.")
            data = Path(folder) / str(n)
            make(n, data)
            both = [measured(__file__, what, data) for what in ("train", "predict")]
            rows[f"{n:,}"] = {name: value for found in both for name, value in found.items()}
    print(f"\n{os.cpu_count()} cores, {threads} thread(s); blobs of 5 x 32 x 32 pixels, preset small, from disk\n")
    print(markdown(pd.DataFrame(rows).T.map("{:,.0f}".format).rename_axis("objects")), flush=True)
    return rows


if __name__ == "__main__":
    main()
