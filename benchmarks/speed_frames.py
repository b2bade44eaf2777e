"""How fast files of frames are read and measured beside the original's way, and how memory grows with their number.

    python benchmarks/speed_frames.py [--quick] [--only files memory] [--n 160] [--size 4] [--turns 3]
                                      [--sizes 200 2000] [--json FILE]

Files: read, numbers and resizing of the same files, by the literal version of the original (literal_frames.py: three
openings, statistics of all pixels, 448 x 448 pixels as float32 held in memory) and by ours (`measure_files`, written to
a store that begins empty), with one process and with two. Each row runs in a process of its own, all rows in turns;
what is started afresh, interpreter and imports, is left out, but the start of a row's two processes counts. Time of the
processors (CPU), of all processes of a row together, depends least on what else the machine does. The files are plain
FITS of 16 bits, simulated, of 1 to 4 million pixels at size 4, and lie in the page cache.

Memory: a data set is built of 200 and of 2,000 such files, and a net trained on it for two epochs, inputs read from
memory maps (resident_mb 0). Memory is the peak of anonymous memory (RssAnon), of the process that was called and of
the largest that it started. The files go to a temporary folder, some 4 MB each, and are removed after.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
# What is imported here is imported again by each process that is started, and its start counts: hence as little as can.

from benchmarks.processes import CHILD, Family, child, measured

ROWS = ("literal-1", "literal-2", "ours-1", "ours-2")
"""Whose way, and how many processes."""
DISTINCT = 40
CHANGES = {"epochs": 2, "resident_mb": 0, "accelerator": "cpu"}


def main(argv: list[str] | None = None) -> None:
    """Run what is asked for and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few small frames, one turn, 40 and 80 files")
    parser.add_argument("--only", choices=("files", "memory"), nargs="*", default=["files", "memory"])
    parser.add_argument("--n", type=int, default=160)
    parser.add_argument("--size", type=float, default=4.0)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=[200, 2000])
    parser.add_argument("--json", type=Path)
    parser.add_argument(CHILD, nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.child:
        return run_child(*args.child)
    from benchmarks.frame_files import distinct

    os.environ["OMP_NUM_THREADS"] = "1"
    if args.quick:
        args.n, args.size, args.turns, args.sizes = 8, 1.0, 1, [40, 80]
    frames = distinct(DISTINCT, 11, args.size)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        if "files" in args.only:
            found["files"] = files(Path(folder), args.n, args.turns, frames)
        if "memory" in args.only:
            found["memory"] = memory(Path(folder), args.sizes, frames)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n")


def files(folder: Path, n: int, turns: int, frames: list[Any]) -> dict[str, Any]:
    """Print frames a second of each row, and how much faster ours is, turn by turn."""
    from benchmarks.frame_files import write_many

    data = folder / "read"
    data.mkdir()
    megapixels = write_many(data, n, frames)
    told: dict[str, list[dict[str, float]]] = {row: [] for row in ROWS}
    for turn in range(turns):
        for row in ROWS if turn % 2 == 0 else ROWS[::-1]:
            told[row].append(measured(__file__, row, data))
    rows = {row: _row(n, megapixels, runs, told["literal-1"]) for row, runs in told.items()}
    print(f"\n{n} files, {megapixels / n:.1f} million pixels each, {os.cpu_count()} cores, {turns} turns in a row\n")
    _print(rows, "way-processes")
    return {"n": n, "megapixels": megapixels, "rows": told}


def _row(n: int, megapixels: float, runs: list[dict[str, float]], first: list[dict[str, float]]) -> dict[str, str]:
    seconds = [run["seconds"] for run in runs]
    rates, middle = [n / one for one in seconds], statistics.median(seconds)
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(first, runs, strict=True)]
    return {
        "frames/s": f"{statistics.median(rates):.1f} ({min(rates):.1f} to {max(rates):.1f})",
        "Mpixel/s": f"{megapixels / middle:.0f}",
        "CPU [ms/frame]": f"{1e3 * statistics.median(run['cpu'] for run in runs) / n:.0f}",
        "memory [MB]": f"{max(run['own'] for run in runs):.0f}",
        "of a worker [MB]": f"{max(run['worker'] for run in runs):.0f}",
        "faster than literal-1": f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})",
    }


