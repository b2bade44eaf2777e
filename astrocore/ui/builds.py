"""A build from the browser, without its widgets: uploads kept on disk, a name that is safe, the command and its end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from astrocore.config import home
from astrocore.errors import ConfigError, InputError, WorkerFailed
from astrocore.runs.files import checked_name
from astrocore.ui.brought import Upload, clean, fingerprint, keep, without_places
from astrocore.ui.forms import options
from astrocore.ui.jobs import CHECKOUT, argument, command, environment

PATIENCE_S = 600.0
"""Longest wait for a data set; larger ones are built in a terminal."""
DONE = (0, 3)
"""Exit codes of a build that made its data set, of all files or of most."""
STOPPED = 130
LINES = 12
"""Lines of what a build said that are shown where it came to a bad end."""


def scratch() -> Path:
    """Folder of what was brought; hidden, so that it is no data set of the app."""
    return home() / "data" / ".build"


def kept(files: Sequence[Upload]) -> Path:
    """Where uploads lie from now on: the file, or the folder of several; the same ones are written once.

    Raises
    ------
    ConfigError, RunNotWritable
        They are too many, too large or of a kind that is not taken, or can't be written.
    """
    folder = scratch() / fingerprint(files, {})
    if not folder.is_dir():
        part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
        keep(files, part)
        part.rename(folder)
        clean(scratch())
    os.utime(folder)  # what is in use is the newest, and stays
    found = sorted(folder.iterdir())
    return found[0] if len(found) == 1 else folder


def free_name(source: Path, taken: Iterable[str]) -> str:
    """A name for the data set of a file or folder, made of its own; with a number where that is taken."""
    stem = re.sub(r"[^a-z0-9_]+", "-", source.name.split(".")[0].lower()).strip("-")[:60] or "mine"
    names = {name.lower() for name in taken}
    return next(name for i in range(1, len(names) + 2) if (name := f"{stem}-{i}" if i > 1 else stem) not in names)


def taken() -> set[str]:
    """Names below data/ that are in use."""
    root = home() / "data"
    return {entry.name for entry in root.iterdir()} if root.is_dir() else set()


def target(name: str, replace: bool = False) -> Path:
    """Folder of the data set of that name, below data/.

    Raises
    ------
    ConfigError
        The name can't be one, leads out of data/, belongs to something else, or to a data set that shall stay.
    """
    root = home() / "data"
    path = root / checked_name(name)
    if path.is_symlink() or path.resolve().parent != root.resolve():
        raise ConfigError(f"data/{name} is a link that leads elsewhere; choose another name.")
    if path.exists() and not is_dataset(name):
        raise ConfigError(f"data/{name} exists and is no data set; choose another name.")
    if path.exists() and not replace:
        raise ConfigError(f"There is a data set data/{name} already; choose another name, or let it be replaced.")
    return path


def is_dataset(name: str) -> bool:
    """Whether a data set lies at that name below data/."""
    return (home() / "data" / name / "dataset.json").is_file()


def build_command(task: str, source: Path | None, name: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The command that builds, with placeholders for what is not known yet; files among `values` as arguments."""
    words = {key: argument(value) if isinstance(value, Path) else value for key, value in values.items()}
    where = argument(home() / "data" / name) if name else "data/NAME"
    return command("build", task, argument(source) if source else "FILE", where, *options(words))


def finished(words: Sequence[str], brought: Iterable[Path] = (), patience: float = PATIENCE_S) -> dict[str, Any]:
    """Run a build to its end; what it tells of the data set that it made.

    Parameters
    ----------
    brought
        Files and folders that it reads; messages name what lies in them without where that is.
    patience
        Seconds after which it is ended.

    Raises
    ------
    InputError
        It could not be done; the message is the command's own.
    WorkerFailed
        It took too long, or came to an end that nobody foresaw.
    """
    code, out, said = _run(words, patience)
    places = [place for path in brought for place in (path, path.parent) if place.is_relative_to(scratch())]
    said = without_places(said, places)
    try:
        if code in DONE:
            found: dict[str, Any] = json.loads(without_places(out, places))
            return found
    except ValueError:
        said = out
    if code in (1, 2) and "Traceback (most recent call last)" not in said:
        raise InputError(" ".join(said.split()) or "The build failed without a word; run the command in a terminal.")
    raise WorkerFailed(f"The build came to an end that nobody foresaw. It said: {' '.join(said.splitlines()[-LINES:])}")


def _run(words: Sequence[str], patience: float) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command; whatever it started ends with it."""
    process = subprocess.Popen(
        [sys.executable if word == "python" and not place else word for place, word in enumerate(words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=CHECKOUT,
        env=environment(),
        start_new_session=True,
        text=True,
        errors="replace",
    )
    try:
        out, said = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        raise WorkerFailed(
            f"The build was not finished after {patience:g} s and was ended; run the command in a terminal, where it "
            "may take its time."
        ) from None
    finally:
        _end(process)
    return process.returncode, out, said


def _end(process: subprocess.Popen[str]) -> None:
    """End a process that still runs, and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
