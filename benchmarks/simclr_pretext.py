"""Whether pre-training needs the images: probes of the image encoder after it, beside the original's recipe.

    python benchmarks/simclr_pretext.py [--quick] [--n 6000] [--seeds 3] [--epochs 15] [--json FILE] [--keep DIR]

A simulated set of compact stars, galaxies and quasars. A seed pre-trains on two thirds of the fields, without labels,
and the rest is test. Rows: an encoder with random weights; the pretexts of this package; and the shortcut, the
original's recipe, in which both views of an object carry the same photometry. Columns: the loss after the first and the
last epoch beside its floor and chance; the last loss with the images of the second views dealt to other objects, which
tells whether they are looked at; and the accuracy of a logistic regression on the embedding of the image alone, from
all labels and from a tenth of them (mean and standard deviation over the seeds).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astrocore.analysis.probes import Part, linear_probe
from astrocore.data.dataset import Dataset
from astrocore.data.few_labels import few_labels
from astrocore.runs import Run
from benchmarks.sources_sets import PLACE, made, third_of
from benchmarks.tables import markdown
from benchmarks.training import held_out, trained

SHORTCUT = "the original's shortcut"
ROWS: Mapping[str, Mapping[str, Any]] = {
    "random weights": {"pretrain_epochs": 0},
    "image": {"pretext": ("image",)},
    "image and cross": {"pretext": ("image", "cross")},
    "perturbed": {"pretext": ("perturbed",)},
    SHORTCUT: {"pretext": ("perturbed",)},
}
FEW = 0.1


def main(argv: list[str] | None = None) -> None:
    """Pre-train each row with each seed and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="240 objects, one seed, one epoch")
    parser.add_argument("--n", type=int, default=6000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="folder of the simulated set, written and read")
    args = parser.parse_args(argv)
    n, seeds, epochs = (240, 1, 1) if args.quick else (args.n, args.seeds, args.epochs)
    os.environ |= {"TQDM_DISABLE": "1"}
    packages = ", ".join(f"{p} {version(p)}" for p in ("torch", "scikit-learn", "galsim"))
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, {packages}; compact set of {n}, "
    )
    print(f"simulated; {seeds} seeds, {epochs} epochs\n")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[PLACE] = str((args.keep or Path(folder)).absolute())
        found = {row: [measured(row, n, seed, epochs) for seed in range(seeds)] for row in ROWS}
    table = pd.DataFrame({row: shown(values) for row, values in found.items()}).T
    print(markdown(table))
    print(f"\n{time.monotonic() - began:.0f} s")
    if args.json:
        args.json.write_text(json.dumps({"n": n, "seeds": seeds, "epochs": epochs, "rows": found}, indent=1) + "\n")


def measured(row: str, n: int, seed: int, epochs: int) -> dict[str, float]:
    """Losses of one pre-training, and probes of its image encoder."""
    settings = {"epochs": 0, "pretrain_epochs": epochs, "pretrain_lr": 3e-3, "companion": False, "accelerator": "cpu"}
    draft = made("compact", n)
    with tempfile.TemporaryDirectory() as folder, same_photometry(row == SHORTCUT):
        data = held_out(draft, third_of(draft, seed), seed, Path(folder))
        run = trained(data, Path(folder) / "run", {**settings, **ROWS[row], "seed": seed})
        return {**losses(run), **dealt(run, data), **probes(run, data, seed)}


@contextmanager
def same_photometry(wanted: bool) -> Iterator[None]:
    """Views that both carry the photometry as it was measured, in the place of perturbed ones, where wanted."""
    from astrocore.tasks.sources import model

    ours = model.augment

    def shortcut(batch: Any, config: Any, sky: Any) -> Any:
        return ours(batch, config, sky) | {"photometry": batch["photometry"]}

    model.augment = shortcut if wanted else ours
    try:
        yield
    finally:
        model.augment = ours


