"""Raw frames of eleven classes from many simulated cameras, with headers as observatories write them."""

from astrocore.tasks.frames.config import CLASSES
from astrocore.tasks.frames.simulator.exposure import Exposure
from astrocore.tasks.frames.simulator.nights import night
from astrocore.tasks.frames.simulator.writing import ending, write_fits

__all__ = ["CLASSES", "Exposure", "ending", "night", "write_fits"]
