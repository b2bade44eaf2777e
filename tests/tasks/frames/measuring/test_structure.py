"""Numbers of shape on frames that were drawn with a known one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from astrocore.tasks.frames.measuring.structure import structure
from tests.tasks.frames.drawn import noise, spectrum, squared, stars

SHAPE = (512, 1024)


def told(pixels: np.ndarray) -> dict[str, float]:
    return structure(*squared(pixels))


@pytest.mark.parametrize("n", [1, 5, 12])
def test_lines_are_counted(n: int) -> None:
    at = [float(40 + 950 * i / n) for i in range(n)]
    found = told(noise(SHAPE) + spectrum(SHAPE, at, 3000))
    assert (found["lines_most"], found["lines_least"], found["dips_most"]) == (n, 0, 0)


@pytest.mark.parametrize("n", [1, 6])
def test_dips_are_counted(n: int) -> None:
    at = [float(60 + 930 * i / n) for i in range(n)]
    found = told(noise(SHAPE, median=20_000) + spectrum(SHAPE, at, -9000))
    assert (found["dips_most"], found["dips_least"], found["lines_most"]) == (n, 0, 0)


def test_a_featureless_frame_has_neither() -> None:
    found = told(noise(SHAPE))
    assert not any(found[f"{name}_{which}"] for name in ("lines", "dips") for which in ("most", "least"))
    assert found["blobs"] == 0 and found["structure"] < 0.15 and abs(found["vignetting"]) < 0.1


@pytest.mark.parametrize("turn", [np.transpose, np.flipud, np.fliplr, np.rot90], ids=lambda f: f.__name__)
def test_cameras_are_mounted_in_any_way(turn: Callable[[np.ndarray], np.ndarray]) -> None:
    pixels = noise((512, 512)) + spectrum((512, 512), [100, 250.5, 400], 2000) * np.linspace(0.5, 1, 512)[:, None]
    straight, turned = told(pixels), told(np.ascontiguousarray(turn(pixels)))
    for name, value in straight.items():
        assert turned[name] == pytest.approx(value, rel=0.02, abs=0.02), name


def test_straight_lines_are_alike_in_both_halves() -> None:
    straight = told(noise(SHAPE) + spectrum(SHAPE, [200, 333, 700], 3000))
    assert straight["straight_most"] > 0.95 and straight["straight_least"] < 0.5
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    tilted = told(noise(SHAPE) + 3000 * np.exp(-(((x - y * 0.8) % 170 - 85) ** 2) / 18))
    assert tilted["straight_most"] < 0.5


def test_a_frame_that_is_one_row_times_one_column_has_rank_one() -> None:
    profile = 1 + 0.8 * np.sin(np.linspace(0, 9, 1024))
    one = told(50_000 * np.linspace(0, 1, 512)[:, None] ** 2 * profile + noise(SHAPE, sigma=2))
    none = told(noise(SHAPE))
    assert one["rank_1"] > 0.7 and one["rank_3"] > 0.97 and none["rank_3"] < 0.3
    assert none["rank_1"] <= none["rank_3"] <= 1


def test_vignetting_is_the_share_that_the_corners_lack() -> None:
    y, x = np.mgrid[-1:1:512j, -1:1:512j]
    found = told(10_000 * (1 - 0.35 * (x**2 + y**2)) + noise((512, 512), median=0))
    flat = told(noise((512, 512), median=10_000))
    assert found["vignetting"] > 0.7 and abs(flat["vignetting"]) < 0.2


def test_a_step_at_the_edge_is_told_in_noises() -> None:
    pixels = noise((512, 512), sigma=10)
    assert told(pixels)["edge"] < 0.5
    pixels[:, :6] -= 300
    assert told(pixels)["edge"] == pytest.approx(30, rel=0.1)


def test_stars_are_counted() -> None:
    found = told(noise((512, 512)) + stars((512, 512), 36, peak=4000, width=3))
    assert found["blobs"] == 36


def test_how_much_of_the_frame_is_bright() -> None:
    pixels = noise((400, 400))
    pixels[:100] += 5000
    assert told(pixels)["filled"] == pytest.approx(0.25, abs=0.01)


def test_fine_and_smooth_structure_are_apart() -> None:
    fine = told(noise(SHAPE) + spectrum(SHAPE, [300, 800], 3000))
    smooth = told(noise(SHAPE) + np.linspace(0, 3000, 1024))
    assert fine["rough_most"] > 5 * smooth["rough_most"]
    assert max(smooth["smooth_most"], smooth["smooth_least"]) > 1 > 0.1 > max(fine["smooth_most"], fine["smooth_least"])
    assert fine["tilt"] > 0.53
