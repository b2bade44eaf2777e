"""Arrays and one JSON in a safetensors file: weights, checkpoints, maps. Nothing is executed on load."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from astrocore.errors import ForeignWeights, RunMissing, WrongTask
from astrocore.runs.files import plain, replacing

KEY = "astrocore"
DIGEST = "digest"


def save_state(file: Path, arrays: Mapping[str, np.ndarray], meta: Mapping[str, Any]) -> None:
    """Write arrays and a JSON-ready `meta`, whole or not at all, with a hash of the content.

    Raises
    ------
    RunNotWritable
        The folder can't be written.
    """
    packed = {name: _packed(array) for name, array in arrays.items()}
    text = json.dumps(plain(meta), ensure_ascii=False, allow_nan=False)
    with replacing(file) as part:
        try:
            save_file(packed, part, metadata={KEY: text, DIGEST: _digest(packed, text)})
        except SafetensorError as error:
            raise OSError(str(error)) from error


def load_state(file: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays and meta, as they were saved; every byte is checked.

    Raises
    ------
    RunMissing
        There is no such file.
    ForeignWeights
        The file is truncated, damaged, not safetensors, or not written by astrocore.
    """
    if not file.is_file():
        raise RunMissing(f"{file} does not exist; the run has no such file yet.")
    try:
        with safe_open(file, framework="numpy") as opened:
            metadata = opened.metadata() or {}
            arrays = {name: opened.get_tensor(name) for name in sorted(opened.keys())}
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise _unreadable(file, error) from None
    meta = _meta(file, metadata)
    if metadata.get(DIGEST) != _digest(arrays, metadata[KEY]):
        raise ForeignWeights(f"{file} is damaged: its hash is not the one it was saved with; fetch or train it again.")
    return arrays, meta


def read_meta(file: Path) -> dict[str, Any]:
    """The JSON of a file, without its arrays; raises as load_state does."""
    if not file.is_file():
        raise RunMissing(f"{file} does not exist; the run has no such file yet.")
    try:
        with safe_open(file, framework="numpy") as opened:
            return _meta(file, opened.metadata() or {})
    except (SafetensorError, OSError) as error:
        raise _unreadable(file, error) from None


def expect_task(metadata: Mapping[str, Any], task: str, classes: Sequence[str] | None = None) -> None:
    """Check that weights belong to `task` and, if given, have these classes in this order.

    Raises
    ------
    WrongTask
        They do not.
    """
    found, names = metadata.get("task"), tuple(metadata.get("classes", ()))
    if found != task:
        raise WrongTask(f"These weights are of the task {found!r}, not {task!r}; choose a run of {task!r}.")
    if classes is not None and names != tuple(classes):
        raise WrongTask(
            f"These weights tell {', '.join(names)} apart, in this order, "
            f"and here the classes are {', '.join(classes)}; choose a run with the same classes."
        )


def _meta(file: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    try:
        meta = json.loads(metadata[KEY])
    except (KeyError, ValueError):
        meta = None
    if not isinstance(meta, dict):
        raise ForeignWeights(f"{file} was not written by astrocore: it does not say of which task and classes it is.")
    return meta


def _packed(array: np.ndarray) -> np.ndarray:
    """As safetensors keeps it: C order, little-endian; no copy where it is so already."""
    return np.asarray(array, np.asarray(array).dtype.newbyteorder("<"), order="C")


def _unreadable(file: Path, error: Exception) -> ForeignWeights:
    return ForeignWeights(f"{file} is truncated or is not a safetensors file ({error}); fetch or train it again.")


def _digest(arrays: Mapping[str, np.ndarray], text: str) -> str:
    """Hash over names, types, shapes and bytes."""
    digest = hashlib.blake2b(text.encode(), digest_size=16)
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"\0{name}\0{array.dtype.str}{array.shape}\0".encode())
        digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
