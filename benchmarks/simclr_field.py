"""SimCLR on what our own cutter finds in a measured field: pre-training without a label, and what lies near what.

    python benchmarks/simclr_field.py [--quick] [--n 3000] [--epochs 40] [--picture FILE]

Peaks of the smoothed sum of the bands g, r and i of SDSS field 2583-2-136 (../shared/data/sources, or the folder that
ASTROCORE_REAL_DATA names) are taken as objects, those that stand out most first, at least eight pixels apart; the
faintest of 3,000 are hardly above the noise. A globular cluster fills a part of the field: peaks where the surroundings
are brighter than the sky are left out. Each object is cut from every band by that band's own WCS, by the task's reader.
The pretext is image; nobody tells it a class, and there is no photometry. Printed: loss, floor and chance, and for ten
queries how alike their five nearest are in flux, colour and width, beside five objects drawn at random. --picture draws
queries and neighbours; it holds measured pixels and stays with whoever made it. --quick takes a made-up field.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from astropy.io import fits
from astropy.wcs import WCS
from scipy.ndimage import gaussian_filter, maximum_filter, median_filter, zoom

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.analysis.neighbours import nearest
from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.runs import Run
from astrocore.tasks import get_task
from benchmarks.cutting_sources import REAL, frame
from benchmarks.tables import markdown
from benchmarks.training import trained

APART, QUERIES, NEAR, FAINTEST = 8, 10, 5, 0.2
"""Pixels between objects, queries, neighbours, and the share of the objects, brightest first, that queries are of."""
QUIET = 6.0
"""By how many times the noise of the sky the surroundings of an object may be brighter than the sky."""


def main(argv: list[str] | None = None) -> None:
    """Cut, pre-train, look for neighbours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a made-up field, 60 objects, one epoch")
    parser.add_argument("--n", type=int, default=3000)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--picture", type=Path)
    args = parser.parse_args(argv)
    os.environ |= {"TQDM_DISABLE": "1"}
    n, epochs = (60, 1) if args.quick else (args.n, args.epochs)
    with tempfile.TemporaryDirectory() as folder:
        frames = made_up(Path(folder) / "frames") if args.quick else REAL
        data = cut(frames, n, Path(folder))
        settings = {"epochs": 0, "pretrain_epochs": epochs, "pretrain_lr": 3e-3, "pretext": ("image",)}
        changes = {**settings, "modalities": ("image",), "companion": False, "accelerator": "cpu"}
        run = trained(data, Path(folder) / "run", changes)
        told(run, data)
        query, near = neighbours(run, data)
        print(markdown(alike(data, query, near)))
        if args.picture:
            picture(data, query, near, args.picture)


def cut(frames: Path, n: int, folder: Path) -> Dataset:
    """The brightest peaks of the frames, cut out by the reader of the task."""
    task = get_task("sources")
    table = folder / "peaks.csv"
    peaks(frames, n).to_csv(table, index=False)
    draft = task.data.read(table, task.config.Source(frames=frames))  # type: ignore[call-arg]
    draft.table["group"] = [f"tile {int(ra * 40)} {int(dec * 40)}" for ra, dec in draft.table[["ra", "dec"]].to_numpy()]
    draft.table["split"] = split_by_group(draft.table, (0.85, 0.15, 0.0), seed=0)
    return write_dataset(draft, folder / "data")


def peaks(frames: Path, n: int) -> pd.DataFrame:
    """object_id, ra, dec of the n peaks that stand out most from their surroundings, in g, r and i together."""
    pixels, wcs = {}, {}
    for file in sorted(frames.glob("frame-*")):
        with fits.open(file, memmap=False) as hdus:
            band = file.name.split("-")[1][0]
            pixels[band], wcs[band] = hdus[0].data.astype(float), WCS(hdus[0].header)
    smooth = gaussian_filter(pixels["r"] + pixels["g"] + pixels["i"], 1.5)
    around = zoom(median_filter(smooth[::8, ::8], 9), 8, order=1)[: smooth.shape[0], : smooth.shape[1]]
    around = np.pad(around, [(0, a - b) for a, b in zip(smooth.shape, around.shape, strict=True)], mode="edge")
    sky = np.percentile(around, 25)
    noise = 1.48 * np.median(np.abs(smooth[around <= sky] - np.median(smooth[around <= sky])))
    quiet = around < sky + QUIET * noise
    top = np.argwhere((smooth == maximum_filter(smooth, APART)) & (smooth > around) & quiet)
    order = np.argsort(-(smooth - around)[tuple(top.T)])[:n]
    y, x = top[order].T
    ra, dec = wcs["r"].all_pix2world(x, y, 0)
    return pd.DataFrame({"object_id": [f"peak {i}" for i in range(len(x))], "ra": ra, "dec": dec})


