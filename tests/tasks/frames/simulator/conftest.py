"""Nights that the tests of the simulator share."""

from __future__ import annotations

import os

import pytest

from astrocore.tasks.frames.simulator import Exposure, night

NIGHTS = 400 if os.environ.get("ASTROCORE_TEST_BUDGET") == "large" else 40


@pytest.fixture(scope="session")
def nights() -> list[list[Exposure]]:
    """Small frames: what is tested with them does not depend on the size."""
    return [night(0, number, 0.25) for number in range(NIGHTS)]
