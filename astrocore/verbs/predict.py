"""predict: what a run says of objects, from a data set or straight from telescope files and tables."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import Field

from astrocore.config import Settings
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError, ForeignProfile, WrongTask
from astrocore.runs import DataRef, Predictions, Profile, Run, heard, load_profile, load_run, writing
from astrocore.runs.files import replacing
from astrocore.runs.info import UNTAUGHT
from astrocore.runs.simulated import caution
from astrocore.tasks import Task, get_task
from astrocore.verbs.given import lacking, nothing_seen
from astrocore.verbs.raw import brought

if TYPE_CHECKING:
    from astrocore.verbs.network import Network

UNKNOWN = "unknown"


class Args(Settings):
    """Classify objects; the file tells decisions and probabilities and, as Parquet, embeddings."""

    run: str
    """Run: a folder, or task/name."""
    data: Path = Field(kw_only=True)
    """Folder of a data set, or whatever the verb build reads: a table, a light curve, a folder of them."""
    out: Path = Field(kw_only=True)
    """File to write, .parquet or .csv."""
    profile: str | None = None
    """Threshold profile of the run (name), or its file, to decide by; argmax, if left out."""


def run(args: Args, explicit: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Predict and write, with what each verdict rests on; returns how many objects went to which class.

    Parameters
    ----------
    explicit
        Settings of the task's Source, for what is no data set yet.

    Returns
    -------
    dict
        Beside the counts: `defects`, `notes`, and `warning` where the run knows simulated objects and these are not.

    Raises
    ------
    InputError
        What lies at `data` can't be read, or does not make a data set.
    WrongTask
        Data set or profile belong to another task or other classes.
    RunError
        The run has no weights, which is told before anything is read, or the file can't be written.
    """
    began = time.monotonic()
    if args.out.suffix not in (".parquet", ".csv"):
        raise ConfigError(f"{args.out} must end in .parquet or .csv.")
    found = load_run(args.run)
    info = found.read_info()
    profile = find_profile(found, args.profile) if args.profile else None
    from astrocore.verbs.network import load_network  # torch, and what the run lacks, before any file is read

    task, network = get_task(info.task), load_network(found)
    with brought(args.data, task, explicit or {}, info.classes, info.data.settings) as what:
        warning = UNTAUGHT if info.untaught else caution(info.data, what.dataset.origin)
        expect_dataset(found, what.dataset)
        notes = (*what.notes, *lacking(network, what.dataset))
        for line in (*([f"Warning: {warning}"] if warning else []), *notes):
            print(line, file=sys.stderr)
        blocks = with_basis(predicted_blocks(found, what.dataset, network), what.dataset, task)
        columns = (*map(str, _basis(what.dataset, task, slice(0, 0))), *task.views.SLICES)
        decided, blind = _write(blocks, profile, args.out, columns, task.config.MODALITIES)
        for line in nothing_seen(blind):
            print(line, file=sys.stderr)
        return {
            "run": found.full_name,
            "data": described(_reference(what.dataset, args.data)),
            "profile": profile.name if profile else None,
            "n": sum(decided.values()),
            "decided": decided,
            "file": str(args.out),
            "defects": [asdict(defect) for defect in what.defects],
            "notes": [*notes, *nothing_seen(blind)],
            "warning": warning or None,
            "seconds": round(time.monotonic() - began, 2),
        }


def decisions(predictions: Predictions, profile: Profile | None) -> np.ndarray:
    """The class of each object by name (N,), or unknown; argmax without a profile."""
    decided = decide(heard(predictions, profile), profile) if profile else predictions.predicted
    return np.asarray(np.array([*predictions.classes, UNKNOWN], dtype=object)[decided])


def counted(classes: tuple[str, ...], names: np.ndarray) -> dict[str, int]:
    """Objects of each decision."""
    return {name: int((names == name).sum()) for name in (*classes, UNKNOWN)}


def predict_dataset(run: Run, dataset: Dataset, index: np.ndarray | None = None, progress: bool = False) -> Predictions:
    """Predictions of the rows `index` (all, when not given); needs torch, which is imported only now.

    Raises
    ------
    WrongTask
        The data set belongs to another task, or shares no class with the run though it has labels.
    RunMissing, ForeignWeights
        The run has no weights, or not astrocore's.
    """
    expect_dataset(run, dataset)
    from astrocore.verbs.network import load_network

    return load_network(run).predict(dataset, index, progress)


