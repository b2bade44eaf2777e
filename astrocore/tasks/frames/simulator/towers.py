"""Solar towers: spectra with absorption lines over the whole slit, bands side by side, and images of the Sun."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from astrocore.tasks.frames.simulator import spectra
from astrocore.tasks.frames.simulator.cameras import Camera
from astrocore.tasks.frames.simulator.lines import METALS
from astrocore.tasks.frames.simulator.names import draw_target
from astrocore.tasks.frames.simulator.shots import Shot
from astrocore.tasks.frames.simulator.smooth import Shape, blurred, clouds, drawn_log, enlarged, radius, ramp, wavy

MODES = {"slit": 0.42, "bands": 0.36, "strips": 0.14, "jaw": 0.08}
"""What a tower's camera sees, and how often."""


@dataclass(frozen=True, eq=False)
class Tower:
    """A solar tower with its spectrograph. Its own frame is (slit, dispersion)."""

    shape: Shape
    mode: str
    windows: tuple[spectra.Grid, ...]
    """Wavelengths of the spectrum, or of each strip."""
    sigma: float
    """Width of a line [pixels]."""
    edges: tuple[float, float]
    """Lit part of the frame along the slit, as shares."""
    bands: int
    slope: float
    """Lean of the bands or tilt of the lines [pixels over the frame]."""
    gap: float
    """Share of a band's pitch that is dark."""
    dust: np.ndarray
    """(rows,) light let through along the slit, with hairs across it."""
    level: float
    """Share of what the camera holds."""
    turned: bool


def draw(rng: np.random.Generator, camera: Camera) -> Tower:
    """A tower for a camera."""
    turned = bool(rng.random() < 0.3)
    rows, columns = camera.shape[::-1] if turned else camera.shape
    mode = str(rng.choice(list(MODES), p=list(MODES.values())))
    bands = int(rng.integers(5, 12)) if mode == "bands" else int(rng.integers(2, 6))
    low = rng.uniform(0, 0.2) if rng.random() < 0.5 else 0.0
    return Tower(
        shape=(rows, columns),
        mode=mode,
        windows=tuple(draw_window(rng, columns) for _ in range(bands)),
        sigma=drawn_log(rng, 0.6, 1.8),
        edges=(low, rng.uniform(0.65, 1) if low else 1.0),
        bands=bands,
        slope=rng.normal(0, 0.03) * columns if mode == "bands" else rng.normal(0, 1.5),
        gap=rng.uniform(0.08, 0.35),
        dust=draw_dust(rng, rows),
        level=drawn_log(rng, 0.15, 0.9),
        turned=turned,
    )


def draw_window(rng: np.random.Generator, columns: int) -> spectra.Grid:
    """Wavelengths that hold some strong lines."""
    span = drawn_log(rng, 6, 150)
    for _ in range(20):
        middle = rng.choice([6562.8, 5893.0, 3950.0, 5173.0, 6302.0, 8542.0, rng.uniform(4000, 6800)])
        inside = METALS[1][abs(METALS[0] - middle) < 0.4 * span]
        if (inside > 0.25).sum() >= 2:
            break
    return spectra.Grid(middle - span / 2, middle + span / 2, columns)


