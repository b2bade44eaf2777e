"""Folders of frames: which files, which class each has by its folder, and which split."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from astrocore.data.checks import SPLITS
from astrocore.data.draft import Defect
from astrocore.data.splits import SPELLINGS
from astrocore.errors import CannotOpen, FileUnreadable
from astrocore.tasks.frames.config import CLASSES, UNKNOWN, Source
from astrocore.tasks.frames.reading import find_frames, links_away

SPELLED = {"dark": "darks", "flat": "flats", "biases": "bias", "zero": "bias", "zeros": "bias", "deepsky": "deep_sky"}
"""Other names of folders for the original's classes."""
NAMED = 4
"""Folders that a note names."""


@dataclass(frozen=True)
class Found:
    """Files in order, the class and split that each one's folders say, "" for none."""

    files: tuple[Path, ...]
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    splits: tuple[str, ...]
    notes: tuple[str, ...] = ()
    defects: tuple[Defect, ...] = ()
    """What looks like frames and was not looked at."""


def find(path: Path, source: Source) -> Found:
    """What lies at `path`: a frame, or a tree of them, whose folders may be classes, and splits above these.

    Raises
    ------
    FileUnreadable
        There is no file or folder, or no frame in it.
    """
    if not path.exists():
        raise FileUnreadable(f"There is no file or folder {path}.")
    if path.is_file():
        return Found((path,), (_written(Path(path.name)),), ("",), ("",))
    files, left = find_frames(path), links_away(path)
    if not files:
        raise FileUnreadable(
            f"{path} holds no file that ends in .fit, .fits, .fts, .tif or .tiff; name another folder."
            if not left
            else f"{path} holds links alone ({len(left)}) that lead out of it or nowhere; name the folder they lead to."
        )
    ids = [_written(file.relative_to(path)) for file in files]
    parents = [file.relative_to(path).parts[:-1] for file in files]
    splits, parents = _splits(parents)
    labels, notes = _labels(parents, source)
    return Found(tuple(files), tuple(ids), tuple(labels), tuple(splits), notes, _defects(left, path))


def _defects(left: list[Path], path: Path) -> tuple[Defect, ...]:
    """Links that were not followed, so that nothing is lost without a word."""
    said = "is no plain file below the folder: a link that leads out of it or nowhere. Name the folder it leads to."
    names = [_written(one.relative_to(path)) for one in left]
    return tuple(Defect(name, CannotOpen.__name__, f"{name} {said}") for name in names)


def _written(path: Path) -> str:
    """A path as text for a table, also where its bytes are none, as in old archives."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode()


def _splits(parents: list[tuple[str, ...]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Splits, where every file lies below a folder named after one, and the folders below these."""
    meant = [SPELLINGS.get(parts[0].lower(), parts[0].lower()) if parts else "" for parts in parents]
    if not all(name in SPLITS for name in meant):
        return [""] * len(parents), parents
    return meant, [parts[1:] for parts in parents]


def _labels(parents: list[tuple[str, ...]], source: Source) -> tuple[list[str], tuple[str, ...]]:
    """The class of each file, where folders are classes; those below a hidden one (_odd) have none."""
    classes = source.classes or CLASSES
    names = _class_folders(parents, classes)
    known = {_spelled(name, classes) for name in names} & {*classes}
    if source.labels == "none" or (source.labels == "auto" and not known):
        folders = sorted({name for name in names if name})
        said = (
            f"None of the folders ({', '.join(folders[:NAMED])}) is one of the classes asked for "
            f"({', '.join(source.classes[:NAMED])}), so frames are not labelled."
            if source.classes
            else f"No folder has the name of a class, so frames are not labelled. If {', '.join(folders[:NAMED])} "
            "are classes, set labels to folders."
        )
        return [""] * len(names), (said,) if folders and source.labels == "auto" else ()
    labels = [_spelled(name, classes) for name in names]
    return labels, _others(labels, source)


def _class_folders(parents: list[tuple[str, ...]], classes: tuple[str, ...]) -> list[str]:
    """The folder of each file that may be its class, "" for none: at the depth at which most classes' folders lie."""
    seen = [[_spelled(part, classes) in classes for part in parts] for parts in parents]
    depths = Counter(known.index(True) for known in seen if any(known))
    depth = depths.most_common(1)[0][0] if depths else 0
    return [parts[depth] if len(parts) > depth and not any(map(_no_class, parts)) else "" for parts in parents]


def _no_class(folder: str) -> bool:
    """Whether what lies in a folder of this name is not labelled."""
    return folder.startswith("_") or folder.lower() == UNKNOWN


def _others(labels: list[str], source: Source) -> tuple[str, ...]:
    """A note on folders that are none of the classes: of those asked for, or of the original's."""
    foreign = [label for label in labels if label and label not in (source.classes or CLASSES)]
    if not foreign or (source.labels == "folders" and not source.classes):
        return ()
    named, n = ", ".join(sorted(set(foreign))[:NAMED]), len(foreign)
    what = f"{n:,} {'frame lies' if n == 1 else 'frames lie'} in folders that are none of the "
    if source.classes:
        return (f"{what}classes ({named}), without a label.",)
    return (f"{what}eleven classes ({named}): these became classes of their own. Name the classes to leave them out.",)


def _spelled(name: str, classes: tuple[str, ...]) -> str:
    """The class that a folder's name means; the name itself where it means none."""
    plain = name.lower().replace(" ", "_").replace("-", "_")
    for meant in (plain, SPELLED.get(plain, "")):
        for one in classes:
            if one.lower() == meant:
                return one
    return name


def classes_of(labels: tuple[str, ...], source: Source) -> tuple[str, ...]:
    """Classes in order: those asked for, else the original's with those of other folders behind them."""
    if source.classes:
        return source.classes
    named = sorted(set(labels) - {""})
    if not named or set(named) <= set(CLASSES):
        return CLASSES
    return (*(name for name in CLASSES if name in named), *(name for name in named if name not in CLASSES))


def encoded(labels: list[str], classes: tuple[str, ...]) -> pd.Series:
    """Indices into the classes, Int64, null where there is no label or one of another class."""
    return pd.Series(labels, dtype=object).map({name: i for i, name in enumerate(classes)}).astype("Int64")
