"""A run's folder: made once, found by name, alive or crashed."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from astrocore.errors import ConfigError, ForeignWeights, RunMissing, RunNotWritable
from astrocore.runs import Predictions, Run, RunInfo, create_run, find_runs, load_run, run_folder

HOLDER = """
import sys
from astrocore.runs import Run
from pathlib import Path
with Run(Path(sys.argv[1])).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path))
    return tmp_path / "checkpoints"


def test_created_run_reads_back(run: Run, info: RunInfo) -> None:
    assert run.read_info() == info
    assert load_run(run.path).read_info() == info
    assert (run.name, run.full_name) == ("first", "toy/first")


def test_a_taken_name_is_refused(run: Run, info: RunInfo) -> None:
    with pytest.raises(RunNotWritable, match=r"another name.*--resume"):
        create_run(run.path, info)


def test_other_content_is_not_overwritten(tmp_path: Path, info: RunInfo) -> None:
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(RunNotWritable, match="other files"):
        create_run(tmp_path, info)


def test_a_held_folder_with_the_log_of_its_start_is_free(tmp_path: Path, info: RunInfo) -> None:
    run = Run(tmp_path / "new")
    with run.hold():
        (run.path / "output.log").write_text("starting")
        create_run(run.path, info.model_copy(update={"status": "running"}))
        assert run.status() == "running"


def test_a_file_in_the_way_is_a_readable_error(tmp_path: Path, info: RunInfo) -> None:
    (tmp_path / "toy").write_text("")
    with pytest.raises(RunNotWritable, match="toy"):
        create_run(tmp_path / "toy" / "x", info)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"task": "toy"}', '{"status": "asleep"}', "\xff"])
def test_a_broken_run_json_is_a_readable_error(run: Run, text: str | None) -> None:
    file = run.path / "run.json"
    file.unlink()
    if text is not None:
        file.write_text(text, encoding="latin-1")
    with pytest.raises(RunMissing, match=r"run\.json"):
        run.read_info()


def test_update_changes_only_what_it_names(run: Run, info: RunInfo) -> None:
    assert run.update(status="failed", pid=3) == run.read_info()
    assert run.read_info() == info.model_copy(update={"status": "failed", "pid": 3})
    with pytest.raises(ValueError, match="status"):
        run.update(status="asleep")
    assert run.read_info().status == "failed"


def test_openings_of_test_are_counted_without_loss(run: Run) -> None:
    def look() -> None:
        for _ in range(10):
            run.count_test_opening()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run.test_opened() == 40
    assert run.count_test_opening() == 41


@pytest.mark.parametrize("status", ["queued", "running"])
def test_a_killed_process_is_noticed(run: Run, status: str) -> None:
    run.update(status=status)
    assert run.status() == "crashed"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(run.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        assert run.alive() and run.status() == status
        process.kill()
    assert not run.alive() and run.status() == "crashed"


@pytest.mark.parametrize("status", ["done", "failed", "stopped", "imported"])
def test_an_ended_run_needs_no_process(run: Run, status: str) -> None:
    run.update(status=status)
    assert run.status() == status


def test_a_run_that_ends_between_two_looks_is_not_crashed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run.update(status="running")

    def ends(self: Run) -> bool:
        self.update(status="done")
        return False

    monkeypatch.setattr(Run, "alive", ends)
    assert run.status() == "done"


def test_events_go_through_the_run(run: Run) -> None:
    run.log({"event": "start"})
    run.log({"event": "epoch", "loss": float("inf")})
    assert run.events() == [{"event": "start"}, {"event": "epoch", "loss": None}]


def test_predictions_go_through_the_run(run: Run, predictions: Predictions) -> None:
    with pytest.raises(RunMissing, match="no predictions yet"):
        run.predictions()
    run.save_predictions(predictions)
    assert run.predictions().hash == predictions.hash


def test_weights_go_through_the_run(run: Run) -> None:
    with pytest.raises(RunMissing, match="no weights"):
        run.weights()
    metadata = {"task": "toy", "config": {"dim": 3}, "classes": ["a", "b"], "units": {"x": "mag"}}
    run.save_weights({"w": np.ones((2, 3), np.float32)}, metadata)
    arrays, found = run.weights()
    assert found == metadata and arrays["w"].tolist() == [[1, 1, 1], [1, 1, 1]]
    run.save_weights({}, {"task": "toy"})
    with pytest.raises(ForeignWeights, match="config and classes"):
        run.weights()


def test_runs_are_found_newest_first(root: Path, info: RunInfo) -> None:
    for task, name, created in [("a", "old", "2024"), ("a", "new", "2026"), ("b", "mid", "2025")]:
        create_run(root / task / name, info.model_copy(update={"created": created}))
    (root / "a" / "empty").mkdir()
    (root / "a" / "broken").mkdir()
    (root / "a" / "broken" / "run.json").write_text("{")
    assert [run.name for run in find_runs(root)] == ["new", "mid", "old"]
    assert [run.name for run in find_runs(root, "a")] == ["new", "old"]
    assert find_runs(root / "nowhere") == []


def test_load_run_by_name(root: Path, info: RunInfo) -> None:
    create_run(run_folder("a", "one"), info)
    create_run(run_folder("b", "one"), info)
    create_run(run_folder("b", "two"), info)
    assert load_run("a/one").path == root / "a" / "one"
    assert load_run("two").path == root / "b" / "two"
    assert load_run(str(root / "b" / "one")).path == root / "b" / "one"
    with pytest.raises(RunMissing, match="Several tasks"):
        load_run("one")
    with pytest.raises(RunMissing, match="a/one, b/one, b/two"):
        load_run("three")


def test_load_run_says_how_to_begin(root: Path) -> None:
    with pytest.raises(RunMissing, match="astrocore train"):
        load_run("a/one")


@pytest.mark.parametrize("name", ["../x", "/etc", ".hidden", "a/b", ""])
def test_names_stay_below_the_root(root: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        run_folder("toy", name)
    with pytest.raises(ConfigError):
        run_folder(name, "run")
