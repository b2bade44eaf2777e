"""thresholds: where each class may say yes, fitted or given, what that is worth, and a profile to keep it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from pydantic import Field

from astrocore.config import Settings
from astrocore.errors import BadValue, ConfigError, RunNotWritable
from astrocore.runs import VERDICT, Predictions, Profile, Run, load_run, save_profile
from astrocore.runs.files import checked_name
from astrocore.runs.predictions import APART
from astrocore.runs.profiles import Calibration, FittedOn
from astrocore.verbs.deciding import Temperature, at_calibration, at_temperature, find_profile, said

REPORTED = ("val", "test")


class Args(Settings):
    """Fit or take thresholds for the classes, report them on validation and test, and keep them as a profile."""

    run: str
    """Run: a folder, or task/name."""
    objective: Literal["max_f1", "target_precision", "coverage"] = "max_f1"
    """What to fit for: the highest F1, the highest recall at the target precision, or, with abstain, one threshold for
    all classes that leaves the target share of the objects decided."""
    target: float = Field(default=0.95, gt=0, le=1)
    """Precision aimed at by target_precision, or coverage."""
    split: Literal["train", "val", "test", "all"] = "val"
    """Objects to fit on."""
    abstain: bool = False
    """Call an object unknown when no class reaches its threshold."""
    thresholds: str | None = None
    """Thresholds to take instead of fitting: a profile of the run (name) or its file; a number, a list in class order,
    JSON, or a file with these."""
    temperature: Temperature | None = None
    """Soften (above 1) or sharpen the probabilities first, and keep that in the profile: a number; auto, fitted on the
    split; or none. Left out: that of the profile whose thresholds are taken, else none."""
    voice: str = VERDICT
    """Whose probabilities to decide on: verdict, or a voice such as net or companion."""
    name: str | None = None
    """Name of the profile to save in the run; nothing is saved without."""


@dataclass(frozen=True)
class Chosen:
    """Thresholds (C,) and where they come from."""

    values: np.ndarray
    objective: str
    fitted_on: FittedOn
    calibration: Calibration
    fell_back: tuple[str, ...] = ()


def run(args: Args) -> dict[str, Any]:
    """Choose thresholds, report, save if named; returns all of it.

    Raises
    ------
    ConfigError
        The run has no such voice, or the name can't be one.
    ForeignProfile
        The given thresholds can't be read, or are for other classes.
    BadValue
        The split to fit on has no labelled objects.
    RunError
        Run or predictions are missing, or the profile can't be written.
    """
    began = time.monotonic()
    if args.name is not None:
        checked_name(args.name)
    found = load_run(args.run)
    whole = found.predictions()
    given = find_profile(found, args.thresholds) if args.thresholds is not None else None
    calibration = calibrated(found, whole, args, given)
    predictions = tempered(_heard(whole, args.voice), calibration)
    chosen = _given(given, calibration) if given else fitted(found, whole, args, calibration)
    parts = {split: predictions.split(split).labelled() for split in REPORTED}
    report = {split: worth(part, chosen.values, args.abstain) for split, part in parts.items() if len(part)}
    profile = _profile(found, args, chosen, report) if args.name is not None else None
    return {
        "run": found.full_name,
        "classes": list(predictions.classes),
        "objective": chosen.objective,
        "fitted_on": chosen.fitted_on.model_dump(),
        "thresholds": dict(zip(predictions.classes, chosen.values.tolist(), strict=True)),
        "fell_back": list(chosen.fell_back),
        "abstain": args.abstain,
        "voice": args.voice,
        "temperature": calibration.parameters.get("temperature", 1.0),
        "report": report,
        "profile": profile.name if profile else None,
        "file": save_profile(found, profile) if profile else None,
        **_test_opened(found, chosen.fitted_on.split, "test" in report),
        "seconds": round(time.monotonic() - began, 2),
    }


def _heard(predictions: Predictions, voice: str) -> Predictions:
    """The predictions of the voice; raises ConfigError where there is none, or where it hears one part only."""
    if voice.endswith(APART):
        raise ConfigError(
            f"The voice {voice!r} hears one part of each object only, so it decides nothing; take another."
        )
    return predictions if voice == VERDICT else predictions.voice(voice)


def calibrated(run: Run, predictions: Predictions, args: Args, given: Profile | None = None) -> Calibration:
    """How probabilities are mended first: as `args` says, else as the profile whose thresholds are taken does.

    Raises BadValue where a temperature is to be fitted and the split has no labelled objects.
    """
    from astrocore.analysis.calibration import fit_temperature

    if args.temperature is None:
        return given.calibration if given else Calibration()
    if args.temperature == "none":
        return Calibration()
    if args.temperature == "auto":
        part = _part(run, predictions, args)
        return at_temperature(fit_temperature(part.label, part.p))
    return at_temperature(args.temperature)


def tempered(predictions: Predictions, calibration: Calibration) -> Predictions:
    """The same objects with mended probabilities."""
    return replace(predictions, p=at_calibration(predictions.p, calibration))


def _part(run: Run, predictions: Predictions, args: Args) -> Predictions:
    """The labelled objects to fit on, by the voice that `args` names; raises BadValue when there are none."""
    part = _heard(predictions, args.voice).split(args.split).labelled()
    if not len(part):
        raise BadValue(f"{run.full_name} has no labelled objects in {args.split} to fit on; choose another --split.")
    return part


def fitted(run: Run, predictions: Predictions, args: Args, calibration: Calibration) -> Chosen:
    """Thresholds that suit the objective on the labelled objects of a split, by the voice that `args` names.

    Raises BadValue when there are none.
    """
    from astrocore.analysis.thresholds import fell_back, suggest

    part = tempered(_part(run, predictions, args), calibration)
    values = suggest(part.label, part.p, args.objective, args.target)
    missed = fell_back(part.label, part.p, args.objective, args.target)
    objective = said(args.objective, args.target)
    origin = FittedOn(run=run.full_name, split=args.split, n=len(part), predictions=predictions.hash)
    return Chosen(values, objective, origin, calibration, tuple(np.array(part.classes, dtype=object)[missed]))


def worth(part: Predictions, thresholds: np.ndarray, abstain: bool) -> dict[str, Any]:
    """What decisions by these thresholds are worth on labelled objects, beside those of plain argmax; JSON-ready."""
    from astrocore.analysis.bootstrap import intervals_of_outcome
    from astrocore.analysis.thresholds import gate, outcome

    decided = gate(part.p, thresholds, abstain)
    found = outcome(part.label, decided, part.classes)
    ends = intervals_of_outcome(part.label, decided, len(part.classes), part.group)
    plain = outcome(part.label, part.predicted, part.classes)
    return {
        "n": found.n,
        "n_groups": len(set(part.group)),
        "metrics": {
            name: {"value": value, "low": ends[name][0], "high": ends[name][1]}
            for name, value in found.numbers().items()
        },
        "argmax": {"accuracy": plain.accuracy, "macro_f1": plain.macro_f1},
        "per_class": {str(c): row.to_dict() for c, row in found.per_class.iterrows()},
        "confusion": found.confusion.tolist(),
        "confusion_columns": [*part.classes, "unknown"],
    }


def _given(profile: Profile, calibration: Calibration) -> Chosen:
    values = np.array([profile.thresholds[name] for name in profile.classes])
    return Chosen(values, "given", FittedOn(), calibration)


def _profile(run: Run, args: Args, chosen: Chosen, report: Mapping[str, Any]) -> Profile:
    info = run.read_info()
    content = {
        "name": args.name or "",
        "task": info.task,
        "classes": info.classes,
        "thresholds": dict(zip(info.classes, chosen.values.tolist(), strict=True)),
        "abstain": args.abstain,
        "objective": chosen.objective,
        "fitted_on": chosen.fitted_on,
        "metrics": {split: {"n": found["n"], **found["metrics"]} for split, found in report.items()},
        "voice": args.voice,
        "calibration": chosen.calibration,
    }
    return Profile.model_validate(content)


def _test_opened(run: Run, fitted_on: str, opened: bool) -> dict[str, Any]:
    """Count the look at test, and warn of thresholds that were tuned on it."""
    result: dict[str, Any] = {}
    if opened:
        try:
            result["test_opened"] = run.count_test_opening()
        except RunNotWritable:
            result["test_opened"] = run.test_opened()
    if fitted_on in ("test", "all"):
        result["warning"] = (
            "These thresholds were fitted on the test split, so the figures for test are too good; "
            "fit on val and keep test for the last look."
        )
    return result
