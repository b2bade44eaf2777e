"""Training as a user starts it: stopped, killed, resumed, initialised, frozen, refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.errors import (
    BadValue,
    ConfigError,
    ForeignWeights,
    NothingToResume,
    RunMissing,
    RunNotWritable,
    WrongTask,
)
from astrocore.runs import Run
from astrocore.verbs.train import Args, run
from tests.synthetic import exoplanets_dataset, exoplanets_draft

TINY = {"d_model": 8, "heads": 2, "layers": 1, "projection_dim": 8, "batch_size": 16, "seed": 3}
SHORT = {**TINY, "pretrain_epochs": 2, "epochs": 2, "checkpoint_steps": 2, "companion": False}
"""Six steps an epoch, a checkpoint every second step, dropout and augmentation on."""

DRIVER = """
import os, signal, sys
from astrocore.__main__ import main
from astrocore.verbs import job
asked = 0
def stopping(self):
    global asked
    asked += 1
    if asked == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return False
job.Job.stopping = stopping
sys.exit(main(sys.argv[2:]))
"""  # the command line, killed with -9 in the step of that number
KILLS = [(12, "pretrain"), (15, "finetune"), (5, "pretrain"), (19, "finetune")]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of its own, and one thread here and in child processes: sums over other threads differ in the last bit."""
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return exoplanets_dataset(tmp_path_factory.mktemp("data") / "toy")


def train(data: Dataset, name: str, **changes: Any) -> dict[str, Any]:
    args = {key: changes.pop(key) for key in list(changes) if key in Args.model_fields}
    return run(Args(data=data.path, run=name, **args), {**SHORT, **changes})


def folder(name: str) -> Run:
    return Run(Path(os.environ["ASTROCORE_HOME"]) / "checkpoints" / "exoplanets" / name)


def options(settings: dict[str, Any]) -> list[str]:
    named = ((name.replace("_", "-"), value) for name, value in settings.items())
    return [f"--no-{name}" if value is False else f"--{name}={value}" for name, value in named]


def command(data: Dataset, name: str, *more: str) -> list[str]:
    return ["train", str(data.path), "--run", name, *more]


def same_weights(a: Run, b: Run) -> bool:
    (x, _), (y, _) = a.weights(), b.weights()
    return x.keys() == y.keys() and all(np.array_equal(x[name], y[name]) for name in x)


def test_a_run_holds_all_that_the_pages_need(data: Dataset) -> None:
    result = train(data, "one")
    found = folder("one")
    info, predictions = found.read_info(), found.predictions()
    assert result["status"] == info.status == found.status() == "done"
    assert [(stage.name, stage.epochs) for stage in info.stages] == [("pretrain", 2), ("finetune", 2)]
    assert len(predictions.table) == len(data) and set(info.metrics) == {"train", "val", "test"}
    assert set(predictions.embeddings) >= {"light_curve", "planet", "star", "fused"}
    np.testing.assert_allclose(predictions.p.sum(1), 1, rtol=1e-5)
    assert info.data.simulated == ("light_curve", "planet", "star")
    assert not found.checkpoint_file.exists()
    epochs = [event for event in found.events() if event["event"] == "epoch"]
    assert [(e["stage"], e["epoch"], e["step"]) for e in epochs] == [
        ("pretrain", 1, 6), ("pretrain", 2, 12), ("finetune", 1, 6), ("finetune", 2, 12)
    ]  # fmt: skip
    assert all(e["train"]["loss"] > 0 and e["rate"] > 0 and e["eta_s"] >= 0 for e in epochs)


def test_the_same_seed_gives_the_same_weights_and_another_does_not(data: Dataset) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        train(data, name, seed=seed)
    assert same_weights(folder("a"), folder("b")) and not same_weights(folder("a"), folder("c"))


def test_streamed_rows_train_to_the_same_weights(data: Dataset) -> None:
    train(data, "resident")
    train(data, "streamed", resident_mb=0)
    assert same_weights(folder("resident"), folder("streamed"))


