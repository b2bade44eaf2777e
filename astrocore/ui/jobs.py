"""Jobs: the command that a page shows, started as a process of its own that outlives tab and app.

A job leaves two files in its run's folder: what it printed (output.log) and what was started (.train.json). The process
holds a lock on its output for as long as it lives, so a dead one is noticed even after a restart of the app.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import astrocore
from astrocore.config import home, runs_root
from astrocore.errors import ConfigError
from astrocore.runs.files import checked_name, writable, write_json
from astrocore.runs.info import now
from astrocore.runs.lock import is_held
from astrocore.runs.run import OWN_LOG, Run

READ = 65_536
"""Bytes at the end of a log that are looked at."""
CHECKOUT = Path(astrocore.__file__).resolve().parents[1]


@dataclass(frozen=True)
class Job:
    """A process that was started for a run, by its files; `verb` tells several of one run apart."""

    folder: Path
    verb: str = "train"

    @property
    def name(self) -> str:
        """Name of the run."""
        return self.folder.name

    @property
    def log(self) -> Path:
        """What the process printed."""
        return self.folder / (OWN_LOG if self.verb == "train" else f".{self.verb}.log")

    @property
    def record_file(self) -> Path:
        """What was started."""
        return self.folder / f".{self.verb}.json"

    @property
    def record(self) -> dict[str, object]:
        """Command, pid and start; empty when there is no such job."""
        try:
            found = json.loads(self.record_file.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def started(self) -> str:
        """When it was started (ISO 8601); empty when there is no such job."""
        return str(self.record.get("started", ""))

    def alive(self) -> bool:
        """Whether its process still lives: whether it still holds its output."""
        return is_held(self.log)

    def tail(self, lines: int = 30) -> str:
        """The end of what it printed."""
        return tail(self.log, lines)


def command(verb: str, *arguments: str) -> tuple[str, ...]:
    """The command of a verb, as a person would type it in the checkout."""
    return ("python", "-m", "astrocore", verb, *arguments)


def shown(words: Sequence[str]) -> str:
    """A command as text, quoted for a shell."""
    return shlex.join(words)


def argument(path: Path) -> str:
    """A path as an argument: relative to the checkout when below it."""
    path = path.resolve()
    return str(path.relative_to(CHECKOUT) if path.is_relative_to(CHECKOUT) else path)


def find_jobs(task: str) -> list[Job]:
    """The training jobs of a task, newest first, also those whose run does not exist yet."""
    found = [Job(file.parent) for file in (runs_root() / task).glob(f"*/{Job(Path()).record_file}")]
    return sorted(found, key=lambda job: job.started, reverse=True)


def start(words: Sequence[str], job: Job) -> None:
    """Start a command as a process of its own, in the checkout, with its output in the job's log.

    Raises
    ------
    ConfigError
        A process of this job is alive, or the run's name can't be one.
    RunNotWritable
        The run's folder can't be written.
    """
    checked_name(job.name)
    if job.alive():
        raise ConfigError(f"A job is at work on {job.name}; stop it first or choose another name.")
    with writable(job.log):
        job.folder.mkdir(parents=True, exist_ok=True)
        log = job.log.open("ab")
    with log:
        fcntl.flock(log, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [sys.executable if word == "python" and not place else word for place, word in enumerate(words)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=CHECKOUT,
            env=environment(),
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # else it would stay as a zombie
    write_json(job.record_file, {"command": list(words), "pid": process.pid, "started": now()})


def stop(run: Run, job: Job) -> bool:
    """Ask the process of a run to stop: it writes a checkpoint and ends. Whether there was one to ask."""
    if run.alive():
        pid: object = run.read_info().pid
    else:
        pid = job.record.get("pid") if job.alive() else None
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return False
    return True


def tail(file: Path, lines: int = 30) -> str:
    """The last lines of a text file; empty when there is none."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - READ))
            text = stream.read().decode(errors="replace")
    except OSError:
        return ""
    # a progress bar goes back to the line's start with \r: only what it showed last counts
    whole = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    return "\n".join(line.rsplit("\r", 1)[-1] for line in whole[-lines:])


def environment() -> dict[str, str]:
    """What a process of the app is started with: this home and this checkout."""
    path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "ASTROCORE_HOME": str(home()), "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
