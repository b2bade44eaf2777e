"""Which frame an object is cut from, how it is turned, and what is told of objects and frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from astrocore.tasks.sources.frames import cut_frames

from .frame_files import DEC, HERE, PIXEL, RA, header, literal, noise, write


def test_an_object_is_cut_from_the_frame_that_holds_it_best(tmp_path: Path) -> None:
    images = noise((3, 64, 64))
    shifts = {"a": (25.0, 0.0), "b": (5.0, 0.0), "c": (-20.0, 3.0)}
    for (name, shift), image in zip(shifts.items(), images, strict=True):
        write(tmp_path / "run" / f"{name}.fits", (image, header(shift=shift, FILTER="r")))
    ra = RA + np.array([0.0, -14.0, 40.0]) * PIXEL  # east is to the left: in the middle, to the right and far left
    cut = cut_frames(tmp_path, ra, np.full(3, DEC), "r", 8)
    best = [1, 2, None]
    for row, place in enumerate(best):
        if place is None:
            continue
        wanted = literal(images[place], header(shift=list(shifts.values())[place]), ra[row], DEC, 8)
        np.testing.assert_array_equal(cut.arrays["image_r"][row], wanted)


def test_objects_without_an_image_are_counted(tmp_path: Path) -> None:
    write(tmp_path / "r.fits", (noise((64, 64)), header(BUNIT="nanomaggy")))
    write(tmp_path / "g.fits", (noise((64, 64)), header(shift=(0, 60), BUNIT="nmgy")))
    ra = np.array([RA, np.nan, RA + 1, RA, RA, RA + 500])
    dec = np.array([DEC, DEC, DEC, -91.0, DEC - 34 * PIXEL, DEC])
    cut = cut_frames(tmp_path, ra, dec, "gr", 16)
    assert [np.isfinite(cut.arrays["image_r"][row]).any() for row in range(6)] == [True, *[False] * 3, True, False]
    assert np.isnan(cut.columns["up_angle"]).tolist() == [False, True, True, True, False, True]
    assert cut.columns["pixel_arcsec"][[0, 4]] == pytest.approx(PIXEL * 3600)
    assert cut.notes[0].startswith("3 of 6 objects have no coordinates")
    assert cut.notes[1].startswith("1 of 6 objects lie in none of the frames")
    assert "1 of 6 objects lie in a frame, but in none of some band: g (1)" in cut.notes[2]
    assert cut.notes[3].startswith("1 of 6 objects lie just beyond the edge") and len(cut.notes) == 4


def test_the_angle_is_that_of_the_middle_band_or_else_of_the_first(tmp_path: Path) -> None:
    for band, up in (("g", 3.0), ("r", 1.0), ("z", 2.0)):
        shift = (0.0, 40.0 if band == "r" else 0.0)
        write(tmp_path / f"{band}.fits", (noise((64, 64)), header(up=up, shift=shift, BUNIT="nmgy")))
    cut = cut_frames(tmp_path, np.full(2, RA), DEC + np.array([0.0, -30.0]) * PIXEL, "grz", 16)
    np.testing.assert_allclose(cut.columns["up_angle"], [3, 1], atol=0.01)


@pytest.mark.parametrize("change", [{"up": 40.0}, {"pixel": 1.2 * PIXEL}])
def test_bands_that_do_not_lie_on_each_other_are_told(tmp_path: Path, change: dict[str, float]) -> None:
    write(tmp_path / "g.fits", (noise((64, 64)), header(BUNIT="nmgy")))
    write(tmp_path / "r.fits", (noise((64, 64)), header(BUNIT="nmgy", **change)))
    notes = cut_frames(tmp_path, *HERE, "gr", 16).notes
    assert len(notes) == 1 and "1 of 1 objects were cut from frames that are turned against each other" in notes[0]


def test_units_and_sky_are_told(tmp_path: Path) -> None:
    write(tmp_path / "g.fits", (noise((64, 64)) + 500, header(BUNIT="ADU")))
    write(tmp_path / "r.fits", (noise((64, 64)) + 1, header(BUNIT="nanomaggies")))
    cut = cut_frames(tmp_path, *HERE, "gr", 16)
    assert len(cut.notes) == 2 and "1 frames is far from zero" in cut.notes[0] and "g.fits" in cut.notes[0]
    assert "1 frames are in ADU" in cut.notes[1]
    assert cut.arrays["image_g"].mean() == pytest.approx(500, abs=1)
