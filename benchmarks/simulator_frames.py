"""Are the simulated frames as hard as they should be? Boosted trees on plain statistics of each frame, split by night.

    python benchmarks/simulator_frames.py [--quick] [--nights 200] [--folds 5] [--seed 0] [--json FILE]

Ten statistics of the pixels and of their histogram, and what headers say of exposure time, gain, temperature and
binning, go into two table models. Neither toy-easy nor impossible means: below 0.95, so that there is something left
for the image. Beside it the frames of each class and the time that a frame takes.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from astrocore.tasks.frames.simulator import CLASSES, Exposure, night  # noqa: E402
from benchmarks.tables import markdown  # noqa: E402

MOST = 0.95
KEYWORDS = {
    "seconds": ("EXPTIME", "EXPOSURE", "ITIME"),
    "gain": ("GAIN", "EGAIN"),
    "temperature": ("CCD-TEMP", "TEMP", "CCDTEMP", "CCDATEMP", "TEMPDET"),
    "binning": ("XBINNING", "HBIN"),
}


def models(rounds: int) -> dict[str, Any]:
    """The table models, of so many rounds of boosting and three times as many trees."""
    return {
        "HistGradientBoosting": HistGradientBoostingClassifier(random_state=0, max_iter=rounds),
        "ExtraTrees": ExtraTreesClassifier(3 * rounds, random_state=0),
    }


def plain(exposure: Exposure) -> dict[str, float]:
    """Plain statistics of a frame, and what its header says; NaN where it says nothing."""
    pixels = exposure.pixels.astype(np.float64).ravel()
    middle = np.median(pixels)
    histogram = np.histogram(pixels, 50)[0] / pixels.size
    said = {keyword: value for keyword, value, _ in exposure.cards}
    header = {name: next((said[k] for k in keywords if k in said), np.nan) for name, keywords in KEYWORDS.items()}
    return {
        "mean": pixels.mean(),
        "std": pixels.std(),
        "median": float(middle),
        "min": pixels.min(),
        "max": pixels.max(),
        "mad": float(np.median(abs(pixels - middle))),
        "histogram mean": histogram.mean(),
        "histogram std": histogram.std(),
        "histogram skew": float(stats.skew(histogram)),
        "histogram kurtosis": float(stats.kurtosis(histogram)),
        **{name: float(value) for name, value in header.items()},
    }


def simulated(nights: int, seed: int) -> tuple[pd.DataFrame, pd.Series, pd.Series, dict[str, float]]:
    """Statistics, class and night of each frame, and what it took."""
    rows, labels, groups, seconds, pixels = [], [], [], 0.0, 0
    for number in range(nights):
        start = time.process_time()
        frames = night(seed, number)
        seconds += time.process_time() - start
        for frame in frames:
            rows.append(plain(frame))
            labels.append(frame.label)
            groups.append(frame.night)
            pixels += frame.pixels.size
    speed = {"ms a frame": 1e3 * seconds / len(rows), "Mpixel a frame": pixels / len(rows) / 1e6}
    return pd.DataFrame(rows), pd.Series(labels), pd.Series(groups), speed


def scores(
    table: pd.DataFrame, labels: pd.Series, groups: pd.Series, folds: int, rounds: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accuracy and macro-F1 of each model, and recall by class."""
    whole, parts = {}, {}
    for name, model in models(rounds).items():
        filled = table.fillna(-999)
        found = cross_val_predict(model, filled, labels, groups=groups, cv=GroupKFold(folds))
        whole[name] = {
            "accuracy": accuracy_score(labels, found), "macro-F1": f1_score(labels, found, average="macro"),
        }  # fmt: skip
        parts[name] = {c: float((found[labels == c] == c).mean()) for c in CLASSES}
    return pd.DataFrame(whole).T, pd.DataFrame(parts)


def main() -> None:
    """Print the tables; write the same rows as JSON."""
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    words.add_argument("--quick", action="store_true")
    words.add_argument("--nights", type=int, default=200)
    words.add_argument("--folds", type=int, default=5)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--json", type=Path)
    args = words.parse_args()
    nights, folds, rounds = (10, 2, 15) if args.quick else (args.nights, args.folds, 100)
    table, labels, groups, speed = simulated(nights, args.seed)
    whole, parts = scores(table, labels, groups, folds, rounds)
    counts = Counter(labels)
    parts.insert(0, "frames", [counts[c] for c in CLASSES])
    beyond = [name for name, value in whole["accuracy"].items() if value >= MOST]
    print(f"\n## {nights} nights, {len(labels)} frames, {folds} folds by night\n\n{markdown(whole.round(3))}")
    print(f"\n## recall by class\n\n{markdown(parts.round(3))}")
    print("\n" + ", ".join(f"{value:.3g} {name}" for name, value in speed.items()))
    print(f"\nNot below {MOST}: {'; '.join(beyond) or 'none'}.")
    if args.json:
        said: dict[str, Any] = {"nights": nights, "seed": args.seed, "folds": folds, "frames": len(labels)}
        rows = {"scores": whole.to_dict("index"), "classes": parts.to_dict("index"), "speed": speed, "beyond": beyond}
        args.json.write_text(json.dumps({**made_by(), **said, **rows}, indent=1))


def made_by() -> dict[str, str]:
    """Date and versions."""
    versions = {name: version(name) for name in ("scikit-learn", "galsim", "numpy")}
    return {"date": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(), **versions}


if __name__ == "__main__":
    main()
