"""From light to the numbers in a file: dark current, cosmic rays, saturation, noise, bias and the converter."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from astrocore.tasks.frames.simulator.cameras import Camera
from astrocore.tasks.frames.simulator.smooth import drawn_log, wavy

BLOOMS = 150
"""Saturated pieces of columns from which charge runs over, at most; more would be a saturated frame."""


def read_out(rng: np.random.Generator, camera: Camera, light: np.ndarray | float, seconds: float) -> np.ndarray:
    """The frame (y, x) [ADU] of a camera after an exposure.

    Parameters
    ----------
    rng
        Source of chance.
    camera
        The camera.
    light
        Electrons that light frees in the exposed pixels, (y, x) or one number.
    seconds
        Exposure time, for dark current and cosmic rays.

    Returns
    -------
    np.ndarray
        Of the camera's type and shape with margins.
    """
    patterns = camera.patterns
    charge = (patterns.response * light + patterns.dark * seconds).astype(np.float32)
    hit(rng, charge, rng.poisson(camera.cosmics * (seconds + 0.5)))
    charge = overflowing(charge, camera) if camera.kind == "ccd" else np.minimum(charge, camera.well)
    electrons = patterns.bias.copy()
    inside = electrons[:, camera.margins[0] : camera.margins[0] + camera.shape[1]]
    inside += charge
    variance = np.full(electrons.shape, camera.noise**2, dtype=np.float32)
    variance[:, camera.margins[0] : camera.margins[0] + camera.shape[1]] += charge
    electrons += np.sqrt(variance) * rng.standard_normal(electrons.shape, dtype=np.float32)
    electrons += camera.banding * rng.standard_normal((len(electrons), 1), dtype=np.float32)
    return converted(electrons + 0.2 * camera.noise * rng.standard_normal(), camera)


def converted(electrons: np.ndarray, camera: Camera) -> np.ndarray:
    """Numbers (y, x) of electrons (y, x): the converter's steps and its two ends."""
    numbers = np.rint(electrons / camera.gain + camera.bias)
    # Near-infrared frames are differences of two readings, which may be negative.
    low = -(2.0**20) if camera.kind == "infrared" else 0
    numbers = np.clip(numbers, low, 2**camera.bits - 1) * camera.step
    return np.ascontiguousarray(numbers.T if camera.turned else numbers).astype(camera.dtype)


def hit(rng: np.random.Generator, charge: np.ndarray, number: int) -> None:
    """Put cosmic ray hits into the charge (y, x) [e]: most are a pixel or two, some are tracks."""
    height, width = charge.shape
    for _ in range(min(number, 400)):
        length = 1 + int(rng.exponential(3))
        angle = rng.uniform(0, 2 * np.pi)
        steps = np.arange(length)
        y = (rng.uniform(0, height) + steps * np.sin(angle)).astype(int) % height
        x = (rng.uniform(0, width) + steps * np.cos(angle)).astype(int) % width
        charge[y, x] += drawn_log(rng, 150, 6000)


def overflowing(charge: np.ndarray, camera: Camera) -> np.ndarray:
    """Charge (y, x) [e] held by the wells of a CCD: what is too much runs along the columns."""
    well = camera.well
    over = charge > well
    if not over.any():
        return charge
    columns = np.ascontiguousarray(over.T)
    pieces, number = ndimage.label(columns, structure=[[0, 0, 0], [1, 1, 1], [0, 0, 0]])
    held = np.minimum(charge, well).T
    if 0 < number <= BLOOMS:
        too_much = np.asarray(ndimage.sum_labels(charge.T - well, pieces, np.arange(1, number + 1)))
        for (column, rows), excess in zip(ndimage.find_objects(pieces), too_much, strict=True):
            reach = int(min(excess / well / 2, 0.3 * len(charge)))
            held[column, max(0, rows.start - reach) : rows.stop + reach] = well
    return np.asarray(held.T)


def flicker(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Brightness (rows, 1), about 1, of a lamp on the mains as a rolling shutter sees it."""
    periods, phase = rng.uniform(2, 16), rng.uniform(0, 2 * np.pi)
    wave = np.sin(np.linspace(0, 2 * np.pi * periods, rows) + phase) + 0.05 * wavy(rng, rows, 20)
    return np.asarray(1 + rng.uniform(0.03, 0.4) * wave)[:, None]
