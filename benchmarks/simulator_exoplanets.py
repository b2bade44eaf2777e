"""Is the simulator as hard as the sky? The same boosted trees on simulated and on measured catalogue numbers.

    python benchmarks/simulator_exoplanets.py [--quick] [--n 14400] [--repeats 3] [--json FILE]

HistGradientBoosting as it comes, five folds by star, macro-F1 and accuracy, on the five features and with duration,
signal-to-noise and impact: Kepler-like objects beside the KOI table, TESS-like ones beside the TESS table. Simulated
rows come as many as measured ones, once with the simulator's mix of classes and once with the table's own, since
macro-F1 depends on the mix. Then the shares of the classes and the quartiles of every column. Neither toy-easy nor
impossible means: within 0.05 of the measured macro-F1.

The measured data is not part of the project: ASTROCORE_REAL_DATA names its folder (default ../shared/data).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from astrocore.tasks import get_task  # noqa: E402
from benchmarks.hardness import like, scores  # noqa: E402
from benchmarks.tables import markdown  # noqa: E402

FIVE = ["period", "depth", "planet_radius", "stellar_temp", "stellar_radius"]
EIGHT = [*FIVE, "duration", "snr", "impact"]
MISSIONS = {"Kepler": ("kepmag", "koi_cumulative.csv"), "TESS": ("tmag", "tess_tce.csv")}
SHOWN = [*EIGHT, "stellar_logg", "kepmag", "tmag"]
WITHIN = 0.05


def real_data() -> Path:
    """Folder of the measured data."""
    return Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "exoplanets"


def measured_table(name: str) -> pd.DataFrame:
    """The archive's table with class names as labels."""
    task = get_task("exoplanets")
    return named(task.data.read(real_data() / name, task.config.Source()).table)


def named(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the classes by name, a missing impact as NaN."""
    classes = np.array(get_task("exoplanets").config.CLASSES)
    impact = table["impact"].where(table["impact"] >= 0)
    return table.assign(label=classes[table["label"].to_numpy(int)], impact=impact)


def hardness(real: pd.DataFrame, simulated: pd.DataFrame, repeats: int, folds: int) -> pd.DataFrame:
    """A row a table and set of features; `minus real` is what is judged."""
    own, theirs = (table["label"].value_counts(normalize=True) for table in (simulated, real))
    size = len(real)
    tables = {
        "measured": real,
        "simulated": like(simulated, own, size, 0),
        "simulated, classes as measured": like(simulated, theirs, size, 0),
    }
    rows: dict[str, dict[str, Any]] = {}
    for words, columns in (("five", FIVE), ("eight", EIGHT)):
        base = 0.0
        for title, table in tables.items():
            got = scores(table, columns, repeats, folds)
            base = got["macro-F1"] if title == "measured" else base
            rows[f"{words}: {title}"] = {"rows": len(table), **got, "minus real": got["macro-F1"] - base}
    return pd.DataFrame(rows).T


def quartiles(real: pd.DataFrame, simulated: pd.DataFrame) -> pd.DataFrame:
    """Quartiles of each column by class, measured and simulated side by side."""
    rows = {}
    for column in (name for name in SHOWN if name in simulated and simulated[name].notna().any()):
        for name in sorted(set(real["label"])):
            cells = {}
            for title, table in (("measured", real), ("simulated", simulated)):
                values = table.loc[table["label"] == name, column] if column in table else pd.Series(dtype=float)
                low, middle, high = values.quantile([0.25, 0.5, 0.75])
                cells[title] = f"{low:.4g} / {middle:.4g} / {high:.4g}" if len(values) else ""
            rows[f"{column}, {name}"] = cells
    return pd.DataFrame(rows).T


def main() -> None:
    """Print the tables; write the same rows as JSON."""
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("--quick", action="store_true")
    words.add_argument("--n", type=int, default=14_400)
    words.add_argument("--repeats", type=int, default=3)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--json", type=Path)
    args = words.parse_args()
    n, repeats, folds = (1500, 1, 3) if args.quick else (args.n, args.repeats, 5)
    simulated = named(get_task("exoplanets").simulate.simulate(n, args.seed).table)
    result = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "scikit-learn": version("scikit-learn"),
        "n": n,
        "seed": args.seed,
        "repeats": repeats,
        "folds": folds,
        "missions": {title: judged(title, simulated, repeats, folds) for title in MISSIONS},
    }
    if args.json:
        args.json.write_text(json.dumps(result, indent=1))


def judged(title: str, simulated: pd.DataFrame, repeats: int, folds: int) -> dict[str, Any]:
    """Print and return what is said of one mission."""
    magnitude, file = MISSIONS[title]
    mine = simulated[simulated[magnitude].notna()].reset_index(drop=True)
    real = measured_table(file)
    found = hardness(real, mine, repeats, folds)
    shares = pd.DataFrame(
        {name: table["label"].value_counts(normalize=True) for name, table in (("measured", real), ("simulated", mine))}
    )
    columns = quartiles(real, mine)
    beyond = [row for row, minus in found["minus real"].items() if abs(minus) > WITHIN]
    print(f"\n## {title}-like objects beside {file}\n\n{markdown(found.round(3))}")
    print(f"\nFurther than {WITHIN} from the measured macro-F1: {'; '.join(beyond) or 'none'}.")
    print(f"\n{markdown(shares.round(3))}\n\nQuartiles:\n\n{markdown(columns)}")
    return {
        "hardness": found.to_dict("index"),
        "beyond": beyond,
        "shares": shares.to_dict("index"),
        "quartiles": columns.to_dict("index"),
    }


if __name__ == "__main__":
    main()
