"""The lock says who lives."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from astrocore.errors import RunNotWritable
from astrocore.runs.lock import held, is_held, waiting

HOLDER = """
import sys, time
from pathlib import Path
from astrocore.runs.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(tmp_path / "run" / ".lock")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_held_only_within_the_block(tmp_path: Path) -> None:
    file = tmp_path / "run" / ".lock"
    assert not is_held(file)
    with held(file):
        assert is_held(file)
    assert not is_held(file)


def test_a_second_holder_is_refused_by_name(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(RunNotWritable, match=f"process {holder.pid}"), held(tmp_path / "run" / ".lock"):
        pass


def test_kill_gives_the_lock_back(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    file = tmp_path / "run" / ".lock"
    assert is_held(file)
    holder.kill()
    holder.wait()
    assert not is_held(file)
    with held(file):
        assert is_held(file)


def test_lookers_do_not_disturb_each_other_or_a_new_holder(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    file.touch()
    disturbed, end = threading.Event(), threading.Event()

    def look(expected: bool) -> None:
        while not end.is_set():
            if is_held(file) and not expected:
                disturbed.set()
            time.sleep(0.0005)

    def lookers(expected: bool) -> list[threading.Thread]:
        return [threading.Thread(target=look, args=(expected,), daemon=True) for _ in range(3)]

    try:
        for thread in lookers(expected=False):
            thread.start()
        time.sleep(0.1)
        end.set()
        assert not disturbed.is_set()
        end.clear()
        for thread in lookers(expected=True):
            thread.start()
        for _ in range(200):
            with held(file):
                pass
    finally:
        end.set()


def test_a_file_in_the_way_is_a_readable_error(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(RunNotWritable, match="run"), held(tmp_path / "run" / ".lock"):
        pass


def test_waiting_takes_turns(tmp_path: Path) -> None:
    count = tmp_path / "count"
    count.write_text("0")

    def add() -> None:
        for _ in range(50):
            with waiting(tmp_path / ".turn"):
                count.write_text(str(int(count.read_text()) + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count.read_text() == "200"
