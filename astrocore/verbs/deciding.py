"""How objects are decided on: thresholds given, kept or fitted on validation, a temperature, what unknown is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import numpy as np
from pydantic import Field

from astrocore.config import Settings
from astrocore.errors import BadValue, ConfigError, ForeignProfile, WrongTask
from astrocore.runs import Predictions, Profile, Run, heard, load_profile, read_thresholds
from astrocore.runs.files import NAME, read_json
from astrocore.runs.profiles import Calibration, FittedOn
from astrocore.verbs.same_objects import same_objects

if TYPE_CHECKING:
    from astrocore.analysis.thresholds import Objective

FITTED = ("max_f1", "target_precision", "coverage")
"""Words in the place of thresholds: fit them, for this aim."""
JUDGES = "val"
"""Split on which all that is fitted is fitted."""
Temperature = Literal["auto", "none"] | Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Deciding(Settings):
    """Options of the verbs that decide on objects."""

    target: float = Field(default=0.95, gt=0, le=1)
    """Precision aimed at by the thresholds target_precision, or share decided by the thresholds coverage."""
    abstain: bool | None = None
    """Call an object unknown when no class reaches its threshold; left out: as the profile says, else not."""
    unknown_id: int | None = None
    """Number that stands for unknown, any that is no class; left out: the number of classes."""
    temperature: Temperature | None = None
    """Soften (above 1) or sharpen the probabilities first: a number; auto, fitted on the run's validation objects; or
    none. Left out: as the profile says, else none."""
    tta: bool = False
    """Take the mean of the net's word on the input and on its mirror images, where the task's net has these."""


@dataclass(frozen=True)
class Decision:
    """A profile to decide by, what unknown is called, and what of it was fitted for the occasion."""

    profile: Profile
    unknown_id: int
    fitted_on: FittedOn | None = None
    """The validation objects that thresholds or temperature were fitted on just now; None where nothing was."""
    fell_back: tuple[str, ...] = ()
    """Classes that never reach the target precision on these: their thresholds are those of the highest F1."""
    told: tuple[str, ...] = ()
    """What was asked for and has no effect, and of how few objects something was fitted."""

    @property
    def temperature(self) -> float:
        """What the probabilities are tempered by; 1 changes nothing."""
        return self.profile.calibration.parameters.get("temperature", 1.0)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say of the fit, and of options without effect."""
        if not self.fell_back:
            return self.told
        names = ", ".join(self.fell_back)
        if self.profile.objective.startswith("max_f1"):
            return (*self.told, f"There are no objects of {names} in {JUDGES}: the threshold 0.5 was taken.")
        return (
            *self.told,
            f"No threshold gives {names} the target precision on {JUDGES}, or there are no such objects there: the "
            "threshold of the highest F1 was taken, or 0.5.",
        )


def fits(args: Deciding, thresholds: str | None) -> bool:
    """Whether something has to be fitted on validation."""
    return thresholds in FITTED or args.temperature == "auto"


def settle(run: Run, args: Deciding, thresholds: str | None, judges: Callable[[], Predictions]) -> Decision:
    """How to decide, from a verb's options.

    Parameters
    ----------
    thresholds
        A profile of the run by name, a file, thresholds in any form, or one of FITTED; None takes the most
        probable class.
    judges
        Gives the labelled validation objects; asked only where something is to be fitted.

    Raises
    ------
    ConfigError
        The number for unknown is that of a class.
    ForeignProfile, WrongTask
        Thresholds or profile can't be read, or are for other classes.
    BadValue
        There are no validation objects to fit on.
    """
    begun = _begun(run, thresholds)
    unknown = _unknown(args.unknown_id, begun.classes)
    abstain = begun.abstain if args.abstain is None else args.abstain
    if not fits(args, thresholds):
        profile = begun.model_copy(update={"abstain": abstain, "calibration": _calibration(args, begun)})
        return Decision(profile, unknown, told=_idle(args, thresholds, begun))
    some = judges()
    few = fewer(len(some), len(run.predictions().split(JUDGES).labelled()), JUDGES, "the fit is of")
    origin = FittedOn(run=run.full_name, split=JUDGES, n=len(some), predictions=some.hash)
    profile = begun.model_copy(update={"abstain": abstain, "calibration": _calibration(args, begun, some)})
    if thresholds not in FITTED:
        return Decision(profile, unknown, origin, told=(*_idle(args, thresholds, begun), *few))
    values, missed = suggested(some, profile, thresholds, args.target)
    fitted = {"thresholds": values, "objective": said(thresholds, args.target), "fitted_on": origin}
    idle = _idle(args, thresholds, profile.model_copy(update=fitted))
    return Decision(profile.model_copy(update=fitted), unknown, origin, missed, (*idle, *few))


def said(objective: str, target: float) -> str:
    """An aim in words, as a profile keeps it."""
    return objective if objective == "max_f1" else f"{objective} {target:g}"


