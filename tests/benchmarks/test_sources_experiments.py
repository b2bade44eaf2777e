"""The tables of the three experiments, on a made-up result."""

import pytest

from benchmarks.sources_experiments import accuracies, differences, efficiency, percent, tell
from tests.experiments_example import half, whole


def test_a_line_for_each_experiment_and_a_column_for_each_row_and_what_was_published() -> None:
    result = whole()
    table = accuracies(result)
    assert len(table) == len(result["experiments"])
    assert list(table)[: len(result["rows"])] == list(result["rows"].values())
    first = result["experiments"][0]
    row, title = next(iter(result["rows"].items()))
    assert table.iloc[0][title] == percent(first["rows"][row]["accuracy"])
    assert "MargFormer" not in differences(result)


def test_what_is_not_known_is_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    result = half()
    assert "-" in accuracies(result).to_numpy().ravel()
    tell(result)
    assert "simulated:" in capsys.readouterr().out
    assert percent(None) == "-" and percent({"mean": 0.5, "sd": None}) == "50.0" and percent({"mean": 0.5, "sd": 0.01})


def test_few_labels() -> None:
    result = whole()
    entry = next(entry for entry in result["experiments"] if entry["efficiency"])
    table = efficiency(entry, result["rows"])
    assert set(table.index) == {result["rows"][row] for row in entry["efficiency"]}
