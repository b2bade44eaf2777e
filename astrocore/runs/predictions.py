"""Predictions, the hinge: what a model said of every object, and all that the analysis needs of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from astrocore.data.dataset import SPLITS
from astrocore.errors import BadValue, ConfigError, FileUnreadable, Misaligned, MissingColumns, RunMissing, UnknownLabel
from astrocore.runs.files import replacing

FORMAT = "astrocore-predictions-1"
IDENTITY = ("object_id", "group", "split", "label")


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
        it gave them. Empty where `p` is the word of one model alone.

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

    def voice(self, name: str) -> Predictions:
        """The same objects as one voice alone judges them; raises ConfigError where there is no such voice."""
        if name not in self.voices:
            raise ConfigError(f"There is no voice {name!r}; there are: {', '.join(self.voices) or 'none'}.")
        return replace(self, p=self.voices[name], voices={})

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


def write_predictions(predictions: Predictions, file: Path) -> None:
    """Write the Parquet file, whole or not at all.

    Raises
    ------
    BadValue
        Two columns would have one name.
    RunNotWritable
        The folder can't be written.
    """
    names = [f"p_{name}" for name in predictions.classes] + [f"emb_{name}" for name in predictions.embeddings]
    names += [f"voice_{name}" for name in predictions.voices]
    if taken := Counter([*predictions.table.columns, *names]) - Counter({*predictions.table.columns, *names}):
        raise BadValue(f"Two columns of the predictions would have the name {next(iter(taken))}; rename one of them.")
    with replacing(file) as part:
        pq.write_table(_arrow(predictions), part, compression="zstd")


def read_predictions(file: Path) -> Predictions:
    """Read what `write_predictions` wrote, or a table from elsewhere with columns p_<class>.

    Raises
    ------
    RunMissing
        There is no such file.
    FileUnreadable
        It is truncated or not a Parquet file.
    MissingColumns
        It has no columns p_<class>, or lacks object_id, group, split or label.
    BadValue, UnknownLabel
        A probability is not a number, a label not the number of a class.
    """
    if not file.is_file():
        raise RunMissing(f"{file} does not exist; the run has made no predictions yet.")
    try:
        table = pq.read_table(file)
    except (OSError, pa.ArrowException) as error:
        raise FileUnreadable(f"{file} is truncated or no Parquet file ({error}); make the predictions again.") from None
    classes, names, voices = _layout(file, table.schema)
    units = {f.name: (f.metadata or {}).get(b"unit", b"").decode() for f in table.schema}
    lists = [f"emb_{name}" for name in names] + [f"voice_{name}" for name in voices]
    rest = table.drop_columns([f"p_{name}" for name in classes] + lists).to_pandas()
    return Predictions(
        classes=classes,
        table=rest.assign(label=_numbered(file, rest["label"])) if "label" in rest else rest,
        p=np.column_stack([table[f"p_{name}"].to_numpy().astype(np.float32) for name in classes]),
        embeddings={name: _dense(table[f"emb_{name}"]) for name in names},
        units={name: units[name] for name in rest.columns if name not in IDENTITY},
        voices={name: _dense(table[f"voice_{name}"]) for name in voices},
    )


def _arrow(predictions: Predictions) -> pa.Table:
    """The table as it lies on disk: layout in the schema, units in the fields."""
    table = predictions.table
    columns = {name: pa.array(table[name].astype(str), pa.string()) for name in ("object_id", "group", "split")}
    columns["label"] = pa.array(table["label"].astype("Int64"), pa.int64())
    columns |= {f"p_{name}": pa.array(predictions.p[:, c], pa.float32()) for c, name in enumerate(predictions.classes)}
    columns |= {f"emb_{name}": _lists(array) for name, array in predictions.embeddings.items()}
    columns |= {f"voice_{name}": _lists(array) for name, array in predictions.voices.items()}
    columns |= {name: pa.array(table[name], from_pandas=True) for name in predictions.measured}
    units = {name: {"unit": predictions.units.get(name, "")} for name in predictions.measured}
    fields = [pa.field(name, array.type, metadata=units.get(name)) for name, array in columns.items()]
    layout = {"format": FORMAT, "classes": predictions.classes, "embeddings": list(predictions.embeddings)}
    layout["voices"] = list(predictions.voices)
    schema = pa.schema(fields, metadata={"astrocore": json.dumps(layout)})
    return pa.Table.from_arrays(list(columns.values()), schema=schema)


def _layout(file: Path, schema: pa.Schema) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Names of classes, embeddings and voices: as written, else by their columns' prefixes."""
    if text := (schema.metadata or {}).get(b"astrocore"):
        layout = json.loads(text)
        parts = {"p": layout["classes"], "emb": layout["embeddings"], "voice": layout.get("voices", [])}
        columns = [f"{prefix}_{name}" for prefix, group in parts.items() for name in group]
        if missing := [name for name in columns if name not in schema.names]:
            raise MissingColumns(f"{file} lacks the columns {', '.join(missing)}; make the predictions again.")
        return tuple(parts["p"]), tuple(parts["emb"]), tuple(parts["voice"])
    classes = _after("p_", schema.names)
    if not classes:
        raise MissingColumns(f"{file} has no probabilities; it needs a column p_<class> for each class.")
    lists = [field.name for field in schema if pa.types.is_fixed_size_list(field.type)]
    return classes, _after("emb_", lists), _after("voice_", lists)


def _after(prefix: str, names: list[str]) -> tuple[str, ...]:
    """What follows the prefix, in those names that begin with it."""
    return tuple(name.removeprefix(prefix) for name in names if name.startswith(prefix))


def _numbered(file: Path, label: pd.Series) -> pd.Series:
    """Labels as Int64."""
    try:
        return label.astype("Int64")
    except (ValueError, TypeError):
        raise BadValue(f"{file}: the column label must hold class numbers from 0, or nothing where unknown.") from None


def _lists(array: np.ndarray) -> pa.Array:
    """(N, D) -> N lists, null where a whole row is NaN."""
    values = pa.array(np.ascontiguousarray(array, np.float32).reshape(-1))
    return pa.FixedSizeListArray.from_arrays(values, array.shape[1], mask=pa.array(np.isnan(array).all(axis=1)))


def _dense(column: pa.ChunkedArray) -> np.ndarray:
    """N lists -> (N, D) float32, NaN where null."""
    present = column.is_valid().to_numpy()
    dense = np.full((len(column), column.type.list_size), np.nan, np.float32)
    flat = np.concatenate([chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks] or [np.empty(0)])
    dense[present] = flat.reshape(-1, column.type.list_size)
    return dense
