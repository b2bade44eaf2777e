"""A frame from a FITS file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from astrocore.errors import Damaged, FrameDefect, HeaderOnly, TableOnly
from astrocore.tasks.frames.reading.choice import amplifiers, best_first
from astrocore.tasks.frames.reading.finish import finished
from astrocore.tasks.frames.reading.frame import Frame
from astrocore.tasks.frames.reading.header import Header
from astrocore.tasks.frames.reading.limits import MAX_ATTEMPTS
from astrocore.tasks.frames.reading.mosaic import put_together
from astrocore.tasks.frames.reading.pixels import read_plane
from astrocore.tasks.frames.reading.sections import Scan, Section, scan
from astrocore.tasks.frames.reading.source import Source
from astrocore.tasks.frames.reading.stored import Plane


def read_fits(source: Source) -> Frame:
    """The best image of a FITS file; where it is damaged, the next best.

    Parts of one detector together come first, then images as `best_first` orders them. Raises the defect of the best
    image where none can be read, and HeaderOnly or TableOnly where there is none.
    """
    found = scan(source)
    notes = [*source.notes, *found.notes]
    if found.broken:
        notes.append(f"{found.broken} broken cards were left out")
    first: FrameDefect | None = None
    for parts in _attempts(found.sections):
        try:
            return _frame(source, found, parts, tuple(notes))
        except FrameDefect as defect:
            first = first or defect
            notes.append(f"{_named(parts)} gives no frame ({type(defect).__name__})")
    raise first or _no_image(found)


def _attempts(sections: Sequence[Section]) -> Iterator[list[Section]]:
    """What is tried, in order."""
    if parts := amplifiers(sections):
        yield parts
    for section in best_first(sections)[:MAX_ATTEMPTS]:
        yield [section]


def _frame(source: Source, found: Scan, parts: list[Section], notes: tuple[str, ...]) -> Frame:
    """The frame of one image HDU, or of the parts of a detector."""
    plane: Plane = put_together(source, parts) if len(parts) > 1 else read_plane(source, parts[0])
    own = parts[0].cards if parts[0].number else ()
    header = Header((*found.sections[0].cards, *own))
    return finished(plane, header, "fits", _named(parts), notes)


def _named(parts: Sequence[Section]) -> str:
    """The HDUs, in words."""
    if len(parts) > 1:
        return f"HDUs {parts[0].number} to {parts[-1].number}, parts of one detector"
    section = parts[0]
    packed = ", compressed" if section.kind == "tiles" else ""
    return f"HDU {section.number} ({section.name or ('image' if section.number else 'primary')}{packed})"


def _no_image(found: Scan) -> FrameDefect:
    """Why a file without any image gives no frame."""
    if found.cut_short:
        return Damaged("An HDU of the FITS file makes no sense, and none before it is an image. Fetch the file again.")
    if any(section.kind in ("table", "groups") for section in found.sections):
        return TableOnly("The FITS file holds tables or visibilities and no image. Give the frame itself.")
    if found.left_over:
        return Damaged("The FITS header tells of no pixels, and what follows is no HDU. Fetch or copy the file again.")
    return HeaderOnly("The FITS file holds headers and no pixels. Fetch or copy it again, or give the frame itself.")
