"""Values that no star or transit has."""

from __future__ import annotations

import pandas as pd

from astrocore.tasks.exoplanets.doubts import doubt_notes, doubts


def test_values_outside_physics_are_counted_with_the_first_of_them() -> None:
    table = pd.DataFrame(
        {"object_id": ["a", "b", "c"], "stellar_temp": [5000, 1e6, 2e6], "radius_ratio": [0.1, 73.0, None], "x": 1e9}
    )
    found = doubts(table)
    assert found == {"radius_ratio": 1, "stellar_temp": 2}
    first, second = doubt_notes(table, found)
    assert first == "1 value of radius_ratio outside 0.0001 to 3: row 2 (b) has 73. Kept; check the unit."
    assert second.startswith("2 values of stellar_temp outside 1000 to 200000 K: row 2 (b) has 1e+06.")
    assert doubts(table.head(1)) == {}
