"""A night: one camera on one instrument, its frames in the order in which they were taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from astrocore.tasks.frames.simulator import echelles, imagers, skies, slit_shots, slits, towers
from astrocore.tasks.frames.simulator.cameras import Camera, draw_camera
from astrocore.tasks.frames.simulator.detector import read_out
from astrocore.tasks.frames.simulator.equipment import draw_equipment
from astrocore.tasks.frames.simulator.exposure import Card, Exposure
from astrocore.tasks.frames.simulator.facts import Manner, draw_manner
from astrocore.tasks.frames.simulator.journal import Journal
from astrocore.tasks.frames.simulator.shots import Shot, bias_shot, dark_shot

SETTINGS = {"imager": 0.28, "slit": 0.28, "echelle": 0.28, "tower": 0.16}
"""What the camera is attached to, and how often."""
PLANS: dict[str, dict[str, float]] = {
    "imager": {"bias": 4, "darks": 5, "flats": 8, "deep_sky": 9},
    "slit": {
        "bias": 3, "darks": 3.5, "flat_dados": 6, "spectrum_dados": 7, "wavelength_calibration_dados": 6,
        "deep_sky": 0.7,
    },
    "echelle": {
        "bias": 3, "darks": 3.5, "flat_baches": 6, "spectrum_baches": 7, "wavelength_calibration_baches": 6,
    },
    "tower": {"einsteinturm": 19, "bias": 1.5, "darks": 4},
}  # fmt: skip
"""Frames of each class in a middling night."""
SEEDS_APART = 100_000
"""Nights of seed 1 are numbered from here on, of seed 2 from twice here: no name comes twice among seeds."""
FEWEST, MOST = 15, 40
"""Frames of a night."""
FORMS = {"plain": 0.72, "cube": 0.05, "extension": 0.07, "compressed": 0.06, "zipped": 0.04, "tiff": 0.06}
"""How files are written, by camera."""

Maker = Callable[[np.random.Generator, str], Shot]


def night(seed: int, number: int, size: float = 1.0) -> list[Exposure]:
    """The frames of one night, which has its own camera.

    Parameters
    ----------
    seed
        Source of chance; the same seed and number give the same frames.
    number
        Number of the night and of its camera, from 0.
    size
        Multiplies the sides of the frames.

    Returns
    -------
    list of Exposure
        15 to 40 frames in the order in which they were taken.
    """
    rng = np.random.default_rng((seed, number))
    setting = str(rng.choice(list(SETTINGS), p=list(SETTINGS.values())))
    camera = draw_camera(rng, setting, size)
    manner, own = draw_manner(rng), draw_equipment(rng, setting, camera)
    form = draw_form(rng, camera)
    # A TIFF has no header.
    manner = Manner(headerless=True) if form == "tiff" else manner
    maker = maker_of(rng, setting, camera, manner)
    frames: list[Exposure] = []
    journal = Journal(rng, setting, manner, own)
    for i, label in enumerate(draw_plan(rng, setting, camera)):
        own_rng = np.random.default_rng((seed, number, i))
        shot = maker(own_rng, label)
        pixels = read_out(own_rng, camera, coloured(own_rng, camera, shot.light), shot.seconds)
        cards = journal.entry(own_rng, label, shot, i)
        frames.append(exposure(seed * SEEDS_APART + number, i, label, pixels, cards, (camera.bayer, form)))
    return frames


def exposure(
    number: int, i: int, label: str, pixels: np.ndarray, cards: tuple[Card, ...], ways: tuple[str, str]
) -> Exposure:
    """Frame `i` of a night; `ways` are its colour mosaic and the form of its file."""
    bayer, form = ways
    return Exposure(
        pixels=pixels,
        cards=cards,
        label=label,
        camera=f"sim-cam-{number:05d}",
        night=f"sim-night-{number:05d}",
        name=f"sim-{number:05d}-{i:04d}",
        bayer=bayer,
        form=form,
    )


def draw_plan(rng: np.random.Generator, setting: str, camera: Camera) -> list[str]:
    """Classes of the night's frames, in blocks, as observers take them."""
    plan = dict(PLANS[setting])
    if camera.kind == "infrared" and "bias" in plan:
        # Such frames are differences of readings: there is no bias to take.
        plan["darks"] += plan.pop("bias")
    if camera.kind == "plate":
        plan = {"deep_sky": 20}
    if setting == "slit" and max(camera.shape) > 3 * min(camera.shape):
        # Too narrow a detector to find a target with.
        plan.pop("deep_sky")
    numbers = rng.poisson([count * rng.uniform(0.6, 1.4) for count in plan.values()])
    while not FEWEST <= numbers.sum() <= MOST:
        numbers = rng.poisson(list(plan.values()))
    blocks = [[label] * int(count) for label, count in zip(plan, numbers, strict=True)]
    return [label for block in rng.permutation(len(blocks)) for label in blocks[block]]


def draw_form(rng: np.random.Generator, camera: Camera) -> str:
    """How this camera's files are written; TIFF only by cameras of whole numbers."""
    form = str(rng.choice(list(FORMS), p=list(FORMS.values())))
    return "plain" if form in ("tiff", "compressed") and camera.dtype != "uint16" else form


def maker_of(rng: np.random.Generator, setting: str, camera: Camera, manner: Manner) -> Maker:
    """What makes the light of a class's frames with this night's instrument."""
    makers: dict[str, Callable[[np.random.Generator], Shot]] = {
        "bias": lambda own: bias_shot(own, camera),
        "darks": lambda own: dark_shot(own, camera, plain=not manner.telling),
    }
    if setting in ("imager", "slit"):
        imager = imagers.draw(rng, camera, slit=setting == "slit")
        makers["deep_sky"] = lambda own: skies.deep_sky(own, imager, camera)
        makers["flats"] = lambda own: imagers.flat(own, imager, camera)
    if setting == "slit":
        slit = slits.draw_slit(rng, camera.shape)
        makers["flat_dados"] = lambda own: slit_shots.flat(own, slit, camera)
        makers["spectrum_dados"] = lambda own: slit_shots.spectrum(own, slit, camera)
        makers["wavelength_calibration_dados"] = lambda own: slit_shots.arc(own, slit, camera)
    if setting == "echelle":
        echelle = echelles.draw(rng, camera)
        for label in set(PLANS["echelle"]) - set(makers):
            makers[label] = partial(echelles.shot, echelle=echelle, camera=camera, label=label)
    if setting == "tower":
        tower = towers.draw(rng, camera)
        makers["einsteinturm"] = lambda own: towers.shot(own, tower, camera)
    return lambda own, label: makers[label](own)


def coloured(rng: np.random.Generator, camera: Camera, light: np.ndarray | float) -> np.ndarray | float:
    """The light (y, x) behind the camera's colour mosaic."""
    if not camera.bayer or np.ndim(light) == 0:
        return light
    shares = {"R": rng.uniform(0.3, 0.8), "G": 1.0, "B": rng.uniform(0.3, 0.9)}
    tile = np.array([shares[letter] for letter in camera.bayer]).reshape(2, 2)
    return np.asarray(light * np.tile(tile, (camera.shape[0] // 2, camera.shape[1] // 2)))
