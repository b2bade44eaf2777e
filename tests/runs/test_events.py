"""Events are whole lines, whatever kills their writer."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrocore.errors import RunNotWritable
from astrocore.runs.events import append_event, read_events

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=6)


@given(EVENTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_round_trip(tmp_path: Path, events: list[dict[str, object]]) -> None:
    file = tmp_path / "events.jsonl"
    file.unlink(missing_ok=True)
    for event in events:
        append_event(file, event)
    assert read_events(file) == events
    assert len(file.read_bytes().splitlines() if events else []) >= len(events)


def test_none_without_a_file(tmp_path: Path) -> None:
    assert read_events(tmp_path / "events.jsonl") == []


def test_every_cut_keeps_the_whole_lines_before_it(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    events = [{"step": i, "text": "é"} for i in range(3)]
    for event in events:
        append_event(file, event)
    content = file.read_bytes()
    ends = [i + 1 for i, byte in enumerate(content) if byte == 10]
    for cut in range(len(content)):
        file.write_bytes(content[:cut])
        whole = sum(end - 1 <= cut for end in ends)  # a line without its newline is whole, too
        assert read_events(file) == events[:whole]
        append_event(file, {"after": True})
        assert read_events(file) == [*events[:whole], {"after": True}]


def test_nan_is_null_and_lines_are_strict_json(tmp_path: Path) -> None:
    append_event(tmp_path / "e.jsonl", {"loss": float("nan")})
    assert json.loads((tmp_path / "e.jsonl").read_text(), parse_constant=pytest.fail) == {"loss": None}


def test_processes_do_not_mix_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(file, who)) for who in range(3)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
        assert process.exitcode == 0
    events = read_events(file)
    assert len(events) == 600
    assert [e["i"] for e in events if e["who"] == 1] == list(range(200))


def _write_many(file: Path, who: int) -> None:
    for i in range(200):
        append_event(file, {"who": who, "i": i, "filling": "x" * 500})


def test_a_folder_in_the_way_is_a_readable_error(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").mkdir()
    with pytest.raises(RunNotWritable):
        append_event(tmp_path / "events.jsonl", {})


def test_a_short_write_is_a_readable_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrocore.runs.events.os.write", lambda descriptor, line: len(line) - 1)
    with pytest.raises(RunNotWritable, match="space"):
        append_event(tmp_path / "events.jsonl", {"a": 1})
