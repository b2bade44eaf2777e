"""Nights: repeatable, of one camera each, with all classes in fair shares."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from astrocore.tasks.frames.simulator import CLASSES, Exposure, night
from astrocore.tasks.frames.simulator.cameras import ASPECTS, draw_shape


@pytest.mark.parametrize("number", range(6))
def test_same_seed_and_number_give_the_same_frames(number: int) -> None:
    once, again = night(3, number, 0.3), night(3, number, 0.3)
    for a, b in zip(once, again, strict=True):
        np.testing.assert_array_equal(a.pixels, b.pixels)
        assert (a.cards, a.label, a.name, a.camera) == (b.cards, b.label, b.name, b.camera)


def test_another_seed_or_number_gives_other_frames_and_names() -> None:
    one, number, seed = night(0, 1, 0.3), night(0, 2, 0.3), night(1, 1, 0.3)
    assert not np.array_equal(one[0].pixels, number[0].pixels)
    assert not np.array_equal(one[0].pixels, seed[0].pixels)
    assert len({one[0].night, number[0].night, seed[0].night}) == 3
    assert not {frame.name for frame in one} & {frame.name for frame in seed}


def test_a_night_has_one_camera_and_15_to_40_frames(nights: list[list[Exposure]]) -> None:
    for frames in nights:
        assert 15 <= len(frames) <= 40
        assert len({(f.camera, f.night, f.pixels.shape, f.pixels.dtype, f.bayer, f.form) for f in frames}) == 1
    assert len({frames[0].camera for frames in nights}) == len(nights)
    assert nights[12][0].camera == "sim-cam-00012"


def test_all_classes_come_in_fair_shares(nights: list[list[Exposure]]) -> None:
    counts = Counter(frame.label for frames in nights for frame in frames)
    assert set(counts) == set(CLASSES)
    assert max(counts.values()) < 5 * min(counts.values())


def test_frames_of_a_night_are_of_one_instrument(nights: list[list[Exposure]]) -> None:
    for frames in nights:
        kinds = {label.split("_")[-1] for label in (f.label for f in frames)} & {"dados", "baches", "einsteinturm"}
        assert len(kinds) <= 1


def test_names_do_not_tell_the_class(nights: list[list[Exposure]]) -> None:
    for frames in nights:
        for i, frame in enumerate(frames):
            assert frame.name == f"sim-{frame.night[-5:]}-{i:04d}"


def test_numbers_keep_to_their_type_and_range(nights: list[list[Exposure]]) -> None:
    types = Counter(str(frames[0].pixels.dtype) for frames in nights)
    assert types["uint16"] > len(nights) / 2
    assert set(types) >= {"uint16", "float32"}
    for frames in nights:
        for frame in frames:
            assert frame.pixels.ndim == 2
            assert np.isfinite(frame.pixels).all()
            assert frame.pixels.max() < 2**17


def test_cameras_vary_widely(nights: list[list[Exposure]]) -> None:
    shapes = np.array([frames[0].pixels.shape for frames in nights])
    aspects = shapes.max(axis=1) / shapes.min(axis=1)
    assert aspects.max() > 8
    assert (aspects < 1.6).mean() > 0.3
    assert (shapes[:, 0] > shapes[:, 1]).any()
    assert any(frames[0].bayer for frames in nights)
    tops = [max(int(frame.pixels.max()) for frame in frames) for frames in nights]
    assert min(tops) < 5000 < 60_000 < max(tops)


def test_size_multiplies_the_sides() -> None:
    small, large = night(0, 1, 0.5)[0].pixels, night(0, 1, 1.5)[0].pixels
    np.testing.assert_allclose(np.divide(large.shape, small.shape), 3, rtol=0.15)


def test_middling_frames_have_an_eighth_of_a_million_pixels() -> None:
    rng = np.random.default_rng(0)
    areas = [np.prod(draw_shape(rng, str(rng.choice(list(ASPECTS))), 1.0)) for _ in range(400)]
    assert 0.1e6 < np.mean(areas) < 0.16e6
