"""Spectra of lamps, stars, nebulae, the sky and the Sun on a grid of wavelengths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from astrocore.tasks.frames.simulator.lines import (
    BALMER,
    BANDHEADS,
    CITY,
    LAMPS,
    METALS,
    NEBULA,
    SKY,
    TELLURIC,
    Table,
)
from astrocore.tasks.frames.simulator.smooth import drawn_log, wavy

LIGHT = 299_792.0
"""[km/s]"""
KINDS = {"hot": 0.3, "sunlike": 0.3, "cool": 0.15, "nebula": 0.12, "emission": 0.13}
"""Kinds of targets and their shares."""


@dataclass(frozen=True)
class Grid:
    """Samples from one wavelength to another [A], evenly spaced in the logarithm."""

    low: float
    high: float
    size: int

    @property
    def waves(self) -> np.ndarray:
        """Wavelengths (size,) [A]."""
        return np.geomspace(self.low, self.high, self.size)

    def place(self, wavelengths: np.ndarray) -> np.ndarray:
        """Where wavelengths lie, in samples."""
        return np.asarray(np.log(wavelengths / self.low) / np.log(self.high / self.low) * (self.size - 1))

    @property
    def sample(self) -> float:
        """Width of a sample [km/s]."""
        return float(LIGHT * np.log(self.high / self.low) / (self.size - 1))


def lines(grid: Grid, table: Table, sigma: float) -> np.ndarray:
    """Lines (size,) of `sigma` samples; a line of strength 1 is 1 high at its middle."""
    place = grid.place(table[0])
    inside = (place > 0) & (place < grid.size - 2)
    below = place[inside].astype(int)
    share = place[inside] - below
    spikes = np.bincount(below, table[1][inside] * (1 - share), grid.size)
    spikes += np.bincount(below + 1, table[1][inside] * share, grid.size)
    # The least width stands for the pixel, over which a line is never narrower.
    sigma = max(sigma, 0.45)
    return np.asarray(ndimage.gaussian_filter1d(spikes, sigma, mode="constant") * sigma * np.sqrt(2 * np.pi))


def visible(grid: Grid, table: Table) -> int:
    """Number of lines that may be seen: those on the grid not much fainter than the brightest there."""
    strengths = table[1][(table[0] > grid.low) & (table[0] < grid.high)]
    return int((strengths > 0.05 * strengths.max()).sum()) if len(strengths) else 0


def lamp(rng: np.random.Generator, grid: Grid, sigma: float) -> tuple[np.ndarray, str]:
    """Lines of a lamp (size,), the brightest about 1, and its name; the observer takes one that has lines there."""
    names = [name for name in LAMPS if visible(grid, LAMPS[name]) >= 4] or ["ThAr"]
    name = str(rng.choice(names))
    spectrum = lines(grid, LAMPS[name], sigma)
    faint = 0.002 * thermal(grid, 4000) * rng.integers(0, 2)
    return spectrum / (spectrum.max() + 1e-9) + faint, name


def thermal(grid: Grid, kelvin: float) -> np.ndarray:
    """Photons of a black body (size,), 1 at most."""
    waves = grid.waves
    photons = waves**-4 / np.expm1(1.4388e8 / (waves * kelvin))
    return np.asarray(photons / photons.max())


def response(rng: np.random.Generator, grid: Grid) -> np.ndarray:
    """Throughput of a spectrograph with its detector (size,), 1 at most."""
    s = np.linspace(-1, 1, grid.size)
    blaze = np.exp(-0.5 * ((s - rng.uniform(-0.5, 0.5)) / drawn_log(rng, 0.5, 3)) ** 2)
    silicon = 1 / (1 + np.exp((grid.waves - 9300) / 500)) / (1 + np.exp((3700 - grid.waves) / 200))
    whole = blaze * silicon * np.exp(0.05 * wavy(rng, grid.size, 6))
    return np.asarray(whole / whole.max())


def fringes(rng: np.random.Generator, grid: Grid) -> np.ndarray:
    """Interference in a thin detector (size,), about 1, strong only in the red."""
    depth = drawn_log(rng, 0.005, 0.12) / (1 + np.exp((7300 - grid.waves) / 300))
    phase = np.cumsum(1 + 0.3 * wavy(rng, grid.size, 5)) * 2 * np.pi / drawn_log(rng, 8, 40)
    return np.asarray(1 + depth * np.sin(phase))


def absorbed(grid: Grid, table: Table, speed: float, sigma: float, depth: float) -> np.ndarray:
    """Transmission (size,) of a gas whose lines are as wide as a speed [km/s], seen with `sigma` samples.

    Deep lines saturate. A line that is not resolved is as much shallower as it is widened, so that blended lines of a
    coarse spectrum do not add up to darkness.
    """
    own = speed / grid.sample
    seen = float(np.hypot(own, max(sigma, 0.45)))
    return np.asarray(np.exp(-depth * own / seen * lines(grid, table, seen)))


def telluric(grid: Grid, sigma: float) -> np.ndarray:
    """Transmission of the air (size,)."""
    return absorbed(grid, TELLURIC, 15, sigma, 2.5)


def star(rng: np.random.Generator, grid: Grid, sigma: float, kind: str) -> np.ndarray:
    """Spectrum of a hot, sunlike, cool or emission-line star (size,), 1 at most."""
    speed = drawn_log(rng, 8, 100)
    if kind == "cool":
        past = grid.waves[:, None] - BANDHEADS
        bands = (np.exp(-np.maximum(past, 0) / 120) * (past > 0)).sum(axis=1)
        light = thermal(grid, rng.uniform(2800, 4000)) * np.exp(-rng.uniform(0.3, 1.3) * bands)
        light *= absorbed(grid, METALS, speed, sigma, 2)
    elif kind == "sunlike":
        light = thermal(grid, rng.uniform(4500, 6800)) * absorbed(grid, METALS, speed, sigma, rng.uniform(0.8, 1.8))
        light *= absorbed(grid, BALMER, 150, sigma, 0.7)
    else:
        light = thermal(grid, rng.uniform(8000, 28000)) * absorbed(
            grid, BALMER, drawn_log(rng, 250, 900), sigma, rng.uniform(0.5, 1.4)
        )
    if kind == "emission":
        light += rng.uniform(0.3, 3) * lines(grid, BALMER, np.hypot(sigma, drawn_log(rng, 60, 600) / grid.sample))
    return np.asarray(light * telluric(grid, sigma) / light.max())


def nebula(rng: np.random.Generator, grid: Grid, sigma: float) -> np.ndarray:
    """Emission lines of a nebula (size,), the brightest about 1."""
    table = (NEBULA[0], NEBULA[1] * np.exp(0.4 * rng.standard_normal(len(NEBULA[1]))))
    spectrum = lines(grid, table, sigma)
    return np.asarray(spectrum / max(spectrum.max(), 0.05))


def sky(rng: np.random.Generator, grid: Grid, sigma: float) -> np.ndarray:
    """Lines and continuum of the night sky (size,), the brightest line about 1; lamps of a city in some places."""
    light = lines(grid, SKY, sigma) + rng.choice([0.0, 0.3, 1.5]) * lines(grid, CITY, sigma)
    return np.asarray(light + drawn_log(rng, 0.01, 0.3))


def sun(grid: Grid, sigma: float) -> np.ndarray:
    """The Sun (size,), 1 at most."""
    light = thermal(grid, 5770) * absorbed(grid, METALS, 6, sigma, 3)
    light *= absorbed(grid, BALMER, 60, sigma, 1.6)
    return np.asarray(light * telluric(grid, sigma) / light.max())
