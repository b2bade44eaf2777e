"""All measured frames are read, and their headers tell what their observers wrote."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from astrocore.tasks.frames.reading import Frame, find_frames, read_frame

FOLDER = Path(os.environ.get("ASTROCORE_REAL_DATA", "../shared/data")) / "frames"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="no measured frames: set ASTROCORE_REAL_DATA"),
]

KNOWN = {
    "bias/Julia-Favaro+Multi-Messenger-Lab__Bias_ASIImg_frame0001.fits": (6.4e-05, "", ""),  # in us; two broken cards
    "bias/LowellObservatory+DeadParrots__20190326.0001.fits": (0.0, "BIAS", "bias"),
    "bias/pypeit+PypeIt-development-suite__b14.fits": (0.0, "DARK", "Bias"),  # so says the header
    "darks/AlexPietrow+Observational-Astrophysics-I_public__t5-p1-calibration-001-120_B2.fits": (
        120.0,
        "Dark Frame",
        "t5-p1-calibration",
    ),
    "darks/cylammarco+ASPIRED-example__v_dark_1.fits": (600.0, "DARK", ""),
    "darks/pypeit+PypeIt-development-suite__NS.20160414.02861.fits": (1.0, "dark", "Cold Dark (Short)"),
    "deep_sky/Julia-Favaro+Multi-Messenger-Lab__horse_head_image.fits": (3900.0, "", "data"),  # minutes
    "deep_sky/LCOGT+neoexchange__mro_test_frame.fits": (150.0, "object", "didymosVR"),
    "deep_sky/rzellem+EXOTIC_sampledata__HATP-32171220013343.fits": (60.0, "", "HATP-32"),
    "flat_baches/cylammarco+ASPIRED-example__coj2m002-en12-20200321-0023-w00.fits.fz": (
        40.027,
        "LAMPFLAT",
        "AT 2019mtw",
    ),
    "wavelength_calibration_dados/pypeit+spit__r6.fits": (2.0, "OBJECT", "Arcs"),
}
"""File -> exposure time [s], frame type, object."""


def test_every_frame_is_read() -> None:
    paths = [path for path in find_frames(FOLDER) if path.parent.name != "_odd"]
    frames = [read_frame(path) for path in paths]
    assert len(frames) == 120
    assert all(np.isfinite(frame.pixels).all() and frame.pixels.dtype == np.float32 for frame in frames)
    assert Counter(frame.kind for frame in frames) == {"fits": 120}
    told = [frame for frame in frames if np.isfinite(frame.header.number("exposure_time"))]
    assert len(told) >= 110  # the nine of the solar tower and one archive cut have no card


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_known_header_is_understood(name: str) -> None:
    seconds, frame_type, target = KNOWN[name]
    header = read_frame(FOLDER / name).header
    assert header.number("exposure_time") == pytest.approx(seconds)
    assert header.text("frame_type") == frame_type
    assert header.text("object") == target


def frame(name: str) -> Frame:
    return read_frame(FOLDER / name)


def test_lamps_temperatures_and_binning_are_understood() -> None:
    assert frame("wavelength_calibration_dados/pypeit+spit__r6.fits").header.text("lamp") == "Neon, Hg-A"
    nirspec = frame("wavelength_calibration_dados/pypeit+PypeIt-development-suite__NS.20160414.02171.fits").header
    assert nirspec.text("lamp") == "Neon, Argon"
    kast = frame("bias/pypeit+PypeIt-development-suite__b14.fits").header
    assert kast.number("temperature") == pytest.approx(192.8 - 273.15)
    assert kast.text("lamp") == ""
    lowell = frame("bias/LowellObservatory+DeadParrots__20190326.0001.fits").header
    assert (lowell.number("binning_x"), lowell.number("binning_y")) == (3, 3)
    assert lowell.number("airmass") == 1.06  # ALTITUDE is that of the site


def test_the_cells_of_a_colour_camera_are_averaged_and_broken_cards_told() -> None:
    notes = frame("bias/Julia-Favaro+Multi-Messenger-Lab__Bias_ASIImg_frame0001.fits").notes
    assert any("GRBG" in note for note in notes)
    assert "2 broken cards were left out" in notes
