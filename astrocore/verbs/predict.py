"""predict: what a run says of the objects of a data set."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from astrocore.config import Settings
from astrocore.data.dataset import Dataset, open_dataset
from astrocore.errors import ConfigError, ForeignProfile, WrongTask
from astrocore.runs import DataRef, Predictions, Profile, Run, load_profile, load_run, write_predictions
from astrocore.runs.files import replacing

UNKNOWN = "unknown"


class Args(Settings):
    """Classify the objects of a data set; the file tells probabilities and, as Parquet, embeddings."""

    run: str
    """Run: a folder, or task/name."""
    data: Path = Field(kw_only=True)
    """Folder of the data set."""
    out: Path = Field(kw_only=True)
    """File to write, .parquet or .csv."""
    profile: str | None = None
    """Threshold profile of the run (name), or its file, to decide by; argmax, if left out."""


def run(args: Args) -> dict[str, Any]:
    """Predict and write; returns how many objects went to which class.

    Raises
    ------
    WrongTask
        Data set or profile belong to another task or other classes.
    RunError
        The run has no weights, or the file can't be written.
    """
    began = time.monotonic()
    if args.out.suffix not in (".parquet", ".csv"):
        raise ConfigError(f"{args.out} must end in .parquet or .csv.")
    found, dataset = load_run(args.run), open_dataset(args.data)
    profile = find_profile(found, args.profile) if args.profile else None
    predictions = predict_dataset(found, dataset, progress=True)
    decided = decide(predictions.p, profile) if profile else predictions.predicted
    names = np.array([*predictions.classes, UNKNOWN], dtype=object)[decided]
    _write(predictions, names, args.out)
    return {
        "run": found.full_name,
        "data": described(DataRef.of(dataset)),
        "profile": profile.name if profile else None,
        "n": len(predictions),
        "decided": {name: int((names == name).sum()) for name in (*predictions.classes, UNKNOWN)},
        "file": str(args.out),
        "seconds": round(time.monotonic() - began, 2),
    }


def predict_dataset(run: Run, dataset: Dataset, index: np.ndarray | None = None, progress: bool = False) -> Predictions:
    """Predictions of the rows `index` (all, when not given); needs torch, which is imported only now.

    Raises
    ------
    WrongTask
        The data set belongs to another task, or shares no class with the run though it has labels.
    RunMissing, ForeignWeights
        The run has no weights, or not astrocore's.
    """
    if dataset.task != (task := run.read_info().task):
        raise WrongTask(f"{dataset.path} holds {dataset.task}, and {run.full_name} classifies {task}; choose another.")
    from astrocore.verbs.network import load_network

    return load_network(run).predict(dataset, index, progress)


def described(data: DataRef) -> dict[str, Any]:
    """What a result says of the data set it speaks of."""
    simulated = list(data.simulated)
    return {"path": data.path, "fingerprint": data.fingerprint, "origin": dict(data.origin), "simulated": simulated}


def find_profile(run: Run, name_or_file: str) -> Profile:
    """A profile of the run by name, else a file; its classes must be the run's.

    Raises
    ------
    ForeignProfile
        There is none, or it can't be read or applied.
    WrongTask
        It is for another task or other classes.
    """
    own = run.path / "thresholds" / f"{name_or_file}.json"
    profile = load_profile(own if own.is_file() else Path(name_or_file))
    info = run.read_info()
    if (profile.task, profile.classes) != (info.task, info.classes):
        raise WrongTask(f"The profile {profile.name} is for other classes than {run.full_name}; fit it again.")
    return profile


def decide(p: np.ndarray, profile: Profile) -> np.ndarray:
    """Apply a profile to probabilities (N, C): calibration, then the rule; (N,) int, C for unknown.

    Raises
    ------
    ForeignProfile
        It asks for a prior, which this version does not apply.
    """
    from astrocore.analysis.calibration import apply_temperature
    from astrocore.analysis.thresholds import gate

    if profile.prior is not None:
        raise ForeignProfile(f"The profile {profile.name} sets a class prior, which can't be applied; fit it anew.")
    if profile.calibration.kind == "temperature":
        p = apply_temperature(p, profile.calibration.parameters["temperature"])
    return gate(p, np.array([profile.thresholds[name] for name in profile.classes]), profile.abstain)


def _write(predictions: Predictions, names: np.ndarray, out: Path) -> None:
    """The predictions with their decision as a column."""
    if out.suffix == ".parquet":
        table = predictions.table.assign(decision=names)
        kept = (predictions.classes, table, predictions.p, predictions.embeddings, predictions.units)
        return write_predictions(Predictions(*kept), out)
    columns = {f"p_{name}": predictions.p[:, c] for c, name in enumerate(predictions.classes)}
    known = np.array([*predictions.classes, ""], dtype=object)[predictions.label]  # -1, unknown, takes the last
    table = pd.DataFrame({"object_id": predictions.table["object_id"], "decision": names, "label": known, **columns})
    with replacing(out) as part:
        table.to_csv(part, index=False)
