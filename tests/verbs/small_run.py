"""A small trained run whose photometry tells the class, with two modalities in a common space."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.dataset import Dataset, Draft, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.runs import Run, run_folder

N = 360


def told_dataset(path: Path) -> Dataset:
    """Magnitudes that tell red from blue, images that do not; every fourth image is missing."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, N)
    table = pd.DataFrame({"object_id": [f"o{i}" for i in range(N)], "group": [f"g{i // 2}" for i in range(N)]})
    table = table.assign(label=pd.array(label, dtype="Int64"), magnitude=20 + 2.0 * label + rng.normal(0, 0.8, N))
    table = table.assign(colour=rng.normal(size=N))
    image = rng.normal(size=(N, 3)).astype(np.float32)
    image[::4] = np.nan
    table["split"] = split_by_group(table, (0.5, 0.25, 0.25)).to_numpy()
    draft = Draft("toy", ("red", "blue"), table, {"image": image}, {"magnitude": "mag", "colour": "mag"})
    draft.origin = {"image": "simulated", "photometry": "simulated"}
    return write_dataset(draft, path)


def trained(dataset: Dataset, name: str = "told") -> Run:
    """A net of a few epochs with its companion, whose predictions get two aligned sides that find each other."""
    from astrocore.verbs import train

    settings = {"epochs": 8, "width": 8, "lr": 0.05, "accelerator": "cpu", "batch_size": 32}
    train.run(train.Args(data=dataset.path, run=name), settings)
    run = Run(run_folder("toy", name))
    predictions = run.predictions()
    rng = np.random.default_rng(1)
    known = np.eye(2)[predictions.label] @ rng.normal(size=(2, 6)) + rng.normal(size=(len(predictions), 6))
    image, photometry = (known + 0.2 * rng.normal(size=known.shape) for _ in range(2))
    image[np.isnan(predictions.embeddings["image"]).all(axis=1)] = np.nan
    sides = {"aligned image": image.astype(np.float32), "aligned photometry": photometry.astype(np.float32)}
    run.save_predictions(replace(predictions, embeddings={**predictions.embeddings, **sides}))
    return run
