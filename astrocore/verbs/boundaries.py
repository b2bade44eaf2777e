"""boundaries: which class a run says over two columns, or over the plane of its embedding's two main directions."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field
from tqdm import tqdm

from astrocore.config import Settings
from astrocore.data.dataset import IDENTITY, Dataset
from astrocore.errors import BadValue, ConfigError
from astrocore.runs import VERDICT, Predictions, Run, load_run
from astrocore.runs.info import now
from astrocore.runs.reports import boundary_name, save_report
from astrocore.verbs.changed import repeated
from astrocore.verbs.same_objects import same_objects

FORMAT = "astrocore-boundaries-1"
INSIDE = (0.01, 0.99)
"""Quantiles of the objects between which the grid lies."""


class Args(Settings):
    """Map the class that a run says over two measured columns (partial dependence), or over its embedding's plane.

    The other values of an object, its light curve too, stay as they are when the two columns are set.
    """

    run: str
    """Run: a folder, or task/name."""
    x: str = ""
    """Column from left to right; left out with --y: the plane of the fused embedding."""
    y: str = ""
    """Column from bottom to top."""
    split: Literal["train", "val", "test", "all"] = "test"
    """Objects whose other values are taken, and that lie on the map."""
    data: Path | None = None
    """Folder of a data set with the run's objects; left out: where the run was trained."""
    objects: int = Field(default=40, ge=1, le=200)
    """Background objects that each point of the grid is averaged over."""
    grid: int = Field(default=30, ge=2, le=100)
    """Points of the grid along each axis."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    """Seed of the choice of background objects."""
    out: Path | None = None
    """HTML file for the chart."""


def run(args: Args) -> dict[str, Any]:
    """Compute the map, keep it in the run's folder, and return what was made.

    Raises
    ------
    ConfigError
        Only one column is named, or one is no measured number.
    BadValue
        The split is empty, or the predictions carry no fused embedding.
    RunError
        Run, weights, predictions or data set are missing, or the folder can't be written.
    """
    began = time.monotonic()
    found = load_run(args.run)
    predictions = found.predictions()
    some = predictions.split(args.split)
    if not len(some):
        raise BadValue(f"{found.full_name} has no objects in {args.split}; choose another --split.")
    if bool(args.x) != bool(args.y) or (args.x and args.x == args.y):
        raise ConfigError("A map needs two different columns, --x and --y; without both it is the embedding's plane.")
    made = _surface(found, some, args) if args.x else plane(found, some, args.grid)
    head = {"format": FORMAT, "run": found.full_name, "split": args.split, "predictions": predictions.hash}
    report = {**head, "created": now(), "classes": list(predictions.classes), **made}
    file = save_report(found, boundary_name(args.x, args.y, args.split, predictions.hash), report)
    if args.out:
        _draw(report, some, args.out)
    told = ("run", "split", "kind", "background", "note")
    return {
        **{key: value for key, value in report.items() if key in told},
        "file": str(file),
        "chart": args.out,
        "seconds": round(time.monotonic() - began, 2),
    }


def _surface(run: Run, some: Predictions, args: Args) -> dict[str, Any]:
    dataset, rows = same_objects(run, some, args.data, most=len(some))
    background = np.sort(np.random.default_rng(args.seed).permutation(rows)[: args.objects])
    values = {name: column_grid(_numbers(dataset, rows, name), args.grid, name) for name in (args.x, args.y)}
    voices = surface(run, dataset, background, {name: grid for name, (grid, _) in values.items()})
    axes = {
        key: {"name": name, "unit": dataset.units.get(name, ""), "log": values[name][1], "values": values[name][0]}
        for key, name in (("x", args.x), ("y", args.y))
    }
    flat = float(np.ptp(voices[VERDICT], axis=(0, 1)).max()) < 1e-6
    note = {"note": "Neither column changes any probability: the run does not look at them."} if flat else {}
    rounded = {name: np.round(p, 4) for name, p in voices.items()}
    return {"kind": "columns", **axes, "background": len(background), "voices": rounded, **note}


def surface(run: Run, dataset: Dataset, background: np.ndarray, grids: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Partial dependence of the probabilities on two columns, by the verdict and by each voice: (Gy, Gx, C).

    At each point of the grid every background object gets the two values, keeps all others, its light curve too,
    and the probabilities are averaged. Friedman 2001, section 8.2.

    Parameters
    ----------
    background
        Row numbers in the data set.
    grids
        The two columns, x first, and their values, ascending.
    """
    from astrocore.verbs.network import load_network  # imports torch

    network = load_network(run)
    (x, across), (y, up) = grids.items()
    lines: dict[str, list[np.ndarray]] = {}
    for value in tqdm(up, "boundaries", unit="line"):
        row, places = np.tile(background, len(across)), np.repeat(across, len(background))
        found = network.predict(repeated(dataset, row, {x: places, y: np.full(len(row), value)}))
        for name, p in {VERDICT: found.p, **found.weighed}.items():
            lines.setdefault(name, []).append(p.reshape(len(across), len(background), -1).mean(axis=1))
    return {name: np.stack(each) for name, each in lines.items()}


