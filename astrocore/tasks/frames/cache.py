"""Where records of measured frames are kept, and how much room they may take.

They lie below data/.frames of ASTROCORE_HOME. The folder may be removed at any time when no build is under way.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from contextlib import suppress
from pathlib import Path

from astrocore.config import home
from astrocore.tasks.frames.config import Source
from astrocore.tasks.frames.measured_files import Store

CACHE = ".frames"
MOST = 10 << 30
"""Bytes that records may take: some 140,000 frames of 96 x 96 pixels."""
DAY = 86_400.0
"""Records that were used within so many seconds stay, since another build may need them [s]."""


def store_for(source: Source) -> Store:
    """Records in the cache; where it is not wanted or can't be written, in a folder that goes with the store."""
    size = (source.height, source.width)
    if source.cache and (folder := _kept_folder()):
        return Store(folder, size)
    store = Store(Path(tempfile.mkdtemp(prefix="astrocore-frames-")), size)
    weakref.finalize(store, shutil.rmtree, store.folder, True)
    return store


def trim(folder: Path, began: float, most: int = MOST) -> int:
    """Remove the records that were not used for longest while all together take more than `most` bytes.

    Parameters
    ----------
    began
        When the build under way began, seconds since 1970: what was used since then, or within a day, stays.

    Returns
    -------
    int
        How many were removed.
    """
    since = min(began, time.time() - DAY)
    found = sorted(_records(folder))
    over, removed = sum(size for _, size, _ in found) - most, 0
    for used, size, path in found:
        if over <= 0 or used >= since:
            break
        with suppress(OSError):
            path.unlink()
            over, removed = over - size, removed + 1
    return removed


def _records(folder: Path) -> list[tuple[float, int, Path]]:
    """When each file was used last, its bytes, and the file; also what builds that were killed left half written."""
    found = []
    for path in folder.rglob("*.npy"):
        with suppress(OSError):
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    return found


def _kept_folder() -> Path | None:
    """The cache's folder; None where it can't be written."""
    folder = home() / "data" / CACHE
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder if os.access(folder, os.W_OK | os.X_OK) else None
