"""The regimes as one command: which runs it makes, what it tells, and that nothing is trained twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.errors import ConfigError, WrongTask
from astrocore.runs import Run, find_runs
from astrocore.runs.files import plain
from astrocore.tasks import TASKS, get_task
from astrocore.verbs import boosting, experiment, job, regimes
from astrocore.verbs.experiment import Args, run
from tests.synthetic import exoplanets_dataset
from tests.toy.simulate import simulate

NET = {"d_model": 8, "heads": 2, "layers": 1, "projection_dim": 8, "epochs": 1, "pretrain_epochs": 1}
DRIVER = """
import os, signal, sys
from astrocore.__main__ import main
from astrocore.tasks import TASKS
from astrocore.verbs import job
TASKS["toy"] = "tests.toy"
asked = 0
def stopping(self):
    global asked
    asked += 1
    if asked == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return False
job.Job.stopping = stopping
sys.exit(main(sys.argv[1:]))
"""
"""The command line, killed in the seventh step: one of the second net's, with four steps a net."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, in which the toy is a task, and one thread."""
    monkeypatch.setitem(TASKS, "toy", "tests.toy")
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield tmp_path / "home"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """600 toy objects: some 380 labelled ones in training, four steps of 96."""
    draft = simulate(600, 1)
    draft.table["magnitude"] += 1.5 * draft.table["label"].fillna(0).astype(float)
    draft.table["split"] = split_by_group(draft.table, seed=0)
    return write_dataset(draft, tmp_path_factory.mktemp("data") / "toys")


def made(home: Path, task: str = "toy") -> dict[str, Run]:
    return {found.name: found for found in find_runs(home / "checkpoints", task)}


def test_every_regime_of_a_task_with_pre_training(home: Path, tmp_path: Path) -> None:
    data = exoplanets_dataset(tmp_path / "set", n=200)
    result = run(Args(data=data.path, name="x", seeds=1), {**NET, "seed": 4})
    runs = made(home, "exoplanets")
    assert set(runs) == {f"x-{regime}-4" for regime in ("pretrain", "scratch", "finetuned", "frozen", "boosting")}
    infos = {name.split("-")[1]: found.read_info() for name, found in runs.items()}
    trained = {name: [stage.name for stage in info.stages] for name, info in infos.items()}
    assert trained == {
        "pretrain": ["pretrain"], "scratch": ["finetune"], "finetuned": ["finetune"], "frozen": ["finetune"],
        "boosting": ["boosting"],
    }  # fmt: skip
    assert infos["finetuned"].init_from == infos["frozen"].init_from == "exoplanets/x-pretrain-4"
    assert infos["frozen"].freeze_backbone and not infos["finetuned"].freeze_backbone
    assert infos["frozen"].trained_parameters < infos["finetuned"].trained_parameters
    weights = {name: runs[f"x-{name}-4"].weights()[0] for name in ("pretrain", "finetuned", "frozen")}
    kept = {
        name: [key for key, before in weights["pretrain"].items() if np.array_equal(before, weights[name][key])]
        for name in ("finetuned", "frozen")
    }
    assert len(kept["finetuned"]) < len(kept["frozen"]) < len(weights["pretrain"])
    assert list(result["regimes"]) == ["scratch", "finetuned", "frozen", "boosting"] and result["left_out"] == {}
    seconds = {name: sum(stage.seconds for stage in info.stages) for name, info in infos.items()}
    assert result["regimes"]["frozen"]["seconds"]["mean"] == pytest.approx(seconds["pretrain"] + seconds["frozen"])
    assert result["regimes"]["scratch"]["seconds"]["mean"] == pytest.approx(seconds["scratch"])


def test_the_table_is_mean_and_spread_over_seeds(home: Path, data: Dataset) -> None:
    result = run(Args(data=data.path, name="two", seeds=2), {"epochs": 1})
    assert set(result["left_out"]) == {"finetuned", "frozen"} and "--init-from" in result["left_out"]["frozen"]
    for regime, row in result["regimes"].items():
        infos = [made(home)[f"two-{regime}-{seed}"].read_info() for seed in (0, 1)]
        for score in ("accuracy", "macro_f1"):
            values = [info.metrics["test"][score] for info in infos]
            assert row[score] == pytest.approx({"mean": np.mean(values), "sd": abs(values[0] - values[1]) / 2**0.5})
        assert row["seeds"] == 2 and row["trained_parameters"] == infos[0].trained_parameters > 0
    folder = home / "checkpoints" / "toy" / "two.experiment"
    assert json.loads((folder / "table.json").read_text())["regimes"].keys() == result["regimes"].keys()
    csv = pd.read_csv(folder / "table.csv").set_index("regime")
    assert csv.loc["scratch", "macro_f1_mean"] == pytest.approx(result["regimes"]["scratch"]["macro_f1"]["mean"])
    assert "two.experiment" not in made(home)


