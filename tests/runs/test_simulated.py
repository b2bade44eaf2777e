"""The warning about runs that know simulated objects, and when it is due."""

from __future__ import annotations

import pytest

from astrocore.runs import DataRef
from astrocore.runs.simulated import caution

BOTH = {"light_curve": "simulated", "planet": "simulated"}
MIXED = {"light_curve": "simulated", "planet": "measured"}
MEASURED = {"light_curve": "measured", "planet": "measured"}


@pytest.mark.parametrize(
    ("known", "judged", "says"),
    [
        (BOTH, MEASURED, "This run knows simulated objects only."),
        (BOTH, {"planet": "measured"}, "This run knows simulated objects only."),
        (MIXED, MEASURED, "This run learned from simulated data (light_curve)."),
        (BOTH, BOTH, ""),
        (MIXED, MIXED, ""),
        (MEASURED, MEASURED, ""),
    ],
)
def test_measured_objects_before_simulated_knowledge(known: dict, judged: dict, says: str) -> None:
    found = caution(DataRef(path="data", fingerprint="x", n=1, origin=known), judged)
    assert found.startswith(says) if says else found == ""
