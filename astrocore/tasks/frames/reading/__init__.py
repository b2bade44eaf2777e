"""Reading raw frames: each file is opened once, and gives a frame or a named defect, whatever its bytes."""

from astrocore.tasks.frames.reading.files import find_frames, is_frame_file, links_away
from astrocore.tasks.frames.reading.frame import Frame
from astrocore.tasks.frames.reading.header import Card, Header
from astrocore.tasks.frames.reading.read import read_frame, read_unless

__all__ = ["Card", "Frame", "Header", "find_frames", "is_frame_file", "links_away", "read_frame", "read_unless"]
