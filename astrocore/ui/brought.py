"""What a person brings to the page Classify: uploads under names that are safe, or a path below the data roots."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from astrocore.config import Settings, data_roots, home
from astrocore.data import tables
from astrocore.errors import ConfigError, FileUnreadable
from astrocore.runs.files import writable
from astrocore.tasks import TASKS, Task, get_task

TABLES = tuple(ending.removeprefix(".") for ending in tables.TABLES)
"""Endings of files that may be a catalogue: those of all tables that can be read."""
KINDS = (*TABLES, "npz", "npy")
"""Endings of files that a task takes that does not say which; archives of several files are not."""
MOST_FILES = 500
MOST_MB = 200
"""Size of a file, and of all files of a request together."""
KEPT = 8
"""Requests whose data stays on the disk: the newest."""
ODD = re.compile(r"[^\w.+() -]+")
"""What is replaced in names: all but letters and digits of any script, spaces and some signs."""
LONGEST = 180
"""Bytes of a name: file systems hold 255, and those that are alike get a number."""


class Upload(Protocol):
    """A file as the browser sent it."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    def getvalue(self) -> bytes: ...


def scratch() -> Path:
    """Folder of what was brought and what came of it; hidden, so that it is no data set of the app."""
    return home() / "data" / ".classify"


def kinds_of(task: Task) -> tuple[str, ...]:
    """Endings of the files that a task takes."""
    return tuple(getattr(task.config, "TAKES", KINDS))


def known_kinds() -> tuple[str, ...]:
    """Endings that any task takes."""
    return tuple(dict.fromkeys((*KINDS, *(kind for name in TASKS for kind in kinds_of(get_task(name))))))


def safe_name(name: str) -> str:
    """A file name made of what the browser says, that name where it is plain: no folder, nothing hidden.

    Raises
    ------
    ConfigError
        It has another ending than the files that are taken.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = ODD.sub("_", unicodedata.normalize("NFC", last)).strip(". ")
    kinds = known_kinds()
    ending = max((kind for kind in kinds if plain.lower().endswith(f".{kind}")), key=len, default="")
    if not ending:
        raise ConfigError(f"{last!r} is not taken; bring files that end in {', '.join(kinds)}.")
    stem, ending = plain[: -len(ending) - 1], plain[-len(ending) :]
    stem = stem.encode()[:LONGEST].decode(errors="ignore").strip(". ")
    return f"{stem.lstrip('-') or 'file'}.{ending}"


def check_size(files: Sequence[Upload]) -> None:
    """Raise ConfigError when the files are too many or too large together."""
    if len(files) > MOST_FILES:
        raise ConfigError(f"{len(files)} files are too many for the page, {MOST_FILES} at most; use the command line.")
    if sum(file.size for file in files) > MOST_MB * 2**20:
        raise ConfigError(f"The files are larger than {MOST_MB} MB together; use the command line for so many.")


def keep(files: Sequence[Upload], folder: Path) -> tuple[Path, ...]:
    """Write uploaded files below `folder`, under safe names that are all different; returns where they lie.

    Raises
    ------
    ConfigError
        They are too many, too large, or of a kind that is not taken.
    RunNotWritable
        The folder can't be written.
    """
    check_size(files)
    names = _different(safe_name(file.name) for file in files)
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in zip(names, files, strict=True):
            (folder / name).write_bytes(file.getvalue())
    return tuple(folder / name for name in names)


def below_roots(text: str) -> Path:
    """The file or folder that was typed, below sample_data/ or data/, links followed.

    Raises
    ------
    FileUnreadable
        It lies elsewhere, or is not there.
    """
    path = (home() / text.strip()).resolve()
    roots = [root.resolve() for root in data_roots()]
    if not any(path.is_relative_to(root) for root in roots):
        raise FileUnreadable(
            f"{text} does not lie below {' or '.join(f'{root.name}/' for root in roots)}; move it there."
        )
    if not path.exists():
        raise FileUnreadable(f"There is no {text}; type a file or folder below {roots[-1].name}/.")
    return path


def without_places(text: str, folders: Iterable[Path]) -> str:
    """A message without the server's paths: names are relative to the first of `folders` that holds them, or home."""
    for place in (*folders, home()):
        for form in {str(place), str(place.resolve())}:
            text = text.replace(f"{form}/", "")
    return text


def fingerprint(files: Iterable[Upload], words: Mapping[str, Any]) -> str:
    """A name for a request: hash of the files and of what else was asked."""
    digest = hashlib.sha256(repr(sorted(words.items())).encode())
    for file in files:
        digest.update(f"\0{file.name}\0{file.size}\0".encode())
        digest.update(file.getvalue())
    return digest.hexdigest()[:16]


def path_fields(kind: type[Settings]) -> tuple[str, ...]:
    """Settings that name a file; a browser must not choose these freely."""
    return tuple(name for name, info in kind.model_fields.items() if "Path" in str(info.annotation))


def clean(folder: Path, kept: int = KEPT) -> None:
    """Remove all requests but the newest; links are not followed."""
    found = [entry for entry in folder.glob("*") if entry.is_dir() and not entry.is_symlink()]
    for old in sorted(found, key=lambda entry: entry.stat().st_mtime, reverse=True)[kept:]:
        shutil.rmtree(old, ignore_errors=True)


def _different(names: Iterable[str]) -> list[str]:
    """Names, with a number before each that came already, whatever its case."""
    found: dict[str, str] = {}
    for name in names:
        number, new = 0, name
        while new.lower() in found:
            number, new = number + 1, f"{number + 1}-{name}"
        found[new.lower()] = new
    return list(found.values())
