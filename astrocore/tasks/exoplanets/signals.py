"""Simulated stars and what dims them: transiting planets, eclipsing binaries, binaries behind a brighter star."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import batman
import numpy as np

from astrocore.tasks.exoplanets.folding import phase_of

Kind = Literal["planet", "binary", "blend"]
EARTH_IN_SUN = 1 / 109.08
AU_IN_SUN = 215.03
SUN_TEMP = 5772.0
PERIODS = (0.5, 30.0)
LEAST_AXIS = 2.0
"""Stellar radii within which no planet is put."""


@dataclass(frozen=True)
class Star:
    """Mass [M_Sun], radius [R_Sun], effective temperature [K]."""

    mass: float
    radius: float
    temp: float

    def scaled_axis(self, period: float, companion: float = 0.0) -> float:
        """Semi-major axis over the stellar radius, for a period [d] and a companion's mass [M_Sun]."""
        return float(AU_IN_SUN * np.cbrt((period / 365.25) ** 2 * (self.mass + companion)) / self.radius)

    @property
    def limb_darkening(self) -> list[float]:
        """Quadratic coefficients; cooler stars darken more in the linear term."""
        cool = (SUN_TEMP - self.temp) / 1500
        return [float(np.clip(0.38 + 0.12 * cool, 0.1, 0.7)), float(np.clip(0.25 - 0.05 * cool, 0.0, 0.4))]


@dataclass(frozen=True)
class Signal:
    """Something that dims a star periodically; times in days.

    `ratio` is the smaller over the larger radius, `surface` the companion's over the star's surface brightness, `light`
    the part of all light in the aperture that the eclipsed pair gives.
    """

    kind: Kind
    host: Star
    period: float
    epoch: float
    ratio: float
    impact: float
    companion_mass: float = 0.0
    surface: float = 0.0
    light: float = 1.0
    folded_at_half: bool = False

    @property
    def axis(self) -> float:
        """Semi-major axis over the host's radius."""
        return self.host.scaled_axis(self.period, self.companion_mass)

    @property
    def duration(self) -> float:
        """First to last contact [d], circular orbit."""
        chord = np.sqrt(max((1 + self.ratio) ** 2 - self.impact**2, 1e-4))
        sine = np.sqrt(1 - (self.impact / self.axis) ** 2)
        return float(self.period / np.pi * np.arcsin(min(chord / self.axis / sine, 1.0)))

    @property
    def depth(self) -> float:
        """About how deep the primary dip is, as a share of all light."""
        overlap = np.clip((1 + self.ratio - self.impact) / (2 * self.ratio), 0, 1)
        return float(self.light * self.ratio**2 * overlap / (1 + self.surface * self.ratio**2))

    @property
    def found_period(self) -> float:
        """The period that a search reports: half the orbit when both eclipses look alike."""
        return self.period / 2 if self.folded_at_half else self.period

    def flux(self, time: np.ndarray, exposure: float) -> np.ndarray:
        """Relative flux (T,), one outside eclipses but for what the pair's shape and heating add."""
        pair = _transit(self, time, exposure, "primary")
        if self.kind == "planet":
            return np.asarray(pair)
        companion = self.surface * self.ratio**2
        angle = 2 * np.pi * phase_of(time, self.period, self.epoch)
        bulge = 1.3 * (self.companion_mass / self.host.mass) / self.axis**3
        heating = 0.5 * (self.ratio / self.axis) ** 2
        pair = pair + companion * _transit(self, time, exposure, "secondary")
        pair = pair - bulge * np.cos(2 * angle) - heating * np.cos(angle)
        return np.asarray(1 + self.light * (pair / (1 + companion) - 1))


def draw_star(rng: np.random.Generator) -> Star:
    """A main-sequence star of the kind that surveys look at; one in seven has begun to leave it."""
    star = main_sequence(float(np.clip(np.exp(rng.normal(np.log(0.92), 0.27)), 0.45, 1.8)))
    if rng.random() < 1 / 7:
        swell = rng.uniform(1.3, 2.6)
        return Star(star.mass, star.radius * swell, star.temp * swell**-0.12)
    return star


def main_sequence(mass: float) -> Star:
    """A dwarf of that mass."""
    return Star(mass, mass ** (0.85 if mass < 1 else 1.1), SUN_TEMP * mass**0.57)


def draw_signal(rng: np.random.Generator, star: Star, kind: Kind, span: float) -> Signal:
    """A signal of that kind, at least one event of which falls within `span` days."""
    period = float(np.exp(rng.uniform(*np.log(PERIODS))))
    epoch = float(rng.uniform(0, min(period, span)))
    if kind == "planet":
        ratio = _planet_radius(rng) * EARTH_IN_SUN / star.radius
        period = max(period, (LEAST_AXIS / star.scaled_axis(1.0)) ** 1.5)
        return Signal(kind, star, period, epoch, ratio, float(rng.uniform(0, 1) * (1 + 0.5 * ratio)))
    host = star if kind == "binary" else main_sequence(float(np.clip(rng.normal(0.95, 0.2), 0.5, 1.6)))
    # Companions of all masses, twins more often.
    mass_ratio = float(rng.uniform(0.9, 1.0) if rng.random() < 0.2 else rng.uniform(0.12, 0.95))
    companion = main_sequence(max(mass_ratio * host.mass, 0.1))
    ratio = min(companion.radius / host.radius, 1.0)
    surface = (companion.temp / host.temp) ** 4
    light = 1.0 if kind == "binary" else float(10 ** (-0.4 * rng.uniform(1.0, 7.0)))
    period = max(period, _closest(host, companion))
    half = surface * ratio**2 > 0.7 and rng.random() < 0.8
    impact = float(rng.uniform(0, 1 + 0.95 * ratio))
    return Signal(kind, host, period, epoch, ratio, impact, companion.mass, surface, light, bool(half))


def _closest(host: Star, companion: Star) -> float:
    """Period [d] below which two stars would all but touch."""
    return float((2.2 * (1 + companion.radius / host.radius) / host.scaled_axis(1.0, companion.mass)) ** 1.5)


def _planet_radius(rng: np.random.Generator) -> float:
    """Radius [R_Earth]: small planets, Neptunes, giants."""
    low, high = ((1.0, 3.5), (3.5, 8.0), (8.0, 17.0))[rng.choice(3, p=(0.5, 0.2, 0.3))]
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _transit(signal: Signal, time: np.ndarray, exposure: float, event: Literal["primary", "secondary"]) -> np.ndarray:
    """Flux (T,) of the star that is eclipsed, one when it is whole: the host in the primary, else the companion."""
    half = 0.0 if event == "primary" else 0.5
    phase = phase_of(time, signal.period, signal.epoch + half * signal.period)
    near = np.abs(phase) * signal.period < 0.5 * signal.duration + exposure
    flux = np.ones(time.shape)
    if not near.any():
        return flux
    orbit = batman.TransitParams()
    orbit.t0, orbit.per, orbit.rp, orbit.a = 0.0, signal.period, signal.ratio, signal.axis
    orbit.inc, orbit.ecc, orbit.w = float(np.degrees(np.arccos(signal.impact / signal.axis))), 0.0, 90.0
    orbit.limb_dark, orbit.u = "quadratic", signal.host.limb_darkening
    orbit.fp, orbit.t_secondary = 1.0, 0.0
    model = batman.TransitModel(
        orbit, phase[near] * signal.period, transittype=event, supersample_factor=5, exp_time=exposure
    )
    flux[near] = model.light_curve(orbit) - (1.0 if event == "secondary" else 0.0)
    return flux