def column_grid(values: np.ndarray, n: int, name: str = "column") -> tuple[np.ndarray, bool]:
    """`n` values between the 1st and the 99th percentile, and whether they are spaced by equal ratios.

    They are where all measured values are positive and span more than a decade. Raises ConfigError where the column
    has no two different values.
    """
    known = values[np.isfinite(values)]
    if not len(known) or known.min() == known.max():
        raise ConfigError(f"The column {name} does not vary over these objects, so it can't span a map.")
    low, high = np.quantile(known, INSIDE)
    low, high = (low, high) if low < high else (known.min(), known.max())
    log = bool(known.min() > 0 and high > 10 * low)
    return (np.geomspace if log else np.linspace)(low, high, n), log


def plane(run: Run, some: Predictions, grid: int) -> dict[str, Any]:
    """The net's head over the plane of the fused embedding's two main directions.

    Points of the plane have no other direction than these two, so this is the net's word alone, and only near the
    plane. Raises BadValue where fewer than three objects have the embedding, or none is there.
    """
    from sklearn.decomposition import PCA

    fused = some.embeddings.get("fused")
    known = fused[np.isfinite(fused).all(axis=1)].astype(float) if fused is not None else np.empty((0, 0))
    if len(known) < 3 or known.shape[1] < 2:
        raise BadValue(f"Fewer than three objects of {run.full_name} have a fused embedding, so there is no plane.")
    pca = PCA(n_components=2, random_state=0).fit(known)
    axes: dict[str, dict[str, Any]] = {}
    points = pca.transform(known)
    for i, key in enumerate("xy"):
        low, high = points[:, i].min(), points[:, i].max()
        room = 0.05 * (high - low) or 1.0
        share = float(np.nan_to_num(pca.explained_variance_ratio_[i]))
        values = np.linspace(low - room, high + room, grid)
        axes[key] = {"name": f"PCA {i + 1}", "unit": "", "log": False, "values": values, "share": share}
    across, up = np.meshgrid(axes["x"]["values"], axes["y"]["values"])
    p = _head(run, pca.inverse_transform(np.stack([across.ravel(), up.ravel()], axis=1)))
    voices = {"net": np.round(p.reshape(grid, grid, -1), 4)}
    return {"kind": "plane", **axes, "mean": pca.mean_, "components": pca.components_, "voices": voices}


def _head(run: Run, fused: np.ndarray) -> np.ndarray:
    """Probabilities (N, C) of fused embeddings (N, D), by the net's classifier alone."""
    import torch

    from astrocore.verbs.network import load_network

    network = load_network(run)
    with torch.inference_mode():
        logits = network.model.head(torch.from_numpy(fused.astype(np.float32)).to(network.device))
    return np.asarray(logits.float().softmax(1).cpu().numpy())


def _numbers(dataset: Dataset, rows: np.ndarray, name: str) -> np.ndarray:
    """A measured column as numbers; raises ConfigError where it is none."""
    table = dataset.table
    numeric = [str(c) for c in table.select_dtypes("number") if c not in IDENTITY]
    if name not in numeric:
        raise ConfigError(f"There is no measured column {name!r} in {dataset.path}; there are {', '.join(numeric)}.")
    return np.asarray(table[name].to_numpy(float)[rows])


def _draw(report: dict[str, Any], some: Predictions, file: Path) -> None:
    """The chart as HTML, by the verdict."""
    from astrocore.charts.boundaries import report_chart
    from astrocore.charts.export import save_html
    from astrocore.runs.files import replacing

    names = [report[key]["name"] for key in "xy"]
    columns = {name: some.table[name].to_numpy(float) for name in names if name in some.table}
    title = f"{report['run']}, {' and '.join(names)}: {report['split']}, n = {len(some):,}"
    ids = some.table["object_id"].astype(str).tolist()
    chart = report_chart(report, VERDICT, columns, some.embeddings.get("fused"), some.label, ids, title)
    with replacing(file) as part:
        save_html(chart, part)
