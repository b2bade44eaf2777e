"""Folding and binning a million points against astropy.timeseries, in turns.

python benchmarks/folding.py [--quick] [--json FILE]: both fold the same points on the same period and bin them into
the 201 bins of the global view. astropy takes one mean (or median) a bin; the views hold medians and scatters of the
global view, of the local window, of odd and even events and of phase 0.5 besides, which is timed as a row of its own.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import astropy
import numpy as np
from astropy import units as u
from astropy.time import Time
from astropy.timeseries import TimeSeries, aggregate_downsample

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.tasks.exoplanets.binning import bin_points
from astrocore.tasks.exoplanets.folding import GLOBAL_BINS, folded_views, orbits, phase_of, view

PERIOD, EPOCH, DURATION = 9.488, 131.7, 0.123
REPEATS = 7


def curve(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Times [d] over four years and flux with transits."""
    rng = np.random.default_rng(seed)
    days = np.linspace(131.0, 1591.0, n)
    inside = np.abs(phase_of(days, PERIOD, EPOCH)) * PERIOD < DURATION / 2
    return days, 1 - 6e-4 * inside + 2e-4 * rng.normal(size=n)


def as_time(days: np.ndarray | float) -> Time:
    """Days as Kepler counts them, in barycentric dynamical time, which costs astropy no conversion."""
    return Time(2454833.0, days, format="jd", scale="tdb")


def astropy_fold(series: TimeSeries, function: Callable[..., np.ndarray]) -> np.ndarray:
    """The global view as astropy.timeseries makes it."""
    folded = series.fold(period=PERIOD * u.day, epoch_time=as_time(EPOCH))
    binned = aggregate_downsample(
        folded, time_bin_size=PERIOD / GLOBAL_BINS * u.day, n_bins=GLOBAL_BINS, aggregate_func=function
    )
    return np.asarray(binned["flux"])


def one_view(days: np.ndarray, flux: np.ndarray) -> np.ndarray:
    """Folding, and medians and scatters of the global view alone."""
    order = np.argsort(flux)
    return bin_points(phase_of(days, PERIOD, EPOCH)[order], flux[order], 0.5, GLOBAL_BINS).median


def all_views(days: np.ndarray, flux: np.ndarray) -> np.ndarray:
    """Folding and every view, without the trend (astropy takes none out)."""
    phase, number = orbits(days, PERIOD, EPOCH)
    return view(phase, flux - 1, PERIOD, DURATION, number).global_view


def in_turns(ways: dict[str, Callable[[], np.ndarray]], repeats: int) -> dict[str, list[float]]:
    """Seconds of each repeat; the ways take turns, so that a slow moment of the machine strikes all alike."""
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - began)
    return seconds


def measure(n: int, repeats: int) -> list[dict[str, object]]:
    """A row for each way: median seconds, range, and the median ratio to astropy's mean in the same turn."""
    days, flux = curve(n)
    series = TimeSeries(time=as_time(days), data={"flux": flux})
    seconds = in_turns(
        {
            "astropy fold + aggregate_downsample, mean": lambda: astropy_fold(series, np.nanmean),
            "astropy fold + aggregate_downsample, median": lambda: astropy_fold(series, np.nanmedian),
            "astrocore fold + one view, median and scatter": lambda: one_view(days, flux),
            "astrocore fold + all views": lambda: all_views(days, flux),
            "astrocore trend + fold + all views": lambda: folded_views(days, flux, PERIOD, EPOCH, DURATION).global_view,
        },
        repeats,
    )
    base = np.array(next(iter(seconds.values())))
    return [
        {
            "way": name,
            "seconds": float(np.median(taken)),
            "fastest": min(taken),
            "slowest": max(taken),
            "ratio": float(np.median(np.array(taken) / base)),
        }
        for name, taken in seconds.items()
    ]


def main(argv: list[str] | None = None) -> int:
    """Print the table, write the rows as JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50,000 points, three turns")
    parser.add_argument("--json", type=Path, help="file for the rows")
    args = parser.parse_args(argv)
    n, repeats = (50_000, 3) if args.quick else (1_000_000, REPEATS)
    rows = measure(n, repeats)
    machine = f"{platform.machine()}, numpy {np.__version__}, astropy {astropy.__version__}"
    print(f"{n:,} points, {repeats} turns, {machine}\n\n{'':<50} seconds  fastest  slowest  of astropy's mean")
    for row in rows:
        print(f"{row['way']:<50} {row['seconds']:7.3f} {row['fastest']:8.3f} {row['slowest']:8.3f} {row['ratio']:8.2f}")
    if args.json:
        args.json.write_text(json.dumps({"n": n, "repeats": repeats, "machine": machine, "rows": rows}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
