"""What stays the same in every frame of a camera: bias structure, dark current, hot pixels, glow, response."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.simulator.smooth import Shape, clouds, drawn_log, radius, ramp, wavy

AMPLIFIERS = {"ccd": ((1, 1),) * 5 + ((1, 2), (2, 1), (2, 2)), "infrared": ((2, 2),)}
"""Amplifiers along y and x; one where nothing is said."""
DOUBLING = 6.3
"""Degrees over which the dark current of silicon doubles [K]."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """Maps of a camera, float32."""

    bias: np.ndarray
    """(y, x with margins) [e], about 0."""
    dark: np.ndarray
    """(y, x) [e/s] with hot pixels and amplifier glow."""
    response: np.ndarray
    """(y, x), about 1; 0 at dead pixels."""
    level: float
    """Current of most pixels, with the glow [e/s]."""
    hot: float
    """Current of a middling hot pixel [e/s]."""


def draw_patterns(
    rng: np.random.Generator, kind: str, layout: tuple[Shape, tuple[int, int]], noise: float, temperature: float
) -> Patterns:
    """Maps for a detector of a layout (exposed shape, margins)."""
    shape, margins = layout
    full = (shape[0], shape[1] + sum(margins))
    offsets, sensitivities = draw_amplifiers(rng, kind, full, noise)
    bias = offsets + draw_structure(rng, full, noise)
    dark, hot = draw_dark(rng, kind, shape, noise, temperature)
    response = draw_response(rng, shape) * sensitivities[:, margins[0] : margins[0] + shape[1]]
    damage(rng, dark, response, 20 * hot)
    return Patterns(
        bias.astype(np.float32),
        dark.astype(np.float32),
        response.astype(np.float32),
        float(np.median(dark[::5, ::5])),
        hot,
    )


def draw_amplifiers(rng: np.random.Generator, kind: str, full: Shape, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Bias level [e] and relative sensitivity (y, x) of one, two or four amplifiers."""
    layouts = AMPLIFIERS.get(kind, ((1, 1),))
    rows, columns = layouts[int(rng.integers(len(layouts)))]
    apart = noise * drawn_log(rng, 0.5, 40)
    places = np.add.outer(np.arange(full[0]) * rows // full[0] * columns, np.arange(full[1]) * columns // full[1])
    offsets = apart * rng.standard_normal(rows * columns) * (rows * columns > 1)
    return offsets[places], (1 + 0.02 * rng.standard_normal(rows * columns))[places]


def draw_structure(rng: np.random.Generator, full: Shape, noise: float) -> np.ndarray:
    """Bias structure (y, x) [e]: columns, rows, an edge where the readout settles, and slow drifts over the chip."""
    columns, rows, slow, edge = noise * rng.choice([0.0, 0.1, 0.3, 1.0], 4) * rng.uniform(0.5, 1.5, 4)
    settling = edge * 4 * np.exp(-np.arange(full[1]) / rng.uniform(2, 20)) * rng.choice([-1, 1])
    across = columns * (rng.standard_normal(full[1]) + rng.choice([0, 1]) * wavy(rng, full[1], 12))
    down = rows * rng.standard_normal((full[0], 1))
    drift = slow * (ramp(rng, full) + 0.5 * clouds(rng, full, 3))
    return np.asarray(settling + across + down + drift)


def draw_dark(
    rng: np.random.Generator, kind: str, shape: Shape, noise: float, temperature: float
) -> tuple[np.ndarray, float]:
    """Dark current (y, x) [e/s] with hot pixels and glow, and the current of a middling hot pixel."""
    warm = drawn_log(rng, 0.2, 15)
    level = warm * 2 ** ((max(temperature, -70) - 25) / DOUBLING) if kind != "infrared" else drawn_log(rng, 0.02, 3)
    hot = max(30 * level, noise / drawn_log(rng, 2, 120))
    dark = np.full(shape, level, dtype=np.float64)
    dark *= 1 + 0.15 * np.abs(rng.standard_normal(shape, dtype=np.float32))
    number = rng.binomial(dark.size, drawn_log(rng, 3e-4, 1.2e-2))
    places = rng.integers(dark.size, size=number)
    dark.flat[places] += 0.5 * hot * np.minimum(rng.pareto(1.1, number) + 0.3, 1e3)
    return dark + draw_glow(rng, kind, shape, noise), float(hot)


def draw_glow(rng: np.random.Generator, kind: str, shape: Shape, noise: float) -> np.ndarray | float:
    """Light of the amplifiers (y, x) [e/s] in a corner or along an edge; none in most cameras."""
    if rng.random() > (0.5 if kind == "cmos" else 0.25):
        return 0.0
    strength = noise / drawn_log(rng, 6, 300)
    corner = (float(rng.choice([-0.03, 0.5, 1.03])), float(rng.choice([-0.03, 1.03])))
    return np.asarray(strength * np.exp(-radius(shape, corner) / rng.uniform(0.08, 0.5)) * 6)


def draw_response(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Sensitivity (y, x) from pixel to pixel and slowly over the chip, about 1."""
    pixels = drawn_log(rng, 0.003, 0.02) * rng.standard_normal(shape, dtype=np.float32)
    return np.asarray(1 + pixels + 0.01 * clouds(rng, shape, 4))


def damage(rng: np.random.Generator, dark: np.ndarray, response: np.ndarray, current: float) -> None:
    """Put dead and hot columns and dead pixels into the maps."""
    height, width = dark.shape
    for _ in range(rng.poisson(0.7)):
        column, top = int(rng.integers(width)), int(rng.integers(height))
        response[top:, column] *= rng.choice([0.0, 0.6, 0.9])
    for _ in range(rng.poisson(0.3)):
        dark[int(rng.integers(height)) :, int(rng.integers(width))] += current * drawn_log(rng, 0.05, 1)
    response.flat[rng.integers(response.size, size=rng.poisson(8))] = rng.uniform(0, 0.5)
