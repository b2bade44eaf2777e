"""What a finished run holds of its voices and its verdict, and that being killed there costs nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from astrocore.analysis.blend import blended, fit_blend
from astrocore.analysis.metrics import scores
from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.errors import ForeignWeights, RunMissing
from astrocore.runs import Run, companion_file
from astrocore.tasks import TASKS
from astrocore.verbs.network import load_network
from astrocore.verbs.train import Args, run
from tests.toy.simulate import simulate

SETTINGS = {"epochs": 3, "seed": 3}
DRIVER = """
import os, signal, sys
from astrocore.verbs import finish
from astrocore.__main__ import main
from astrocore.tasks import TASKS
TASKS["toy"] = "tests.toy"
def killed(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(finish, sys.argv[1], killed)
sys.exit(main(sys.argv[2:]))
"""
"""The command line, killed with -9 as the end of the training comes to the function of that name."""


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home for the whole file, and one thread here and in child processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASTROCORE_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setitem(TASKS, "toy", "tests.toy")
        yield Path(os.environ["ASTROCORE_HOME"])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return toys(tmp_path_factory.mktemp("data") / "set", 500)


@pytest.fixture(scope="module")
def result(data: Dataset) -> dict[str, Any]:
    """What train told of the run "whole"."""
    return train(data, "whole")


def toys(path: Path, n: int) -> Dataset:
    """Toy objects whose magnitude tells the class, more or less."""
    draft = simulate(n, 1)
    draft.table["magnitude"] += 1.5 * draft.table["label"].fillna(0).astype(float)
    draft.table["split"] = split_by_group(draft.table, seed=0)
    return write_dataset(draft, path)


def train(data: Dataset, name: str, **changes: Any) -> dict[str, Any]:
    args = {key: changes.pop(key) for key in list(changes) if key in Args.model_fields}
    return run(Args(data=data.path, run=name, **args), {**SETTINGS, **changes})


def folder(name: str) -> Run:
    return Run(Path(os.environ["ASTROCORE_HOME"]) / "checkpoints" / "toy" / name)


def test_the_verdict_is_that_of_the_voices_on_validation(result: dict[str, Any]) -> None:
    info, predictions = folder("whole").read_info(), folder("whole").predictions()
    val = predictions.split("val").labelled()
    expected = fit_blend(val.label, val.voices)
    assert set(predictions.voices) == {"net", "companion"} and info.verdict.n == len(val) >= 50
    assert info.verdict.weights == expected.weights
    assert info.verdict.temperature == pytest.approx(expected.temperature, rel=1e-3)
    assert info.verdict.nll == pytest.approx(expected.nll, rel=1e-4)
    assert info.verdict.macro_f1 == pytest.approx(expected.macro_f1)
    p = blended(predictions.voices, info.verdict.weights, info.verdict.temperature)
    np.testing.assert_allclose(predictions.p, p, rtol=1e-5)


def test_run_result_and_events_tell_the_same_scores(result: dict[str, Any]) -> None:
    info, predictions = folder("whole").read_info(), folder("whole").predictions()
    for split in ("train", "val", "test"):
        part = predictions.split(split).labelled()
        for name, found in {"verdict": part, **{name: part.voice(name) for name in part.voices}}.items():
            told = info.metrics[split] if name == "verdict" else info.voices[name][split]
            assert told == pytest.approx({"n": len(part), **scores(found.label, found.predicted, found.p)})
    done = folder("whole").events()[-1]
    assert done["event"] == "done" and done["verdict"] == result["verdict"] == info.verdict.model_dump()
    assert done["voices"] == result["voices"] == info.voices
    said = next(event for event in folder("whole").events() if event["event"] == "companion")
    assert said["rows"] == info.metrics["train"]["n"] and result["companion"]["rounds"] == said["rounds"] >= 1
    assert result["trained_parameters"] == info.trained_parameters <= info.parameters


def test_a_loaded_network_gives_the_verdict(data: Dataset, result: dict[str, Any]) -> None:
    kept, found = folder("whole").predictions(), load_network(folder("whole")).predict(data)
    np.testing.assert_allclose(found.p, kept.p, atol=1e-5)
    for name in ("net", "companion"):
        np.testing.assert_allclose(found.voices[name], kept.voices[name], atol=1e-5)
    some = load_network(folder("whole")).predict(data, np.array([7, 3]))
    np.testing.assert_allclose(some.p, kept.p[[7, 3]], atol=1e-5)


def test_without_its_companion_a_run_is_not_half_loaded(data: Dataset, result: dict[str, Any], tmp_path: Path) -> None:
    file = companion_file(folder("whole").path)
    whole = file.read_bytes()
    try:
        file.write_bytes(whole[:1000])
        with pytest.raises(ForeignWeights, match=r"companion\.skops"):
            load_network(folder("whole"))
        file.unlink()
        with pytest.raises(RunMissing, match="the run's verdict asks for it"):
            load_network(folder("whole"))
    finally:
        file.write_bytes(whole)


def test_a_run_from_before_there_were_voices_still_loads(data: Dataset, result: dict[str, Any], home: Path) -> None:
    train(data, "old", companion=False, epochs=1)
    file = folder("old").path / "run.json"
    info = json.loads(file.read_text())
    for name in ("verdict", "voices"):
        del info[name]
    del info["config"]["companion"]
    file.write_text(json.dumps(info))
    found = load_network(folder("old")).predict(data, np.arange(20))
    assert found.voices == {}
    np.testing.assert_allclose(found.p.sum(axis=1), 1, rtol=1e-5)


def test_without_a_companion_the_net_is_calibrated_alone(data: Dataset) -> None:
    told = train(data, "alone", companion=False)
    predictions = folder("alone").predictions()
    assert told["companion"] == {"skipped": "the setting companion is off"}
    assert not companion_file(folder("alone").path).exists()
    assert told["verdict"]["weights"] == {"net": 1.0} and told["verdict"]["temperature"] != 1
    assert set(predictions.voices) == {"net"}
    np.testing.assert_array_equal(predictions.predicted, predictions.voice("net").predicted)


def test_small_validation_leaves_the_net_as_it_is(tmp_path: Path) -> None:
    small = toys(tmp_path / "small", 100)
    told = train(small, "small")
    predictions = folder("small").predictions()
    assert told["verdict"]["weights"] == {"net": 1.0, "companion": 0.0}
    assert (told["verdict"]["temperature"], told["verdict"]["n"]) == (1.0, 0)
    np.testing.assert_allclose(predictions.p, predictions.voices["net"], rtol=1e-6)


def test_killed_at_the_end_a_run_is_finished_by_resume(data: Dataset, result: dict[str, Any]) -> None:
    where = "_predicted"  # weights and companion are written, the verdict is not
    words = [f"--{name.replace('_', '-')}={value}" for name, value in SETTINGS.items()]
    command = ["train", str(data.path), "--run", where, *words]
    killed = subprocess.run([sys.executable, "-c", DRIVER, where, *command], capture_output=True)
    assert killed.returncode == -signal.SIGKILL and folder(where).status() == "crashed"
    again = run(Args(data=data.path, run=where, resume=True), {})
    assert again["status"] == "done" and folder(where).status() == "done"
    for split, scored in result["metrics"].items():
        assert again["metrics"][split] == pytest.approx(scored)
    np.testing.assert_allclose(folder(where).predictions().p, folder("whole").predictions().p, atol=1e-5)
    assert not folder(where).checkpoint_file.exists()
