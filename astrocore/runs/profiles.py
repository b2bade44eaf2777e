"""A threshold profile: a decision that was taken, with all that one needs to trust or repeat it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from astrocore.config import explain
from astrocore.errors import ForeignProfile, WrongTask
from astrocore.runs.files import checked_name, write_json
from astrocore.runs.info import Record, now
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.runs.threshold_forms import read_thresholds

FORMAT = "astrocore-thresholds-1"
VERDICT = "verdict"
"""What a profile calls the probabilities that all voices give together."""
Threshold = Annotated[float, Field(ge=0, le=1)]


class Calibration(Record):
    """How probabilities are mended before the thresholds."""

    kind: Literal["none", "temperature"] = "none"
    """temperature: p ** (1 / T), renormalised."""
    parameters: dict[str, float] = Field(default_factory=dict)
    """{"temperature": T} for the kind temperature."""


class FittedOn(Record):
    """The objects that the thresholds were chosen on."""

    run: str = ""
    """Name of the run, <task>/<run>."""
    split: str = ""
    """train, val, test or all; "" for thresholds that were given."""
    n: int = Field(default=0, ge=0)
    """Labelled objects."""
    predictions: str = ""
    """Hash of the predictions."""


class Profile(Record):
    """Thresholds and where they come from; keys that this version does not know survive a round trip."""

    format: str = FORMAT
    """Version of this file."""
    name: str
    """Name of the profile, and of its file."""
    task: str
    """Name of the task."""
    classes: tuple[str, ...]
    """Class names, in the order of the probabilities."""
    rule: Literal["gate"] = "gate"
    """gate: the most probable class among those that reach their threshold, else argmax, or unknown when abstaining."""
    thresholds: dict[str, Threshold]
    """Class -> smallest probability for a yes."""
    voice: str = VERDICT
    """Whose probabilities they are for: the verdict's, or those of one voice."""
    abstain: bool = False
    """Whether an object that reaches no threshold is unknown."""
    calibration: Calibration = Calibration()
    """How probabilities are mended first."""
    prior: dict[str, Threshold] | None = None
    """Class -> share expected on the sky; none keeps the training set's."""
    objective: str = ""
    """What the thresholds were fitted for."""
    fitted_on: FittedOn = FittedOn()
    """What they were fitted on."""
    metrics: dict[str, Any] = Field(default_factory=dict)
    """Split -> metrics with these thresholds."""
    created: str = Field(default_factory=now)
    """When it was made (ISO 8601, UTC)."""


def save_profile(run: Run, profile: Profile) -> Path:
    """Write <run>/thresholds/<name>.json, in place of one of that name; returns the file.

    Raises
    ------
    WrongTask
        The profile has another task or other classes than the run.
    ConfigError
        Its name can't be a file's.
    RunNotWritable
        The folder can't be written.
    """
    info = run.read_info()
    if (profile.task, profile.classes) != (info.task, info.classes):
        raise WrongTask(
            f"The profile {profile.name} is for {profile.task} with the classes {', '.join(profile.classes)}, "
            f"and the run {run.name} for {info.task} with {', '.join(info.classes)}; "
            "choose another run or fit the thresholds again."
        )
    file = _folder(run) / f"{checked_name(profile.name)}.json"
    write_json(file, profile.model_dump(mode="json"))
    return file


def load_profile(file: Path) -> Profile:
    """Read a profile.

    Raises
    ------
    ForeignProfile
        The file is missing, not JSON, not a profile, or its thresholds do not name its classes.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
        profile = Profile.model_validate(content)
    except OSError as error:
        raise ForeignProfile(f"{file} can't be read ({error.strerror}).") from None
    except ValidationError as error:
        raise ForeignProfile(f"{file} is not a threshold profile. {explain(error)}") from None
    except (ValueError, RecursionError):
        raise ForeignProfile(f"{file} is not a threshold profile: it is not JSON.") from None
    read_thresholds(json.dumps(profile.thresholds), profile.classes)
    return profile


def profiles(run: Run) -> list[Profile]:
    """All profiles of a run, newest first; a file that is not a profile is left out."""
    return sorted(_readable(run), key=lambda profile: profile.created, reverse=True)


def _readable(run: Run) -> Iterator[Profile]:
    for file in sorted(_folder(run).glob("*.json")):
        with suppress(ForeignProfile):
            yield load_profile(file)


def _folder(run: Run) -> Path:
    return run.path / "thresholds"


def heard(predictions: Predictions, profile: Profile) -> np.ndarray:
    """The probabilities (N, C) that a profile decides on: the verdict's, or those of the voice it was fitted to.

    Raises
    ------
    ForeignProfile
        These objects were not judged by that voice.
    """
    if profile.voice == VERDICT:
        return predictions.p
    if profile.voice not in predictions.voices:
        raise ForeignProfile(
            f"The profile {profile.name} was fitted to the voice {profile.voice}, which this run does not have; "
            "fit it again to the verdict."
        )
    return predictions.voices[profile.voice]
