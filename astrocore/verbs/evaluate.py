"""evaluate: how good a run is on objects of its own data set or of any other, with intervals and charts."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from astrocore.data.dataset import Dataset, open_dataset
from astrocore.errors import BadValue, RunNotWritable, WrongTask
from astrocore.runs import DataRef, Predictions, Run, RunInfo, Verdict, expect_task, load_run
from astrocore.runs.info import UNTAUGHT
from astrocore.runs.simulated import caution
from astrocore.runs.weights import read_meta
from astrocore.tasks import TASKS, get_task
from astrocore.verbs.decided import decision_of, save_suggestions, suggestions
from astrocore.verbs.decided import told as told_decision
from astrocore.verbs.deciding import Deciding, fewer, mirrored
from astrocore.verbs.evaluated import Evaluated, Interval, with_interval
from astrocore.verbs.predict import described, predict_dataset
from astrocore.verbs.sliced import check_column, slices_of
from astrocore.verbs.sliced import told as told_slices

DIFFERENCES = ("accuracy", "macro_f1", "nll")
"""Scores of which the verdict's gain over each voice is told."""


class Args(Deciding):
    """Measure a run: metrics with intervals by group, each class, confusion, charts, and what thresholds are worth."""

    run: str
    """Run: a folder, or task/name."""
    data: Path | None = None
    """Folder of a data set to predict and evaluate; left out: what the run has predicted already."""
    split: Literal["train", "val", "test", "all"] | None = None
    """Objects to evaluate; left out: test, or all of a data set that the run was not trained on."""
    slice: str | None = None
    """Measured column: accuracy, purity and completeness in bins of it too."""
    out: Path | None = None
    """Folder for the charts."""
    png: bool = True
    """Write each chart as PNG too, when a browser is there to draw it."""
    thresholds: str | None = None
    """Decide by thresholds, and report that too: a profile of the run (name) or its file; a number, a list in class
    order, JSON, or a file with these; or max_f1, target_precision or coverage, fitted on the run's val."""
    pr_out: Path | None = None
    """Folder for the precision-recall curve of each class: a table each, and a chart of all."""
    save_thresholds: Path | None = None
    """File for thresholds suggested by validation objects, in the form of the original frame classifier."""

    @property
    def decides(self) -> bool:
        """Whether anything was said of how to decide."""
        given = (self.thresholds, self.temperature, self.unknown_id)
        return bool(self.abstain) or "target" in self.model_fields_set or any(value is not None for value in given)


def run(args: Args) -> dict[str, Any]:
    """Evaluate, and draw if asked to; returns metrics as {value, low, high}.

    Raises
    ------
    WrongTask
        The data set belongs to another task, or has labels of a class that the run does not know; or the run's
        weights are of another task or other classes than run.json says.
    BadValue
        No object of the split has a label.
    ConfigError
        There is no measured column of the name that the objects shall be sliced by; the task's net does not mirror its
        inputs; thresholds or a temperature would be fitted on the objects that are reported; the number for unknown is
        that of a class.
    ForeignProfile
        Thresholds are in no known form, or for other classes.
    RunError
        Run, predictions or weights are missing, or the folder can't be written.
    """
    began = time.monotonic()
    if args.slice and args.data:
        check_column(open_dataset(args.data).table, args.slice, str(args.data))  # before anything is predicted
    evaluated = gather(load_run(args.run), args.data, args.split, args.tta)
    more = _decided(evaluated, args)
    for note in more.get("decided", {}).get("notes", ()):
        print(note, file=sys.stderr)
    slices = slices_of(evaluated.predictions, args.slice, evaluated.run.full_name) if args.slice else None
    result = measured(evaluated) | {"tta": args.tta} | more
    if slices and args.slice:
        result["slices"] = told_slices(slices, args.slice, evaluated.predictions.units.get(args.slice, ""))
    if evaluated.own and evaluated.split in ("test", "all"):
        result["test_opened"] = _opened(evaluated.run)
    if evaluated.own and evaluated.split in ("train", "all"):
        result["warning"] = "The run was trained on some of these objects, so the figures are too good."
    if not evaluated.own and (warning := caution(evaluated.info.data, evaluated.data.origin)):
        result["warning"] = warning
    if evaluated.info.untaught:
        result["warning"] = UNTAUGHT
    if args.out:
        from astrocore.verbs.evaluate_charts import draw

        result |= draw(evaluated, args.out, args.png, args.slice or "", slices, more.get("decided"))
    return result | {"seconds": round(time.monotonic() - began, 2)}


def _decided(evaluated: Evaluated, args: Args) -> dict[str, Any]:
    """What a decision is worth, the curves behind it, and the suggestions that were saved, as far as asked for."""
    if not (args.decides or args.pr_out or args.save_thresholds):
        return {}
    decision, found = decision_of(evaluated, args, args.thresholds), dict[str, Any]()
    if args.decides:
        found["decided"] = told_decision(evaluated, decision, args.tta)
    if args.pr_out:
        from astrocore.verbs.pr_curves import write_curves

        found |= write_curves(evaluated, decision, args.pr_out, args.png)
    if args.save_thresholds:
        found |= save_suggestions(suggestions(evaluated, args, args.thresholds, decision), args.save_thresholds)
    return found