def losses(run: Run) -> dict[str, float]:
    """Validation loss after the first and the last epoch, its floor and chance."""
    epochs = [event["val"] for event in run.events() if event.get("event") == "epoch"]
    if not epochs:
        return {}
    ends = {name: epochs[-1][name] for name in ("floor", "chance")}
    return {"first": epochs[0]["loss"], "last": epochs[-1]["loss"], **ends}


def dealt(run: Run, data: Dataset) -> dict[str, float]:
    """The loss of 256 test objects as it is, and with the second views' images dealt to other objects."""
    import torch

    from astrocore.nn.rows import Rows
    from astrocore.tasks.sources import model
    from astrocore.verbs.network import load_network
    from astrocore.verbs.plan import Args, Plan

    network = load_network(run, torch.device("cpu"))
    if not network.config.pretrain_epochs:
        return {}
    plan = Plan(Args(data=data.path), network.task, data, network.config, "", run)
    rows = Rows(plan.fetch, data.indices("test")[:256], torch.device("cpu"), 0)
    batch = rows.batch(np.arange(len(rows)))
    order, ours, found = torch.randperm(len(rows)), model.augment, {}
    for name, images in (("as they are", torch.arange(len(rows))), ("dealt", order)):
        views = iter((torch.arange(len(rows)), images))

        def view(batch: Any, config: Any, sky: Any, views: Any = views) -> Any:
            at = next(views)
            return ours({**batch, "image": batch["image"][at], "image_mask": batch["image_mask"][at]}, config, sky)

        model.augment = view
        with torch.no_grad():
            torch.manual_seed(0)
            network.model.train()  # as in training: batch norm by the batch, and without an embedding
            found[name] = float(network.model(batch, "pretrain")["loss"])
        model.augment = ours
    return found


def probes(run: Run, data: Dataset, seed: int) -> dict[str, float]:
    """Accuracy of a probe of the image's embedding on the test objects, from all labels and from few."""
    embedded = embedding(run, data)
    found: dict[str, float] = {}
    for name, share in (("probe", 1.0), ("probe of few", FEW)):
        table = few_labels(data, share, seed).table
        rows = {s: np.flatnonzero((table["split"] == s) & table["label"].notna()) for s in ("train", "val", "test")}
        train, val, test = (Part(embedded[i], table["label"].iloc[i].to_numpy(int)) for i in rows.values())
        p, _ = linear_probe(train, val, test, len(data.classes))
        found[name] = float((p.argmax(1) == test.label).mean())
    return found


def embedding(run: Run, data: Dataset) -> np.ndarray:
    """(N, D) of the image alone, also where pre-training has not taught it."""
    import torch

    from astrocore.verbs.network import load_network

    network, parts = load_network(run, torch.device("cpu")), []
    for at in np.array_split(np.arange(len(data)), max(1, len(data) // 512)):
        inputs = network.task.data.prepare(*data.rows(at), network.config)
        with torch.inference_mode():
            found = network.model.embed({name: torch.from_numpy(x.copy()) for name, x in inputs.items()})
        parts.append(found["image"].numpy())
    return np.concatenate(parts)


def shown(values: list[dict[str, float]]) -> dict[str, str]:
    """A row of the table."""

    def mean(name: str, digits: int = 2) -> str:
        each = [value[name] for value in values if name in value]
        return f"{np.mean(each):.{digits}f}" if each else "-"

    def spread(name: str) -> str:
        each = [value[name] for value in values]
        return f"{np.mean(each):.3f}" + (f" +- {np.std(each, ddof=1):.3f}" if len(each) > 1 else "")

    return {
        "loss, first epoch": mean("first"),
        "last": mean("last"),
        "floor": mean("floor", 3),
        "chance": mean("chance"),
        "batch: as it is": mean("as they are"),
        "images dealt": mean("dealt"),
        "image probe, all labels": spread("probe"),
        "a tenth of them": spread("probe of few"),
    }


if __name__ == "__main__":
    main()
