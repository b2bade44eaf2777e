"""Cutting 3,000 objects out of five frames against a loop over astropy's Cutout2D, in turns.

python benchmarks/cutting_sources.py [--quick] [--json FILE]: every way opens the five frames of a field, turns
coordinates into pixels by each band's own WCS, and fills five arrays with images of 32 pixels a side; whether the
pixels are the same is told. The field is synthetic, of the size of an SDSS frame and with bands shifted by up to 11
pixels. Where the measured data is (../shared/data, or the folder that ASTROCORE_REAL_DATA names), a real one follows,
packed with bzip2, whose unpacking is part of the time; with --quick it doesn't.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import astropy
import numpy as np
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.nddata import Cutout2D, NoOverlapError
from astropy.wcs import WCS
from astropy.wcs.utils import skycoord_to_pixel

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.tasks.sources.frames import cut_frames

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
REAL = Path(os.environ.get("ASTROCORE_REAL_DATA", SHARED)) / "sources"
BANDS, SIZE, SHAPE = "ugriz", 32, (1489, 2048)
OBJECTS, QUICK, REPEATS, REAL_REPEATS = 3000, 60, 5, 3
SHIFT = dict(zip(BANDS, (0.0, 11.0, 4.3, 7.8, -2.6), strict=True))
"""Pixels by which the bands of the synthetic field are shifted."""

Arrays = dict[str, np.ndarray]
Way = Callable[[], Arrays]


def frame(band: str, shape: tuple[int, int]) -> tuple[np.ndarray, fits.Header]:
    """Noise, and a header as SDSS writes it: +y to the east."""
    cards = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 323.34, "CRVAL2": -0.73, "FILTER": band}
    made = fits.Header({**cards, "BUNIT": "nanomaggy", "CD1_1": 0.0, "CD1_2": 1.1e-4, "CD2_1": 1.1e-4, "CD2_2": 0.0})
    made["CRPIX1"], made["CRPIX2"] = shape[1] / 2 + SHIFT[band], shape[0] / 2 - SHIFT[band] / 3
    noise = np.random.default_rng(BANDS.index(band)).normal(size=shape)
    return noise.astype(np.float32), made


def synthetic(folder: Path, shape: tuple[int, int] = SHAPE) -> Path:
    """A folder with the frames of a field."""
    for band in BANDS:
        fits.PrimaryHDU(*frame(band, shape)).writeto(folder / f"frame-{band}.fits")
    return folder


def positions(folder: Path, n: int, seed: int = 0) -> SkyCoord:
    """Objects all over a field, some of them at its edges."""
    file = next(iter(sorted(folder.iterdir())))
    with fits.open(file) as hdus:
        wcs, shape = WCS(hdus[0].header), hdus[0].shape
    y, x = np.random.default_rng(seed).uniform(0, 1, (n, 2)).T * np.array(shape)[:, None]
    return SkyCoord(*wcs.all_pix2world(x, y, 0), unit=u.deg)


def opened(folder: Path) -> Iterator[tuple[str, np.ndarray, WCS]]:
    """Band, pixels and WCS of each frame, as astropy gives them."""
    for file in sorted(folder.iterdir()):
        with fits.open(file, memmap=False) as hdus:
            yield str(hdus[0].header["FILTER"]).strip(), hdus[0].data, WCS(hdus[0].header)


def cutout2d(folder: Path, sky: SkyCoord, at_once: bool) -> Arrays:
    """A loop over Cutout2D; coordinates turned into pixels all at once, or by Cutout2D itself."""
    found = {f"image_{band}": np.full((len(sky), SIZE, SIZE), np.nan, dtype=np.float32) for band in BANDS}
    for band, pixels, wcs in opened(folder):
        places = np.column_stack(skycoord_to_pixel(sky, wcs, mode="all")) if at_once else sky
        for row, place in enumerate(places):
            try:
                cut = Cutout2D(pixels, place, SIZE, None if at_once else wcs, mode="partial", fill_value=np.nan)
            except NoOverlapError:
                continue
            found[f"image_{band}"][row] = cut.data
    return found


def ours(folder: Path, sky: SkyCoord) -> Arrays:
    """The cutter."""
    return cut_frames(folder, sky.ra.deg, sky.dec.deg, BANDS, SIZE).arrays


def measure(folder: Path, n: int, repeats: int, one_by_one: bool = True) -> list[dict[str, object]]:
    """A row for each way: seconds, their ratio to ours in the same turn, and whether the pixels are the same."""
    sky = positions(folder, n)
    ways: dict[str, Way] = {
        "astrocore cut_frames": lambda: ours(folder, sky),
        "Cutout2D, coordinates turned at once": lambda: cutout2d(folder, sky, at_once=True),
    }
    if one_by_one:
        ways["Cutout2D, a coordinate at a time"] = lambda: cutout2d(folder, sky, at_once=False)
    seconds, arrays = in_turns(ways, repeats)
    base, same = next(iter(ways)), {name: same_pixels(arrays[name], next(iter(arrays.values()))) for name in ways}
    return [
        {
            "way": name,
            "seconds": float(np.median(taken)),
            "fastest": min(taken),
            "slowest": max(taken),
            "ratio": float(np.median(np.array(taken) / seconds[base])),
            "equal": same[name],
        }
        for name, taken in seconds.items()
    ]


def same_pixels(some: Arrays, others: Arrays) -> bool:
    """Whether all images are equal, missing pixels too."""
    return all(np.array_equal(images, others[name], equal_nan=True) for name, images in some.items())


def in_turns(ways: dict[str, Way], repeats: int) -> tuple[dict[str, list[float]], dict[str, Arrays]]:
    """Seconds of each repeat, and what each way gave; the ways take turns, so that a slow moment strikes all alike."""
    given = {name: way() for name, way in ways.items()}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - began)
    return seconds, given


def show(title: str, rows: list[dict[str, object]]) -> None:
    """Print a field's rows."""
    print(f"\n{title:<38} seconds  fastest  slowest  times ours  same pixels")
    for row in rows:
        times = f"{row['seconds']:7.3f} {row['fastest']:8.3f} {row['slowest']:8.3f} {row['ratio']:11.2f}"
        print(f"{row['way']:<38} {times}  {'yes' if row['equal'] else 'NO'}")


