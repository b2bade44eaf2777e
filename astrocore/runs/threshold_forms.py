"""Thresholds in every form that the original frame classifier wrote or took."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from astrocore.errors import ForeignProfile

SUGGESTED = "best_f1_threshold"


def read_thresholds(text: str, classes: Sequence[str]) -> dict[str, float]:
    """Thresholds by class, from a text or from the file that it names.

    Forms: a number for all classes; a comma list or JSON list in class order; JSON {class: number};
    the suggestion file, JSON {class: {"best_f1_threshold": number, ...}}; a profile.

    Raises
    ------
    ForeignProfile
        The form is none of these, the classes differ, or a threshold is not a number from 0 to 1.
    """
    found, origin, what = _content(text.strip())
    try:
        by_class = _by_class(_parsed(found, what), classes)
        return {name: _threshold(name, by_class[name]) for name in classes}
    except ForeignProfile as error:
        raise ForeignProfile(f"{origin}: {error}") from None


def _content(text: str) -> tuple[str, str, str]:
    """The text to parse, what to call it in a message, and what it is not, where it holds no thresholds."""
    if text[:1] in ("[", "{"):
        return text, "Thresholds", "no JSON that is whole"
    if not _is_file(text):
        return text, f"Thresholds {text[:80]!r}", "neither a file that exists nor thresholds"
    try:
        return Path(text).read_text(encoding="utf-8-sig"), text, "no thresholds are in this file, or its JSON is broken"
    except (OSError, UnicodeDecodeError) as error:
        raise ForeignProfile(f"{text[:80]} can't be read as thresholds ({error}).") from None


def _is_file(text: str) -> bool:
    """Whether a text names a file; a list of many thresholds is too long to name one."""
    try:
        return Path(text).is_file()
    except OSError:
        return False


def _parsed(text: str, what: str) -> Any:
    """JSON, or a comma list of numbers, perhaps with a comma at its end; `what` it is where it is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        numbers = [float(part) for part in text.strip().removesuffix(",").split(",")]
    except ValueError:
        raise ForeignProfile(
            f"{what}; give a number, a comma list, a JSON list, a JSON object {{class: number}}, a suggestion file "
            "or a profile."
        ) from None
    return numbers[0] if len(numbers) == 1 else numbers


def _by_class(value: Any, classes: Sequence[str]) -> Mapping[str, Any]:
    """Threshold of each class, values not yet checked."""
    if isinstance(value, Mapping):
        return _named(value, classes)
    if not isinstance(value, list):
        return dict.fromkeys(classes, value)
    if len(value) != len(classes):
        raise ForeignProfile(
            f"{len(value)} thresholds were given for {len(classes)} classes; "
            f"give one for each of {', '.join(classes)}, in this order."
        )
    return dict(zip(classes, value, strict=True))


def _named(value: Mapping[str, Any], classes: Sequence[str]) -> Mapping[str, Any]:
    """From an object: a profile, a suggestion file or {class: number}."""
    if "thresholds" in value and "thresholds" not in classes:
        return _by_class(value["thresholds"], classes)
    if missing := [name for name in classes if name not in value]:
        raise ForeignProfile(f"no threshold for {', '.join(missing)}; every class needs one.")
    if foreign := [name for name in value if name not in classes]:
        raise ForeignProfile(f"{', '.join(foreign)} is none of the classes {', '.join(classes)}.")
    return {name: item.get(SUGGESTED) if isinstance(item, Mapping) else item for name, item in value.items()}


def _threshold(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= 1:
        raise ForeignProfile(f"the threshold of {name} is {value!r}; it must be a number from 0 to 1.")
    return float(value)
