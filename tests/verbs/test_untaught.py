"""A run that was pre-trained only says so wherever its verdicts are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.errors import ConfigError, WrongTask
from astrocore.runs import Run
from astrocore.runs.info import UNTAUGHT, StageInfo
from astrocore.verbs import evaluate, predict, train
from tests.tasks.sources.toys import sources_draft

SMALL = {
    **{"d_model": 8, "heads": 2, "layers": 1, "projector": (8, 8), "photometry_widths": (8,), "numeric_bins": 0},
    "companion": False,
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return write_dataset(sources_draft(120), tmp_path_factory.mktemp("toys") / "set")


@pytest.fixture(scope="module")
def pretrained(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("runs") / "first"
    train.run(train.Args(data=data.path, run=str(place)), {**SMALL, "epochs": 0, "pretrain_epochs": 2})
    return Run(place)


def test_events_hold_the_loss_beside_floor_and_chance_and_what_neighbours_say(pretrained: Run) -> None:
    epochs = [event for event in pretrained.events() if event["event"] == "epoch"]
    assert [event["stage"] for event in epochs] == ["pretrain"] * 2
    for event in epochs:
        for part in (event["train"], event["val"]):
            assert part["floor"] < part["loss"] and {"chance", "view_distance", "uniformity", "image"} <= set(part)
        assert 0 <= event["val"]["neighbours_accuracy"] <= 1


def test_only_what_was_taught_is_kept_as_an_embedding(pretrained: Run) -> None:
    assert list(pretrained.predictions().embeddings) == ["image"]


def test_verdicts_are_warned_of(pretrained: Run, data: Dataset, tmp_path: Path) -> None:
    assert pretrained.read_info().untaught
    assert evaluate.run(evaluate.Args(run=str(pretrained.path), split="test"))["warning"] == UNTAUGHT
    args = predict.Args(run=str(pretrained.path), data=data.path, out=tmp_path / "said.csv")
    assert predict.run(args, {})["warning"] == UNTAUGHT


@pytest.mark.parametrize("width", [0, 6])
@pytest.mark.parametrize("frozen", [False, True])
def test_what_begins_with_it_is_taught(
    pretrained: Run, data: Dataset, tmp_path: Path, width: int, frozen: bool
) -> None:
    args = train.Args(
        data=data.path, run=str(tmp_path / "tuned"), init_from=str(pretrained.path), freeze_backbone=frozen
    )
    changes = {**SMALL, "epochs": 1, "classifier_width": width, "label_share": 0.5}
    if frozen:
        with pytest.raises(ConfigError, match="stand on random numbers"):
            train.run(args, changes)
        changes["modalities"] = ("image",)
    train.run(args, changes)
    info, before = Run(tmp_path / "tuned").read_info(), pretrained.weights()[0]
    after = Run(tmp_path / "tuned").weights()[0]
    assert not info.untaught and not any(name.startswith("pretext.") for name in after)
    same = (after["patches.embed.weight"] == before["patches.embed.weight"]).all()
    assert same == frozen
    classifier = 8 * 3 + 3 if not width else 8 * width + width + width * 3 + 3
    assert not frozen or info.trained_parameters == classifier


def test_only_the_share_of_the_labels_is_learned_from(data: Dataset, tmp_path: Path) -> None:
    args = train.Args(data=data.path, run=str(tmp_path / "few"))
    found = train.run(args, {**SMALL, "epochs": 1, "label_share": 0.1, "companion": True, "batch_size": 4})
    n = len(data.indices("train"))
    assert found["stages"][0]["steps"] <= -(-0.1 * n // 4) + 1 and found["companion"]["rows"] <= 0.1 * n + 3
    assert Run(tmp_path / "few").predictions().label.min() >= 0  # the labels themselves are not forgotten


def test_a_run_of_unknown_stages_is_not_called_untaught(pretrained: Run) -> None:
    info = pretrained.read_info()
    assert not info.model_copy(update={"stages": ()}).untaught
    assert not info.model_copy(update={"stages": (StageInfo(name="finetune", epochs=1),)}).untaught


def test_weights_that_do_not_fit_leave_no_run_behind(pretrained: Run, data: Dataset, tmp_path: Path) -> None:
    args = train.Args(data=data.path, run=str(tmp_path / "wide"), init_from=str(pretrained.path))
    with pytest.raises(WrongTask, match="do not fit"):
        train.run(args, {**SMALL, "epochs": 1, "d_model": 16})
    assert not (tmp_path / "wide" / "run.json").exists()
