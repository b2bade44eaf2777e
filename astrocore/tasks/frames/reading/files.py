"""Which files of a folder are frames, by their names."""

from __future__ import annotations

import os
from pathlib import Path

FITS_ENDINGS = (".fits", ".fit", ".fts")
TIFF_ENDINGS = (".tif", ".tiff")
ENDINGS = tuple(end + packed for end in FITS_ENDINGS for packed in ("", ".gz", ".bz2", ".fz")) + TIFF_ENDINGS
"""Endings of frames, in lower case."""


def is_frame_file(path: Path) -> bool:
    """Whether the name looks like that of a frame, in upper or lower case; hidden files do not."""
    return not path.name.startswith(".") and path.name.lower().endswith(ENDINGS)


def find_frames(root: Path) -> list[Path]:
    """The files in and below `root` whose names look like frames, sorted.

    Hidden files and folders are left out, and so are links that lead out of `root`. Folders that are links are not
    entered, so that no loop can arise. A folder that can't be read counts as empty.
    """
    home = root.resolve()
    return [path for path in _named(root) if _inside(path, home)]


def links_away(root: Path) -> list[Path]:
    """What `find_frames` leaves out and a person may miss: links out of `root` or to nothing, linked folders."""
    home = root.resolve()
    folders = [Path(folder) / name for folder, below, _ in os.walk(root) for name in below if not name.startswith(".")]
    linked = [path for path in folders if path.is_symlink()]
    return sorted([*linked, *(path for path in _named(root) if not _inside(path, home))])


def _named(root: Path) -> list[Path]:
    """All that has the name of a frame in and below `root`, sorted."""
    found = []
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if not name.startswith(".")]
        found += [path for path in (Path(folder) / name for name in names) if is_frame_file(path)]
    return sorted(found)


def _inside(path: Path, home: Path) -> bool:
    """Whether `path` is a file that lies below `home`, wherever a link leads."""
    try:
        return path.is_file() and path.resolve().is_relative_to(home)
    except (OSError, RuntimeError):
        return False
