"""Cameras: what a detector adds to the light, drawn once a night."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.simulator.patterns import Patterns, draw_patterns
from astrocore.tasks.frames.simulator.smooth import Shape, drawn_log

AREA = 115_000
"""Exposed pixels of a middling camera at size 1."""
ASPECTS = {
    "imager": (1.0, 1.0, 4 / 3, 4 / 3, 1.5, 1.5),
    "slit": (1.0, 1.3, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 12.0, 20.0),
    "echelle": (1.0, 1.0, 1.3, 1.5, 1.5, 2.0),
    "tower": (1.0, 1.3, 1.5, 1.5, 3.0),
}
"""Long side over short side."""
KINDS = {
    "imager": {"ccd": 0.5, "cmos": 0.43, "infrared": 0.04, "plate": 0.03},
    "slit": {"ccd": 0.65, "cmos": 0.27, "infrared": 0.08},
    "echelle": {"ccd": 0.6, "cmos": 0.35, "infrared": 0.05},
    "tower": {"ccd": 0.5, "cmos": 0.5},
}
TEMPERATURES = {
    "ccd": ((-110, -80), (-40, -15), (-25, -5), (5, 20)),
    "cmos": ((-20, -5), (-10, 0), (15, 32)),
}
"""Ranges of temperature of cameras with much, with little and without cooling [deg C]."""
COLOURS = ("RGGB", "GRBG", "BGGR", "GBRG")


@dataclass(frozen=True, eq=False)
class Camera:
    """A detector with its electronics."""

    kind: str
    """ccd, cmos, infrared, or plate (a scanned photograph)."""
    shape: Shape
    """Exposed pixels, y and x."""
    margins: tuple[int, int]
    """Unexposed columns before (prescan) and after (overscan) the exposed ones."""
    turned: bool
    """Whether the margins lie along the rows instead: the frame is written transposed."""
    bits: int
    """Depth of the converter."""
    step: int
    """What the numbers are multiplied by: 16 where 12 bits are scaled to 16."""
    gain: float
    """[e/ADU], before scaling."""
    noise: float
    """Read noise [e]."""
    bias: float
    """Level of no light [ADU], before scaling."""
    well: float
    """Electrons that a pixel holds."""
    temperature: float
    """[deg C]"""
    binning: tuple[int, int]
    """x and y."""
    bayer: str
    """Colour mosaic, or ""."""
    dtype: str
    """Type of the numbers in the file."""
    cosmics: float
    """Cosmic ray hits a second over the frame."""
    banding: float
    """Scatter [e] of rows about their mean, new in each frame."""
    patterns: Patterns
    """What stays the same from frame to frame."""

    @property
    def most(self) -> float:
        """Electrons above the bias at which a number saturates, by the well or the converter."""
        return float(min(self.well, (2**self.bits - 1 - self.bias) * self.gain))

    def affordable(self, times: np.ndarray) -> np.ndarray:
        """Those of some exposure times (N,) [s] after which the dark current leaves room for light, or the shortest."""
        short = times[self.patterns.level * times < 0.4 * self.most]
        return short if len(short) else times[:1]

    def floor(self, seconds: float) -> float:
        """Noise of a pixel without light after an exposure [e], or one step of the converter where that is more."""
        return float(np.sqrt(self.noise**2 + self.patterns.level * seconds + self.gain**2))

    def hot_after(self, seconds: float) -> float:
        """Signal of a middling hot pixel over the noise."""
        return self.patterns.hot * seconds / self.floor(seconds)


def draw_camera(rng: np.random.Generator, setting: str, size: float) -> Camera:
    """A camera for an imager, slit, echelle or tower; `size` multiplies the sides of its frames."""
    kinds = KINDS[setting]
    kind = str(rng.choice(list(kinds), p=list(kinds.values())))
    shape = draw_shape(rng, setting, size)
    bits = int({"ccd": rng.choice([16, 16, 16, 14]), "cmos": rng.choice([8, 12, 12, 14, 16])}.get(kind, 16))
    noise = drawn_log(rng, *{"ccd": (2.5, 20), "cmos": (1, 6), "infrared": (5, 20), "plate": (2, 5)}[kind])
    well = drawn_log(rng, 15_000, 180_000)
    bias = draw_bias(rng, kind, bits)
    # Most converters are matched to the well within a factor of a few; the finest steps are not far below the noise.
    gain = float(np.clip(well / (2**bits - 1 - bias) * drawn_log(rng, 0.5, 1.6), 0.2, 8 if bits > 8 else 400))
    temperature = draw_temperature(rng, kind)
    margins = draw_margins(rng, kind, shape)
    return Camera(
        kind=kind,
        shape=shape,
        margins=margins,
        turned=bool(margins != (0, 0) and rng.random() < 0.15),
        bits=bits,
        step=1 if bits == 16 or rng.random() < 0.4 else 2 ** (16 - bits),
        gain=gain,
        noise=noise,
        bias=bias,
        well=well,
        temperature=temperature,
        binning=draw_binning(rng),
        bayer=str(rng.choice(COLOURS)) if kind == "cmos" and rng.random() < 0.45 else "",
        dtype=draw_dtype(rng, kind),
        cosmics=drawn_log(rng, 0.005, 0.06) * size**2,
        banding=noise * rng.choice([0.0, 0.0, 0.05, 0.15, 0.4]),
        patterns=draw_patterns(rng, kind, (shape, margins), noise, temperature),
    )


def draw_shape(rng: np.random.Generator, setting: str, size: float) -> Shape:
    """Exposed pixels, y and x; spectrographs of long detectors have the long side along x more often."""
    area = AREA * float(np.clip(np.exp(0.55 * rng.standard_normal()), 0.2, 2.8))
    aspect = rng.choice(ASPECTS[setting])
    short, long = np.sqrt(area / aspect), np.sqrt(area * aspect)
    sides = (short, long) if rng.random() < 0.8 or aspect < 1.2 else (long, short)
    # Even sides: a colour mosaic is made of two by two pixels.
    height, width = (2 * max(12, round(float(side * size) / 2)) for side in sides)
    return height, width


def draw_bias(rng: np.random.Generator, kind: str, bits: int) -> float:
    """Level without light [ADU]."""
    if kind == "infrared":
        return float(rng.choice([0.0, rng.uniform(-200, 200), rng.uniform(1000, 9000)]))
    full = 2**bits
    if kind == "cmos":
        return float(rng.choice([0.0, full * 0.0005, full * rng.uniform(0.001, 0.02), full * rng.uniform(0.004, 0.05)]))
    return float(min(rng.choice([drawn_log(rng, 80, 600), rng.uniform(600, 3000)]), 0.1 * full))


def draw_temperature(rng: np.random.Generator, kind: str) -> float:
    """Temperature of the detector [deg C]."""
    ranges = TEMPERATURES.get(kind, ((-243, -190),))
    low, high = ranges[int(rng.integers(len(ranges)))]
    return float(np.round(rng.uniform(low, high), rng.choice([0, 1, 3])))


def draw_margins(rng: np.random.Generator, kind: str, shape: Shape) -> tuple[int, int]:
    """Columns of prescan and overscan."""
    if kind != "ccd" or rng.random() < 0.45:
        return 0, 0
    after = int(rng.integers(6, 12 + max(4, shape[1] // 12)))
    return int(rng.choice([0, 0, 4, 10, 16])), after


def draw_binning(rng: np.random.Generator) -> tuple[int, int]:
    """X and y."""
    x = int(rng.choice([1, 2, 3, 4], p=[0.55, 0.3, 0.07, 0.08]))
    return x, x if rng.random() < 0.92 else int(rng.choice([1, 2, 4]))


def draw_dtype(rng: np.random.Generator, kind: str) -> str:
    """Type of the numbers in a file."""
    if kind == "infrared":
        return str(rng.choice(["int32", "float32"]))
    return str(rng.choice(["uint16", "float32", "int32"], p=[0.91, 0.07, 0.02]))
