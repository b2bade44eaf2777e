"""Predictions as a Parquet file: layout and units in the schema, written block by block, read as a whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from astrocore.errors import BadValue, FileUnreadable, MissingColumns, RunMissing
from astrocore.runs.files import replacing
from astrocore.runs.predictions import IDENTITY, Predictions

FORMAT = "astrocore-predictions-1"


def write_predictions(predictions: Predictions, file: Path) -> None:
    """Write the Parquet file, whole or not at all; raises as `writing`."""
    with writing(file) as add:
        add(predictions)


@contextmanager
def writing(file: Path) -> Iterator[Callable[[Predictions], None]]:
    """A function that adds predictions, block by block, to a Parquet file that appears when all are written.

    Raises
    ------
    BadValue
        Two columns would have one name.
    RunNotWritable
        The folder can't be written.
    """
    with replacing(file) as part, ExitStack() as stack:
        writers: list[pq.ParquetWriter] = []

        def add(predictions: Predictions) -> None:
            table = _arrow(predictions)
            if not writers:
                writers.append(stack.enter_context(_writer(predictions, table.schema, part)))
            writers[0].write_table(table.cast(writers[0].schema))

        yield add


def _writer(predictions: Predictions, schema: pa.Schema, part: Path) -> pq.ParquetWriter:
    """A writer for such predictions: text by dictionary, floats of lists byte by byte, which packs them best."""
    lists = [*(f"emb_{name}" for name in predictions.embeddings), *(f"voice_{name}" for name in predictions.voices)]
    names = [f"p_{name}" for name in predictions.classes] + lists
    if taken := Counter([*predictions.table.columns, *names]) - Counter({*predictions.table.columns, *names}):
        raise BadValue(f"Two columns of the predictions would have the name {next(iter(taken))}; rename one of them.")
    text = [field.name for field in schema if pa.types.is_string(field.type)]
    streams = [f"{name}.list.element" for name in lists]
    return pq.ParquetWriter(part, schema, compression="zstd", use_dictionary=text, use_byte_stream_split=streams)


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