def gather(run: Run, data: Path | None, split: str | None, tta: bool = False) -> Evaluated:
    """The labelled predictions to judge: the run's own, or fresh ones of a data set; raises as `run` does."""
    info = run.read_info()
    if run.weights_file.is_file():
        expect_task(read_meta(run.weights_file), info.task, info.classes)
    if data is None:
        split = split or "test"
        kept = run.predictions().split(split).labelled()
        judged = mirrored(run, kept) if tta and len(kept) else kept
        found = Evaluated(run, info, info.data, split, judged, fewer(len(judged), len(kept), split))
    else:
        dataset = open_dataset(data)
        _check_classes(dataset, info, run)
        split = split or ("test" if dataset.fingerprint == info.data.fingerprint else "all")
        rows = dataset.indices(split)
        rows = rows[dataset.table["label"].notna().to_numpy()[rows]]
        _check_some(len(rows), str(data), split)
        fresh = predict_dataset(run, dataset, rows, progress=True, tta=tta)
        found = Evaluated(run, info, DataRef.of(dataset), split, fresh)
    _check_some(len(found.predictions), run.full_name, split)
    return found


def measured(evaluated: Evaluated) -> dict[str, Any]:
    """Scores of the most probable class, in coarser words too, voices and calibration, JSON-ready."""
    p, task = evaluated.predictions, evaluated.info.task
    words = get_task(task).coarse(p.classes) if task in TASKS else {}
    return {
        "run": evaluated.run.full_name,
        "task": evaluated.info.task,
        "data": described(evaluated.data),
        "split": evaluated.split,
        "n": len(p),
        "n_groups": len(set(p.group)),
        **scored(p),
        "voices": voices_of(p),
        "calibration": calibration_of(p, evaluated.info.verdict),
        "notes": list(evaluated.notes),
        **({"coarse": {name: scored(coarse(p, of_class)) for name, of_class in words.items()}} if words else {}),
    }


def scored(p: Predictions) -> dict[str, Any]:
    """Classes, metrics, each class and confusion of the most probable class."""
    from astrocore.analysis.bootstrap import intervals_per_class
    from astrocore.analysis.metrics import confusion, per_class

    cells: dict[Any, dict[Any, Any]] = per_class(p.label, p.predicted, p.p, p.classes).to_dict("index")
    of_class = intervals_per_class(p.label, p.predicted, p.p, p.classes, p.group)
    return {
        "classes": list(p.classes),
        "metrics": metrics_of(p),
        "per_class": {
            c: {"n": int(cells[c]["n"])}
            | {name: with_interval(cells[c][name], ends) for name, ends in of_class[c].items()}
            for c in p.classes
        },
        "confusion": confusion(p.label, p.predicted, len(p.classes)).tolist(),
    }


def coarse(p: Predictions, words: Mapping[str, str]) -> Predictions:
    """The same objects in coarser words, {class: word}: labels renamed, probabilities summed, voices left out."""
    from astrocore.analysis.coarse import coarser

    names, of_class, summed = coarser(p.p, [words[name] for name in p.classes])
    label = p.table["label"].map(dict(enumerate(of_class.tolist()))).astype("Int64")
    return Predictions(names, p.table.assign(label=label), summed)


def metrics_of(p: Predictions) -> dict[str, Interval]:
    """Every score with its interval by group."""
    from astrocore.analysis.bootstrap import intervals_of_scores
    from astrocore.analysis.metrics import scores

    ends_of = intervals_of_scores(p.label, p.predicted, p.p, p.group)
    return {name: with_interval(value, ends_of[name]) for name, value in scores(p.label, p.predicted, p.p).items()}


def voices_of(p: Predictions) -> dict[str, dict[str, Any]]:
    """Voice -> of how many objects it speaks (n), its metrics on these, and how much higher the verdict's are there.

    The difference, "verdict_minus", is that on the very same resamples. A voice that says nothing of any is left out.
    """
    from astrocore.analysis.paired import differences

    found = {}
    for name in p.voices:
        some, said = p.take(p.judged_by(name)), p.voice(name)
        if not len(said):
            continue
        gain = differences(said.label, some.p, said.p, said.group)
        found[name] = {
            "n": len(said),
            "metrics": metrics_of(said),
            "verdict_minus": {score: with_interval(*gain[score]) for score in DIFFERENCES},
        }
    return found


def calibration_of(p: Predictions, verdict: Verdict) -> dict[str, Any] | None:
    """Calibration before and after the verdict's temperature; None where none was fitted, or no voices are kept."""
    from astrocore.analysis.blend import calibration_of

    if verdict.n == 0 or not set(verdict.weights) <= set(p.voices):
        return None
    found = calibration_of(p.label, p.voices, verdict.weights, verdict.temperature)
    return {**found, "temperature": verdict.temperature, "n": verdict.n}


def _check_classes(dataset: Dataset, info: RunInfo, run: Run) -> None:
    """Every class that has objects must be one that the run knows; order does not matter."""
    if dataset.task != info.task:
        raise WrongTask(f"{dataset.path} holds {dataset.task}, {run.full_name} classifies {info.task}; choose another.")
    present = {dataset.classes[int(label)] for label in dataset.table["label"].dropna().unique()}
    if foreign := sorted(present.difference(info.classes)):
        raise WrongTask(
            f"{dataset.path} has objects of {', '.join(foreign)}, and {run.full_name} knows only "
            f"{', '.join(info.classes)}; rename the classes or leave these objects out when the data set is built."
        )


def _check_some(n: int, where: str, split: str) -> None:
    if n == 0:
        raise BadValue(f"{where} has no labelled objects in {split}: nothing to evaluate; choose another --split.")


def _opened(run: Run) -> int:
    """Count this look at the test split; a run that can only be read keeps its count."""
    try:
        return run.count_test_opening()
    except RunNotWritable:
        return run.test_opened()
