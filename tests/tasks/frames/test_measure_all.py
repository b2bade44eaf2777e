"""Many files side by side: in order, each once, whatever becomes of the processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from astrocore.data.draft import Defect
from astrocore.errors import NotWritable
from astrocore.tasks.frames import measure_all
from astrocore.tasks.frames.measure_all import ALONE, measure_files
from astrocore.tasks.frames.measured_files import NIGHT, NOTES, Store
from tests.tasks.frames.trees import measure_oddly, night, write

ROOT = Path(__file__).resolve().parents[3]
SIZE = (8, 12)


def ids(files: list[Path]) -> list[str]:
    return [file.name for file in files]


def test_a_file_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [write(tmp_path / "a.fits", 1, DATE_OBS="2024-03-05T22:00:00"), write(tmp_path / "b.fits", 2)]
    store, calls = Store(tmp_path / "records", SIZE), []
    real = measure_all.measure
    monkeypatch.setattr(measure_all, "measure", lambda *args: calls.append(args) or real(*args))
    first = measure_files(files, ids(files), store)
    assert len(calls) == 2 and str(store.read(str(first[0]))[NIGHT]) == "2024-03-05"
    assert measure_files(files, ids(files), store) == first and len(calls) == 2
    store.path(str(first[1])).write_bytes(b"damaged")
    assert measure_files(files, ids(files), store) == first and len(calls) == 3
    files[0].write_bytes(files[1].read_bytes())
    assert measure_files(files, ids(files), store) == [first[1]] * 2 and len(calls) == 3


def test_defects_have_their_errors_and_names(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("text.fits", "empty.tif", "absent.fit")]
    files[0].write_text("no frame")
    files[1].write_bytes(b"")
    found = measure_files(files, ["x/text.fits", "x/empty.tif", "x/absent.fit"], Store(tmp_path / "r", SIZE))
    assert [(defect.file, defect.error) for defect in found if isinstance(defect, Defect)] == [
        ("x/text.fits", "NotAnImage"),
        ("x/empty.tif", "EmptyFile"),
        ("x/absent.fit", "CannotOpen"),
    ]


def test_notes_of_the_reader_are_kept(tmp_path: Path) -> None:
    write(tmp_path / "bayer.fits", BAYERPAT="RGGB")
    store = Store(tmp_path / "r", SIZE)
    key = measure_files([tmp_path / "bayer.fits"], ["bayer.fits"], store)[0]
    assert "RGGB cells" in str(store.read(str(key))[NOTES])


def test_memory_that_is_not_there_is_a_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(measure_all, "measure", greedy)
    (found,) = measure_files([write(tmp_path / "a.fits")], ["a.fits"], Store(tmp_path / "r", SIZE))
    assert isinstance(found, Defect) and "more memory" in found.message


def test_records_that_cant_be_written(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("in the way")
    with pytest.raises(NotWritable, match="r can't be written"):
        measure_files([write(tmp_path / "a.fits")], ["a.fits"], Store(tmp_path / "r", SIZE))


def test_a_process_that_dies_loses_its_own_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two deadly files, in the midst of others and last: order is kept, all others are measured, each once."""
    files = night(tmp_path, "n", ALONE + 8)
    for place in (5, len(files) - 1):
        files[place] = files[place].rename(tmp_path / "n" / f"deadly{place}.fits")
    log = tmp_path / "log"
    monkeypatch.setenv("FRAMES_READ_LOG", str(log))
    monkeypatch.setattr(measure_all, "measure_file", measure_oddly)
    store = Store(tmp_path / "records", SIZE)
    found = measure_files(files, ids(files), store, workers=2)
    defects = {i: outcome for i, outcome in enumerate(found) if isinstance(outcome, Defect)}
    assert set(defects) == {5, len(files) - 1}
    assert all(defect.error == "Damaged" and files[i].name == defect.file for i, defect in defects.items())
    alone = partial(measure_all.measure_file, store=store)
    assert all(outcome == alone((files[i], "")) for i, outcome in enumerate(found) if i not in defects)
    assert set(log.read_text().split()) == {file.name for i, file in enumerate(files) if i not in defects}


PARENT = """
import sys
from pathlib import Path
from astrocore.tasks.frames import measure_all
from astrocore.tasks.frames.measured_files import Store
from tests.tasks.frames.trees import measure_oddly
if __name__ == "__main__":
    measure_all.measure_file = measure_oddly
    files = sorted(Path(sys.argv[1]).glob("*.fits"))
    measure_all.measure_files(files, [file.name for file in files], Store(Path(sys.argv[2]), (8, 12)), 2)
"""


def test_a_build_that_was_killed_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [file.rename(file.with_name(f"slow-{file.name}")) for file in night(tmp_path, "n", 60)]
    program, records = tmp_path / "parent.py", tmp_path / "records"
    program.write_text(PARENT)
    words = [sys.executable, str(program), str(tmp_path / "n"), str(records)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TQDM_DISABLE": "1"}
    parent = subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL)
    wait(lambda: len(list(records.rglob("*.npy"))) >= 6)
    workers = children(parent.pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() and cmdline(pid) for pid in workers))
    done = len([file for file in records.rglob("*.npy") if not file.name.startswith(".")])
    assert len(workers) >= 2 and 6 <= done < len(files)
    calls: list[str] = []
    real = measure_all.measure
    monkeypatch.setattr(measure_all, "measure", lambda *args: calls.append("") or real(*args))
    monkeypatch.setattr(measure_all, "ALONE", 99)
    found = measure_files(files, ids(files), Store(records, SIZE))
    assert len(calls) == len(files) - done and len(set(map(str, found))) == len(files)


def wait(until: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not until():  # type: ignore[operator]
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def cmdline(pid: int) -> bytes:
    """Empty for a process that is gone or waits to be collected."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


UNGUARDED = """
from pathlib import Path

from astrocore.tasks.frames.measure_all import measure_files
from astrocore.tasks.frames.measured_files import Store

files = sorted(Path({folder!r}).glob("*.fits"))
found = measure_files(files, [file.name for file in files], Store(Path({records!r}), (8, 12)), 2)
print(sum(isinstance(one, str) for one in found))
"""


def test_a_script_without_a_guard_measures_alone(tmp_path: Path) -> None:
    files = night(tmp_path, "frames", ALONE + 2)
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED.format(folder=str(files[0].parent), records=str(tmp_path / "records")))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, str(script)], env=env, capture_output=True, text=True, timeout=200)
    assert done.stdout.split()[-1] == str(len(files)), done.stderr[-2000:]
