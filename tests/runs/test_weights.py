"""Weights come back as they were, or not at all."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save_file

from astrocore.errors import ForeignWeights, RunMissing, RunNotWritable, WrongTask
from astrocore.runs import expect_task, load_state, save_state
from astrocore.runs.weights import read_meta

ARRAYS = st.dictionaries(
    st.text(min_size=1, max_size=8),
    hnp.arrays(
        st.sampled_from(["<f4", "<f8", ">f4", "<i8", "u1", "?"]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    ),
    max_size=4,
).filter(lambda arrays: "__metadata__" not in arrays)


@given(ARRAYS, st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_round_trip(tmp_path: Path, arrays: dict[str, np.ndarray], meta: dict[str, object]) -> None:
    file = tmp_path / "s.safetensors"
    save_state(file, arrays, meta)
    found, found_meta = load_state(file)
    assert found_meta == meta == read_meta(file)
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype.newbyteorder("<") and found[name].shape == array.shape
        np.testing.assert_array_equal(found[name], array)


def test_arrays_in_any_memory_order_keep_their_values(tmp_path: Path) -> None:
    array = np.arange(24.0).reshape(2, 3, 4)
    save_state(tmp_path / "s", {"t": array.T, "s": array[:, ::2], "f": np.asfortranarray(array)}, {})
    found, _ = load_state(tmp_path / "s")
    np.testing.assert_array_equal(found["t"], array.T)
    np.testing.assert_array_equal(found["s"], array[:, ::2])
    np.testing.assert_array_equal(found["f"], array)
    found["t"][:] = 0  # the caller's own copy


def test_every_truncation_is_foreign(tmp_path: Path) -> None:
    file = tmp_path / "s"
    save_state(file, {"w": np.arange(4.0)}, {"task": "toy"})
    content = file.read_bytes()
    for cut in range(len(content)):
        file.write_bytes(content[:cut])
        with pytest.raises(ForeignWeights, match="s is"):
            load_state(file)


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "s"
    save_state(file, {"w": np.arange(4, dtype=np.float32)}, {"task": "toy"})
    content = file.read_bytes()
    for i in range(len(content)):
        file.write_bytes(content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :])
        with pytest.raises(ForeignWeights):
            load_state(file)


def test_another_type_or_shape_of_the_same_bytes_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "s"
    save_state(file, {"w": np.ones((2, 3), np.float32)}, {"task": "toy"})
    content = file.read_bytes()
    for old, new in ((b'"F32"', b'"I32"'), (b"[2,3]", b"[3,2]"), (b'"w"', b'"v"')):
        assert old in content
        file.write_bytes(content.replace(old, new))
        with pytest.raises(ForeignWeights, match="damaged"):
            load_state(file)


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_foreign(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s").write_bytes(content)
    with pytest.raises(ForeignWeights):
        load_state(tmp_path / "s")
    with pytest.raises(ForeignWeights):
        read_meta(tmp_path / "s")


def test_other_programs_files_are_foreign(tmp_path: Path) -> None:
    save_file({"w": np.ones(3)}, tmp_path / "plain")
    save_file({"w": np.ones(3)}, tmp_path / "other", metadata={"format": "pt"})
    save_file({"w": np.ones(3)}, tmp_path / "list", metadata={"astrocore": "[1]"})
    for name in ("plain", "other", "list"):
        with pytest.raises(ForeignWeights, match="not written by astrocore"):
            load_state(tmp_path / name)


def test_a_pickle_is_never_executed(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "sprung",))

    (tmp_path / "s").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ForeignWeights):
        load_state(tmp_path / "s")
    assert not (tmp_path / "sprung").exists()


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RunMissing):
        load_state(tmp_path / "s")


def test_a_file_in_the_way_is_a_readable_error(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(RunNotWritable):
        save_state(tmp_path / "run" / "s", {"w": np.ones(1)}, {})


def test_a_failing_writer_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_state(tmp_path / "s", {"w": np.ones(1)}, {"step": 1})

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("astrocore.runs.files.os.fsync", full)
    with pytest.raises(RunNotWritable):
        save_state(tmp_path / "s", {"w": np.zeros(1)}, {"step": 2})
    assert load_state(tmp_path / "s")[1] == {"step": 1}


def test_expect_task() -> None:
    metadata = {"task": "toy", "classes": ["a", "b"]}
    expect_task(metadata, "toy")
    expect_task(metadata, "toy", ("a", "b"))
    with pytest.raises(WrongTask, match="'toy', not 'frames'"):
        expect_task(metadata, "frames")
    with pytest.raises(WrongTask, match="b, a"):
        expect_task(metadata, "toy", ("b", "a"))
    with pytest.raises(WrongTask):
        expect_task({}, "toy")
