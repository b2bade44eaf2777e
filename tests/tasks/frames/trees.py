"""Small trees of frames on disk, and readers that misbehave on purpose."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits

from astrocore.tasks.frames import measure_all
from astrocore.tasks.frames.reading import Frame, read_unless

SIDE = 24


def write(path: Path, seed: int = 0, **cards: object) -> Path:
    """A frame of noise; keywords are cards, _ standing for -."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).normal(1000, 10, (SIDE, SIDE + 8)).astype(np.uint16)
    unit = fits.PrimaryHDU(pixels)
    for key, value in cards.items():
        unit.header[key.replace("_", "-")] = value
    unit.writeto(path)
    return path


def night(root: Path, folder: str, n: int, first: int = 0, **cards: object) -> list[Path]:
    """`n` frames in a folder, each with pixels of its own."""
    return [write(root / folder / f"f{first + i:04d}.fits", 1000 * first + i, **cards) for i in range(n)]


def misbehaving(path: Path, known: Callable[[str], bool]) -> tuple[str, Frame | None]:
    """The reader, but for files that make it die or wait by their names; in another process it is asked for by name."""
    if path.name.startswith("deadly"):
        os._exit(139)
    if path.name.startswith("slow"):
        time.sleep(0.15)
    log = os.environ.get("FRAMES_READ_LOG")
    key, frame = read_unless(path, known)
    if log and frame is not None:
        with Path(log).open("a") as file:
            file.write(f"{path.name}\n")
    return key, frame


def measure_oddly(named: measure_all.Named, store: measure_all.Store) -> measure_all.Outcome:
    """`measure_file` with the reader above, in whatever process it runs."""
    measure_all.read_unless = misbehaving
    return ORIGINAL(named, store)


ORIGINAL = measure_all.measure_file