def draw_dust(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Light let through along the slit (rows,): streaks of dust, and hairs set across it."""
    dust = 1 + rng.choice([0.01, 0.03, 0.08]) * rng.standard_normal(rows)
    for _ in range(int(rng.choice([0, 0, 1, 2]))):
        at = int(rng.integers(rows))
        dust[at : at + 2] *= 0.15
    return np.asarray(np.clip(dust, 0, 1.3))


def shot(rng: np.random.Generator, tower: Tower, camera: Camera) -> Shot:
    """An exposure of the Sun: the night's mode, or now and then an image off the slit."""
    mode = "jaw" if rng.random() < 0.05 else tower.mode
    makers = {"slit": slit, "bands": bands, "strips": strips, "jaw": jaw}
    image = makers[mode](rng, tower)
    level = tower.level * rng.uniform(0.7, 1.1) * camera.most * (drawn_log(rng, 1.3, 2.5) if rng.random() < 0.02 else 1)
    light = (image.T if tower.turned else image) * level
    return Shot(light, float(rng.choice([0.002, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 2])), draw_target(rng, "sun"))


def scene(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """The Sun's surface (y, x), about 1: granules, and on some images spots and filaments."""
    image = 1 + rng.uniform(0.02, 0.07) * clouds(rng, shape, int(rng.integers(25, 70)))
    for _ in range(rng.choice([0, 0, 1, 2])):
        away = radius(shape, tuple(rng.uniform(0.1, 0.9, 2)))
        wide = drawn_log(rng, 0.02, 0.12)
        image *= 1 - 0.35 / (1 + (away / wide) ** 8) - 0.45 / (1 + (away / wide * 2.2) ** 8)
    if rng.random() < 0.3:
        image *= 1 - 0.4 * np.exp(-0.5 * (clouds(rng, shape, 3) / 0.12) ** 2)
    return np.asarray(image, dtype=np.float32)


def slit(rng: np.random.Generator, tower: Tower) -> np.ndarray:
    """One spectrum (rows, columns)."""
    rows, _ = tower.shape
    image = strip(rng, tower, tower.windows[0], rows) * tower.dust[:, None]
    y = np.linspace(0, 1, rows)
    image[(y < tower.edges[0]) | (y > tower.edges[1])] *= 0.03
    return np.asarray(image * (1 - 0.15 * (y - 0.5)[:, None]))


def strip(rng: np.random.Generator, tower: Tower, window: spectra.Grid, rows: int) -> np.ndarray:
    """A spectrum (rows, columns) whose lines are bent a little and shifted by the gas's motion along the slit."""
    columns = tower.shape[1]
    light = spectra.sun(window, tower.sigma)
    x, y = np.arange(columns), np.linspace(-1, 1, rows)
    shift = tower.slope * (y + 0.3 * y**2) + rng.uniform(0.1, 0.8) * wavy(rng, rows, 25)
    image = np.interp(x - shift[:, None], x, light)
    bright = 1 + rng.uniform(0.01, 0.06) * wavy(rng, rows, 40)
    if rng.random() < 0.2:
        bright *= 1 - rng.uniform(0.3, 0.8) / (1 + ((y - rng.uniform(-0.7, 0.7)) / rng.uniform(0.05, 0.2)) ** 6)
    return np.asarray(image * bright[:, None])


def strips(rng: np.random.Generator, tower: Tower) -> np.ndarray:
    """Several spectra (rows, columns) one above another, each of other wavelengths."""
    rows, _ = tower.shape
    image = np.full(tower.shape, 0.01)
    ends = np.linspace(0, rows, tower.bands + 1).astype(int)
    for window, low, high in zip(tower.windows, ends, ends[1:], strict=False):
        bar = int(tower.gap * (high - low) / 2)
        here = slice(low + bar, max(high - bar, low + bar + 2))
        image[here] = rng.uniform(0.6, 1) * strip(rng, tower, window, here.stop - here.start)
    return np.asarray(image * np.clip(tower.dust, 0.5, 1.3)[:, None])


def bands(rng: np.random.Generator, tower: Tower) -> np.ndarray:
    """The same part of the Sun (rows, columns) several times side by side, each band at another part of a line."""
    rows, columns = tower.shape
    y = np.linspace(0, 1, rows)[:, None]
    pitch = 0.94 / tower.bands
    along = (np.arange(columns) - tower.slope * (y - 0.5)) / columns - 0.03
    band = np.floor(along / pitch)
    inner = along / pitch - band
    view = scene(rng, (rows, max(24, int(columns * pitch))))
    column = np.clip(inner * view.shape[1], 0, view.shape[1] - 1).astype(int)
    at = (band + inner - tower.bands * rng.uniform(0.35, 0.65)) / (0.28 * tower.bands)
    profile = 1 - rng.uniform(0.3, 0.75) * np.exp(-0.5 * at**2)
    lit = (band >= 0) & (band < tower.bands) & (inner > tower.gap / 2) & (inner < 1 - tower.gap / 2)
    low = max(tower.edges[0], 0.03)
    image = view[np.arange(rows)[:, None], column] * profile * lit * (y > low) * (y < max(0.5, tower.edges[1] - 0.03))
    return np.asarray(blurred(image.astype(np.float32), 1.0) * (1 + 0.1 * ramp(rng, tower.shape)) + 0.004)


def jaw(rng: np.random.Generator, tower: Tower) -> np.ndarray:
    """The Sun's image (rows, columns) on the slit's jaws, now and then with the limb."""
    image = scene(rng, tower.shape) * (0.95 + 0.1 * enlarged(rng.random((4, 4)), tower.shape))
    if rng.random() < 0.5:
        at = int(rng.uniform(0.3, 0.7) * tower.shape[1])
        image[:, at : at + 3] *= 0.1
    if rng.random() < 0.35:
        away = radius(tower.shape, (rng.uniform(-0.5, 1.5), rng.uniform(1.2, 1.8)))
        image *= np.sqrt(np.clip(1.6 - away, 0, 1)) + 0.005
    return image
