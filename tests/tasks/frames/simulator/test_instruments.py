"""Instruments: frames of each class look as they should by simple measures."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from astrocore.tasks.frames.simulator import echelles, imagers, skies, slit_shots, slits, spectra, towers
from astrocore.tasks.frames.simulator.cameras import Camera, draw_camera
from astrocore.tasks.frames.simulator.lines import LAMPS, NEON

SEEDS = range(8)


def drawn(seed: int, setting: str) -> tuple[np.random.Generator, Camera]:
    rng = np.random.default_rng(seed)
    camera = draw_camera(rng, setting, 0.7)
    return rng, replace(camera, kind="ccd")


def slit_of(seed: int) -> tuple[np.random.Generator, Camera, slits.Slit]:
    """A straight slit along the rows, for measures without turning."""
    rng, camera = drawn(seed, "slit")
    slit = slits.draw_slit(rng, camera.shape)
    straight = replace(slit, bend=0 * slit.bend, tilt=0.0, smile=0.0, turned=False, flips=(False, False), sliced=False)
    return rng, replace(camera, shape=straight.shape), straight


def lit(slit: slits.Slit) -> np.ndarray:
    """Rows well inside the slit's first part."""
    part = slit.parts[0]
    return np.arange(part.low + 2, max(part.high - 2, part.low + 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_an_arc_has_lines_across_the_slit(seed: int) -> None:
    rng, camera, slit = slit_of(seed)
    image = np.asarray(slit_shots.arc(rng, slit, camera).light)[lit(slit)]
    along, across = image.mean(axis=0), image.mean(axis=1)
    assert along.std() / along.mean() > 3 * across.std() / across.mean()
    assert np.median(along) < 0.5 * along.max()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_flat_fills_the_slit_smoothly(seed: int) -> None:
    rng, camera, slit = slit_of(seed)
    image = np.asarray(slit_shots.flat(rng, slit, camera).light)
    along = image[lit(slit)].mean(axis=0)
    assert abs(np.diff(along)).max() < 0.2 * along.max()
    dark = np.ones(len(image), bool)
    for part in slit.parts:
        dark[max(0, part.low - 2) : part.high + 2] = False
    if dark.any():
        assert image[dark].max() < 0.1 * image.max()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_star_is_a_narrow_trace(seed: int) -> None:
    rng, _, slit = slit_of(seed)
    slit = replace(slit, parts=(slits.Part(0, slit.shape[0], 1.0, 0.0, 1.0),))
    image = slit_shots.targeted(rng, slit, "hot", slit.shape[0] / 2)
    profile = image.sum(axis=1)
    assert abs(int(profile.argmax()) - slit.shape[0] / 2) <= 1
    assert (profile > 0.5 * profile.max()).sum() < 12


def test_three_slits_have_dark_bars_between_and_lines_of_different_width() -> None:
    for seed in range(60):
        parts, sliced = slits.draw_parts(np.random.default_rng(seed), 200)
        if len(parts) == 3 and not sliced:
            assert all(a.high < b.low for a, b in pairwise(parts))
            assert max(part.sigma for part in parts) == pytest.approx(2 * min(part.sigma for part in parts))
            return
    pytest.fail("no slit of three parts was drawn")


def test_the_frame_is_turned_and_bent_as_stated() -> None:
    _, _, slit = slit_of(0)
    image = np.zeros(slit.shape, "f4")
    image[slit.shape[0] // 2] = 1
    bent = slits.on_detector(replace(slit, bend=np.linspace(0, 4, slit.shape[1]), scattered=0.0), image)
    assert bent[:, -1].argmax() - bent[:, 0].argmax() == 4
    assert slits.on_detector(replace(slit, turned=True), image).shape == slit.shape[::-1]


def echelle_of(seed: int) -> tuple[np.random.Generator, Camera, echelles.Echelle]:
    rng, camera = drawn(seed, "echelle")
    echelle = echelles.draw(rng, camera)
    straight = replace(echelle, turned=False, flips=(False, False), scattered=0.0, tilt=0.0, fibre=False)
    return rng, replace(camera, shape=straight.shape), straight


@pytest.mark.parametrize("seed", SEEDS)
def test_orders_of_a_flat_can_be_counted(seed: int) -> None:
    _, _, echelle = echelle_of(seed)
    echelle = replace(echelle, height=4.0, blaze=np.ones_like(echelle.blaze))
    middles = echelle.middles[:, echelle.shape[1] // 2]
    on = (middles > 4) & (middles < echelle.shape[0] - 5)
    image = echelles.laid(echelle, np.ones(echelle.grid.size), *echelles.slit_profile(echelle))
    column = image[:, echelle.shape[1] // 2]
    rows = np.rint(middles[on]).astype(int)
    assert (column[rows] > 0.9).all()
    between = np.rint((middles[on][1:] + middles[on][:-1]) / 2).astype(int)
    wide = np.diff(middles[on]) > 8
    assert (column[between[wide]] < 0.5).all()
    assert len(echelle.middles) == 2 or on.sum() >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_an_echelle_arc_is_spots_and_its_flat_is_not(seed: int) -> None:
    rng, camera, echelle = echelle_of(seed)
    arc = np.asarray(echelles.arc(rng, echelle, camera).light)
    flat = np.asarray(echelles.flat(rng, echelle, camera).light)
    assert (arc > 0.3 * arc.max()).mean() < 0.5 * (flat > 0.3 * flat.max()).mean()


@pytest.mark.parametrize("mode", towers.MODES)
def test_a_tower_is_bright_with_dark_lines_or_bands(mode: str) -> None:
    for seed in SEEDS:
        rng, camera = drawn(seed, "tower")
        tower = replace(towers.draw(rng, camera), mode=mode)
        light = np.asarray(towers.shot(rng, tower, camera).light)
        assert light.shape == camera.shape
        assert (light > 0.3 * np.percentile(light, 99)).mean() > 0.1
        if mode == "slit":
            rows = light.T if tower.turned else light
            middle = np.median(rows[int(0.3 * len(rows)) : int(0.6 * len(rows))], axis=0)
            assert middle.min() < 0.8 * middle.max()


@pytest.mark.parametrize("seed", SEEDS)
def test_fields_have_points_and_flats_have_none(seed: int) -> None:
    rng, camera = drawn(seed, "imager")
    imager = replace(imagers.draw(rng, camera), fringes=0.0)
    sky = np.asarray(skies.deep_sky(rng, imager, camera).light)
    assert sky.shape == camera.shape
    assert sky.max() > np.median(sky) + 10 * camera.noise
    assert imager.through.max() < 1.3
    assert imager.through.min() >= 0


def test_vignetting_darkens_the_corners() -> None:
    corners = []
    for seed in range(20):
        light = imagers.vignetting(np.random.default_rng(seed), (60, 80))
        corners.append(light[[0, 0, -1, -1], [0, -1, 0, -1]].mean() / light[30, 40])
    assert np.mean(corners) < 0.85
    assert max(corners) <= 1.05


def test_lines_lie_at_their_wavelengths() -> None:
    grid = spectra.Grid(6000, 6800, 1600)
    light = spectra.lines(grid, NEON, 1.5)
    peak = grid.waves[int(light.argmax())]
    assert peak == pytest.approx(6402.25, abs=0.6)
    assert light.max() == pytest.approx(1.0, rel=0.05)


def test_observers_take_a_lamp_with_lines_in_sight() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        low = rng.uniform(3900, 7000)
        light, name = spectra.lamp(rng, spectra.Grid(low, low + 300, 600), 1.0)
        assert name in LAMPS
        assert (light > 0.03 * light.max()).sum() > 4


def test_stars_and_the_sun_have_lines_where_they_should() -> None:
    rng = np.random.default_rng(0)
    grid = spectra.Grid(6400, 6700, 1200)
    halpha = int(np.rint(grid.place(np.array([6562.8]))[0]))
    for light in (spectra.sun(grid, 1.0), spectra.star(rng, grid, 1.0, "hot")):
        assert light[halpha] < 0.8 * np.median(light)
    emission = spectra.star(rng, grid, 1.0, "emission")
    assert emission[halpha] > 1.05 * np.median(emission)
