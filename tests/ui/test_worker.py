"""The worker's end in the app: answers, named errors, a dead or hanging process, and a fresh start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from astrocore.errors import AstrocoreError, FileUnreadable, WorkerFailed
from astrocore.runs.run import Run
from astrocore.ui import worker
from astrocore.ui.worker import Worker, ask, worker_command

FAKE = (sys.executable, "-u", str(Path(__file__).with_name("worker_fake.py")))
WAIT = 30.0


@pytest.fixture
def fake() -> Iterator[Worker]:
    made = Worker(FAKE)
    yield made
    made.close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setattr(worker, "worker_command", lambda path: FAKE)
    yield Run(tmp_path / "checkpoints" / "toy" / "one")
    worker._worker.clear()


def test_a_question_is_answered_and_chatter_is_passed_over(fake: Worker) -> None:
    assert fake.ask("classify", WAIT, source="x y") == {"asked": "classify", "source": "x y"}
    assert fake.ask("chatter", WAIT) == {"asked": "chatter"}


@pytest.mark.parametrize(
    ("question", "kind", "named"),
    [("refuse", FileUnreadable, "no file x"), ("break", WorkerFailed, "nobody foresaw: ZeroDivisionError")],
)
def test_an_error_comes_by_its_own_name_and_the_worker_lives_on(
    fake: Worker, question: str, kind: type[AstrocoreError], named: str
) -> None:
    with pytest.raises(kind, match=named):
        fake.ask(question, WAIT)
    assert fake.alive() and fake.ask("still", WAIT) == {"asked": "still"}


def test_a_worker_that_hangs_is_ended(fake: Worker) -> None:
    with pytest.raises(WorkerFailed, match=r"'hang' within 0.2 s"):
        fake.ask("hang", 0.2)
    fake.close()
    assert not fake.alive()


def test_closing_ends_the_process(fake: Worker) -> None:
    assert fake.ask("once", WAIT)
    fake.close()
    assert not fake.alive()
    with pytest.raises(WorkerFailed):
        fake.ask("again", WAIT)


def test_a_dead_worker_tells_what_it_said_and_is_started_again(run: Run) -> None:
    assert ask(run, "first", WAIT) == {"asked": "first"}
    before = worker._worker(str(run.path.resolve()))
    assert worker._worker(str(run.path.resolve())) is before  # kept warm
    with pytest.raises(WorkerFailed, match="the end of what it said"):
        ask(run, "die", WAIT)
    assert ask(run, "second", WAIT) == {"asked": "second"}
    assert worker._worker(str(run.path.resolve())) is not before


def test_workers_beyond_the_limit_are_ended(run: Run) -> None:
    made = []
    for name in ("a", "b", "c"):
        assert ask(Run(run.path.with_name(name)), "hello", WAIT)
        made.append(worker._worker(str(run.path.with_name(name).resolve())))
    assert [one.alive() for one in made] == [False, True, True]


def test_a_worker_is_started_by_the_command_of_the_verb() -> None:
    assert worker_command("checkpoints/exoplanets/sample")[:4] == ("python", "-m", "astrocore", "worker")
