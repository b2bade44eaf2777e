"""A verb in a process of its own, and the rate and the peak of anonymous memory that it took.

Memory is RssAnon: pages of a memory map are the kernel's to drop.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHILD = "--child"
"""With what, data set and file: how a program that uses this is called as a child."""


def measured(program: str, what: str, data: Path) -> dict[str, float]:
    """Rates and memory of one verb in a fresh process of `program`, which hands its arguments to `child`."""
    file = data.with_suffix(f".{what}.json")
    words = [sys.executable, program, CHILD, what, str(data), str(file)]
    subprocess.run(words, check=True, env={**os.environ, "TQDM_DISABLE": "1"}, stdout=subprocess.DEVNULL)
    found: dict[str, float] = json.loads(file.read_text())
    return found


def child(what: str, data: str, file: str, changes: Mapping[str, Any]) -> None:
    """Train or predict, in this process, and write what it took; `changes` are settings of the training."""
    from astrocore.runs import Run

    run = Run(Path(data).with_suffix(".run"))
    with Peak() as peak:
        began = time.monotonic()
        if what == "train":
            from astrocore.verbs.train import Args
            from astrocore.verbs.train import run as train

            train(Args(data=Path(data), run=str(run.path)), changes)
            epochs = [event for event in run.events() if event.get("event") == "epoch"]
            found = {f"{event['stage']} [objects/s]": event["rate"] for event in epochs}
        else:
            from astrocore.data.dataset import open_dataset
            from astrocore.verbs.predict import Args as PredictArgs
            from astrocore.verbs.predict import run as predict

            predict(PredictArgs(run=str(run.path), data=Path(data), out=Path(data).with_suffix(".parquet")))
            found = {"predict [objects/s]": len(open_dataset(Path(data))) / (time.monotonic() - began)}
        seconds = time.monotonic() - began
    told = {**found, f"memory, {what} [MB]": peak.megabytes, f"{what} [s]": seconds}
    Path(file).write_text(json.dumps(told))


class Peak:
    """Highest anonymous memory of this process while the block runs."""

    megabytes = 0.0

    def __enter__(self) -> Peak:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            self.look()

    def look(self) -> None:
        """One look at what is taken now."""
        self.megabytes = max(self.megabytes, anonymous("self"))


class Family(Peak):
    """The same of this process, and of the largest of those that it started."""

    worker = 0.0

    def look(self) -> None:
        """One look at what is taken now, and by each process that was started."""
        super().look()
        children = [pid for file in Path("/proc/self/task").glob("*/children") for pid in _words(file)]
        self.worker = max([self.worker, *map(anonymous, children)])


def anonymous(pid: str) -> float:
    """Anonymous memory of a process [MB]; zero once it is gone."""
    words = _words(Path(f"/proc/{pid}/status"))
    return int(words[words.index("RssAnon:") + 1]) / 1024 if "RssAnon:" in words else 0.0


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []
