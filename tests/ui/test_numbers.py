"""Numbers as text."""

from __future__ import annotations

import math

import pytest

from astrocore.data.dataset import write_dataset
from astrocore.ui.numbers import amount, day, duration, figure, headline, sample, score, spread, with_unit
from tests.ui.fakes import draft, fake_predictions, info_of


def test_figures_and_intervals() -> None:
    assert (figure(0.81249), figure(0.5, 2), figure(math.nan), figure(None)) == ("0.812", "0.50", "–", "–")
    assert spread((0.5, 0.75)) == "0.500 to 0.750"
    assert spread((math.nan, 0.75)) == spread(None) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (1234567.0, "1,234,567"), (0.00123456789, "0.00123457"), (math.nan, "missing"), ("x", "x"), (0, "0")],
)
def test_amounts_have_the_digits_they_need(value: object, text: str) -> None:
    assert amount(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.7, "1 min 0 s"), (61, "1 min 1 s"), (3661, "1 h 1 min"), (None, "–")]
)
def test_durations(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_units_and_days() -> None:
    assert with_unit("period", "d") == "period [d]" and with_unit("snr", "") == with_unit("snr", None) == "snr"
    assert day("2026-02-03T12:34:56.000+00:00").startswith("2026-02-03") and day(None) == day("soon") == "–"


def test_a_score_carries_split_and_n_and_never_opens_test(tmp_path) -> None:
    data = write_dataset(draft(30), tmp_path / "data")
    info = info_of(data)
    assert score(info, "accuracy") == "0.780 (val, n = 40)" and score(info, "ece") == "–"
    only_test = info.model_copy(update={"metrics": {"test": {"accuracy": 0.9}}})
    assert headline(only_test) is None and score(only_test, "accuracy") == "–"
    made = fake_predictions(data)
    assert sample(made, "val") == f"val, n = {len(made)} objects in {made.table['group'].nunique()} groups"
