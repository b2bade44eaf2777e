"""evaluate --slice: the same objects in bins of a column, as numbers and as charts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from astrocore.analysis.bins import cut
from astrocore.errors import ConfigError
from astrocore.runs import Run
from astrocore.runs.files import plain
from astrocore.verbs import evaluate
from tests.toy.simulate import simulate
from tests.verbs.test_evaluate import args, written


def test_bins_of_a_column(run: Run) -> None:
    found = evaluate.run(args(slice="magnitude"))
    part, bins = run.predictions().split("test").labelled(), found["slices"]["bins"]
    assert (found["slices"]["column"], found["slices"]["unit"]) == ("magnitude", "mag")
    of = cut(part.table["magnitude"].to_numpy(float)).of
    assert [one["n"] for one in bins] == np.bincount(of).tolist() and sum(one["n"] for one in bins) == found["n"]
    right = part.predicted == part.label
    for b, one in enumerate(bins):
        if one["n"] == 0:
            assert np.isnan(one["accuracy"]["value"]) and np.isnan(one["accuracy"]["low"])
            continue
        assert one["accuracy"]["value"] == pytest.approx(right[of == b].mean())
        if len(set(part.group[of == b])) > 1:
            assert one["accuracy"]["low"] <= one["accuracy"]["value"] <= one["accuracy"]["high"]
        for c, name in enumerate(part.classes):
            entry, true, decided = one["per_class"][name], part.label == c, part.predicted == c
            assert entry["n_true"] == (true & (of == b)).sum() and entry["n_decided"] == (decided & (of == b)).sum()
            if entry["n_true"]:
                assert entry["completeness"]["value"] == pytest.approx(decided[true & (of == b)].mean())


def test_without_a_column_there_are_no_slices(run: Run) -> None:
    assert "slices" not in evaluate.run(args())


def test_what_is_open_missing_or_undefined_is_null_in_json(run: Run) -> None:
    p = run.predictions()
    values = p.table["magnitude"].mask(np.arange(len(p)) % 7 == 0)
    values[np.flatnonzero((p.table["split"] == "test") & p.table["label"].notna())[:1]] = -50.0  # one far away
    run.save_predictions(replace(p, table=p.table.assign(magnitude=values)))
    result = json.loads(json.dumps(plain(evaluate.run(args(slice="magnitude"))), allow_nan=False))
    first, *_, last = result["slices"]["bins"]
    assert last["bin"] == "missing" and last["low"] is last["high"] is last["median"] is None and last["n"] > 0
    assert first["bin"].startswith("< ") and first["low"] is None and first["high"] is not None


@pytest.mark.parametrize("column", ["colour", "label", "object_id"])
def test_a_column_that_is_not_there_is_named_before_anything_is_predicted(
    run: Run, network: list, tmp_path: Path, column: str
) -> None:
    with pytest.raises(ConfigError, match=f"'{column}' in toy/first; there are magnitude"):
        evaluate.run(args(slice=column))
    assert run.test_opened() == 0
    with pytest.raises(ConfigError, match=f"{column}.*night; there are magnitude"):
        evaluate.run(args(slice=column, data=written(simulate(60, 9), tmp_path / "night").path))
    assert network == []


def test_a_data_set_of_ones_own_is_sliced_too(run: Run, network: list, tmp_path: Path) -> None:
    other = written(simulate(60, 9), tmp_path / "night")
    result = evaluate.run(args(data=other.path, slice="magnitude"))
    assert sum(one["n"] for one in result["slices"]["bins"]) == result["n"] == 54


def test_a_chart_of_each_score(run: Run, tmp_path: Path) -> None:
    made = evaluate.run(args(slice="magnitude", out=tmp_path / "charts", png=False))["charts"]["files"]
    scores = ("accuracy", "purity", "completeness")
    assert made[-3:] == [f"slices-{score}.html" for score in scores]
    for score in scores:
        page = (tmp_path / "charts" / f"slices-{score}.html").read_text(encoding="utf-8")
        assert "magnitude [mag]" in page and "simulated data" in page and "n = " in page
