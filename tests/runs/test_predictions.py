"""Predictions come back from disk as they were, with all that is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from astrocore.errors import (
    BadValue,
    ConfigError,
    FileUnreadable,
    Misaligned,
    MissingColumns,
    RunMissing,
    RunNotWritable,
    UnknownLabel,
)
from astrocore.runs import Predictions, read_predictions, write_predictions

FLOAT = st.floats(width=32, allow_infinity=True, allow_nan=True)


@st.composite
def any_predictions(draw: st.DrawFn) -> Predictions:
    n = draw(st.integers(0, 6))
    classes = tuple(draw(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=4, unique=True)))
    texts = st.lists(st.text(max_size=6), min_size=n, max_size=n)
    labels = st.none() | st.integers(0, len(classes) - 1)
    splits = st.sampled_from(["train", "val", "test"])
    table = pd.DataFrame(
        {
            "object_id": pd.Series(draw(texts), dtype="str"),
            "group": pd.Series(draw(texts), dtype="str"),
            "split": pd.Series(draw(st.lists(splits, min_size=n, max_size=n)), dtype="str"),
            "label": pd.array(draw(st.lists(labels, min_size=n, max_size=n)), dtype="Int64"),
        }
    )
    units = {}
    for name in draw(st.lists(st.text(min_size=1, max_size=6), max_size=3, unique=True)):
        if name not in table and not name.startswith(("p_", "emb_")):
            table[name] = draw(hnp.arrays("f8", n, elements=st.floats()))
            units[name] = draw(st.text(max_size=4))
    p = draw(hnp.arrays("f4", (n, len(classes)), elements=st.floats(0, 1, width=32)))
    embeddings = {}
    for name in draw(st.lists(st.text(min_size=1, max_size=6), max_size=3, unique=True)):
        array = draw(hnp.arrays("f4", (n, draw(st.integers(1, 3))), elements=FLOAT))
        array[draw(hnp.arrays("?", n))] = np.nan
        embeddings[name] = array
    return Predictions(classes, table, p, embeddings, units)


@given(any_predictions())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
def test_round_trip(tmp_path: Path, predictions: Predictions) -> None:
    write_predictions(predictions, tmp_path / "p.parquet")
    found = read_predictions(tmp_path / "p.parquet")
    assert found.classes == predictions.classes
    assert found.units == predictions.units
    pd.testing.assert_frame_equal(found.table, predictions.table)
    np.testing.assert_array_equal(found.p, predictions.p)
    assert found.p.dtype == np.float32 and list(found.embeddings) == list(predictions.embeddings)
    for name, array in predictions.embeddings.items():
        np.testing.assert_array_equal(found.embeddings[name], array)
        assert found.embeddings[name].dtype == np.float32
    assert found.hash == predictions.hash


def test_an_embedding_with_some_nan_is_not_missing(tmp_path: Path, predictions: Predictions) -> None:
    predictions.embeddings["image"][1, 0] = np.nan
    write_predictions(predictions, tmp_path / "p.parquet")
    np.testing.assert_array_equal(
        read_predictions(tmp_path / "p.parquet").embeddings["image"], predictions.embeddings["image"]
    )


def test_on_disk_it_is_a_table_that_others_can_read(tmp_path: Path, predictions: Predictions) -> None:
    write_predictions(predictions, tmp_path / "p.parquet")
    table = pq.read_table(tmp_path / "p.parquet")
    columns = "object_id group split label p_star p_galaxy p_quasar emb_fused emb_image magnitude"
    assert table.schema.names == columns.split()
    assert table.schema.field("emb_image").type == pa.list_(pa.float32(), 2)
    assert table.schema.field("magnitude").metadata == {b"unit": b"mag"}
    assert table["emb_image"].is_null().to_pylist() == [True, False, False, True, False, False]
    assert table["label"].to_pylist() == [0, 1, None, 2, 2, 0]
    assert table["magnitude"].null_count == 1


def test_a_measured_column_may_look_like_a_probability(tmp_path: Path, predictions: Predictions) -> None:
    table = predictions.table.assign(p_value=0.01)
    write_predictions(replace(predictions, table=table), tmp_path / "p.parquet")
    found = read_predictions(tmp_path / "p.parquet")
    assert found.classes == predictions.classes and found.measured == ("magnitude", "p_value")


def test_two_columns_of_one_name_are_refused(tmp_path: Path, predictions: Predictions) -> None:
    table = predictions.table.assign(p_star=0.01)
    with pytest.raises(BadValue, match="p_star"):
        write_predictions(replace(predictions, table=table), tmp_path / "p.parquet")
    with pytest.raises(BadValue, match="p_star"):
        write_predictions(replace(predictions, classes=("star", "star", "galaxy")), tmp_path / "p.parquet")


def test_a_table_from_elsewhere_needs_only_the_prefixes(tmp_path: Path) -> None:
    columns = {"object_id": ["a"], "group": ["a"], "split": ["test"], "label": [1], "p_x": [0.25], "p_y": [0.75]}
    fused = pa.FixedSizeListArray.from_arrays(pa.array([1.0, 2.0], pa.float32()), 2)
    pq.write_table(pa.table({**columns, "emb_fused": fused, "emb_name": ["text"]}), tmp_path / "p.parquet")
    found = read_predictions(tmp_path / "p.parquet")
    assert found.classes == ("x", "y") and found.predicted.tolist() == [1]
    assert found.embeddings["fused"].tolist() == [[1, 2]] and found.measured == ("emb_name",)


def test_a_table_without_probabilities_says_so(tmp_path: Path) -> None:
    pq.write_table(pa.table({"object_id": ["a"], "group": ["a"]}), tmp_path / "p.parquet")
    with pytest.raises(MissingColumns, match="p_<class>"):
        read_predictions(tmp_path / "p.parquet")


@pytest.mark.parametrize("lost", ["object_id", "group", "split", "label", "p_galaxy", "emb_fused"])
def test_a_lost_column_is_named(tmp_path: Path, predictions: Predictions, lost: str) -> None:
    write_predictions(predictions, tmp_path / "p.parquet")
    pq.write_table(pq.read_table(tmp_path / "p.parquet").drop_columns(lost), tmp_path / "p.parquet")
    with pytest.raises(MissingColumns, match=lost):
        read_predictions(tmp_path / "p.parquet")


@pytest.mark.parametrize(
    ("column", "values", "error"),
    [
        ("label", ["star"] * 6, BadValue),
        ("label", [0.5] * 6, BadValue),
        ("label", [3] * 6, UnknownLabel),
        ("label", [-2] * 6, UnknownLabel),
        ("p_star", [None] * 6, BadValue),
    ],
)
def test_wrong_values_are_named(
    tmp_path: Path, predictions: Predictions, column: str, values: list[object], error: type[Exception]
) -> None:
    write_predictions(predictions, tmp_path / "p.parquet")
    table = pq.read_table(tmp_path / "p.parquet")
    kind = pa.float32() if column == "p_star" else None
    table = table.set_column(table.schema.get_field_index(column), column, pa.array(values, kind))
    pq.write_table(table, tmp_path / "p.parquet")
    with pytest.raises(error, match=r"label|probabilit"):
        read_predictions(tmp_path / "p.parquet")


def test_every_truncation_is_unreadable(tmp_path: Path, predictions: Predictions) -> None:
    write_predictions(predictions, tmp_path / "p.parquet")
    content = (tmp_path / "p.parquet").read_bytes()
    for cut in range(0, len(content), 97):
        (tmp_path / "p.parquet").write_bytes(content[:cut])
        with pytest.raises(FileUnreadable, match=r"p\.parquet"):
            read_predictions(tmp_path / "p.parquet")


def test_missing_and_unwritable_files_are_readable_errors(tmp_path: Path, predictions: Predictions) -> None:
    with pytest.raises(RunMissing):
        read_predictions(tmp_path / "p.parquet")
    (tmp_path / "run").write_text("")
    with pytest.raises(RunNotWritable):
        write_predictions(predictions, tmp_path / "run" / "p.parquet")


def test_derived_columns(predictions: Predictions) -> None:
    assert predictions.label.tolist() == [0, 1, -1, 2, 2, 0] and predictions.label.dtype == np.int64
    assert predictions.predicted.tolist() == [max(range(3), key=row.__getitem__) for row in predictions.p.tolist()]
    assert predictions.confidence.tolist() == [max(row) for row in predictions.p.tolist()]
    assert predictions.group.tolist() == ["g1", "g1", "g2", "g3", "g4", "g4"]
    assert len(predictions) == 6 and predictions.measured == ("magnitude",)


def test_take_by_mask_and_by_rows(predictions: Predictions) -> None:
    mask = np.array([False, True, False, True, False, False])
    by_mask, by_rows = predictions.take(mask), predictions.take(np.array([3, 1]))
    assert by_mask.table["object_id"].tolist() == ["b", "d"] and by_mask.table.index.tolist() == [0, 1]
    assert by_rows.table["object_id"].tolist() == ["d", "b"]
    np.testing.assert_array_equal(by_rows.p, predictions.p[[3, 1]])
    np.testing.assert_array_equal(by_rows.embeddings["image"], predictions.embeddings["image"][[3, 1]])
    assert by_rows.label.tolist() == [2, 1] and by_rows.units == predictions.units


def test_splits(predictions: Predictions) -> None:
    assert predictions.split("val").table["object_id"].tolist() == ["é ☄", "d"]
    assert len(predictions.split("val").labelled()) == 1
    assert predictions.split("all") is predictions
    with pytest.raises(ConfigError, match="validation"):
        predictions.split("validation")


def test_hash_sees_what_the_analysis_sees(predictions: Predictions) -> None:
    p, fused = predictions.p.copy(), predictions.embeddings["fused"].copy()
    p[2, 1] += 1e-6
    fused[0, 0] += 1e-6
    changed = [
        replace(predictions, p=p),
        replace(predictions, classes=("star", "galaxy", "x")),
        replace(predictions, embeddings={"fused": fused, "image": predictions.embeddings["image"]}),
        replace(predictions, embeddings={"fused": predictions.embeddings["fused"]}),
        replace(predictions, table=predictions.table.assign(label=pd.array([0, 1, 1, 2, 2, 0], dtype="Int64"))),
        replace(predictions, table=predictions.table.assign(split="test")),
        predictions.take(np.array([1, 0, 2, 3, 4, 5])),
    ]
    assert len({predictions.hash, *(item.hash for item in changed)}) == len(changed) + 1
    assert predictions.take(np.arange(6)).hash == predictions.hash


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"p": np.zeros((5, 3), np.float32)}, Misaligned),
        ({"p": np.zeros((6, 2), np.float32)}, Misaligned),
        ({"embeddings": {"fused": np.zeros((5, 2), np.float32)}}, Misaligned),
        ({"embeddings": {"fused": np.zeros(6, np.float32)}}, Misaligned),
        ({"p": np.full((6, 3), np.nan, np.float32)}, BadValue),
        ({"classes": ("a", "b"), "p": np.zeros((6, 2), np.float32)}, UnknownLabel),
    ],
)
def test_what_does_not_fit_together_is_refused(
    predictions: Predictions, changes: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        replace(predictions, **changes)
    with pytest.raises(MissingColumns, match="group"):
        replace(predictions, table=predictions.table.drop(columns="group"))


def test_objects_of_which_no_modality_was_seen() -> None:
    table = pd.DataFrame(
        {"object_id": list("abc"), "group": list("abc"), "split": "test", "label": pd.array([0, 1, 0])}
    )
    image = np.array([[1.0], [np.nan], [np.nan]], np.float32)
    numbers = np.array([[np.nan], [np.nan], [2.0]], np.float32)
    seen = {"image": image, "numbers": numbers, "fused": np.ones((3, 1), np.float32)}
    found = Predictions(("x", "y"), table, np.full((3, 2), 0.5, np.float32), seen, {})
    assert found.unseen(("image", "numbers", "spectrum")).tolist() == [False, True, False]
    assert found.unseen(("spectrum",)).tolist() == [False] * 3
