"""Reports: what a verb worked out about a run and a page shows, kept as JSON in the run's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from astrocore.runs.files import plain, write_json
from astrocore.runs.run import Run

ALIGNMENT = "alignment"
"""Name of the report of the verb align."""


def report_key(settings: Mapping[str, Any], predictions: str) -> str:
    """A name for a report that depends on settings; `predictions` is their hash. 16 hexadecimal digits."""
    text = json.dumps(plain([dict(sorted(settings.items())), predictions]))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def boundary_name(x: str, y: str, split: str, predictions: str) -> str:
    """Name of the report of the verb boundaries for two columns, or for the PCA plane where both are ""."""
    return f"boundaries/{report_key({'x': x, 'y': y, 'split': split}, predictions)}"


def report_file(run: Run, name: str) -> Path:
    """Where a report lies, <run>/<name>.json."""
    return run.path / f"{name}.json"


def save_report(run: Run, name: str, content: Mapping[str, Any]) -> Path:
    """Write a report, whole or not at all; returns the file. Raises RunNotWritable."""
    file = report_file(run, name)
    write_json(file, content)
    return file


def load_report(run: Run, name: str) -> dict[str, Any] | None:
    """A report; none when it was not made yet, or its file is damaged."""
    try:
        found = json.loads(report_file(run, name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
