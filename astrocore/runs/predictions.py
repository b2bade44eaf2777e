"""Predictions, the hinge: what a model said of every object, and all that the analysis needs of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from astrocore.data.dataset import SPLITS
from astrocore.errors import BadValue, ConfigError, Misaligned, MissingColumns, UnknownLabel

IDENTITY = ("object_id", "group", "split", "label")
APART = " only"
"""How the name of a voice ends that judges one part of the input alone, and never enters a verdict."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """Probabilities and embeddings of N objects; treat all of it as read-only.

    Attributes
    ----------
    classes
        C names, in the order of the columns of `p`.
    table
        object_id, group, split (text), label (Int64, null where unknown), then measured columns; index 0..N-1.
    p
        (N, C) float32 probabilities.
    embeddings
        Modality or "fused" -> (N, D) float32; NaN rows where the modality is missing.
    units
        Unit of each measured column, "" for a pure number.
    voices
        Name -> (N, C) float32 probabilities of each model that has a say in `p`, such as "net" and "companion", as
        it gave them. Empty where `p` is the word of one model alone. Beside them, under names such as "image only",
        what one part of the input alone tells: no verdict counts it, and its rows are NaN where the part is missing.

    Raises
    ------
    Misaligned
        Rows or classes do not fit together.
    MissingColumns
        The table lacks object_id, group, split or label.
    BadValue
        A probability is not a number, as from a net that diverged.
    UnknownLabel
        A label is not the number of a class.
    """

    classes: tuple[str, ...]
    table: pd.DataFrame
    p: np.ndarray
    embeddings: Mapping[str, np.ndarray] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    voices: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n, c = len(self.table), len(self.classes)
        if missing := [name for name in IDENTITY if name not in self.table]:
            raise MissingColumns(f"The predictions lack the columns {', '.join(missing)}.")
        if self.p.shape != (n, c):
            raise Misaligned(f"The probabilities have shape {self.p.shape} for {n} objects and {c} classes.")
        for name, array in self.embeddings.items():
            if array.ndim != 2 or len(array) != n:
                raise Misaligned(f"The embedding {name} has shape {array.shape} for {n} objects; it must be (N, D).")
        for name, array in self.voices.items():
            if array.shape != (n, c):
                raise Misaligned(f"The voice {name} has shape {array.shape} for {n} objects and {c} classes.")
        if bad := int((~np.isfinite(self.p)).any(axis=1).sum()):
            raise BadValue(f"The probabilities of {bad} objects are not numbers; a net that diverged needs a lower lr.")
        if n and not -1 <= self.label.min() <= self.label.max() < c:
            raise UnknownLabel(f"A label lies outside the {c} classes {', '.join(self.classes)}.")

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def label(self) -> np.ndarray:
        """(N,) int64, -1 where unknown."""
        return self.table["label"].astype("Int64").fillna(-1).to_numpy(np.int64)

    @cached_property
    def group(self) -> np.ndarray:
        """(N,) text: what must not be torn apart."""
        return self.table["group"].to_numpy(object)

    @cached_property
    def predicted(self) -> np.ndarray:
        """(N,) int64, the most probable class."""
        return np.asarray(self.p.argmax(axis=1), np.int64)

    @cached_property
    def confidence(self) -> np.ndarray:
        """(N,) float32, the probability of the most probable class."""
        return np.asarray(self.p.max(axis=1))

    def unseen(self, modalities: Iterable[str]) -> np.ndarray:
        """(N,) bool: objects of which the net saw nothing, for all of the `modalities` that it embeds are missing."""
        seen = [self.embeddings[name] for name in modalities if name in self.embeddings]
        if not seen:
            return np.zeros(len(self), dtype=bool)
        return np.asarray(np.logical_and.reduce([np.isnan(x).all(axis=1) for x in seen]))

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """Names of the measured columns."""
        return tuple(name for name in self.table.columns if name not in IDENTITY)

    @cached_property
    def hash(self) -> str:
        """Hash of objects, labels, splits, probabilities and embeddings; 16 hexadecimal digits."""
        digest = hashlib.sha256("\0".join(self.classes).encode())
        for name in ("object_id", "split"):
            digest.update("\0".join(self.table[name].astype(str)).encode())
        digest.update(self.label.tobytes())
        for name, array in {"": self.p, **self.embeddings}.items():
            digest.update(f"\0{name}{array.shape}".encode())
            digest.update(np.where(np.isnan(array), np.float32(np.nan), array).astype(np.float32).tobytes())
        return digest.hexdigest()[:16]

    def take(self, rows: np.ndarray) -> Predictions:
        """Some objects, by mask (N,) or by row numbers, in that order."""
        return Predictions(
            classes=self.classes,
            table=self.table.iloc[np.flatnonzero(rows) if rows.dtype == bool else rows].reset_index(drop=True),
            p=self.p[rows],
            embeddings={name: array[rows] for name, array in self.embeddings.items()},
            units=self.units,
            voices={name: array[rows] for name, array in self.voices.items()},
        )

    @property
    def weighed(self) -> dict[str, np.ndarray]:
        """The voices that a verdict may count, (N, C) each, in their order."""
        return {name: p for name, p in self.voices.items() if not name.endswith(APART)}

    @property
    def apart(self) -> dict[str, np.ndarray]:
        """Part of the input -> what it alone tells, (N, C); NaN rows where an object lacks the part."""
        return {name.removesuffix(APART): p for name, p in self.voices.items() if name.endswith(APART)}

    def judged_by(self, name: str) -> np.ndarray:
        """(N,) bool: objects of which a voice says something; raises ConfigError where there is no such voice."""
        if name not in self.voices:
            raise ConfigError(f"There is no voice {name!r}; there are: {', '.join(self.voices) or 'none'}.")
        if not name.endswith(APART):
            return np.ones(len(self), dtype=bool)
        return np.asarray(np.isfinite(self.voices[name]).all(axis=1))

    def voice(self, name: str) -> Predictions:
        """The objects of which a voice says something (all, unless it hears one part only), as it alone judges them.

        Raises
        ------
        ConfigError
            There is no such voice.
        """
        there = self.judged_by(name)
        some = self if there.all() else self.take(there)
        return replace(some, p=some.voices[name], voices={})

    def split(self, name: str) -> Predictions:
        """The objects of train, val or test; all of them for "all". Raises ConfigError for another name."""
        if name == "all":
            return self
        if name not in SPLITS:
            raise ConfigError(f"There is no split {name!r}; choose one of {', '.join(SPLITS)}, all.")
        return self.take((self.table["split"] == name).to_numpy(bool))

    def labelled(self) -> Predictions:
        """The objects whose class is known."""
        return self.take(self.label >= 0)


def joined(parts: Sequence[Predictions]) -> Predictions:
    """Predictions below one another; at least one, all of the same classes, columns, embeddings and voices."""
    first = parts[0]
    return (
        first
        if len(parts) == 1
        else Predictions(
            classes=first.classes,
            table=pd.concat([part.table for part in parts], ignore_index=True),
            p=np.concatenate([part.p for part in parts]),
            embeddings={name: np.concatenate([part.embeddings[name] for part in parts]) for name in first.embeddings},
            units=first.units,
            voices={name: np.concatenate([part.voices[name] for part in parts]) for name in first.voices},
        )
    )
