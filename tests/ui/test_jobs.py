"""Jobs: processes of their own, by the command that is shown; stopped by signal, noticed when dead."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from astrocore.errors import ConfigError
from astrocore.runs import Run, create_run
from astrocore.ui.jobs import Job, argument, command, find_jobs, shown, start, stop, tail
from tests.ui.fakes import info_of, open_dataset

LOOP = "import signal,sys,time;signal.signal(15,lambda *_:(print('stopped'),sys.exit()));print('begun');time.sleep(60)"
TRAINER = """
import sys, time
from pathlib import Path
from astrocore.runs.run import Run
import os
run = Run(Path(sys.argv[1]))
with run.hold():
    run.update(status="running", pid=os.getpid())
    print("holding", flush=True)
    time.sleep(60)
"""


def until(what: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether `what` comes true in time."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def job(empty_home: Path):
    made = Job(empty_home / "checkpoints" / "exoplanets" / "one")
    yield made
    if made.alive():
        os.kill(int(str(made.record["pid"])), signal.SIGKILL)


def test_a_command_is_what_a_person_would_type() -> None:
    words = command("train", "sample data/x", "--run", "a b")
    assert shown(words) == "python -m astrocore train 'sample data/x' --run 'a b'"
    assert argument(Path("sample_data/x").resolve()) == "sample_data/x"
    assert argument(Path("/elsewhere/x")) == "/elsewhere/x"


def test_a_job_lives_prints_stops_and_leaves_its_record(job: Job) -> None:
    start(("python", "-u", "-c", LOOP), job)
    assert until(lambda: "begun" in job.tail()) and job.alive()
    assert job.record["command"] == ["python", "-u", "-c", LOOP] and job.started
    assert [found.name for found in find_jobs("exoplanets")] == ["one"]
    assert (
        os.getsid(int(str(job.record["pid"]))) == job.record["pid"]
    )  # a session of its own: closing the app spares it
    with pytest.raises(ConfigError, match="at work"):
        start(("python", "-c", "pass"), job)
    assert stop(Run(job.folder), job)
    assert until(lambda: not job.alive()) and "stopped" in job.tail()
    assert not stop(Run(job.folder), job)


def test_a_job_that_dies_at_once_is_noticed_with_what_it_said(job: Job) -> None:
    start(("python", "-c", "raise SystemExit('no such option')"), job)
    assert until(lambda: not job.alive())
    assert "no such option" in job.tail() and not (job.folder / "run.json").exists()


def test_a_job_knows_the_home_and_the_checkout(job: Job, empty_home: Path) -> None:
    start(("python", "-c", "import astrocore.config as c; print(c.home())"), job)
    assert until(lambda: not job.alive()) and job.tail().strip() == str(empty_home.resolve())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_run_is_crashed_and_a_dead_pid_is_never_signalled(home: Path, number: int) -> None:
    data = open_dataset(home / "sample_data" / "exoplanets")
    run = create_run(home / "checkpoints" / "exoplanets" / "held", info_of(data, "running"))
    job = Job(run.path)
    start(("python", "-c", TRAINER, str(run.path)), job)
    assert until(lambda: "holding" in job.tail()) and run.alive() and run.read_info().pid == job.record["pid"]
    if number == signal.SIGTERM:
        assert stop(run, job)
    else:
        os.kill(int(str(job.record["pid"])), number)
    assert until(lambda: not job.alive()) and run.status() == "crashed"
    run.update(pid=os.getpid())  # a number that was given to somebody else meanwhile
    assert not stop(run, job)


def test_a_name_that_is_a_path_starts_nothing(empty_home: Path) -> None:
    with pytest.raises(ConfigError, match="name"):
        start(("python", "-c", "pass"), Job(empty_home / "checkpoints" / "exoplanets" / "bad name"))
    assert not (empty_home / "checkpoints").exists()


def test_the_tail_of_a_log_shows_the_last_state_of_a_progress_bar(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"one\r\ntwo\n 10%\r 50%\r 90%\nend \xff\n")
    assert tail(log) == "one\ntwo\n 90%\nend \N{REPLACEMENT CHARACTER}"
    assert tail(log, 1) == "end \N{REPLACEMENT CHARACTER}" and tail(tmp_path / "none") == ""
