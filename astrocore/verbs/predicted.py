"""What predict tells of each object: decision, conflict, coarser words; as a row of a file or as an entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from astrocore.runs import Predictions, Profile, heard, writing
from astrocore.runs.files import replacing
from astrocore.tasks import Task
from astrocore.verbs.deciding import Decision, decide, mended

UNKNOWN = "unknown"
PATH = "path"
"""Column that tells which file an object comes from, in a task that keeps it; else its object_id does."""


@dataclass(frozen=True, eq=False)
class Judge:
    """All that decides on predictions."""

    decision: Decision
    task: Task
    review: bool = False
    """Whether an object whose parts contradict each other is unknown."""

    def judged(self, predictions: Predictions) -> Predictions:
        """The same objects with the columns that `told_of` names.

        An object of which the run sees nothing is unknown, and what is unknown is so in coarser words too.
        """
        conflict = conflicts_of(predictions)
        names = decisions(predictions, self.decision.profile)
        names = np.where(predictions.unseen(self.task.config.MODALITIES), UNKNOWN, names)
        if self.review and conflict is not None:
            names = np.where(conflict != "", UNKNOWN, names)
        columns = {"decision": names} | ({} if conflict is None else {"conflict": conflict})
        for name, words in self.task.coarse(predictions.classes).items():
            columns[name] = np.where(names == UNKNOWN, UNKNOWN, self._coarse(predictions, words))
        return replace(predictions, table=predictions.table.assign(**columns))

    def _coarse(self, predictions: Predictions, words: dict[str, str]) -> np.ndarray:
        """The most probable word of each object (N,), its classes' probabilities summed."""
        from astrocore.analysis.coarse import coarser

        names, _, p = coarser(predictions.p, [words[name] for name in predictions.classes])
        return np.asarray(np.array(names, dtype=object)[p.argmax(axis=1)])

    def told_of(self, predictions: Predictions) -> tuple[str, ...]:
        """Names of the columns that `judged` adds beside the decision."""
        conflict = ("conflict",) if len(predictions.apart) > 1 else ()
        return (*conflict, *self.task.coarse(predictions.classes))


@dataclass
class Total:
    """What came of all objects together."""

    decided: dict[str, int]
    """Objects of each class, and unknown."""
    blind: int = 0
    """Objects of which the run sees nothing."""
    conflicts: int = 0
    """Objects whose parts contradict each other."""
    results: list[dict[str, Any]] = field(default_factory=list)
    """An entry for each object, where no file is written."""

    @property
    def n(self) -> int:
        """Objects."""
        return sum(self.decided.values())


def decisions(predictions: Predictions, profile: Profile | None) -> np.ndarray:
    """The class of each object by name (N,), or unknown; argmax without a profile."""
    decided = decide(heard(predictions, profile), profile) if profile else predictions.predicted
    return np.asarray(np.array([*predictions.classes, UNKNOWN], dtype=object)[decided])


def conflicts_of(predictions: Predictions) -> np.ndarray | None:
    """What parts of the input that contradict each other say, (N,) text, "" for none; None where no two are heard."""
    from astrocore.analysis.conflicts import disagreements

    return disagreements(predictions.apart, predictions.classes) if len(predictions.apart) > 1 else None


def write(
    blocks: Iterable[Predictions], judge: Judge, out: Path | None, columns: tuple[str, ...], probabilities: bool = False
) -> Total:
    """Write predictions with their decisions, block by block; without a file their entries are in what is returned."""
    total = Total(dict.fromkeys((*judge.decision.profile.classes, UNKNOWN), 0))

    def collect(predictions: Predictions) -> None:
        total.results.extend(entries(predictions, judge, probabilities))

    with _adding(out, judge, columns, collect) as add:
        for block in blocks:
            found = judge.judged(block)
            total.blind += int(found.unseen(judge.task.config.MODALITIES).sum())
            if "conflict" in judge.told_of(found):
                total.conflicts += int((found.table["conflict"] != "").sum())
            add(found)
            for name, n in Counter(found.table["decision"]).items():
                total.decided[name] += n
    return total


def entries(predictions: Predictions, judge: Judge, probabilities: bool = False) -> Iterator[dict[str, Any]]:
    """An entry for each judged object, in the form of the original frame classifier."""
    table, profile = predictions.table, judge.decision.profile
    p = mended(heard(predictions, profile), profile)
    number = {name: c for c, name in enumerate(predictions.classes)}
    paths = table[PATH if PATH in table else "object_id"].astype(str)
    more = judge.told_of(predictions)
    for row, (path, name) in enumerate(zip(paths, table["decision"], strict=True)):
        yield {
            "path": path,
            "object_id": str(table["object_id"].iat[row]),
            "class": name,
            "class_id": number.get(name, judge.decision.unknown_id),
            "score": float(p[row, number[name]] if name in number else p[row].max()),
            "abstained": name not in number,
            **{column: table[column].iat[row] for column in more},
            **({"probabilities": dict(zip(number, p[row].tolist(), strict=True))} if probabilities else {}),
        }


@contextmanager
def _adding(
    out: Path | None, judge: Judge, columns: tuple[str, ...], collect: Callable[[Predictions], None]
) -> Iterator[Callable[[Predictions], None]]:
    """What takes judged predictions: a Parquet file, a CSV, or `collect` where there is no file."""
    if out is None:
        yield collect
        return
    with writing(out) if out.suffix == ".parquet" else _csv(out, judge, columns) as add:
        yield add


@contextmanager
def _csv(out: Path, judge: Judge, columns: tuple[str, ...]) -> Iterator[Callable[[Predictions], None]]:
    """A function that adds judged predictions to a CSV, with those `columns` that are there."""
    with replacing(out) as part, part.open("w", newline="") as file:

        def add(predictions: Predictions) -> None:
            table = told(predictions, judge.told_of(predictions), columns)
            table.to_csv(file, index=False, header=file.tell() == 0)

        yield add


def told(predictions: Predictions, judged: tuple[str, ...], columns: tuple[str, ...]) -> pd.DataFrame:
    """What a person reads of each object: decision, confidence, label, probabilities of each voice, some columns."""
    known = np.array([*predictions.classes, ""], dtype=object)[predictions.label]  # -1, unknown, takes the last
    found = {
        "object_id": predictions.table["object_id"],
        "decision": predictions.table["decision"],
        **{name: predictions.table[name] for name in judged},
        "confidence": predictions.confidence,
        "label": known,
    }
    for prefix, p in {"p": predictions.p, **predictions.voices}.items():
        found |= {f"{prefix}_{name}": p[:, c] for c, name in enumerate(predictions.classes)}
    rest = [name for name in columns if name in predictions.measured and name not in found]
    return pd.DataFrame({**found, **{name: predictions.table[name] for name in rest}})