def fields(quick: bool, work: Path) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Title and rows of each field."""
    (work / "synthetic").mkdir()
    n, repeats, shape = (QUICK, 3, (400, 500)) if quick else (OBJECTS, REPEATS, SHAPE)
    yield f"synthetic field, {repeats} turns", measure(synthetic(work / "synthetic", shape), n, repeats)
    real = sorted(REAL.glob("frame-?-002583-2-0136.fits.bz2"))
    if not quick and len(real) == len(BANDS):
        (work / "real").mkdir()
        for file in real:
            shutil.copy(file, work / "real" / file.name)
        rows = measure(work / "real", n, REAL_REPEATS, one_by_one=False)
        yield f"SDSS field 2583-2-136, {REAL_REPEATS} turns", rows


def main(argv: list[str] | None = None) -> int:
    """Print the tables, write the rows as JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="60 objects in small frames, three turns")
    parser.add_argument("--json", type=Path, help="file for the rows")
    args = parser.parse_args(argv)
    n = QUICK if args.quick else OBJECTS
    machine = f"{platform.machine()}, numpy {np.__version__}, astropy {astropy.__version__}"
    print(f"{n:,} objects, {len(BANDS)} bands, {SIZE} pixels a side, {machine}")
    told = {}
    with tempfile.TemporaryDirectory() as work, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # astropy tells of old keywords in SDSS headers, at each opening
        for title, rows in fields(args.quick, Path(work)):
            show(title, rows)
            told[title] = rows
    if args.json:
        head = {"objects": n, "bands": BANDS, "size": SIZE, "machine": machine}
        args.json.write_text(json.dumps({**head, "fields": told}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
