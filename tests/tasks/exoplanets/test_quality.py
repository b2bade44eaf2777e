"""Flags of cadences by mission."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from astrocore.tasks.exoplanets.lightcurves import read_light_curve
from astrocore.tasks.exoplanets.quality import BAD_BITS, good_cadences

from .curve_files import flux_of, times, write_kepler

FLAGS = np.array([0, 1, 8192, 1 << 20, 128, 512])


def test_masks_are_the_published_ones() -> None:
    assert {name: dict(masks) for name, masks in BAD_BITS.items()} == {
        "kepler": {"default": 1130799, "hard": 1664431, "none": 0},
        "tess": {"default": 175, "hard": 7407, "none": 0},
    }


@pytest.mark.parametrize(
    ("column", "mission", "quality", "kept"),
    [
        ("sap_quality", "kepler", "default", [1, 0, 1, 0, 1, 1]),
        ("sap_quality", "", "default", [1, 0, 1, 0, 1, 1]),
        ("quality", "k2", "hard", [1, 0, 0, 0, 0, 1]),
        ("quality", "tess", "default", [1, 0, 1, 1, 0, 1]),
        ("quality", "", "default", [1, 0, 0, 0, 0, 0]),
        ("quality", "", "none", [1] * 6),
    ],
)
def test_which_cadences_stay(column: str, mission: str, quality: str, kept: list[int]) -> None:
    good = good_cadences({column: FLAGS.astype(float)}, mission, 6, quality)  # type: ignore[arg-type]
    assert good.astype(int).tolist() == kept


def test_columns_that_are_no_flags_are_not_minded() -> None:
    assert good_cadences({"quality": np.array(["a"] * 6)}, "tess", 6, "default").all()
    assert good_cadences({"quality": FLAGS[:3]}, "tess", 6, "default").all()


def test_a_kepler_file_keeps_cadences_with_cosmic_rays_elsewhere(tmp_path: Path) -> None:
    time = times(days=5)
    file = write_kepler(tmp_path / "kplr1.fits", 1, time, flux_of(time))
    assert len(read_light_curve(file).time) == len(time)
    assert len(read_light_curve(file, "hard").time) == len(time) - len(time[::50])