def made_up(folder: Path) -> Path:
    """Frames of noise with some blobs."""
    folder.mkdir()
    y, x = np.mgrid[:200, :240]
    rng = np.random.default_rng(0)
    for band in "ugriz":
        noise, header = frame(band, (200, 240))
        for _ in range(60):
            cy, cx, width = rng.uniform(0, 200), rng.uniform(0, 240), rng.uniform(1.2, 3)
            noise = noise + 30 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * width**2)).astype(np.float32)
        fits.PrimaryHDU(noise.astype(np.float32), header).writeto(folder / f"frame-{band}.fits")
    return folder


def told(run: Run, data: Dataset) -> None:
    """Print how the loss went."""
    epochs = [event["val"] for event in run.events() if event.get("event") == "epoch"]
    first, last = epochs[0], epochs[-1]
    print(
        f"{len(data)} objects, no label; validation loss {first['loss']:.2f} after one epoch, {last['loss']:.2f} after"
    )
    print(f"{len(epochs)}; floor {last['floor']:.3f}, chance {last['chance']:.2f}\n")


def neighbours(run: Run, data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the queries (Q,) and of their nearest objects (Q, NEAR)."""
    x = run.predictions().embeddings["image"]
    some = np.random.default_rng(1).choice(int(FAINTEST * len(data)), QUERIES, replace=False)
    return some, np.stack([nearest(x, int(row), NEAR)[0] for row in some])


def measures(data: Dataset) -> dict[str, np.ndarray]:
    """Rough numbers of each object (N,): logarithm of the flux in r, colour g - r, and width [pixel]."""
    middle = {band: np.nan_to_num(np.asarray(data.arrays[f"image_{band}"][:, 8:24, 8:24], float)) for band in "gr"}
    flux = {band: np.clip(pixels.sum(axis=(1, 2)), 1e-2, None) for band, pixels in middle.items()}
    y, x = np.mgrid[:16, :16] - 7.5
    light = np.clip(middle["r"], 0, None)
    width = np.sqrt((light * (x**2 + y**2)).sum(axis=(1, 2)) / np.clip(light.sum(axis=(1, 2)), 1e-6, None))
    return {"log flux r": np.log10(flux["r"]), "g - r": -2.5 * np.log10(flux["g"] / flux["r"]), "width": width}


def alike(data: Dataset, query: np.ndarray, near: np.ndarray) -> pd.DataFrame:
    """Mean distance of each quantity between queries and neighbours, and between queries and random objects."""
    chance = np.random.default_rng(2).choice(int(FAINTEST * len(data)), near.shape)
    rows = {}
    for name, values in measures(data).items():
        rows[name] = {
            "to neighbours": f"{np.abs(values[near] - values[query, None]).mean():.2f}",
            "to random objects": f"{np.abs(values[chance] - values[query, None]).mean():.2f}",
        }
    return pd.DataFrame(rows).T


def picture(data: Dataset, query: np.ndarray, near: np.ndarray, file: Path) -> None:
    """A row for each query, itself first; g, r and i as blue, green and red."""
    from PIL import Image

    borders = [np.asarray(data.arrays[f"image_{band}"][:, :3], float) for band in "irg"]
    noise = np.array([1.48 * np.nanmedian(np.abs(x - np.nanmedian(x))) for x in borders])

    def tile(row: int) -> np.ndarray:
        planes = np.stack([np.nan_to_num(np.asarray(data.arrays[f"image_{b}"][row], float)) for b in "irg"], axis=-1)
        planes = planes - np.median(planes, axis=(0, 1))
        return np.clip(np.arcsinh(planes / noise / 2) / 4 * 255 + 30, 0, 255).astype(np.uint8)[::-1]

    rows = [
        np.concatenate([tile(int(q)), *(tile(int(i)) for i in line)], axis=1)
        for q, line in zip(query, near, strict=True)
    ]
    image = Image.fromarray(np.concatenate(rows))
    image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST).save(file)


if __name__ == "__main__":
    main()
