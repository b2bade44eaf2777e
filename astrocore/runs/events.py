"""events.jsonl: what a training process reports, a line a report, readable while it is written."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from astrocore.errors import RunNotWritable
from astrocore.runs.files import plain, writable


def append_event(file: Path, event: Mapping[str, Any]) -> None:
    """Add one line in a single write, so that readers and other writers never meet half of it.

    Raises
    ------
    RunNotWritable
        The file can't be written, or the disk is full.
    """
    line = json.dumps(plain(event), ensure_ascii=False, allow_nan=False).encode() + b"\n"
    with writable(file):
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            line = b"\n" + line if _torn(descriptor) else line
            written = os.write(descriptor, line)
        finally:
            os.close(descriptor)
    if written < len(line):
        raise RunNotWritable(f"{file} took only {written} of {len(line)} bytes; make space on the disk.")


def read_events(file: Path) -> list[dict[str, Any]]:
    """All whole lines, in order; none when nothing was reported. A line that was cut off by a kill is left out."""
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    events = (_parsed(line) for line in lines if line.strip())
    return [event for event in events if event is not None]


def _torn(descriptor: int) -> bool:
    """Whether the file ends within a line: its writer was killed."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
