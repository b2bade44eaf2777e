"""What dims a star again and again: transiting planets, eclipsing pairs, pairs behind a brighter star."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import batman
import numpy as np

from astrocore.tasks.exoplanets.constants import EARTHS_IN_SUN, SUN_TEMP, YEAR
from astrocore.tasks.exoplanets.folding import phase_of

Kind = Literal["planet", "binary", "blend", "scattered", "spots", "instrument"]
EARTH_IN_SUN = 1 / EARTHS_IN_SUN
AU_IN_SUN = 215.03
SUN_LOGG = 4.438
GRID = 400
"""Points on which an eclipse is computed; the times of a light curve are read off between them."""
SUPERSAMPLES = 5
"""Points over which an exposure is averaged."""


@dataclass(frozen=True)
class Star:
    """Mass [M_Sun], radius [R_Sun], effective temperature [K]."""

    mass: float
    radius: float
    temp: float

    def scaled_axis(self, period: float, companion: float = 0.0) -> float:
        """Semi-major axis over the stellar radius, for a period [d] and a companion's mass [M_Sun]."""
        return float(AU_IN_SUN * np.cbrt((period / YEAR) ** 2 * (self.mass + companion)) / self.radius)

    @property
    def logg(self) -> float:
        """Surface gravity [dex(cm/s2)]."""
        return float(SUN_LOGG + np.log10(self.mass / self.radius**2))

    @property
    def limb_darkening(self) -> list[float]:
        """Quadratic coefficients; cooler stars darken more in the linear term."""
        cool = (SUN_TEMP - self.temp) / 1500
        return [float(np.clip(0.38 + 0.12 * cool, 0.1, 0.7)), float(np.clip(0.25 - 0.05 * cool, 0.0, 0.4))]


@dataclass(frozen=True)
class Signal:
    """A planet or a star before another; times in days.

    `ratio` is the smaller over the larger radius, `surface` the companion's over the star's surface brightness, `light`
    the part of all light in the aperture that the eclipsed pair gives, `secondary_phase` where the companion is
    eclipsed: half an orbit later, but for eccentric pairs.
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
    secondary_phase: float = 0.5

    @property
    def axis(self) -> float:
        """Semi-major axis over the host's radius."""
        return self.host.scaled_axis(self.period, self.companion_mass)

    @property
    def duration(self) -> float:
        """First to last contact [d], circular orbit (Winn 2010, eq. 14)."""
        chord = np.sqrt(max((1 + self.ratio) ** 2 - self.impact**2, 1e-4))
        sine = np.sqrt(1 - (self.impact / self.axis) ** 2)
        return float(self.period / np.pi * np.arcsin(min(chord / self.axis / sine, 1.0)))

    @property
    def flatness(self) -> float:
        """Second to third over first to last contact: 0 for a V, towards 1 for a box."""
        inner, outer = (max((1 + sign * self.ratio) ** 2 - self.impact**2, 0.0) for sign in (-1, 1))
        return float(np.sqrt(inner / max(outer, 1e-4))) if self.impact < 1 - self.ratio else 0.0

    @property
    def covered(self) -> float:
        """About which part of the smaller disc lies before the larger one in mid-eclipse."""
        return float(np.clip((1 + self.ratio - self.impact) / (2 * self.ratio), 0, 1))

    @property
    def depth(self) -> float:
        """About how deep the primary dip is, as a share of all light."""
        return float(self.light * self.ratio**2 * self.covered / (1 + self.surface * self.ratio**2))

    @property
    def companion_depth(self) -> float:
        """About how deep the dip is in which the companion is hidden; 0 for a dark one."""
        return self.surface * self.depth

    @property
    def secondary(self) -> float:
        """Depth of what a fold on the period found shows half an orbit later."""
        return 0.0 if self.folded_at_half or abs(self.secondary_phase - 0.5) > 0.02 else self.companion_depth

    @property
    def odd_even(self) -> float:
        """Difference in depth between odd and even events of the period found."""
        return abs(self.depth - self.companion_depth) if self.folded_at_half else 0.0

    @property
    def found_period(self) -> float:
        """The period that a search reports: half the orbit when both eclipses look alike."""
        return self.period / 2 if self.folded_at_half else self.period

    def flux(self, time: np.ndarray, exposure: float) -> np.ndarray:
        """Relative flux (T,), one outside eclipses but for what the pair's shape and heating add.

        Ellipsoidal variation and reflection have the leading terms of Morris & Naftilan (1993).
        """
        pair = _eclipse(self, time, exposure, "primary")
        if self.kind == "planet":
            return pair
        companion = self.surface * self.ratio**2
        angle = 2 * np.pi * phase_of(time, self.period, self.epoch)
        bulge = 1.3 * (self.companion_mass / self.host.mass) / self.axis**3
        heating = 0.5 * (self.ratio / self.axis) ** 2
        pair = pair + companion * _eclipse(self, time, exposure, "secondary")
        pair = pair - bulge * np.cos(2 * angle) - heating * np.cos(angle)
        return np.asarray(1 + self.light * (pair / (1 + companion) - 1))


def main_sequence(mass: float) -> Star:
    """A dwarf of that mass."""
    return Star(mass, mass ** (0.85 if mass < 1 else 1.1), SUN_TEMP * mass**0.57)


def _eclipse(signal: Signal, time: np.ndarray, exposure: float, event: Literal["primary", "secondary"]) -> np.ndarray:
    """Flux (T,) of the star that is eclipsed, one when it is whole: the host in the primary, else the companion."""
    later = 0.0 if event == "primary" else signal.secondary_phase
    since = phase_of(time, signal.period, signal.epoch + later * signal.period) * signal.period
    near = np.abs(since) < min(0.5 * signal.duration + exposure, 0.5 * signal.period)
    flux = np.ones(time.shape)
    if not near.any():
        return flux
    # Thousands of events repeat one shape: computed once, it is read off for each point.
    at = since[near] if near.sum() <= GRID else np.linspace(since[near].min(), since[near].max(), GRID)
    shape = _shape(signal, at, exposure, event)
    flux[near] = shape if near.sum() <= GRID else np.interp(since[near], at, shape)
    return flux


def _shape(signal: Signal, since: np.ndarray, exposure: float, event: Literal["primary", "secondary"]) -> np.ndarray:
    """Flux (T,) of the eclipsed star at times since mid-eclipse [d] (Mandel & Agol 2002, by batman)."""
    orbit = batman.TransitParams()
    orbit.t0, orbit.per, orbit.rp, orbit.a = 0.0, signal.period, signal.ratio, signal.axis
    orbit.inc, orbit.ecc, orbit.w = float(np.degrees(np.arccos(signal.impact / signal.axis))), 0.0, 90.0
    orbit.limb_dark, orbit.u = "quadratic", signal.host.limb_darkening
    orbit.fp, orbit.t_secondary = 1.0, 0.0
    model = batman.TransitModel(
        orbit, np.ascontiguousarray(since), transittype=event, supersample_factor=SUPERSAMPLES, exp_time=exposure
    )
    return np.asarray(model.light_curve(orbit) - (1.0 if event == "secondary" else 0.0))
