"""The bytes of a file: opened once, expanded once where they are packed, and read in pieces from there."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from astrocore.errors import CannotOpen, Damaged, EmptyFile, LfsPointer, NotAnImage, TooLarge
from astrocore.tasks.frames.reading.limits import FREE_EXPANSION, MAX_EXPANDED, MAX_RATIO

POINTER = b"version https://git-lfs"
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
CHUNK = 1 << 18
BROKEN_STREAM = (EOFError, OSError, ValueError, zlib.error)
"""What gzip and bz2 raise for damaged or cut streams."""


@dataclass(frozen=True)
class Source:
    """A seekable file of `size` bytes [B]; `kind` is fits or tiff, by its first bytes and not by its name."""

    handle: BinaryIO
    size: int
    kind: str
    notes: tuple[str, ...] = ()

    def read(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start` on; fewer where the file ends."""
        if start >= self.size:
            return b""
        self.handle.seek(start)
        return self.handle.read(min(length, self.size - start))

    def digest(self) -> str:
        """Of all bytes: the first 32 hexadecimal digits of SHA-256, which processors compute in hardware."""
        found = hashlib.sha256()
        self.handle.seek(0)
        while piece := self.handle.read(CHUNK):
            found.update(piece)
        self.handle.seek(0)
        return found.hexdigest()[:32]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The file at `path`, open; gzip and bz2 are expanded into memory.

    Raises CannotOpen, EmptyFile, LfsPointer, NotAnImage, TooLarge or Damaged (a packed file that gives nothing).
    """
    try:
        regular = path.is_file()
    except (OSError, ValueError) as error:
        raise CannotOpen(f"{path} can't be opened ({error}). Check its name.") from error
    if not regular:
        raise CannotOpen(f"{path} is no file. Check its name, and whether its disk is mounted.")
    try:
        handle = path.open("rb")
    except OSError as error:
        raise CannotOpen(f"{path} can't be opened ({error.strerror}). Check the permissions of the file.") from error
    with handle:
        yield _unpacked(handle)


def _unpacked(handle: BinaryIO) -> Source:
    """The open file, or what it expands to."""
    size = handle.seek(0, io.SEEK_END)
    handle.seek(0)
    start = handle.read(64)
    handle.seek(0)
    stream: gzip.GzipFile | bz2.BZ2File
    if start.startswith(b"\x1f\x8b"):
        stream = gzip.GzipFile(fileobj=handle)
    elif start.startswith(b"BZh"):
        stream = bz2.BZ2File(handle)
    else:
        return Source(handle, size, kind_of(start))
    content, notes = _expanded(stream, size)
    return Source(io.BytesIO(content), len(content), kind_of(content[:64]), notes)


def _expanded(stream: gzip.GzipFile | bz2.BZ2File, size: int) -> tuple[bytes, tuple[str, ...]]:
    """What a packed stream of `size` bytes holds, as far as it can be expanded."""
    most = min(max(FREE_EXPANSION, MAX_RATIO * size), MAX_EXPANDED)
    content = io.BytesIO()
    try:
        while piece := stream.read1(CHUNK):
            if content.tell() + len(piece) > most:
                raise TooLarge(
                    f"The packed file expands to more than {most >> 20} MiB. The reader stops there, since a "
                    "damaged or hostile file may have no end. If the file is sound, unpack it and give the result."
                )
            content.write(piece)
    except BROKEN_STREAM as error:
        if content.tell() == 0:
            raise Damaged("The file is packed, and nothing of it can be unpacked. Fetch or copy it again.") from error
        return content.getvalue(), ("the packed stream is damaged or cut; what came before was used",)
    return content.getvalue(), ()


def kind_of(start: bytes) -> str:
    """The kind of a file by its first bytes; raises EmptyFile, LfsPointer or NotAnImage."""
    if not start:
        raise EmptyFile("The file is empty. Fetch or copy it again.")
    if start.startswith(b"SIMPLE"):
        return "fits"
    if start.startswith(TIFF_STARTS):
        return "tiff"
    if start.startswith(POINTER):
        raise LfsPointer("The file is only the pointer of Git LFS. Run `git lfs pull` where it came from.")
    raise NotAnImage(
        f"The file begins with {start[:16]!r}, which is neither FITS nor TIFF. Give the frame itself, and "
        "convert other formats before."
    )
