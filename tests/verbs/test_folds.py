"""Folds: every object judged once, by a net that never saw its group; finished folds are not trained again."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from astrocore.__main__ import main
from astrocore.analysis.metrics import scores
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError, NothingToResume, RunMissing
from astrocore.runs import FoldRef, Run, load_run, run_folder
from astrocore.verbs import evaluate, folds, thresholds, train
from astrocore.verbs.network import load_network
from astrocore.verbs.plan import Plan
from tests.verbs.small_run import told_dataset

FAST: dict[str, Any] = {"epochs": 2, "lr": 0.05, "batch_size": 64, "accelerator": "cpu", "companion": False, "seed": 5}


@pytest.fixture
def data(toy: Any) -> Dataset:
    return told_dataset(toy / "data" / "told")


def made(data: Dataset, **changes: Any) -> dict[str, Any]:
    k = changes.pop("k", 3)
    return folds.run(folds.Args(data=data.path, run="cv", k=k), {**FAST, **changes})


def fold(number: int) -> Run:
    return Run(run_folder("toy", f"cv-fold{number}"))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that were trained."""
    plans: list[Plan] = []
    own = train.train
    monkeypatch.setattr(train, "train", lambda plan: plans.append(plan) or own(plan))  # type: ignore[func-returns-value]
    return plans


def test_every_object_is_judged_once_by_a_net_that_never_saw_its_group(data: Dataset, seen: list[Plan]) -> None:
    result = made(data)
    whole = load_run("toy/cv").predictions()
    original = data.table["split"].to_numpy()
    assert (whole.table["split"] == np.where(original == "test", "test", "val")).all()
    assert (whole.table["object_id"] == data.table["object_id"]).all()
    judged = np.zeros(len(data), dtype=int)
    for number, plan in enumerate(seen, start=1):
        table, said = plan.dataset.table, fold(number).predictions().p
        held = ((table["split"] == "test") & (original != "test")).to_numpy()
        judged[held] += 1
        np.testing.assert_array_equal(whole.p[held], said[held])
        again = load_network(fold(number), torch.device("cpu")).predict(data, np.flatnonzero(held))
        np.testing.assert_allclose(again.p, said[held], atol=1e-6)
        learned = np.concatenate([plan.indices("pretrain"), plan.indices("finetune"), plan.judges()])
        assert not set(table["group"][held]) & set(table["group"].iloc[learned])
        assert set(table["split"].iloc[learned]) == {"train", "val"} and not (original[learned] == "test").any()
        label = table["label"].to_numpy(int)
        assert result["folds"][number - 1]["scores"] == scores(label[held], said[held].argmax(1), said[held])
        assert result["folds"][number - 1]["n"] == held.sum()
    assert (judged == (original != "test")).all()
    test = original == "test"
    mean = np.mean([fold(number).predictions().p[test] for number in (1, 2, 3)], axis=0)
    np.testing.assert_allclose(whole.p[test], mean, atol=1e-6)
    accuracies = [each["scores"]["accuracy"] for each in result["folds"]]
    assert result["scores"]["accuracy"] == {"mean": np.mean(accuracies), "sd": np.std(accuracies, ddof=1)}
    assert min(accuracies) > 0.7  # the magnitude tells the class


def test_from_the_command_line_to_thresholds(data: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    words = [f"--{name.replace('_', '-')}={value}" for name, value in FAST.items() if name != "companion"]
    assert main(["folds", str(data.path), "--k", "3", "--run", "cv", "--no-companion", *words]) == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert result["status"] == "done" and len(result["folds"]) == 3 and "[1/3] cv-fold1" in err
    info = load_run("toy/cv").read_info()
    assert info.status == "imported" and not load_run("toy/cv").weights_file.exists()
    assert info.folds == ("toy/cv-fold1", "toy/cv-fold2", "toy/cv-fold3") and info.metrics == result["metrics"]
    for number in (1, 2, 3):
        assert fold(number).read_info().fold == FoldRef(of="cv", number=number, k=3, seed=5)
    assert evaluate.run(evaluate.Args(run="toy/cv", split="val"))["n"] == info.metrics["val"]["n"]
    profile = thresholds.run(thresholds.Args(run="toy/cv", name="steady"))
    assert profile and (load_run("toy/cv").path / "thresholds" / "steady.json").is_file()


def test_what_folds_are_put_together_into_has_no_net(data: Dataset) -> None:
    made(data)
    with pytest.raises(RunMissing, match=r"3 folds said and has no net of its own; choose one of them, such as toy/cv"):
        load_network(load_run("toy/cv"))


def test_finished_folds_are_not_trained_again_and_a_broken_one_goes_on(data: Dataset, seen: list[Plan]) -> None:
    first = made(data)
    whole = load_run("toy/cv").predictions()
    assert len(seen) == 3
    fold(2).update(status="stopped")
    assert made(data) == first and [plan.run.name for plan in seen[3:]] == ["cv-fold2"]
    assert seen[3].args.resume and seen[3].fold == fold(2).read_info().fold
    pd.testing.assert_frame_equal(seen[3].dataset.table, seen[1].dataset.table)
    np.testing.assert_array_equal(load_run("toy/cv").predictions().p, whole.p)


def test_a_fold_goes_on_by_the_verb_and_settings_that_began_it_alone(data: Dataset) -> None:
    made(data)
    for changes, differs in (({"lr": 0.01}, "lr"), ({"k": 4}, "parts")):
        with pytest.raises(ConfigError, match=f"other settings .*{differs}"):
            made(data, **changes)
    fold(2).update(status="stopped")
    with pytest.raises(ConfigError, match=r"a fold of cv; .* --run cv"):
        train.run(train.Args(data=data.path, run="cv-fold2", resume=True), {})
    with pytest.raises(NothingToResume):
        train.run(train.Args(data=data.path, run="cv", resume=True), {})


def test_what_is_refused(data: Dataset, seen: list[Plan]) -> None:
    with pytest.raises(ConfigError, match="one device"):
        made(data, devices=2)
    with pytest.raises(ConfigError, match="epochs above 0"):
        made(data, epochs=0)
    with pytest.raises(ConfigError, match="not pre-trained; leave pretrain_epochs out"):
        made(data, pretrain_epochs=2)
    assert not seen
    train.run(train.Args(data=data.path, run="cv"), FAST)
    with pytest.raises(ConfigError, match="no run of folds"):
        made(data)
    assert len(seen) == 1