def suggested(
    some: Predictions, profile: Profile, objective: str, target: float
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Thresholds by class that suit an aim, after a profile's calibration, and the classes that can't reach it."""
    from astrocore.analysis.thresholds import fell_back, suggest

    p = mended(heard(some, profile), profile)
    aim = cast("Objective", objective)
    missed = fell_back(some.label, p, aim, target)
    values = suggest(some.label, p, aim, target).tolist()
    names = tuple(name for name, gone in zip(some.classes, missed, strict=True) if gone)
    return dict(zip(some.classes, values, strict=True)), names


def judges_of(run: Run, tta: bool = False) -> Predictions:
    """The labelled validation objects of a run, as it judges them; raises BadValue where it has none."""
    some = run.predictions().split(JUDGES).labelled()
    if not len(some):
        raise BadValue(f"{run.full_name} has no labelled objects in {JUDGES} to fit on; give thresholds instead.")
    return mirrored(run, some) if tta else some


def mirrored(run: Run, some: Predictions) -> Predictions:
    """The same labelled objects judged anew, with the mean over mirror images.

    Raises
    ------
    ConfigError
        The task's net does not mirror its inputs.
    RunMissing
        The run has no weights, or its data set is not here.
    """
    from astrocore.verbs.network import load_network  # imports torch

    network = load_network(run).flipping()
    dataset, rows = same_objects(run, some, None, most=len(some))
    return network.predict(dataset, rows, progress=True).labelled()


def fewer(n: int, of: int, split: str, so: str = "the figures are of") -> tuple[str, ...]:
    """A note where only some of the objects could be judged anew; nothing where all were."""
    if n == of:
        return ()
    where = f"of the {of:,} objects of {split} are in the data set that is here"
    return (f"Only {n:,} {where}, so {so} these alone.",)


def find_profile(run: Run, text: str) -> Profile:
    """A profile of the run by name; else that of a file; else thresholds in any form (see `read_thresholds`).

    Raises
    ------
    ForeignProfile
        It can't be read or applied.
    WrongTask
        It is a profile for another task or other classes.
    """
    info, own = run.read_info(), run.path / "thresholds" / f"{text}.json"
    file = own if NAME.fullmatch(text) and own.is_file() else Path(text)
    if not _is_profile(file):
        thresholds = read_thresholds(text, info.classes)
        return Profile(name="given", task=info.task, classes=info.classes, thresholds=thresholds, objective="given")
    profile = load_profile(file)
    if (profile.task, profile.classes) != (info.task, info.classes):
        raise WrongTask(f"The profile {profile.name} is for other classes than {run.full_name}; fit it again.")
    return profile


def mended(p: np.ndarray, profile: Profile) -> np.ndarray:
    """Probabilities (N, C) after a profile's calibration.

    Raises
    ------
    ForeignProfile
        It asks for a prior, which this version does not apply.
    """
    if profile.prior is not None:
        raise ForeignProfile(f"The profile {profile.name} sets a class prior, which can't be applied; fit it anew.")
    return at_calibration(p, profile.calibration)


def at_calibration(p: np.ndarray, calibration: Calibration) -> np.ndarray:
    """Probabilities (N, C) mended; as they are, where there is nothing to mend."""
    from astrocore.analysis.calibration import apply_temperature

    return apply_temperature(p, calibration.parameters["temperature"]) if calibration.kind == "temperature" else p


def at_temperature(temperature: float) -> Calibration:
    """The calibration that is one temperature."""
    return Calibration(kind="temperature", parameters={"temperature": temperature})


def decide(p: np.ndarray, profile: Profile) -> np.ndarray:
    """Apply a profile to probabilities (N, C): calibration, then the rule; (N,) int, C for unknown.

    Raises
    ------
    ForeignProfile
        It asks for a prior, which this version does not apply.
    """
    from astrocore.analysis.thresholds import gate

    return gate(mended(p, profile), np.array([profile.thresholds[name] for name in profile.classes]), profile.abstain)


def _is_profile(file: Path) -> bool:
    content = read_json(file)
    return isinstance(content, dict) and isinstance(content.get("thresholds"), dict) and "classes" in content


def _begun(run: Run, thresholds: str | None) -> Profile:
    """The profile that was named; where there is none yet, one that every class passes."""
    if thresholds is not None and thresholds not in FITTED:
        return find_profile(run, thresholds)
    info = run.read_info()
    zero = dict.fromkeys(info.classes, 0.0)
    name = thresholds or "argmax"
    return Profile(name=name, task=info.task, classes=info.classes, thresholds=zero, objective=name)


def _idle(args: Deciding, thresholds: str | None, profile: Profile) -> tuple[str, ...]:
    """A sentence for each option that changes nothing."""
    notes = []
    if args.abstain and not any(profile.thresholds.values()):
        notes.append("Every class passes, so abstain changes nothing: give thresholds above 0.")
    if "target" in args.model_fields_set and thresholds not in FITTED[1:]:
        notes.append(f"The target changes nothing: only the thresholds {' and '.join(FITTED[1:])} aim at it.")
    return tuple(notes)


def _unknown(number: int | None, classes: tuple[str, ...]) -> int:
    if number is None:
        return len(classes)
    if 0 <= number < len(classes):
        raise ConfigError(
            f"The number {number} for unknown is that of the class {classes[number]}; give one below 0, or "
            f"{len(classes)} or more."
        )
    return number


def _calibration(args: Deciding, profile: Profile, some: Predictions | None = None) -> Calibration:
    """The profile's, unless the options say otherwise; fitted on `some` for auto."""
    from astrocore.analysis.calibration import fit_temperature

    if args.temperature is None:
        return profile.calibration
    if args.temperature == "none":
        return Calibration()
    if args.temperature == "auto" and some is not None:
        return at_temperature(fit_temperature(some.label, heard(some, profile)))
    return at_temperature(float(args.temperature))
