"""What the training loop asks of the world: the run's folder, the terminal, and whether somebody said stop."""

from __future__ import annotations

import fcntl
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from tqdm import tqdm

from astrocore.errors import AstrocoreError
from astrocore.runs import Run, save_state
from astrocore.runs.info import now


class Job:
    """Hooks of the loop for one run; only the `first` of several processes writes and draws the progress bar."""

    def __init__(self, run: Run, first: bool) -> None:
        self.run, self.first = run, first
        self.asked_to_stop = False
        self.opened = False
        """Whether this process made the run, or goes on with it; only then does its end go into the run."""
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def log(self, event: Mapping[str, Any]) -> None:
        """One line of events.jsonl, stamped with the time."""
        if not self.first:
            return
        self.run.log({"time": now(), **event})
        self._draw(event)

    def save(self, arrays: dict[str, np.ndarray], meta: dict[str, Any]) -> None:
        """Replace the run's checkpoint."""
        save_state(self.run.checkpoint_file, arrays, meta)

    def stopping(self) -> bool:
        """Whether SIGTERM or SIGINT came."""
        return self.asked_to_stop

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the run and listen for signals while the block runs; an error in it is written into the run."""
        old = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            if not self.first:
                yield
                return
            with self.run.hold():
                try:
                    yield
                except BaseException as error:
                    self._failed(error)
                    raise
        finally:
            self._close()
            for number, handler in old.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def _failed(self, error: BaseException) -> None:
        """Say so in the run."""
        if self.opened:
            text = str(error) if isinstance(error, AstrocoreError) else f"{type(error).__name__}: {error}"
            self.run.update(status="failed", finished=now())
            self.run.log({"time": now(), "event": "failed", "message": text})

    def _draw(self, event: Mapping[str, Any]) -> None:
        if "steps" not in event:
            return
        if self._bar is None or self._stage != event["stage"]:
            self._close()
            self._stage = event["stage"]
            self._bar = tqdm(total=event["steps"], desc=event["stage"], unit="step", initial=event["step"])
        self._bar.update(event["step"] - self._bar.n)
        if event["event"] == "epoch":
            losses = {name: event[name]["loss"] for name in ("train", "val") if event[name]}
            self._bar.set_postfix(epoch=f"{event['epoch']}/{event['epochs']}", **losses)
            if event["step"] == event["steps"]:
                self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@contextmanager
def one_at_a_time(job: Job, lock: Path) -> Iterator[None]:
    """Wait for `lock`, which one queued job a device holds; raises KeyboardInterrupt when told to stop meanwhile."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        if not _locked(file.fileno()):
            job.log({"event": "queued"})
            while not _locked(file.fileno()):
                if job.stopping():
                    job.run.update(status="stopped", finished=now())
                    raise KeyboardInterrupt
                time.sleep(0.5)
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
