"""predict: what a run says of objects, from a data set or straight from telescope files and tables."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from pydantic import Field

from astrocore.data.dataset import Dataset
from astrocore.data.draft import Defect
from astrocore.errors import ConfigError, NothingUsable, WrongTask
from astrocore.runs import DataRef, Predictions, Run, load_run
from astrocore.runs.info import UNTAUGHT, now
from astrocore.runs.simulated import caution
from astrocore.tasks import Task, get_task
from astrocore.verbs.deciding import Deciding, Decision, judges_of, settle
from astrocore.verbs.given import batch_of, lacking, nothing_seen
from astrocore.verbs.predicted import UNKNOWN, Judge, Total, write
from astrocore.verbs.raw import Brought, brought

if TYPE_CHECKING:
    from astrocore.verbs.network import Network


class Args(Deciding):
    """Classify objects; the file tells decisions and probabilities and, as Parquet, embeddings."""

    run: str
    """Run: a folder, or task/name."""
    data: Path = Field(kw_only=True)
    """Folder of a data set, or whatever the verb build reads: a table, a light curve, a folder of them."""
    out: Path | None = Field(default=None, kw_only=True)
    """File to write, .parquet or .csv; left out: what is said of each object stands in the result, under results."""
    profile: str | None = None
    """Decide by thresholds: a profile of the run (name) or its file; a number, a list in class order, JSON, or a file
    with these; or max_f1, target_precision or coverage, fitted on the run's val. Left out: the most probable class."""
    review_conflicts: bool = False
    """Call an object unknown where parts of its input, each judged alone, are sure of different classes."""
    probabilities: bool = False
    """Tell the probabilities of all classes in the result, too, where no file is written."""


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
        And the form of the original frame classifier: `meta`, `warnings` and, where no file is written, `results`, an
        entry for each object in the order of the input.

    Raises
    ------
    InputError
        What lies at `data` can't be read, or does not make a data set.
    ConfigError
        The file ends otherwise, the number for unknown is that of a class, or the task's net does not mirror its input.
    WrongTask
        Data set or profile belong to another task or other classes.
    RunError
        The run has no weights, which is told before anything is read, or the file can't be written.
    """
    began = time.monotonic()
    if args.out and args.out.suffix not in (".parquet", ".csv"):
        raise ConfigError(f"{args.out} must end in .parquet or .csv.")
    found = load_run(args.run)
    info = found.read_info()
    decision = settle(found, args, args.profile, lambda: judges_of(found, args.tta))
    from astrocore.verbs.network import BATCH, load_network  # torch, and what the run lacks, before any file is read

    task, network = get_task(info.task), load_network(found)
    network = network.flipping() if args.tta else network
    judge = Judge(decision, task, args.review_conflicts)
    try:
        with brought(args.data, task, explicit or {}, info.classes, info.data.settings) as what:
            return _told(args, found, network, judge, what, BATCH, began)
    except NothingUsable as error:
        if args.out is not None:
            raise
        return _nothing(args, found, judge, error, BATCH, began)


def _told(
    args: Args, found: Run, network: Network, judge: Judge, what: Brought, batch: int, began: float
) -> dict[str, Any]:
    """Judge what was brought; write, or tell, what came of it."""
    info, decision, task = found.read_info(), judge.decision, judge.task
    warning = UNTAUGHT if info.untaught else caution(info.data, what.dataset.origin)
    expect_dataset(found, what.dataset)
    notes = (*decision.notes, *what.notes, *lacking(network, what.dataset))
    for line in (*([f"Warning: {warning}"] if warning else []), *notes):
        print(line, file=sys.stderr)
    blocks = with_basis(predicted_blocks(found, what.dataset, network), what.dataset, task)
    columns = (*map(str, _basis(what.dataset, task, slice(0, 0))), *task.views.SLICES)
    total = write(blocks, judge, args.out, columns, args.probabilities)
    for line in nothing_seen(total.blind):
        print(line, file=sys.stderr)
    seconds = round(time.monotonic() - began, 2)
    return {
        "run": found.full_name,
        "data": described(_reference(what.dataset, args.data)),
        "profile": decision.profile.name if args.profile else None,
        "n": total.n,
        "decided": total.decided,
        "conflicts": total.conflicts,
        "file": str(args.out) if args.out else None,
        "meta": meta(found, decision, args.tta, total, len(what.defects))
        | {"batch": batch_of(what.dataset, batch), "seconds": seconds},
        **({"results": total.results} if args.out is None else {}),
        "defects": [asdict(defect) for defect in what.defects],
        "notes": [*notes, *nothing_seen(total.blind)],
        "warning": warning or None,
        "warnings": [*([warning] if warning else []), *notes, *nothing_seen(total.blind)],
        "seconds": seconds,
    }


def _nothing(args: Args, found: Run, judge: Judge, error: NothingUsable, batch: int, began: float) -> dict[str, Any]:
    """The same where none of the files could be used: an ingest that brings one file at a time gets its answer."""
    decision, seconds = judge.decision, round(time.monotonic() - began, 2)
    total = Total(dict.fromkeys((*decision.profile.classes, UNKNOWN), 0))
    defects = [asdict(cast(Defect, defect)) for defect in error.defects]
    return {
        "run": found.full_name,
        "profile": decision.profile.name if args.profile else None,
        "n": 0,
        "decided": total.decided,
        "conflicts": 0,
        "file": None,
        "meta": meta(found, decision, args.tta, total, len(defects)) | {"batch": batch, "seconds": seconds},
        "results": [],
        "defects": defects,
        "notes": [str(error)],
        "warning": None,
        "warnings": [str(error)],
        "seconds": seconds,
    }


def meta(run: Run, decision: Decision, tta: bool, total: Total, unused: int) -> dict[str, Any]:
    """What a result says of how it came about, in the words of the original; `unused` files had defects."""
    profile = decision.profile
    return {
        "timestamp": now(),
        "model": run.full_name,
        "classes": list(profile.classes),
        "thresholds": dict(profile.thresholds),
        "temperature": decision.temperature,
        "tta": tta,
        "abstain": profile.abstain,
        "unknown_id": decision.unknown_id,
        "coverage": 1 - total.decided[UNKNOWN] / total.n if total.n else None,
        "n_files": total.n + unused,
    }


def predict_dataset(
    run: Run, dataset: Dataset, index: np.ndarray | None = None, progress: bool = False, tta: bool = False
) -> Predictions:
    """Predictions of the rows `index` (all, when not given); needs torch, which is imported only now.

    Parameters
    ----------
    tta
        Average the net's word over mirror images of the input.

    Raises
    ------
    WrongTask
        The data set belongs to another task, or shares no class with the run though it has labels.
    RunMissing, ForeignWeights
        The run has no weights, or not astrocore's.
    ConfigError
        The task's net does not mirror its inputs.
    """
    expect_dataset(run, dataset)
    from astrocore.verbs.network import load_network

    network = load_network(run)
    return (network.flipping() if tta else network).predict(dataset, index, progress)


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