@pytest.mark.parametrize(("kill", "stage"), KILLS if os.environ.get("ASTROCORE_TEST_BUDGET") == "large" else KILLS[:2])
def test_killed_between_two_checkpoints_a_run_goes_on_to_the_very_same_weights(
    data: Dataset, kill: int, stage: str
) -> None:
    """Steps 5 and 15: within an epoch, after a checkpoint; 12: at a stage's end; 19: as an epoch begins."""
    train(data, "whole")
    killed = subprocess.run(
        [sys.executable, "-c", DRIVER, str(kill), *command(data, "killed", *options(SHORT))], capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    assert folder("killed").status() == "crashed" and not folder("killed").weights_file.exists()
    result = run(Args(data=data.path, run="killed", resume=True), {})
    assert result["status"] == "done" and same_weights(folder("whole"), folder("killed"))
    assert any(event["event"] == "resume" for event in folder("killed").events())


def test_killed_before_the_first_checkpoint_a_run_begins_again(data: Dataset) -> None:
    train(data, "whole")
    subprocess.run([sys.executable, "-c", DRIVER, "1", *command(data, "early", *options(SHORT))], capture_output=True)
    assert not folder("early").checkpoint_file.exists()
    run(Args(data=data.path, run="early", resume=True), {})
    assert same_weights(folder("whole"), folder("early"))


def test_sigterm_stops_with_a_checkpoint_and_resume_ends_where_it_would_have(data: Dataset) -> None:
    settings = {**SHORT, "epochs": 60, "patience": 0}
    words = [sys.executable, "-m", "astrocore", *command(data, "stopped", *options(settings))]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not any(e.get("stage") == "finetune" for e in folder("stopped").events()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert folder("stopped").status() == "running"
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["status"] == folder("stopped").status() == "stopped"
    assert folder("stopped").events()[-1]["event"] == "stop"
    run(Args(data=data.path, run="stopped", resume=True), {})
    train(data, "whole", **settings)
    assert same_weights(folder("whole"), folder("stopped"))


def test_two_processes_report_the_losses_of_one(data: Dataset) -> None:
    off = dict.fromkeys(("dropout", "modality_dropout", "time_shift", "noise", "scale"), 0.0)
    still = {**SHORT, **off, "balance_cap": 2.0}  # drawn by class in fine-tuning alone
    train(data, "alone", **still)
    words = command(data, "pair", *options({**still, "devices": 2, "accelerator": "cpu"}))
    subprocess.run([sys.executable, "-m", "astrocore", *words], check=True, capture_output=True)
    pairs = [[e for e in folder(name).events() if e["event"] == "epoch"] for name in ("alone", "pair")]
    assert [len(pair) for pair in pairs] == [4, 4]
    for one, two in zip(*pairs, strict=True):
        assert all(two[split] == pytest.approx(one[split], rel=1e-3) for split in ("train", "val"))


def test_init_from_takes_the_weights_and_freezing_keeps_the_encoders(data: Dataset) -> None:
    train(data, "first")
    train(data, "frozen", init_from="exoplanets/first", freeze_backbone=True)
    (before, _), (after, _) = folder("first").weights(), folder("frozen").weights()
    encoders = [name for name in before if name.startswith(("light_curve.", "planet.", "star."))]
    assert encoders and all(np.array_equal(before[name], after[name]) for name in encoders)
    assert not np.array_equal(before["classifier.1.weight"], after["classifier.1.weight"])
    info = folder("frozen").read_info()
    assert info.freeze_backbone and info.init_from and info.trained_parameters < info.parameters
    assert [stage.name for stage in info.stages] == ["finetune"]
    train(data, "tuned", init_from="exoplanets/first", pretrain_epochs=0, lr=1e-9)
    (tuned, _) = folder("tuned").weights()
    assert np.allclose(tuned["light_curve.cls"], before["light_curve.cls"], atol=1e-6)


def test_init_from_a_run_with_other_classes_gives_the_head_anew(data: Dataset, tmp_path: Path) -> None:
    train(data, "first")
    draft = replace(exoplanets_draft(60, seed=2), classes=("planet", "binary"))
    draft.table["label"] = draft.table["label"] % 2
    two = write_dataset(draft, tmp_path / "two")
    train(two, "second", init_from="exoplanets/first", epochs=1, pretrain_epochs=0)
    assert folder("second").read_info().classes == ("planet", "binary")
    assert folder("second").predictions().p.shape == (60, 2)


def test_rows_without_curves_train_without_pre_training(tmp_path: Path) -> None:
    plain = exoplanets_dataset(tmp_path / "plain", curves=False)
    train(plain, "plain")
    assert [stage.name for stage in folder("plain").read_info().stages] == ["finetune"]


def test_what_does_not_fit_is_refused_by_name(data: Dataset, tmp_path: Path) -> None:
    train(data, "done", epochs=1, pretrain_epochs=0)
    with pytest.raises(RunNotWritable, match="done"):
        train(data, "done")
    with pytest.raises(NothingToResume, match="done"):
        run(Args(data=data.path, run="done", resume=True), {})
    with pytest.raises(RunMissing):
        run(Args(data=data.path, run="never", resume=True), {})
    with pytest.raises(ConfigError, match="--init-from"):
        train(data, "x", freeze_backbone=True)
    with pytest.raises(ConfigError, match="preset"):
        train(data, "x", preset="huge")
    with pytest.raises(ConfigError, match="lr"):
        train(data, "x", lr=-1)
    with pytest.raises(WrongTask, match="do not fit"):
        train(data, "x", init_from="exoplanets/done", d_model=16)
    assert not (folder("x").path / "run.json").exists()  # what can't work leaves no run behind


def test_settings_can_not_change_in_resume(data: Dataset) -> None:
    subprocess.run([sys.executable, "-c", DRIVER, "5", *command(data, "killed", *options(SHORT))], capture_output=True)
    with pytest.raises(ConfigError, match="lr"):
        run(Args(data=data.path, run="killed", resume=True), {"lr": 0.5})
    with pytest.raises(ConfigError, match="preset"):
        run(Args(data=data.path, run="killed", resume=True, preset="base"), {})


def test_resume_wants_its_own_data(data: Dataset, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", DRIVER, "5", *command(data, "killed", *options(SHORT))], capture_output=True)
    other = exoplanets_dataset(tmp_path / "other", seed=9)
    with pytest.raises(WrongTask, match="resume it on its own data"):
        run(Args(data=other.path, run="killed", resume=True), {})


def test_truncated_foreign_and_other_tasks_weights_are_refused(data: Dataset) -> None:
    train(data, "good", epochs=1, pretrain_epochs=0)
    arrays, metadata = folder("good").weights()
    whole = folder("good").weights_file.read_bytes()
    folder("good").weights_file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ForeignWeights, match="truncated"):
        train(data, "a", init_from="exoplanets/good")
    save_file(arrays, folder("good").weights_file)
    with pytest.raises(ForeignWeights, match="not written by astrocore"):
        train(data, "b", init_from="exoplanets/good")
    folder("good").save_weights(arrays, {**metadata, "task": "sources"})
    with pytest.raises(WrongTask, match="sources"):
        train(data, "c", init_from="exoplanets/good")


def test_no_labelled_row_is_said(tmp_path: Path) -> None:
    draft = exoplanets_draft(20)
    draft.table["label"] = draft.table["label"].where(draft.table["label"] < 0)
    unlabelled = write_dataset(draft, tmp_path / "unlabelled")
    with pytest.raises(BadValue, match="labelled"):
        train(unlabelled, "x")


def test_a_file_in_the_way_of_the_run_folder_is_said(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").write_text("in the way")
    with pytest.raises(RunNotWritable, match="checkpoints"):
        train(data, "x")


def test_queued_jobs_wait_for_each_other(data: Dataset) -> None:
    words = [sys.executable, "-m", "astrocore"]
    long = [*words, *command(data, "long", *options({**SHORT, "epochs": 500, "patience": 0}), "--queue")]
    first = subprocess.Popen(long, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    second = None
    try:
        wait_for(lambda: folder("long").events())
        second = subprocess.Popen(
            [*words, *command(data, "short", *options(SHORT), "--queue")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(lambda: any(e["event"] == "queued" for e in folder("short").events()))
        assert folder("short").status() == "queued" and folder("long").status() == "running"
        first.terminate()
        assert first.wait(60) == 130 and second.wait(120) == 0
        assert folder("short").status() == "done" and folder("long").status() == "stopped"
    finally:
        for process in (first, second):
            if process is not None:
                process.kill()


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in two minutes"
        time.sleep(0.05)
