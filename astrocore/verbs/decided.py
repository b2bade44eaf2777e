"""What a decision is worth on labelled objects: coverage, accuracy, each class without the unknowns, suggestions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from astrocore.errors import ConfigError
from astrocore.runs import Predictions, heard
from astrocore.runs.files import write_json
from astrocore.verbs.deciding import FITTED, JUDGES, Deciding, Decision, fits, judges_of, mended, settle, suggested
from astrocore.verbs.evaluated import Evaluated

STRICT = {"accuracy": "strict_accuracy"}
"""Names of scores that differ here from those of a profile: there is an accuracy of the most probable class, too."""


def decision_of(evaluated: Evaluated, args: Deciding, thresholds: str | None) -> Decision:
    """How the objects are decided on; what is fitted is fitted on the run's validation objects.

    Raises
    ------
    ConfigError
        The objects that shall be reported are those to fit on.
    ForeignProfile, WrongTask, BadValue, RunError
        As `settle` and `judges_of`.
    """
    places = {place.fingerprint for place in evaluated.info.data.places}
    same = evaluated.data.fingerprint in places and evaluated.split in (JUDGES, "all")
    if same and fits(args, thresholds):
        raise ConfigError(
            f"Thresholds and temperature are fitted on {JUDGES}, so they can't be reported on {evaluated.split}, which "
            "holds these very objects; choose --split test."
        )
    return settle(evaluated.run, args, thresholds, lambda: judges_of(evaluated.run, args.tta))


def tempered(p: Predictions, decision: Decision) -> Predictions:
    """The objects with the probabilities that a decision looks at: those of its voice, after its temperature."""
    said = mended(heard(p, decision.profile), decision.profile)
    return Predictions(p.classes, p.table, said, p.embeddings, p.units)


def told(evaluated: Evaluated, decision: Decision, tta: bool) -> dict[str, Any]:
    """The decision and what it is worth, JSON-ready; `metrics` has coverage and both accuracies with intervals."""
    profile, p = decision.profile, tempered(evaluated.predictions, decision)
    tuned = profile.fitted_on.run == evaluated.run.full_name and profile.fitted_on.split in (evaluated.split, "all")
    warning = {
        "warning": "These thresholds were fitted on the very objects that are reported: the figures are too good."
    }
    return {
        "thresholds": dict(profile.thresholds),
        "profile": profile.name,
        "rule": profile.rule,
        "objective": profile.objective,
        "voice": profile.voice,
        "fitted_on": (decision.fitted_on or profile.fitted_on).model_dump(),
        "fell_back": list(decision.fell_back),
        "notes": list(decision.notes),
        "temperature": decision.temperature,
        "tta": tta,
        "abstain": profile.abstain,
        "unknown_id": decision.unknown_id,
        **worth(p, decision),
        **(warning if tuned and evaluated.own else {}),
    }


def worth(p: Predictions, decision: Decision) -> dict[str, Any]:
    """What decisions on labelled objects with tempered probabilities are worth."""
    from astrocore.analysis.bootstrap import intervals_of_outcome
    from astrocore.analysis.metrics import scores
    from astrocore.analysis.thresholds import gate, outcome

    thresholds = np.array([decision.profile.thresholds[name] for name in p.classes])
    decided = gate(p.p, thresholds, decision.profile.abstain)
    found, plain = outcome(p.label, decided, p.classes), scores(p.label, p.predicted, p.p)
    ends = intervals_of_outcome(p.label, decided, len(p.classes), p.group)
    return {
        "n": found.n,
        "n_groups": len(set(p.group)),
        "n_unknown": int((decided == len(p.classes)).sum()),
        "metrics": {
            STRICT.get(name, name): {"value": value, "low": ends[name][0], "high": ends[name][1]}
            for name, value in found.numbers().items()
        },
        "argmax": {name: plain[name] for name in ("accuracy", "macro_f1", "nll", "ece")},
        "per_class": _per_class(p, decided),
        "confusion": found.confusion.tolist(),
        "confusion_columns": [*p.classes, "unknown"],
    }


def suggestions(evaluated: Evaluated, args: Deciding, thresholds: str | None, decision: Decision) -> dict[str, Any]:
    """Thresholds fitted on validation, as the original frame classifier wrote them: four numbers a class.

    They are those of the highest F1, unless the target precision was asked for; precision, recall and F1 are those on
    validation at the threshold.
    """
    from astrocore.analysis.curves import class_operating_points

    some = judges_of(evaluated.run, args.tta)
    objective = thresholds if thresholds in FITTED else FITTED[0]
    values, _ = suggested(some, decision.profile, str(objective), args.target)
    p = tempered(some, decision).p
    table = class_operating_points(some.label, p, np.array(list(values.values())), some.classes)
    return {
        str(name): {
            "best_f1_threshold": row["threshold"],
            "best_f1": row["f1"],
            "precision_at_best": row["precision"],
            "recall_at_best": row["recall"],
        }
        for name, row in table.iterrows()
    }


def save_suggestions(found: dict[str, Any], file: Path) -> dict[str, Any]:
    """Write suggestions, whole or not at all; returns where. Raises RunNotWritable."""
    write_json(file, found)
    return {"suggestions": str(file)}


def _per_class(p: Predictions, decided: np.ndarray) -> dict[str, dict[str, Any]]:
    """Each class with the unknowns left out: n in all, `support` decided objects, and scores over these."""
    from astrocore.analysis.bootstrap import intervals_per_class
    from astrocore.analysis.metrics import per_class

    count = np.bincount(p.label, minlength=len(p.classes))
    known = decided != len(p.classes)
    if not known.any():
        return {name: {"n": int(n), "support": 0} for name, n in zip(p.classes, count, strict=True)}
    label, decided, group = p.label[known], decided[known], p.group[known]
    table = per_class(label, decided, None, p.classes)
    ends = intervals_per_class(label, decided, None, p.classes, group)
    found = {}
    for n, (name, row) in zip(count, table.iterrows(), strict=True):
        scored = {key: (row[key], *ends[str(name)][key]) for key in ("precision", "recall", "f1")}
        found[str(name)] = {"n": int(n), "support": int(row["n"])} | {
            key: {"value": value, "low": low, "high": high} for key, (value, low, high) in scored.items()
        }
    return found
