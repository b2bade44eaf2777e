"""What passes for a signal without being an eclipse: spotted or pulsating stars, and the instrument's own events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from astrocore.tasks.exoplanets.folding import orbits, phase_of
from astrocore.tasks.exoplanets.signals import Kind

Shape = Literal["wave", "drop", "ramp", "dump"]
INSTRUMENT_SHAPES: tuple[Shape, ...] = ("drop", "ramp", "dump")


@dataclass(frozen=True)
class Disturbance:
    """Dips at about equal distances; times in days, depth as a share of the light.

    A "wave" is a star that turns or pulsates. A "drop" is a pixel that loses sensitivity and wins it back, a "ramp"
    light that comes or goes slowly and ends at once, a "dump" a jolt of the pointing.
    """

    kind: Kind
    shape: Shape
    period: float
    epoch: float
    duration: float
    depth: float
    seed: int

    @property
    def found_period(self) -> float:
        """The period that a search reports."""
        return self.period

    @property
    def flatness(self) -> float:
        """None of them has a flat bottom, the jolt aside."""
        return 0.6 if self.shape == "dump" else 0.0

    @property
    def secondary(self) -> float:
        """Nothing is eclipsed half an orbit later."""
        return 0.0

    @property
    def odd_even(self) -> float:
        """Typical difference in depth between odd and even events."""
        return 0.1 * self.depth if self.shape == "wave" else 0.4 * self.depth

    def flux(self, time: np.ndarray, exposure: float) -> np.ndarray:
        """Relative flux (T,)."""
        return 1 - self.depth * (self._wave(time) if self.shape == "wave" else self._events(time))

    def _wave(self, time: np.ndarray) -> np.ndarray:
        """Between 0 and about 1, deepest in phase 0; its height wanders, as spots come and go."""
        rng = np.random.default_rng(self.seed)
        angle = 2 * np.pi * phase_of(time, self.period, self.epoch)
        harmonic, slow, lag = rng.uniform(-0.3, 0.3), rng.uniform(10, 40), rng.uniform(0, 2 * np.pi)
        height = 1 + 0.3 * np.sin(2 * np.pi * time / slow + lag)
        return np.asarray(height * (0.5 + 0.5 * np.cos(angle) + harmonic * (np.cos(2 * angle) - 1) / 2))

    def _events(self, time: np.ndarray) -> np.ndarray:
        """About 0 to 1 within each event, whose heights and moments scatter."""
        rng = np.random.default_rng(self.seed)
        phase, number = orbits(time, self.period, self.epoch)
        index = (number - number.min()).astype(np.intp)
        height = np.exp(rng.normal(-0.1, 0.5, index.max() + 1)) * (rng.random(index.max() + 1) > 0.15)
        moment = rng.normal(0, 0.1, index.max() + 1)
        return np.asarray(height[index] * _profile(self.shape, phase * self.period / self.duration - moment[index]))


def _profile(shape: Shape, x: np.ndarray) -> np.ndarray:
    """Loss of light (T,) over x, durations from the middle of the event."""
    inside = np.abs(x) < 0.5
    if shape == "drop":
        return np.where((x > -0.5) & (x < 4), np.exp(-2.0 * (np.clip(x, -0.5, 4) + 0.5)), 0.0)
    if shape == "ramp":
        return np.where(inside, x + 0.5, 0.0)
    return np.where(inside, 1.0, 0.0)