def test_what_is_finished_is_never_trained_again(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(Args(data=data.path, name="again", seeds=1), {"epochs": 1})
    with monkeypatch.context() as patch:
        patch.setattr(experiment, "_do", lambda *_: pytest.fail("trained again"))
        assert plain(run(Args(data=data.path, name="again", seeds=1), {"epochs": 1})) == plain(first)
    more = run(Args(data=data.path, name="again", seeds=2), {"epochs": 1})
    assert more["regimes"]["scratch"]["seeds"] == 2 and plain(more["runs"][:2]) == plain(first["runs"])


def test_killed_it_goes_on_where_it_was(home: Path, data: Dataset) -> None:
    words = ["experiment", str(data.path), "--name", "broken", "--seeds", "2", "--epochs", "1"]
    done = subprocess.run([sys.executable, "-c", DRIVER, *words], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert made(home)["broken-scratch-1"].status() == "crashed"
    stamp = (made(home)["broken-scratch-0"].path / "run.json").stat().st_mtime_ns
    result = run(Args(data=data.path, name="broken", seeds=2), {"epochs": 1})
    assert result["status"] == "done" and [row["seeds"] for row in result["regimes"].values()] == [2, 2]
    assert (made(home)["broken-scratch-0"].path / "run.json").stat().st_mtime_ns == stamp
    assert any(event["event"] == "resume" for event in made(home)["broken-scratch-1"].events())


def test_told_to_stop_it_stops_and_tells_what_it_has(
    home: Path, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        asked = iter(range(100))
        patch.setattr(job.Job, "stopping", lambda self: next(asked) >= 6)
        result = run(Args(data=data.path, name="stopped", seeds=2), {"epochs": 1})
    assert result["status"] == "stopped" and [row["seeds"] for row in result["regimes"].values()] == [1, 1]
    assert made(home)["stopped-scratch-1"].status() == "stopped" and "stopped-boosting-1" not in made(home)
    assert run(Args(data=data.path, name="stopped", seeds=2), {"epochs": 1})["status"] == "done"


def test_weights_of_another_run_take_the_place_of_pre_training(home: Path, data: Dataset) -> None:
    run(Args(data=data.path, name="base", seeds=1), {"epochs": 1})
    result = run(Args(data=data.path, name="from", seeds=1, init_from="toy/base-scratch-0"), {"epochs": 1})
    assert list(result["regimes"]) == ["scratch", "finetuned", "frozen", "boosting"]
    assert "from-pretrain-0" not in made(home)
    assert made(home)["from-frozen-0"].read_info().init_from == "toy/base-scratch-0"
    frozen = result["regimes"]["frozen"]["trained_parameters"]
    assert frozen < result["regimes"]["scratch"]["trained_parameters"]


def test_other_settings_need_another_name(data: Dataset, tmp_path: Path) -> None:
    run(Args(data=data.path, name="set", seeds=1), {"epochs": 1})
    with pytest.raises(ConfigError, match=r"set-scratch-0 was made with other settings \(lr\)"):
        run(Args(data=data.path, name="set", seeds=1), {"epochs": 1, "lr": 0.1})
    other = write_dataset(simulate_split(60), tmp_path / "other")
    with pytest.raises(ConfigError, match=r"other settings \(data\)"):
        run(Args(data=other.path, name="set", seeds=1), {"epochs": 1})


def simulate_split(n: int) -> Any:
    draft = simulate(n, 5)
    draft.table["split"] = split_by_group(draft.table, seed=0)
    return draft


def test_what_can_not_be_is_said_before_anything_is_trained(home: Path, data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="one device"):
        run(Args(data=data.path, name="x"), {"devices": 2})
    with pytest.raises(ConfigError, match="can't be used"):
        run(Args(data=data.path, name="../x"), {"epochs": 1})
    run(Args(data=data.path, name="base", seeds=1), {"epochs": 1})
    exoplanets = exoplanets_dataset(tmp_path / "set", n=40)
    with pytest.raises(WrongTask):
        run(Args(data=exoplanets.path, name="x", init_from="toy/base-scratch-0"), NET)
    assert not made(home, "exoplanets")


def test_pre_training_that_finds_no_pairs_is_said(tmp_path: Path) -> None:
    bare = exoplanets_dataset(tmp_path / "bare", n=60, curves=False)
    with pytest.raises(ConfigError, match="no two modalities to align"):
        run(Args(data=bare.path, name="bare", seeds=1), NET)


def test_boosting_takes_a_task_s_statistics_beside_its_features(
    home: Path, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statistics(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Any) -> pd.DataFrame:
        return pd.DataFrame({"first": arrays["image"][:, 0], "mean": 0.0}, index=table.index)

    task = get_task("toy")
    monkeypatch.setattr(task.data, "statistics", statistics, raising=False)
    cell = regimes.Cell("toy", "own", "boosting", 0)
    info = boosting.boost(cell.run, task, data, task.config.Config())
    features = boosting._features(task)(*data.rows(np.arange(5)), None)
    assert list(features) == ["magnitude", "mean", "first"] and features["mean"].nunique() > 1
    predictions = cell.run.predictions()
    assert len(predictions) == len(data) and info.metrics["test"]["accuracy"] > 0.6
    assert info.stages[0].name == "boosting" and os.environ["ASTROCORE_HOME"] in str(cell.run.path)
