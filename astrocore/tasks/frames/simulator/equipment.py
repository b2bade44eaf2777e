"""What a header knows of telescope, camera and place, drawn once a night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from astrocore.tasks.frames.simulator.cameras import Camera
from astrocore.tasks.frames.simulator.smooth import drawn_log

TELESCOPES = (
    "", "C14", "CDK20", "RC 12", "Newton 200/1000", "EQMOD HEQ5/6", "60cm RC", "0.7m", "2m0-02", "Shane", "OST",
    "Celestron 11", "T152", "MRO 2.4-meter", "Cassegrain 50cm", "Planewave", "1m", "10micron GM2000",
)  # fmt: skip
CAMERAS = {
    "ccd": ("SBIG ST-8XME", "SBIG STF-8300M", "SBIG ST-10 3 CCD Camera", "FLI PL16803", "Andor Newton DU940P-BU",
            "Atik 460EX", "QHY9", "Apogee Alta U16M", "Moravian G2-4000", "fa16", "kb37", "CCD", "ikon", "Main"),
    "cmos": ("ZWO ASI183MM Pro", "ZWO ASI120MC-S", "ZWO ASI1600MM Pro", "QHY600M", "ZWO ASI294MC Pro", "QHY268M",
             "Moravian C3-61000 Pro", "ZWO ASI174MM", "CMOS", "Basler acA1920", "ALccd QHY 5-II"),
    "infrared": ("H2RG", "NIRC", "HAWAII-1", "IRCAM", "InSb"),
    "plate": ("Photographic Plate", "PDS scan"),
}  # fmt: skip
OBSERVERS = ("", "", "Service", "BSkiff", "Praktikum", "R. Meier", "J. Doe", "observer", "Team 2", "OST", "guest")
FILTERS = ("L", "R", "G", "B", "V", "Clear", "Ha", "air", "Open", "none", "1", "rp")
DIALECTS = ("maxim", "nina", "asicap", "andor", "iraf", "lick", "keck", "lco", "tower", "german", "plain")
LIKELY = {
    "imager": (5, 4, 3, 0.5, 2, 0.5, 0.5, 2, 0.3, 2, 1),
    "slit": (4, 1.5, 1, 2.5, 2, 2.5, 2, 2, 0.5, 3, 1),
    "echelle": (4, 2, 1, 2, 2.5, 1, 2, 1.5, 0.5, 3, 1),
    "tower": (1.5, 0.5, 1, 1, 0.5, 0, 0, 0, 6, 0.5, 1),
}
"""How often each dialect is used with each setting."""


@dataclass(frozen=True, eq=False)
class Equipment:
    """What stays the same in a night's headers."""

    camera: Camera
    dialect: str
    telescope: str
    instrument: str
    observer: str
    latitude: float
    longitude: float
    """[deg], east."""
    pixel: float
    """[um], binned."""
    focal: float
    """[mm]"""
    start: datetime
    """Beginning of the night, UTC."""
    parked: tuple[float, float]
    """Right ascension and declination that are written where there is no target [deg]."""
    filters: tuple[str, ...]


def draw_equipment(rng: np.random.Generator, setting: str, camera: Camera) -> Equipment:
    """Telescope, place and habits that go with a camera."""
    likely = np.array(LIKELY[setting])
    start = datetime(2009, 1, 1, 17, tzinfo=UTC) + timedelta(days=float(rng.integers(6000)), hours=rng.uniform(-2, 2))
    return Equipment(
        camera=camera,
        dialect=str(rng.choice(DIALECTS, p=likely / likely.sum())),
        telescope=str(rng.choice(TELESCOPES)),
        instrument=str(rng.choice(CAMERAS[camera.kind])),
        observer=str(rng.choice(OBSERVERS)),
        latitude=round(float(rng.choice([rng.uniform(28, 55), rng.uniform(-35, -20)], p=[0.8, 0.2])), 4),
        longitude=round(float(rng.uniform(-160, 160)), 4),
        pixel=round(float(rng.choice([2.4, 3.75, 3.8, 4.63, 5.4, 6.8, 9.0, 13.5, 15.0])) * camera.binning[0], 2),
        focal=round(drawn_log(rng, 300, 16000)),
        start=start,
        parked=(round(float(rng.uniform(0, 360)), 4), round(float(rng.uniform(-20, 89)), 4)),
        filters=tuple(str(name) for name in rng.choice(FILTERS, int(rng.integers(1, 4)), replace=False)),
    )
