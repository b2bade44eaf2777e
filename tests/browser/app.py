"""The app as `make app` starts it, on a copy of the shipped sample: the checkout is never written to."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = ("Home", "Data", "Train", "Embeddings", "Evaluate", "Thresholds", "Classify")
START_S = 120.0
"""Longest wait for the first answer; the machine may be busy."""


@dataclass(frozen=True)
class App:
    """A running app."""

    url: str
    home: Path

    def address(self, page: str, **query: str) -> str:
        """Where a page lies, with query parameters."""
        path = "" if page == "Home" else quote(page)
        return f"{self.url}/{path}" + (f"?{urlencode(query)}" if query else "")


def copy_home(home: Path) -> Path:
    """A home of its own with the shipped data set and run."""
    for name in ("sample_data", "checkpoints"):
        shutil.copytree(CHECKOUT / name, home / name, ignore=shutil.ignore_patterns(".lock", "*.tmp"))
    return home


@contextmanager
def running_app(home: Path, script: str = "app.py") -> Iterator[App]:
    """The app on a home, from its first answer on; stopped at the end, and every job that it started with it.

    Raises
    ------
    RuntimeError
        The server ended or did not answer; the message ends with what it said.
    """
    port = _free_port()
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    options = ("--server.port", str(port), "--server.headless", "true")
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, *options],
            cwd=CHECKOUT,
            env={**os.environ, "ASTROCORE_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://localhost:{port}", server, log)
        yield App(f"http://localhost:{port}", home)
    finally:
        _end(server)
        for record in home.glob("checkpoints/*/*/run.json"):
            _end_job(record)


def _free_port() -> int:
    """A port that the system says is free."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        with suppress(URLError, ConnectionError, TimeoutError), urlopen(f"{url}/_stcore/health", timeout=5):
            return
        time.sleep(0.2)
    raise RuntimeError(f"The app did not answer at {url}; it said:\n{log.read_text(errors='replace')[-2000:]}")


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _end_job(record: Path) -> None:
    """Kill the process of a run that a test left at work."""
    from astrocore.runs.run import Run

    run = Run(record.parent)
    if run.alive() and (pid := run.read_info().pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