def predicted_blocks(run: Run, dataset: Dataset, network: Network) -> Iterator[Predictions]:
    """As `predict_dataset` for all rows, some thousand at a time, by the run's net."""
    expect_dataset(run, dataset)
    from astrocore.verbs.network import judged

    return (judged(block, network.verdict) for block in network.blocks(dataset, progress=True))


def expect_dataset(run: Run, dataset: Dataset) -> None:
    """Raise WrongTask when a data set is of another task than a run."""
    if dataset.task != (task := run.read_info().task):
        raise WrongTask(f"{dataset.path} holds {dataset.task}, and {run.full_name} classifies {task}; choose another.")


def with_basis(blocks: Iterable[Predictions], dataset: Dataset, task: Task) -> Iterator[Predictions]:
    """Blocks of all rows of a data set, in its order, with columns that tell what each verdict rests on."""
    start = 0
    for block in blocks:
        found = _basis(dataset, task, slice(start, start + len(block)))
        yield replace(block, table=block.table.assign(**found))
        start += len(block)


def _basis(dataset: Dataset, task: Task, rows: slice) -> pd.DataFrame:
    """What verdicts on some rows rest on; the arrays stay on disk where the task does not look at them."""
    arrays = {name: array[rows] for name, array in dataset.arrays.items()}
    return task.data.basis(dataset.table.iloc[rows].reset_index(drop=True), arrays)


def described(data: DataRef) -> dict[str, Any]:
    """What a result says of the data set it speaks of."""
    simulated = list(data.simulated)
    return {"path": data.path, "fingerprint": data.fingerprint, "origin": dict(data.origin), "simulated": simulated}


def _reference(dataset: Dataset, path: Path) -> DataRef:
    """The reference to a data set; to what it was read from where it was made for the occasion."""
    found = DataRef.of(dataset)
    return found if dataset.path == path else found.model_copy(update={"path": str(path)})


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


def _write(
    blocks: Iterable[Predictions],
    profile: Profile | None,
    out: Path,
    columns: tuple[str, ...],
    modalities: tuple[str, ...],
) -> tuple[dict[str, int], int]:
    """Write predictions with their decisions, block by block.

    Returns how many objects went to which class, and of how many the run saw nothing: these are unknown.
    """
    total: dict[str, int] = {}
    blind = 0
    with writing(out) if out.suffix == ".parquet" else _csv(out, columns) as add:
        for block in blocks:
            nothing = block.unseen(modalities)
            names = np.where(nothing, UNKNOWN, decisions(block, profile))
            blind += int(nothing.sum())
            add(replace(block, table=block.table.assign(decision=names)))
            for name, n in counted(block.classes, names).items():
                total[name] = total.get(name, 0) + n
    return total, blind


@contextmanager
def _csv(out: Path, columns: tuple[str, ...]) -> Iterator[Callable[[Predictions], None]]:
    """A function that adds predictions to a CSV, with those `columns` that are there."""
    with replacing(out) as part, part.open("w", newline="") as file:

        def add(predictions: Predictions) -> None:
            told(predictions, columns).to_csv(file, index=False, header=file.tell() == 0)

        yield add


def told(predictions: Predictions, columns: tuple[str, ...]) -> pd.DataFrame:
    """What a person reads of each object: decision, confidence, label, probabilities of each voice, some columns."""
    known = np.array([*predictions.classes, ""], dtype=object)[predictions.label]  # -1, unknown, takes the last
    found = {
        "object_id": predictions.table["object_id"],
        "decision": predictions.table["decision"],
        "confidence": predictions.confidence,
        "label": known,
    }
    for prefix, p in {"p": predictions.p, **predictions.voices}.items():
        found |= {f"{prefix}_{name}": p[:, c] for c, name in enumerate(predictions.classes)}
    return pd.DataFrame(
        {**found, **{name: predictions.table[name] for name in columns if name in predictions.measured}}
    )
