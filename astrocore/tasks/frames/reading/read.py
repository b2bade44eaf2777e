"""The one entrance: whatever the bytes, a frame or a named defect."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from astrocore.errors import Damaged, FrameDefect, TooLarge
from astrocore.tasks.frames.reading.fits_file import read_fits
from astrocore.tasks.frames.reading.frame import Frame
from astrocore.tasks.frames.reading.source import Source, opened
from astrocore.tasks.frames.reading.tiff_file import read_tiff

NOISY = ("tifffile", "astropy")
"""Loggers that tell of every oddity of a file; what matters of that is in a frame's notes."""


def read_frame(path: Path) -> Frame:
    """The frame in a FITS or TIFF file, plain or packed; the content decides what it is, not the name.

    The file is opened once. Of several images the best is taken (`best_first`, `largest_page`). A 3-D image gives one
    plane, a colour camera's mosaic the mean of its cells, a detector read in parts one image, counts that ran over
    their format are mended; `notes` tells of it. Warnings of the libraries never count as defects.

    Memory stays within a few times that of the pixels as float32, and no size that a file claims is believed before
    it is checked: see limits.py.

    Raises
    ------
    FrameDefect
        The file gives no frame; the subclass is the reason, the message what to do. Nothing else is ever raised.
    """
    with _guarded(path), opened(path) as source:
        return _read(source)


def read_unless(path: Path, known: Callable[[str], bool]) -> tuple[str, Frame | None]:
    """The digest of a file's (unpacked) bytes, and its frame unless `known` says so of the digest; opened once.

    Raises
    ------
    FrameDefect
        As `read_frame`.
    """
    with _guarded(path), opened(path) as source:
        digest = source.digest()
        return digest, None if known(digest) else _read(source)


def _read(source: Source) -> Frame:
    return read_fits(source) if source.kind == "fits" else read_tiff(source)


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Whatever goes wrong with a file is a FrameDefect that names it."""
    try:
        with _quiet():
            yield
    except FrameDefect as defect:
        raise type(defect)(f"{path.name}: {defect}") from defect
    except MemoryError as error:
        raise TooLarge(f"{path.name}: the file asks for more memory than there is. Cut or bin the image.") from error
    except Exception as error:  # astropy, tifffile and the codecs raise almost anything for damaged bytes
        raise Damaged(
            f"{path.name}: the file can't be read ({type(error).__name__}: {str(error)[:200]}). Fetch or copy it again."
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings and no log lines from the libraries; loggers are put back as they were."""
    loggers = [logging.getLogger(name) for name in NOISY]
    before = [logger.disabled for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.disabled = True
        try:
            yield
        finally:
            for logger, state in zip(loggers, before, strict=True):
                logger.disabled = state
