"""A build from the browser: uploads, names that stay below data/, the command, and how its process may end."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from astrocore.errors import ConfigError, InputError, WorkerFailed
from astrocore.runs.files import checked_name
from astrocore.ui import builds
from astrocore.ui.builds import build_command, finished, free_name, kept, scratch, taken, target
from astrocore.ui.jobs import argument, shown
from tests.ui.test_brought import Sent


def test_one_upload_is_a_file_and_several_a_folder(empty_home: Path) -> None:
    one = kept([Sent("../../my table.csv", b"x\n1\n")])
    assert one.name == "my table.csv" and one.read_bytes() == b"x\n1\n"
    assert one.parent.parent == scratch() == empty_home / "data" / ".build"
    several = kept([Sent("train.csv", b"1"), Sent("test.csv", b"2")])
    assert sorted(file.name for file in several.iterdir()) == ["test.csv", "train.csv"]
    with pytest.raises(ConfigError, match="not taken"):
        kept([Sent("x.exe")])
    assert not list(scratch().glob(".*.part/*"))


def test_what_is_in_use_stays_and_is_written_once(empty_home: Path) -> None:
    first = kept([Sent("a.csv", b"first")])
    written = first.stat().st_mtime_ns
    for number in range(12):
        kept([Sent("a.csv", str(number).encode())])
        assert kept([Sent("a.csv", b"first")]) == first and first.stat().st_mtime_ns == written
    assert len(list(scratch().iterdir())) <= 9


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("My Table.v2.csv", "my-table"),
        ("a.csv", "a-2"),
        ("B", "b-3"),
        ("...", "mine"),
        ("Ümläut.fits.gz", "ml-ut"),
        ("x" * 200, "x" * 60),
    ],
)
def test_names_that_are_offered(file: str, name: str) -> None:
    assert free_name(Path("data") / file, ["a", "B", "b-2"]) == name


@given(file=some.text(min_size=1, max_size=80).filter(lambda text: "/" not in text and "\0" not in text))
def test_every_offered_name_can_be_had(file: str) -> None:
    assert checked_name(free_name(Path("data") / file, ["mine"]))


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/etc", "a/b", ".hidden", "x y", "a\0", "a\n", "x" * 81])
def test_names_that_would_leave_data_are_refused(empty_home: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="can't be used"):
        target(name, replace=True)


def test_what_is_taken_is_not_overwritten_unasked(home: Path) -> None:
    root = home / "data"
    (root / "mine").mkdir(parents=True)
    (root / "photos").mkdir()
    (root / "mine" / "dataset.json").write_text("{}")
    (root / "link").symlink_to(home / "sample_data" / "exoplanets")
    (root / "file").write_text("")
    assert target("new") == root / "new" and target("mine", replace=True) == root / "mine"
    assert taken() == {"mine", "photos", "link", "file"}
    for name, says in (("mine", "data set data/mine already"), ("photos", "no data set"), ("file", "no data set")):
        with pytest.raises(ConfigError, match=says):
            target(name)
    for replace in (False, True):
        with pytest.raises(ConfigError, match="leads elsewhere"):
            target("link", replace)
    with pytest.raises(ConfigError, match="no data set"):
        target("photos", replace=True)


def test_the_command(empty_home: Path) -> None:
    values = {"mapping": ("a=b, c", "d=e"), "faint": 20.5, "images": empty_home / "data" / "i"}
    words = build_command("sources", empty_home / "data" / "t.csv", "mine", values)
    assert words[:6] == (
        *("python", "-m", "astrocore", "build", "sources"),
        argument(empty_home / "data" / "t.csv"),
    )
    assert words[6] == argument(empty_home / "data" / "mine")
    assert shlex.split(shown(words))[7:] == [
        *("--mapping", '["a=b, c", "d=e"]', "--faint", "20.5"),
        *("--images", argument(empty_home / "data" / "i")),
    ]
    assert shown(build_command("sources", None, "", {})) == "python -m astrocore build sources FILE data/NAME"


def say(script: str) -> tuple[str, ...]:
    return ("python", "-c", script)


def test_how_a_build_may_end(empty_home: Path) -> None:
    place = scratch() / "0f" / "a.csv"
    told = f"import sys; print('{place} is empty;\\n  bring another.', file=sys.stderr); sys.exit(%d)"
    for code in (1, 2):
        with pytest.raises(InputError) as caught:
            finished(say(told % code), [place])
        assert str(caught.value) == "a.csv is empty; bring another."
    found = finished(say(f"import json; print(json.dumps({{'n': 3, 'notes': ['{place} is odd.']}}))"), [place])
    assert found == {"n": 3, "notes": ["a.csv is odd."]}
    defects = finished(say("import sys; print('{\"n\": 2}'); print('x: bad', file=sys.stderr); sys.exit(3)"))
    assert defects == {"n": 2}
    for script in ("1 / 0", "import os; os.kill(os.getpid(), 9)", "print('no JSON')"):
        with pytest.raises(WorkerFailed, match="nobody foresaw"):
            finished(say(script))
    with pytest.raises(InputError, match="without a word"):
        finished(say("import sys; sys.exit(1)"))


def test_a_build_that_takes_too_long_is_ended_with_what_it_started(empty_home: Path) -> None:
    pid = empty_home / "pid"
    starts = "import subprocess, time; p = subprocess.Popen(['sleep', '60'])"
    script = f"{starts}; open('{pid}', 'w').write(str(p.pid))"
    began = time.monotonic()
    with pytest.raises(WorkerFailed, match="not finished after 2 s"):
        finished(say(f"{script}; time.sleep(60)"), patience=2)
    assert time.monotonic() - began < 20
    until = time.monotonic() + 10
    while alive(int(pid.read_text())) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(int(pid.read_text()))


def alive(pid: int) -> bool:
    """Whether a process lives; a zombie, which nobody has waited for yet, does not."""
    try:
        return b") Z" not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False


def test_processes_run_in_the_home_of_the_app(empty_home: Path) -> None:
    script = "import json, os; print(json.dumps({'home': os.environ['ASTROCORE_HOME'], 'at': os.getcwd()}))"
    found = finished(say(script))
    assert found["home"] == str(empty_home.resolve())
    assert os.path.realpath(found["at"]) == os.path.realpath(builds.CHECKOUT)
