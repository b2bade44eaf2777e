"""align on a small trained run: every part of the report, what is left out and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from astrocore.analysis.metrics import scores
from astrocore.analysis.retrieval import ranks
from astrocore.errors import BadValue
from astrocore.runs import Run
from astrocore.runs.reports import ALIGNMENT, load_report
from astrocore.tasks import TASKS
from astrocore.verbs.align import Args, run
from astrocore.verbs.input_features import INPUTS, filled
from tests.verbs.small_run import told_dataset, trained


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own, in which the toy is a task."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("home")
        patch.setitem(TASKS, "toy", "tests.toy")
        patch.setenv("ASTROCORE_HOME", str(path))
        yield path


@pytest.fixture(scope="module")
def made(home: Path) -> Run:
    return trained(told_dataset(home / "data" / "told"))


@pytest.fixture(scope="module")
def report(made: Run) -> dict[str, Any]:
    return run(Args(run="toy/told", draws=2))


def test_the_report_is_kept_in_the_run(made: Run, report: dict[str, Any]) -> None:
    kept = load_report(made, ALIGNMENT)
    assert kept is not None and report["file"] == str(made.path / "alignment.json")
    assert {key: kept[key] for key in ("n", "split", "predictions", "pairs", "probes")} == json.loads(
        json.dumps({key: report[key] for key in ("n", "split", "predictions", "pairs", "probes")})
    )
    assert kept["split"] == "test" and kept["predictions"] == made.predictions().hash and kept["left_out"] == {}
    assert kept["test_opened"] == made.test_opened() == 1


def test_pairs_are_those_of_the_analysis(made: Run, report: dict[str, Any]) -> None:
    test = made.predictions().split("test")
    found = ranks(test.embeddings["aligned image"], test.embeddings["aligned photometry"], test.group)
    (pair,) = report["pairs"]
    numbers = pair["retrieval"]["image to photometry"]
    assert numbers["r1"]["value"] == found.numbers()["r1"] > 5 * numbers["chance"]["r1"]
    assert numbers["median_rank"]["low"] <= found.numbers()["median_rank"] <= numbers["median_rank"]["high"]
    assert pair["n"] == np.isfinite(test.embeddings["image"]).all(axis=1).sum() < len(test)
    assert pair["pair_distance"] < 1 and set(pair["uniformity"]) == {"image", "photometry"}


def test_probes_read_what_is_there(report: dict[str, Any]) -> None:
    probes, chance = report["probes"], report["chance"]
    assert probes["photometry"]["linear"]["macro_f1"]["value"] > 0.8 > chance["macro_f1"]
    assert abs(probes["image"]["linear"]["accuracy"]["value"] - 0.5) < 0.2  # noise
    assert set(report["efficiency"]) == {INPUTS, "image", "photometry", "fused"}  # no projections
    assert probes[INPUTS]["linear"]["macro_f1"]["value"] > 0.8  # the magnitude itself
    assert [point["draws"] for point in report["efficiency"]["fused"]] == [2, 2, 2, 2, 2, 2, 1]
    assert {(z["prototypes"], z["judged"]) for z in report["zero_shot"]} == {
        ("photometry", "image"),
        ("image", "photometry"),
    }
    assert all(z["accuracy"]["value"] > 0.6 for z in report["zero_shot"])


def test_the_ablation_tells_which_modality_counts(made: Run, report: dict[str, Any]) -> None:
    found = {(row["kind"], row["modality"]): row for row in report["ablation"]}
    assert set(found) == {("all", "")} | {(k, m) for k in ("without", "dealt") for m in ("image", "photometry")}
    whole = found["all", ""]
    test = made.predictions().split("test").labelled()
    assert whole["n"] == len(test) and set(whole["voices"]) == {"verdict", *test.voices}
    truth = scores(test.label, test.predicted, test.p)
    assert whole["voices"]["verdict"]["macro_f1"]["value"] == pytest.approx(truth["macro_f1"])
    for kind in ("without", "dealt"):
        lost = found[kind, "photometry"]["lost"]["verdict"]
        assert lost["value"] > 0.2 and lost["low"] > 0
        assert abs(found[kind, "image"]["lost"]["verdict"]["value"]) < 0.1


def test_without_the_data_set_the_ablation_is_left_out_and_data_names_it(made: Run, home: Path) -> None:
    shutil.move(home / "data" / "told", home / "elsewhere")
    try:
        less = run(Args(run="toy/told", draws=1, split="val"))
        assert "ablation" not in less and "--data" in less["left_out"]["ablation"]
        assert less["probes"] and INPUTS not in less["probes"]
        more = run(Args(run="toy/told", draws=1, split="val", data=home / "elsewhere", train_objects=30))
        assert more["ablation"][0]["n"] == 30 and more["left_out"] == {}
    finally:
        shutil.move(home / "elsewhere", home / "data" / "told")


def test_missing_features_get_the_training_median_and_a_flag() -> None:
    nan = np.nan
    x = np.array([[1.0, 5.0], [3.0, nan], [nan, 7.0], [nan, nan], [100.0, 9.0]], np.float32)
    whole = filled(x, np.array([True, True, True, True, False]))
    assert whole[:3].tolist() == [[1, 5, 0, 0], [3, 6, 0, 1], [2, 7, 1, 0]]
    assert np.isnan(whole[3]).all() and whole[4].tolist() == [100, 9, 0, 0]
    assert filled(x[[0, 4]], np.array([True, True])).shape == (2, 2)  # nothing is missing: no flags


def test_a_run_without_aligned_sides_or_labels_still_has_the_rest(made: Run, home: Path) -> None:
    other = Run(home / "checkpoints" / "toy" / "other")
    shutil.copytree(made.path, other.path)
    whole = made.predictions()
    plain = {name: x for name, x in whole.embeddings.items() if not name.startswith("aligned")}
    unknown = whole.table.assign(label=whole.table["label"].where(whole.table["split"] != "val"))
    other.save_predictions(replace(whole, embeddings=plain, table=unknown))
    found = run(Args(run="toy/other", draws=1))
    assert found["pairs"] == [] and "not trained to align" in found["left_out"]["pairs"]
    assert "labelled objects in val" in found["left_out"]["probes"] and "probes" not in found
    assert found["ablation"]
    other.save_predictions(replace(whole, embeddings={}))
    with pytest.raises(BadValue, match="no embeddings"):
        run(Args(run="toy/other"))
