"""The original's arrays: X_*.npy images, dnnx_*.npy features, y_*.npy labels, objlist_*.npy identifiers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.checks import SPLITS
from astrocore.data.gathered import gathered
from astrocore.data.splits import SPELLINGS
from astrocore.data.tables import DAMAGE, brief
from astrocore.errors import BadValue, FileUnreadable, Misaligned
from astrocore.tasks.sources.columns import ORIGINAL_24
from astrocore.tasks.sources.identity import as_text
from astrocore.tasks.sources.missing import NO_MAGNITUDE

KINDS = {"x": "X", "dnnx": "dnnx", "y": "y", "objlist": "objlist"}
NAME = re.compile(r"(?P<kind>X|dnnx|y|objlist)(_(?P<suffix>.+))?\.npy", re.IGNORECASE)
AXES = {"X": 4, "dnnx": 2, "y": 1, "objlist": 1}
SPLIT_OF = {**{split: split for split in SPLITS}, **SPELLINGS}
LARGEST_DIFFERENCE = 0.01
"""Magnitudes by which a colour may differ from that of the magnitudes before it is told."""


@dataclass(frozen=True)
class OriginalSet:
    """Files with one suffix, by kind (X, dnnx, y, objlist), and the split that they are of, or ""."""

    name: str
    files: Mapping[str, Path]
    split: str


@dataclass(frozen=True)
class Original:
    """What the arrays hold: the table of what they tell, images (parts of N in all), and what a person should know."""

    table: pd.DataFrame
    images: tuple[np.ndarray, ...]
    files: tuple[str, ...]
    notes: tuple[str, ...]


def is_original(path: Path) -> bool:
    """Whether a path is one of the four files, or a folder that holds images or features of that form."""
    if path.is_file():
        return NAME.fullmatch(path.name) is not None
    return any({"X", "dnnx"} & set(one.files) for one in sets_of(path))


def sets_of(folder: Path) -> list[OriginalSet]:
    """All sets in a folder and in its folders train, val and test."""
    found = _sets_in(folder, SPLIT_OF.get(folder.name.lower(), ""))
    for below in sorted(folder.iterdir()):
        if below.is_dir() and below.name.lower() in SPLIT_OF:
            found += _sets_in(below, SPLIT_OF[below.name.lower()])
    return found


def read_original(path: Path, bands: str) -> Original:
    """The set at `path`: one of its files, or the folder of the only set; of a set in splits all of them.

    Raises
    ------
    FileUnreadable
        The folder holds several sets, or a file is damaged or holds Python objects.
    Misaligned
        Arrays of a set have not the same length, or images not the same number of pixels.
    BadValue
        An array has other axes, another number of bands or of features than the original's.
    """
    sets = [_set_of_file(path)] if path.is_file() else _the_only_one(path)
    opened = [_opened(one) for one in sets]
    for arrays in opened:
        _check(arrays, bands)
    table = pd.concat([_table(one, arrays) for one, arrays in zip(sets, opened, strict=True)], ignore_index=True)
    files = tuple(file.name for one in sets for file in one.files.values())
    return Original(table, _images(opened), tuple(dict.fromkeys(files)), _notes(opened))


def planes(images: Sequence[np.ndarray], rows: np.ndarray, bands: str) -> dict[str, np.ndarray]:
    """image_<band> (N, y, x) of the `rows` (N,) of images (n_i, y, x, band); pixels stay on disk until asked for."""
    if not images:
        return {}
    return {f"image_{band}": gathered([part[..., place] for part in images], rows) for place, band in enumerate(bands)}


def check_images(name: str, images: np.ndarray, bands: str) -> None:
    """Raise BadValue unless images are numbers (N, y, x, band), square, with a plane for each band."""
    shape = " x ".join(map(str, images.shape))
    if images.ndim != AXES["X"]:
        raise BadValue(f"{name} is {shape}; images are an array (N, y, x, band).")
    if not np.issubdtype(images.dtype, np.number) or np.issubdtype(images.dtype, np.complexfloating):
        raise BadValue(f"{name} holds {images.dtype}, and pixels are numbers.")
    if images.shape[3] != len(bands):
        raise BadValue(
            f"{name} is {shape}, so it has {images.shape[3]} bands on its last axis, and bands names {len(bands)} "
            f"({bands}); name its bands in their order, or bring the axes as (N, y, x, band)."
        )
    if images.shape[1] != images.shape[2]:
        raise BadValue(f"{name} is {shape}: its images are not square; cut or pad them.")


def open_array(file: Path) -> np.ndarray:
    """A .npy as a memory map.

    Raises
    ------
    FileUnreadable
        It is absent, cut off, no .npy, or holds Python objects.
    """
    try:
        found = np.load(file, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise FileUnreadable(f"There is no file {file}.") from None
    except DAMAGE as error:
        said = brief(error)
        if "Python objects" in str(error) or "Object arrays" in str(error):
            said = "it holds Python objects, which are never loaded: save text with array.astype(str), numbers as such"
        raise FileUnreadable(f"{file.name} can't be read as a .npy ({said}).") from None
    if not isinstance(found, np.ndarray):
        raise FileUnreadable(f"{file.name} is an archive of arrays; bring a single array as .npy.")
    return found


def _sets_in(folder: Path, split: str) -> list[OriginalSet]:
    """Sets by suffix, in the order of their names."""
    found: dict[str, dict[str, Path]] = {}
    for file in sorted(folder.iterdir()):
        if file.is_file() and (match := NAME.fullmatch(file.name)):
            found.setdefault(match["suffix"] or "", {})[KINDS[match["kind"].lower()]] = file
    return [OriginalSet(*_base(suffix, split, files)) for suffix, files in found.items()]


def _base(suffix: str, split: str, files: dict[str, Path]) -> tuple[str, dict[str, Path], str]:
    """Name of a set without its split, its files, and the split."""
    before, _, last = suffix.rpartition("_")
    own = SPLIT_OF.get(last.lower(), "")
    return (before, files, own) if own else (suffix, files, split)


def _set_of_file(file: Path) -> OriginalSet:
    """The set that a file belongs to."""
    parent = SPLIT_OF.get(file.parent.name.lower(), "")
    return next(one for one in _sets_in(file.parent, parent) if file in one.files.values())


def _the_only_one(folder: Path) -> list[OriginalSet]:
    """The parts of the only set of a folder, in the order of the splits."""
    found = [one for one in sets_of(folder) if {"X", "dnnx"} & set(one.files)]
    splits = [one.split for one in found]
    if len(found) > 1 and ("" in splits or len(set(splits)) < len(splits)):
        first = next(iter(found[0].files.values())).name
        ends = ", ".join(f"*_{'_'.join(filter(None, (one.name, one.split)))}" for one in found[:6])
        raise FileUnreadable(
            f"{folder} holds {len(found)} sets ({ends}); name one of their files, such as {first}, or keep there what "
            "is to be read together, as parts that end in _train, _val and _test."
        )
    return sorted(found, key=lambda one: (*SPLITS, "").index(one.split))


def _opened(one: OriginalSet) -> dict[str, np.ndarray]:
    """The arrays of a set; without images and features there is nothing to read."""
    if not {"X", "dnnx"} & set(one.files):
        have = ", ".join(file.name for file in one.files.values())
        raise FileUnreadable(f"Beside {have} there is neither X_*.npy (images) nor dnnx_*.npy (features); bring one.")
    return {kind: open_array(one.files[kind]) for kind in KINDS.values() if kind in one.files}


def _check(arrays: Mapping[str, np.ndarray], bands: str) -> None:
    for kind, array in arrays.items():
        if kind != "X" and array.ndim != AXES[kind]:
            raise BadValue(f"{kind} has {array.ndim} axes; the original's has {AXES[kind]}.")
    if "X" in arrays:
        check_images("X", arrays["X"], bands)
    for kind in ("y", "objlist"):
        if kind in arrays and arrays[kind].dtype.kind not in "USiufb":
            raise BadValue(f"{kind} holds {arrays[kind].dtype}; it must be text or whole numbers.")
    if "dnnx" in arrays and not np.issubdtype(arrays["dnnx"].dtype, np.floating):
        raise BadValue(f"dnnx holds {arrays['dnnx'].dtype}, and features are floating-point numbers.")
    if "dnnx" in arrays and arrays["dnnx"].shape[1] != len(ORIGINAL_24):
        raise BadValue(
            f"dnnx has {arrays['dnnx'].shape[1]} columns and the original's features are {len(ORIGINAL_24)}: "
            f"{', '.join(ORIGINAL_24)}. Bring others as a table with named columns."
        )
    lengths = {kind: len(array) for kind, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{kind} {length}" for kind, length in lengths.items())
        raise Misaligned(f"The arrays have not the same number of rows: {said}. They must tell of the same objects.")


def _table(one: OriginalSet, arrays: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """What the arrays but the images tell: identifiers, labels, features but the colours, and the split."""
    columns: dict[str, object] = {}
    if "objlist" in arrays:
        columns["object_id"] = _text("objlist", arrays["objlist"])
    if "y" in arrays:
        columns["label"] = _text("y", arrays["y"])
    if "dnnx" in arrays:
        columns |= {name: np.array(arrays["dnnx"][:, place]) for place, name in enumerate(ORIGINAL_24[:20])}
    table = pd.DataFrame(columns, index=range(len(next(iter(arrays.values())))))
    return table.assign(split=one.split) if one.split else table


def _text(kind: str, values: np.ndarray) -> pd.Series:
    """Identifiers or labels in memory, as text."""
    try:
        plain = np.char.decode(values, "utf-8", "replace") if values.dtype.kind == "S" else np.array(values)
        return as_text(pd.Series(plain))
    except DAMAGE as error:
        raise BadValue(f"{kind} holds text that can't be read ({brief(error)}); write the file again.") from None


def _images(opened: Sequence[Mapping[str, np.ndarray]]) -> tuple[np.ndarray, ...]:
    """The images of each part; parts without any are all NaN, unless none has images."""
    shapes = {arrays["X"].shape[1:] for arrays in opened if "X" in arrays}
    if not shapes:
        return ()
    if len(shapes) > 1:
        raise Misaligned(f"The parts of the set have images of {' and of '.join(map(str, sorted(shapes)))}.")
    empty = np.broadcast_to(np.float16(np.nan), shapes.pop())
    return tuple(
        arrays["X"] if "X" in arrays else np.broadcast_to(empty, (len(next(iter(arrays.values()))), *empty.shape))
        for arrays in opened
    )


def _notes(opened: Sequence[Mapping[str, np.ndarray]]) -> tuple[str, ...]:
    """A note where the colours are not those of the magnitudes with their extinction."""
    off = sum(_strange_colours(arrays["dnnx"]) for arrays in opened if "dnnx" in arrays)
    if not off:
        return ()
    return (
        f"The colours of dnnx differ from those of dered + extinction in {off} objects; they are made anew of the "
        "magnitudes, as they are not dereddened in the original.",
    )


def _strange_colours(features: np.ndarray) -> int:
    """Objects of which a colour is not that of the raw magnitudes."""
    with np.errstate(all="ignore"):
        values = np.asarray(features, dtype=np.float64)
        raw = values[:, 0:20:4] + values[:, 3:20:4]
        known = np.isfinite(raw).all(axis=1) & (np.abs(raw) < NO_MAGNITUDE).all(axis=1)
        difference = np.abs(raw[:, :-1] - raw[:, 1:] - values[:, 20:])
    return int((known & (difference > LARGEST_DIFFERENCE).any(axis=1)).sum())