def memory(folder: Path, sizes: list[int], frames: list[Any]) -> dict[str, dict[str, float]]:
    """Print rates and memory of building and of training for each number of files."""
    from benchmarks.frame_files import write_many

    rows = {}
    for n in sizes:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            data = Path(place) / "set"
            source = data.with_suffix(".files")
            source.mkdir()
            write_many(source, n, frames)
            both = [measured(__file__, what, data) for what in ("build", "train")]
            rows[f"{n:,}"] = {name: value for found in both for name, value in found.items()}
    print(f"\n{os.cpu_count()} cores; build and train, two epochs from disk\n")
    _print({n: {name: f"{value:,.0f}" for name, value in row.items()} for n, row in rows.items()}, "frames")
    return rows


def _print(rows: dict[str, dict[str, str]], name: str) -> None:
    import pandas as pd

    from benchmarks.tables import markdown

    print(markdown(pd.DataFrame(rows).T.rename_axis(name)), flush=True)


def run_child(what: str, data: str, file: str) -> None:
    """One row of a table, in this process; writes what it took."""
    if what == "train":
        return child(what, data, file, CHANGES)
    told = build(Path(data)) if what == "build" else read(what, Path(data))
    Path(file).write_text(json.dumps(told))


def read(row: str, folder: Path) -> dict[str, float]:
    """Read all files in a folder by the way that `row` names."""
    way, processes = row.split("-")
    paths = sorted(folder.rglob("*.fits"))
    _import()
    with tempfile.TemporaryDirectory() as records, Family() as family:
        began, used = time.monotonic(), sum(os.times()[:4])
        if way == "ours":
            _ours(paths, Path(records), int(processes))
        else:
            _literal(paths, int(processes))
        seconds, cpu = time.monotonic() - began, sum(os.times()[:4]) - used
    return {"seconds": seconds, "cpu": cpu, "own": family.megabytes, "worker": family.worker}


def _import() -> None:
    """What either way needs, before the clock starts."""
    for name in ("benchmarks.literal_frames", "astrocore.tasks.frames.measure_all"):
        import_module(name)


def _literal(paths: list[Path], processes: int) -> None:
    """All in memory at once, as the original holds it."""
    from benchmarks.literal_frames import load

    if processes == 1:
        held = [load(path) for path in paths]
    else:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            held = list(pool.map(load, paths, chunksize=4))
    assert len(held) == len(paths)


def _ours(paths: list[Path], records: Path, processes: int) -> None:
    from astrocore.tasks.frames import measure_all
    from astrocore.tasks.frames.config import Source
    from astrocore.tasks.frames.measured_files import Store

    if processes == 1:
        measure_all.ALONE = len(paths)  # in this process, as the literal row is
    store = Store(records, (Source().height, Source().width))
    found = measure_all.measure_files(paths, [path.name for path in paths], store, processes)
    assert len(set(map(str, found))) == len(paths), "a file was no frame, or came twice"


def build(data: Path) -> dict[str, float]:
    """Build a data set of the files beside `data`, without a cache."""
    from astrocore.verbs.build import Args, run

    source = data.with_suffix(".files")
    with Family() as family:
        began = time.monotonic()
        told = run(Args(task="frames", source=source, out=data), {"cache": False, "workers": 2})
        seconds = time.monotonic() - began
    return {
        "build [frames/s]": told["n"] / seconds,
        "memory, build [MB]": family.megabytes,
        "of a worker [MB]": family.worker,
    }


if __name__ == "__main__":
    main()
