"""Files that are whole or not there: written beside, flushed, moved into place."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from astrocore.errors import ConfigError, RunNotWritable

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}")


def checked_name(name: str) -> str:
    """`name`, when it can be the name of a run or a profile: a plain file name, nothing hidden, no path.

    Raises
    ------
    ConfigError
        It has more than 80 characters, others than letters, digits, dot, dash and underscore, or a dot in front.
    """
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"The name {name!r} can't be used; take up to 80 letters, digits, dots, dashes and underscores, "
            "and no dot in front."
        )
    return name


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write `path` into RunNotWritable."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunNotWritable(
            f"{path} can't be written ({reason.lower()}); check the folder's permissions and the space on the disk."
        ) from error


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give a path beside `file` to write to; it takes the place of `file` when the block ends well.

    Raises
    ------
    RunNotWritable
        The folder can't be made or written, or the disk is full.
    """
    part = file.with_name(f".{file.name}.{uuid4().hex[:8]}.part")
    with writable(file):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            yield part
            part.chmod(0o666 & ~_umask())
            with part.open("rb") as stream:
                os.fsync(stream.fileno())
            part.replace(file)
        finally:
            discard(part)


def _umask() -> int:
    """The process's umask, which can only be read by setting it: some writers make files that nobody else may read."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def discard(file: Path) -> None:
    """Remove a file, if it is there and can be removed."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return  # a file stands where the folder should be: there is nothing to remove


def write_text(file: Path, text: str) -> None:
    """Write a whole text file or none; raises RunNotWritable."""
    with replacing(file) as part:
        part.write_text(text, encoding="utf-8")


def read_json(file: Path) -> Any:
    """What the file holds; None where it is not there, or is no whole JSON file. Editors may put a mark before it."""
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return None


def write_json(file: Path, value: object) -> None:
    """Write a JSON file that any reader takes; raises RunNotWritable."""
    write_text(file, json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def plain(value: Any) -> Any:
    """`value` in JSON's own types: NaN and infinity become null, arrays lists, paths text, tuples lists."""
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case np.generic() | np.ndarray():
            return plain(value.tolist())
        case Path():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case _:
            return [plain(item) for item in value]
