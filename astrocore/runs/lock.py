"""Who works on a run: a lock that the kernel gives back when its holder dies, even by kill -9."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from astrocore.errors import RunNotWritable
from astrocore.runs.files import writable

PATIENCE = 1.0
"""Seconds for which `held` tries: a look at the lock by `is_held` lasts microseconds."""


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold the lock `file` for as long as the block runs.

    Raises
    ------
    RunNotWritable
        Another process holds it, or the folder can't be written.
    """
    with writable(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not _taken(descriptor, PATIENCE):
            raise RunNotWritable(
                f"{file.parent} is in use by {_holder(descriptor)}; "
                "wait until it ends, stop it, or choose another name."
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_held(file: Path) -> bool:
    """Whether a living process holds the lock `file`."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def waiting(file: Path) -> Iterator[None]:
    """Hold the lock `file` for a moment, after whoever has it now; raises RunNotWritable when it can't be made."""
    with writable(file):
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int, patience: float) -> bool:
    """Try for an exclusive lock for `patience` seconds."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.005)


def _holder(descriptor: int) -> str:
    pid = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
    return f"process {pid}" if pid else "another process"
