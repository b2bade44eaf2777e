"""A run's worker: a process that keeps the net warm and answers what a page asks of it, a JSON line each."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import streamlit as st

from astrocore import errors
from astrocore.errors import AstrocoreError, WorkerFailed
from astrocore.runs.run import Run
from astrocore.ui.jobs import CHECKOUT, argument, command, environment, tail

IDLE_S = 600
"""Seconds without a question after which a worker ends by itself."""
GRACE_S = 5.0
"""Seconds that a worker has to end after its input was closed."""
KEPT = 2
"""Workers that are kept warm at a time; each holds a net and the libraries that it needs."""
LINES = 12
"""Lines of what a dead worker said that are shown."""


class Worker:
    """A process that answers questions, one at a time; it is asked by JSON lines through pipes."""

    def __init__(self, words: Sequence[str]) -> None:
        self._said = NamedTemporaryFile(prefix="astrocore-worker-")  # noqa: SIM115 (lives as long as the process)
        self._process = subprocess.Popen(
            [sys.executable if word == "python" and not place else word for place, word in enumerate(words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=CHECKOUT,
            env=environment(),
            start_new_session=True,
            text=True,
        )
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._one_at_a_time = threading.Lock()
        self._number = 0
        threading.Thread(target=_collect, args=(self._process.stdout, self._answers), daemon=True).start()

    def alive(self) -> bool:
        """Whether the process still lives."""
        return self._process.poll() is None

    def ask(self, question: str, timeout: float, **parameters: Any) -> dict[str, Any]:
        """The answer to a question.

        Raises
        ------
        AstrocoreError
            What the worker could not do, as the error that it met.
        WorkerFailed
            It died, or did not answer within `timeout` seconds and was ended.
        """
        with self._one_at_a_time:
            self._number += 1
            self._send(json.dumps({"id": self._number, "ask": question, **parameters}))
            return self._answer(question, time.monotonic() + timeout, timeout)

    def close(self) -> None:
        """End the process: by closing its input, by force when that does not help."""
        try:
            if self._process.stdin:
                self._process.stdin.close()
            self._process.wait(timeout=GRACE_S)
        except (OSError, subprocess.TimeoutExpired):
            self._kill()

    def _send(self, line: str) -> None:
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # the pipe is broken or closed
            raise self._dead() from None

    def _answer(self, question: str, until: float, timeout: float) -> dict[str, Any]:
        while True:
            try:
                line = self._answers.get(timeout=max(until - time.monotonic(), 0))
            except queue.Empty:
                self._kill()
                raise WorkerFailed(
                    f"The worker did not finish {question!r} within {timeout:g} s and was ended; ask for less at a "
                    "time. It is started again when it is needed."
                ) from None
            if line is None:
                raise self._dead()
            found = _read(line)
            if found is not None and found.get("id") == self._number:
                return _opened(found)

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()  # else it would count as alive for a moment

    def _dead(self) -> WorkerFailed:
        self._kill()
        said = tail(Path(self._said.name), LINES) or "nothing"
        return WorkerFailed(f"The worker ended unexpectedly and is started again when it is needed. It said: {said}")


def ask(run: Run, question: str, timeout: float, **parameters: Any) -> dict[str, Any]:
    """The answer of a run's worker, which is started where there is none; raises as `Worker.ask`."""
    worker = _worker(str(run.path.resolve()))
    if not worker.alive():  # it was idle for long, or died
        _worker.clear(str(run.path.resolve()))
        worker = _worker(str(run.path.resolve()))
    return worker.ask(question, timeout, **parameters)


def worker_command(path: str) -> tuple[str, ...]:
    """The command that starts a run's worker."""
    return command("worker", argument(Path(path)), "--idle", str(IDLE_S))


@st.cache_resource(max_entries=KEPT, on_release=Worker.close, show_spinner=False)
def _worker(path: str) -> Worker:
    return Worker(worker_command(path))


def _collect(stream: IO[str] | None, answers: queue.Queue[str | None]) -> None:
    for line in stream or ():
        answers.put(line)
    answers.put(None)


def _read(line: str) -> dict[str, Any] | None:
    """An answer; None for a line that is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _opened(answer: dict[str, Any]) -> dict[str, Any]:
    """What was answered; the error that the worker met is raised here by its own name."""
    if isinstance(found := answer.get("ok"), dict):
        return found
    kind = getattr(errors, str(answer.get("kind")), None)
    message = str(answer.get("error", "The worker gave no answer."))
    if isinstance(kind, type) and issubclass(kind, AstrocoreError):
        raise kind(message)
    raise WorkerFailed(f"The worker met an error that nobody foresaw: {message}")
