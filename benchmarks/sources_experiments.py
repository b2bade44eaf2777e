"""The three experiments of the sources task on simulated sets, as the tables of RESULTS.md.

    python benchmarks/sources_experiments.py [--quick] [--n 6000] [--seeds 3] [--jobs 2] [--keep DIR] [--json FILE]

Simulates a compact and a faint and compact set, stars, galaxies and quasars as many, gives them to the verb
`experiment sources` (preset small, batches of 64 for so few objects, early-stopped), and prints its tables: accuracy
with spread over the seeds, accuracy minus that of MargFormer on the same objects with its interval by fields, and the
accuracy with few labels. --keep is the folder of sets and runs; given again, nothing is done twice.
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
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.verbs import simulate
from astrocore.verbs.trials import Args, run
from benchmarks.tables import markdown

SETS = {"compact": ("compact", 12), "faint": ("faint-compact", 13)}
"""Name -> population and seed."""
QUICK = {"epochs": 1, "pretrain_epochs": 1, "d_model": 16, "heads": 2, "layers": 1, "numeric_bins": 0}


def main(argv: list[str] | None = None) -> None:
    """Make what is not there yet, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="90 objects a set, one seed, one epoch, star-galaxy alone")
    parser.add_argument("--n", type=int, default=6000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args(argv)
    os.environ.setdefault("TQDM_DISABLE", "1")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        result = experiments(args, (args.keep or Path(folder)).absolute())
    packages = ", ".join(f"{p} {version(p)}" for p in ("torch", "scikit-learn", "galsim"))
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {packages}")
    tell(result)
    print(f"\n{time.monotonic() - began:.0f} s")
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")


def experiments(args: argparse.Namespace, place: Path) -> dict[str, Any]:
    """The table of the verb on sets of `place`."""
    n, seeds, jobs = (90, 1, 1) if args.quick else (args.n, args.seeds, args.jobs)
    for name, (population, seed) in SETS.items():
        if not (place / name).is_dir():
            simulate.run(simulate.Args(task="sources", out=place / name, n=n, seed=seed, population=population))
    os.environ["ASTROCORE_HOME"] = str(place / "home")
    asked = Args(task="sources", seeds=seeds, jobs=jobs, labels=("SG",) if args.quick else ())
    settings = {"batch_size": 64, **(QUICK if args.quick else {})}
    return run(asked, {**settings, **{name: place / name for name in SETS}})


def tell(result: Mapping[str, Any]) -> None:
    """Print every table."""
    print(f"seeds {result['seeds']}, {result['cells']['done']} cells; simulated: {', '.join(result['simulated'])}\n")
    print(markdown(accuracies(result)))
    print("\nAccuracy minus that of MargFormer, in hundredths, with 95 % intervals by fields and seeds:\n")
    print(markdown(differences(result)))
    print("\nWhat pre-training adds to the same net, in hundredths, by the share of the training labels:\n")
    print(markdown(gains(result)))
    for entry in result["experiments"]:
        if entry["efficiency"]:
            print(f"\n{entry['experiment']}, {entry['labels']}: accuracy by the share of the training labels\n")
            print(markdown(efficiency(entry, result["rows"])))


def accuracies(result: Mapping[str, Any]) -> pd.DataFrame:
    """A line for each experiment and labels, a column for each row of the experiments, and what was published."""
    lines = {}
    for entry in result["experiments"]:
        cells = {title: percent(entry["rows"].get(row, {}).get("accuracy")) for row, title in result["rows"].items()}
        known = {f"published: {title}": entry["published"].get(key) for key, title in result["published"].items()}
        cells |= {title: percent({"mean": found["accuracy"]} if found else None) for title, found in known.items()}
        lines[f"{name(entry)}, n = {entry['n_test']}"] = cells
    return pd.DataFrame(lines).T


def differences(result: Mapping[str, Any]) -> pd.DataFrame:
    """The paired differences."""
    lines = {}
    for entry in result["experiments"]:
        found = {title: entry["rows"].get(row, {}).get("minus") for row, title in result["rows"].items()}
        lines[name(entry)] = {title: apart(value) for title, value in found.items() if title != "MargFormer"}
    return pd.DataFrame(lines).T


def efficiency(entry: Mapping[str, Any], rows: Mapping[str, str]) -> pd.DataFrame:
    """A line for each row, a column for each share; below one label in ten also the paired difference."""
    lines = {}
    for row, points in entry["efficiency"].items():
        cells = {
            f"{100 * p['share']:g} % ({p['n']})": f"{percent(p['accuracy'])} {apart(p.get('minus'))}" for p in points
        }
        lines[rows[row]] = cells
    return pd.DataFrame(lines).T


def gains(result: Mapping[str, Any]) -> pd.DataFrame:
    """A line for each experiment and pre-trained row, a column for each share: minus the row without pre-training."""
    lines: dict[str, dict[str, str]] = {}
    for entry in result["experiments"]:
        for row, points in entry["efficiency"].items():
            found = {f"{100 * p['share']:g} %": apart(p.get("pretrained_minus")) for p in points}
            if any(found.values()):
                lines[f"{name(entry)}, {result['rows'][row]}"] = found
    return pd.DataFrame(lines).T


def name(entry: Mapping[str, Any]) -> str:
    """An experiment with its labels."""
    return f"{entry['experiment']}, {entry['labels']}"


def percent(found: Mapping[str, Any] | None) -> str:
    """Mean and spread in percent; a dash where there is none."""
    if not found:
        return "-"
    spread = f" ± {100 * found['sd']:.1f}" if found.get("sd") is not None else ""
    return f"{100 * found['mean']:.1f}{spread}"


def apart(found: Mapping[str, float] | None) -> str:
    """A difference with its interval, in hundredths."""
    return f"{100 * found['value']:+.1f} [{100 * found['low']:+.1f}, {100 * found['high']:+.1f}]" if found else ""


if __name__ == "__main__":
    main()
