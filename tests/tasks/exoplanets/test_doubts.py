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


def test_durations_that_are_long_for_their_periods_are_doubted() -> None:
    ids = ["a", "b", "c", "d"]
    table = pd.DataFrame({"object_id": ids, "period": [8.8, 8.8, 10.0, None], "duration": [3.0, 130.0, 4.0, 900.0]})
    found = doubts(table)
    assert found == {"duration": 2}  # one too long for its period, one for any transit
    outside, long = doubt_notes(table, found)
    assert outside.startswith("1 value of duration outside 0.02 to 500 h: row 4 (d) has 900.")
    assert long.startswith("1 duration is longer than 0.5 of the period: row 2 (b) has 130 h at 8.8 d. Kept;")
    assert "--duration-unit h or d" in long


def test_a_table_in_which_most_durations_are_long_is_in_another_unit() -> None:
    table = pd.DataFrame({"object_id": ["a", "b", "c"], "period": 8.8, "duration": [79.5, 80.0, 3.0]})
    assert doubts(table) == {"duration": 2}
    (note,) = doubt_notes(table, {"duration": 2})
    assert note.startswith("2 durations are longer than 0.25 of the period: row 1 (a) has 79.5 h at 8.8 d.")
    assert doubts(table.assign(duration=[3.0, 60.0, 3.0])) == {}
    assert doubts(table.drop(columns="duration")) == doubts(table.drop(columns="period")) == {}
